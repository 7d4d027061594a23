pragma ComponentBehavior: Bound

import QtQuick
import Kiosk
import Kiosk.Views

Item {
    id: attract

    readonly property bool across: Theme.landscape
    readonly property real round: across ? Math.min(height * 0.66, width * 0.34) : Math.min(width * 0.62, height * 0.36)

    Rectangle {
        id: circle

        x: attract.across ? (attract.width * 0.42 - width) / 2 + Theme.margin / 2 : (attract.width - width) / 2
        y: attract.across ? (attract.height - height) / 2 : attract.height * (Theme.roomy ? 0.1 : 0.06)
        width: attract.round
        height: width
        radius: width / 2
        color: "transparent"
        border.width: Theme.edgeWidth
        border.color: Theme.act

        Rectangle {
            anchors.centerIn: parent
            width: parent.width * 0.62
            height: width
            radius: width / 2
            color: Theme.actWash
        }
        Rectangle {
            anchors.centerIn: parent
            width: parent.width * 0.3
            height: width
            radius: width * 0.24
            color: Theme.act

            Words {
                anchors.centerIn: parent
                text: "圈"
                size: parent.width * 0.62
                strong: true
                color: Theme.card
                Accessible.ignored: true
            }
        }
        Repeater {
            model: [20, 75, 130, 200, 250, 310]

            Rectangle {
                required property int modelData
                required property int index

                x: circle.width / 2 + Math.cos(modelData * Math.PI / 180) * circle.width / 2 - width / 2
                y: circle.height / 2 + Math.sin(modelData * Math.PI / 180) * circle.width / 2 - height / 2
                width: Theme.px(index % 2 === 0 ? 8 : 5.5)
                height: width
                radius: width / 2
                color: index === 2 ? Theme.act : Theme.paper
                border.width: Theme.px(1)
                border.color: Theme.act
            }
        }
    }
    Column {
        id: words

        x: attract.across ? attract.width * 0.46 : Theme.margin
        width: attract.width - x - Theme.margin
        y: attract.across ? Math.max(Theme.px(8), (attract.height - height) / 2 - Theme.px(8)) : circle.y + circle.height + Theme.px(Theme.roomy ? 18 : 10)
        spacing: Theme.px(Theme.roomy ? 7 : 5)

        Words {
            objectName: "title"
            width: parent.width
            horizontalAlignment: attract.across ? Text.AlignLeft : Text.AlignHCenter
            text: qsTr("家门口，就能办")
            size: Math.round(Theme.title * (Theme.large ? 1.25 : 1.5))
            strong: true
            Accessible.role: Accessible.Heading
        }
        Words {
            width: parent.width
            horizontalAlignment: attract.across ? Text.AlignLeft : Text.AlignHCenter
            text: qsTr("带上身份证，跟着屏幕一步一步办。")
            size: Theme.control
            color: Theme.soft
        }
        Item {
            width: 1
            height: Theme.px(3)
        }
        ActButton {
            objectName: "start"
            x: attract.across ? 0 : (words.width - width) / 2
            width: Math.min(parent.width, Theme.px(150))
            height: Math.max(Theme.px(36), implicitHeight)
            kind: "main"
            size: Theme.title
            enabled: Shell.ready
            text: Shell.ready ? qsTr("开始办事") : qsTr("正在准备，请稍等")
            onClicked: Shell.start()
        }
    }
    Words {
        x: attract.across ? words.x : Theme.margin
        width: words.width
        y: foot.y - height - Theme.px(4)
        visible: !attract.across || y > words.y + words.height + Theme.px(2)
        horizontalAlignment: attract.across ? Text.AlignLeft : Text.AlignHCenter
        text: qsTr("不会用？按右上角“求助”，或打 12345。")
        size: Theme.small
        color: Theme.soft
    }
    FootLine {
        id: foot

        y: attract.height - height
        width: parent.width
        height: Math.max(implicitHeight, Theme.px(4))
    }
}
