pragma ComponentBehavior: Bound

import QtQuick
import Kiosk
import Kiosk.Views

Item {
    id: bar

    implicitHeight: Math.max(Theme.target, name.implicitHeight) + 2 * Theme.px(8)

    Rectangle {
        id: mark

        x: Theme.margin
        anchors.verticalCenter: parent.verticalCenter
        width: Theme.px(14)
        height: width
        radius: Theme.px(3.5)
        color: Theme.act

        Words {
            anchors.centerIn: parent
            text: "圈"
            size: Theme.px(8.6)
            strong: true
            color: Theme.card
            Accessible.ignored: true
        }
    }
    Column {
        id: name

        anchors.left: mark.right
        anchors.leftMargin: Theme.px(4)
        anchors.right: tools.left
        anchors.rightMargin: Theme.gap
        anchors.verticalCenter: parent.verticalCenter

        Words {
            width: parent.width
            visible: !Theme.large
            text: qsTr("圈办")
            size: Theme.small
            strong: true
        }
        Words {
            width: parent.width
            visible: text !== ""
            text: Shell.site
            size: Theme.small
            color: Theme.soft
        }
    }
    Row {
        id: tools

        anchors.right: parent.right
        anchors.rightMargin: Theme.margin
        anchors.verticalCenter: parent.verticalCenter
        spacing: Theme.gap

        ActButton {
            objectName: "text_size"
            text: Shell.largeText ? qsTr("标准字") : qsTr("大字")
            size: Theme.small
            onClicked: Shell.toggleText()
        }
        ActButton {
            objectName: "language"
            text: Shell.language === "en" ? "中文" : "EN"
            Accessible.name: Shell.language === "en" ? "切换到中文" : "Switch to English"
            size: Theme.small
            onClicked: Shell.toggleLanguage()
        }
        ActButton {
            objectName: "help"
            kind: "main"
            text: qsTr("求助")
            size: Theme.small
            onClicked: Shell.help()
        }
    }
    Rectangle {
        anchors.bottom: parent.bottom
        width: parent.width
        height: Theme.hair
        color: Theme.line
    }
}
