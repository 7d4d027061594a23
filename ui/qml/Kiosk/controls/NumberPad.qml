pragma ComponentBehavior: Bound

import QtQuick
import Kiosk

KeyGrid {
    rows: Theme.landscape ? [["1", "2", "3", "4", "5", "erase"], ["6", "7", "8", "9", "0", "clear"]] : [["1", "2", "3"], ["4", "5", "6"], ["7", "8", "9"], ["clear", "0", "erase"]]
}
