pragma ComponentBehavior: Bound

import QtQuick
import Kiosk
import Kiosk.Views

// That the portal is away, in words that fit the page; the result speaks for itself.
Rectangle {
    id: bar

    readonly property string screen: Shell.screen

    function say(screen: string): string {
        switch (screen) {
        case "done":
        case "cleared":
            return "";
        case "elsewhere":
        case "fault":
            return qsTr("网络断了");
        case "submit":
            return qsTr("网络断了，材料会存在本机");
        case "materials":
        case "question":
        case "scan":
        case "precheck":
        case "check":
        case "sign":
            return qsTr("网络断了，可以继续填");
        default:
            return qsTr("网络断了，照样可以办");
        }
    }

    visible: !Shell.online && words.text !== ""
    implicitHeight: visible ? words.implicitHeight + 2 * Theme.px(2) : 0
    color: Theme.warnWash

    Words {
        id: words

        x: Theme.margin
        width: parent.width - 2 * Theme.margin
        anchors.verticalCenter: parent.verticalCenter
        text: bar.say(bar.screen)
        size: Theme.small
        color: Theme.warn
    }
}
