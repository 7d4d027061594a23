pragma Singleton
pragma ComponentBehavior: Bound

import QtQuick
import Kiosk.Views

QtObject {
    id: theme

    readonly property string family: "Noto Sans CJK SC"

    // Colours: each pair is measured in tests/ui/test_theme.py.
    readonly property color paper: "#F7F6F2"
    readonly property color card: "#FFFFFF"
    readonly property color ink: "#14202B"
    readonly property color soft: "#44525F"
    readonly property color line: "#D5DAD8"
    readonly property color edge: "#76838F"
    readonly property color act: "#0A4F8F"
    readonly property color actDown: "#083E70"
    readonly property color actWash: "#E8F0F7"
    readonly property color good: "#085A49"
    readonly property color goodWash: "#E6F2EE"
    readonly property color warn: "#6B4200"
    readonly property color warnWash: "#FFF4DE"
    readonly property color stop: "#8C2218"
    readonly property color stopWash: "#FBECE9"
    readonly property color rest: "#E1E6E4"

    readonly property int step: Shell.textStep
    readonly property bool large: Shell.largeText
    readonly property bool landscape: Shell.landscape

    // H of Noto Sans CJK SC is 0.733 em; rounded up, so that the height in mm is reached.
    readonly property int small: Math.ceil([4.8, 5.6, 7.3, 9.0][step] * Shell.pxPerMm / 0.733)
    readonly property int smallest: Math.ceil(4.8 * Shell.pxPerMm / 0.733)
    readonly property int body: Math.round(small * [1.22, 1.18, 1.07, 1.0][step])
    readonly property int control: Math.round(small * [1.37, 1.28, 1.12, 1.04][step])
    readonly property int heading: Math.round(small * [1.7, 1.5, 1.27, 1.15][step])
    readonly property int title: Math.round(small * [2.15, 1.9, 1.56, 1.35][step])

    readonly property int gap: px(4.25)
    readonly property int wide: px(7)
    readonly property int margin: px(14)
    readonly property int padding: px(8)
    readonly property int target: px(large ? 20.2 : 16)
    readonly property int button: px(large ? 28 : 26)
    readonly property int key: px(large ? 21 : landscape ? 22 : 29)
    // Portrait at normal text has height to spare: larger keys and tiles, more air.
    readonly property bool roomy: !landscape && !large
    readonly property int air: px(roomy ? 13 : landscape ? 6 : 8)
    readonly property int tile: px(roomy ? 34 : large ? 28 : 26)
    readonly property int radius: px(5)
    readonly property int cardRadius: px(6)
    readonly property int hair: Math.max(1, px(0.3))
    readonly property int edgeWidth: Math.max(2, px(0.4))

    function px(mm: real): int {
        return Math.ceil(mm * Shell.pxPerMm);
    }
}
