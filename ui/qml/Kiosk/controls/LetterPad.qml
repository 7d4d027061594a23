pragma ComponentBehavior: Bound

import QtQuick
import Kiosk

KeyGrid {
    readonly property var upper: ["1", "2", "3", "4", "5", "6", "7", "8", "9", "0"]
    readonly property var letters: ["Q", "W", "E", "R", "T", "Y", "U", "I", "O", "P"]
    readonly property var home: ["A", "S", "D", "F", "G", "H", "J", "K", "L"]
    readonly property var low: ["Z", "X", "C", "V", "B", "N", "M"]

    // Wide glass has no height for a fifth row, so the word keys join the others.
    most: Theme.landscape ? 12 : 10
    rows: Theme.landscape ? [upper.concat(["erase"]), letters, home, low.concat(["space", "clear"])] : [upper, letters, home, low, ["clear", "space", "erase"]]
}
