pragma ComponentBehavior: Bound

import QtQuick
import Kiosk

// Left a third: the way back; right two thirds: the named act; between them at most one more way.
Rectangle {
    id: bar

    property string backText: ""
    property string backName: "back"
    property string extraText: ""
    property string extraName: "extra"
    property string actText: ""
    property string actName: "act"
    property bool actEnabled: true

    readonly property bool needed: backText !== "" || extraText !== "" || actText !== ""
    readonly property real room: width - 2 * Theme.margin
    readonly property int between: Theme.wide
    readonly property real side: extraText === "" ? Math.floor(room * 0.31) : Math.floor(room * 0.26)

    signal backTapped
    signal extraTapped
    signal actTapped

    visible: needed
    implicitHeight: needed ? row.height + 2 * Theme.px(7) : 0
    color: Theme.card

    Rectangle {
        width: parent.width
        height: Theme.hair
        color: Theme.line
    }
    Item {
        id: row

        x: Theme.margin
        y: Theme.px(7)
        width: bar.room
        height: Math.max(Theme.button, back.implicitHeight, extra.implicitHeight, act.implicitHeight)

        ActButton {
            id: back

            objectName: bar.backName
            visible: bar.backText !== ""
            width: bar.side
            height: row.height
            text: bar.backText
            onClicked: bar.backTapped()
        }
        ActButton {
            id: extra

            objectName: bar.extraName
            visible: bar.extraText !== ""
            x: back.visible ? bar.side + bar.between : 0
            width: bar.side
            height: row.height
            text: bar.extraText
            onClicked: bar.extraTapped()
        }
        ActButton {
            id: act

            readonly property real start: (back.visible ? bar.side + bar.between : 0) + (extra.visible ? bar.side + bar.between : 0)

            objectName: bar.actName
            visible: bar.actText !== ""
            kind: "main"
            enabled: bar.actEnabled
            x: start
            width: row.width - start
            height: row.height
            text: bar.actText
            onClicked: bar.actTapped()
        }
    }
}
