pragma ComponentBehavior: Bound

import QtQuick
import Kiosk

KeyGrid {
    rows: Theme.landscape ? [["1", "2", "3", "4", "5", "X"], ["6", "7", "8", "9", "0", "erase"]] : [["1", "2", "3"], ["4", "5", "6"], ["7", "8", "9"], ["X", "0", "erase"]]
}
