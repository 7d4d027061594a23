pragma ComponentBehavior: Bound

import QtQuick
import Kiosk
import Kiosk.Views

Rectangle {
    visible: !Shell.online
    implicitHeight: visible ? words.implicitHeight + 2 * Theme.px(2) : 0
    color: Theme.warnWash

    Words {
        id: words

        x: Theme.margin
        width: parent.width - 2 * Theme.margin
        anchors.verticalCenter: parent.verticalCenter
        text: qsTr("网络断了，可以继续填")
        size: Theme.small
        color: Theme.warn
    }
}
