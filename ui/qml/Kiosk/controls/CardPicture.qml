pragma ComponentBehavior: Bound

import QtQuick
import Kiosk

// The card on the plate; once read it carries the masked name and number.
Rectangle {
    id: plate

    property string mood: "waiting"
    property string name: ""
    property string number: ""
    property string caption: ""

    readonly property real cardWidth: Math.min(width - 2 * Theme.px(12), (height - below - 2 * Theme.px(9)) * 1.585)
    readonly property real below: words.visible ? words.implicitHeight + Theme.px(5) : 0
    readonly property color bar: Theme.line

    radius: Theme.cardRadius
    color: mood === "trouble" ? Theme.warnWash : mood === "read" ? Theme.goodWash : Theme.actWash

    Rectangle {
        id: card

        anchors.horizontalCenter: parent.horizontalCenter
        y: (plate.height - plate.below - height) / 2
        width: plate.cardWidth
        height: width / 1.585
        radius: Theme.px(5)
        color: Theme.card
        border.width: Theme.px(1.1)
        border.color: plate.mood === "trouble" ? Theme.warn : plate.mood === "read" ? Theme.good : Theme.act

        Repeater {
            model: plate.name === "" ? [[0.08, 0.12, 0.48], [0.08, 0.28, 0.36], [0.08, 0.44, 0.5], [0.08, 0.78, 0.7]] : []

            Rectangle {
                required property var modelData

                x: card.width * modelData[0]
                y: card.height * modelData[1]
                width: card.width * modelData[2]
                height: card.height * 0.07
                radius: height / 2
                color: plate.bar
            }
        }
        Rectangle {
            id: portrait

            x: card.width * 0.68
            y: card.height * 0.12
            width: card.width * 0.24
            height: card.height * 0.5
            radius: Theme.px(3)
            color: plate.bar
            clip: true

            Rectangle {
                anchors.horizontalCenter: parent.horizontalCenter
                y: parent.height * 0.18
                width: parent.width * 0.42
                height: width
                radius: width / 2
                color: Theme.card
            }
            Rectangle {
                anchors.horizontalCenter: parent.horizontalCenter
                y: parent.height * 0.58
                width: parent.width * 0.7
                height: parent.height * 0.42
                topLeftRadius: width / 4
                topRightRadius: width / 4
                color: Theme.card
            }
        }
        Words {
            x: card.width * 0.08
            y: card.height * 0.14
            width: card.width * 0.56
            visible: text !== ""
            text: plate.name
            size: Theme.title
            strong: true
        }
        Words {
            x: card.width * 0.08
            width: card.width * 0.86
            anchors.bottom: parent.bottom
            anchors.bottomMargin: card.height * 0.1
            visible: text !== ""
            text: plate.number
            size: Theme.control
        }
    }
    Words {
        id: words

        visible: text !== ""
        x: Theme.px(4)
        width: plate.width - 2 * Theme.px(4)
        anchors.bottom: parent.bottom
        anchors.bottomMargin: Theme.px(7)
        horizontalAlignment: Text.AlignHCenter
        text: plate.caption
        size: Theme.heading
        strong: true
        color: plate.mood === "trouble" ? Theme.warn : plate.mood === "read" ? Theme.good : Theme.act
    }
}
