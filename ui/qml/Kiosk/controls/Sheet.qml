pragma ComponentBehavior: Bound

import QtQuick
import Kiosk
import Kiosk.Views

// The frame of every screen: progress, what to do, one line of why, the work, the bottom bar.
Item {
    id: sheet

    property string kicker: ""
    property string title: ""
    property string why: ""
    property string code: ""
    property Component picture: null
    property real pictureHeight: Theme.px(100)
    default property alias work: workArea.data
    property alias bar: bottomBar

    readonly property bool across: Theme.landscape
    readonly property bool pictured: picture !== null
    readonly property real room: width - 2 * Theme.margin
    readonly property real leftWidth: across ? Math.floor(room * (pictured ? 0.42 : 0.36)) : room
    readonly property real rightX: across ? Theme.margin + leftWidth + Theme.px(12) : Theme.margin
    readonly property real rightWidth: width - rightX - Theme.margin
    readonly property real mainTop: (steps.visible ? steps.y + steps.height : 0) + Theme.px(across ? 4 : Theme.roomy ? 10 : 7)
    readonly property real mainBottom: foot.y - Theme.px(2)
    readonly property real headBottom: head.y + head.height

    Steps {
        id: steps

        x: Theme.margin
        y: Theme.px(6)
        width: sheet.room
    }
    Column {
        id: head

        x: sheet.across && sheet.pictured ? sheet.rightX : Theme.margin
        y: sheet.mainTop
        width: sheet.across && sheet.pictured ? sheet.rightWidth : sheet.leftWidth
        spacing: Theme.px(1.5)

        Words {
            width: parent.width
            visible: text !== ""
            text: sheet.kicker
            size: Theme.small
            strong: true
            color: Theme.act
        }
        Words {
            objectName: "title"
            width: parent.width
            visible: text !== ""
            text: sheet.title
            size: Theme.title
            strong: true
            Accessible.role: Accessible.Heading
        }
        Words {
            width: parent.width
            visible: text !== ""
            text: sheet.why
            color: Theme.soft
        }
    }
    Loader {
        id: pictureArea

        objectName: "picture"

        x: Theme.margin
        y: sheet.across ? sheet.mainTop : sheet.headBottom + Theme.air
        width: sheet.leftWidth
        height: sheet.across ? sheet.mainBottom - y : sheet.pictureHeight
        active: sheet.pictured
        sourceComponent: sheet.picture
    }
    Item {
        id: workArea

        objectName: "work"

        x: sheet.rightX
        y: {
            if (sheet.across)
                return sheet.pictured ? sheet.headBottom + Theme.px(6) : sheet.mainTop;
            return (sheet.pictured ? pictureArea.y + pictureArea.height : sheet.headBottom) + Theme.air;
        }
        width: sheet.rightWidth
        height: sheet.mainBottom - y
    }
    FootLine {
        id: foot

        y: sheet.height - bottomBar.height - height
        width: parent.width
        code: sheet.code
    }
    BottomBar {
        id: bottomBar

        y: sheet.height - height
        width: parent.width
        height: implicitHeight
        backText: Shell.canGoBack ? qsTr("上一步") : ""
        onBackTapped: {
            if (backName === "back")
                Shell.back();
        }
    }
}
