pragma ComponentBehavior: Bound

import QtQuick
import Kiosk

// A question over the screen; what lies below is covered and cannot be tapped.
Item {
    id: veil

    property string title: ""
    property string words: ""
    default property alias acts: column.data

    Rectangle {
        anchors.fill: parent
        color: Theme.ink
        opacity: 0.6
    }
    MouseArea {
        anchors.fill: parent
    }
    Rectangle {
        id: panel

        objectName: "panel"
        anchors.centerIn: parent
        width: Math.min(parent.width - 2 * Theme.margin, Theme.px(Theme.large ? 330 : 250))
        height: column.implicitHeight + 2 * Theme.px(12)
        radius: Theme.cardRadius
        color: Theme.card

        Column {
            id: column

            x: Theme.px(12)
            y: Theme.px(12)
            width: panel.width - 2 * x
            spacing: Theme.px(6)

            Words {
                objectName: "overlay_title"
                width: parent.width
                text: veil.title
                size: Theme.title
                strong: true
                Accessible.role: Accessible.Heading
            }
            Words {
                width: parent.width
                visible: text !== ""
                text: veil.words
                size: Theme.control
                color: Theme.soft
            }
        }
    }
}
