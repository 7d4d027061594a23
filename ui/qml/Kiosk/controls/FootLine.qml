pragma ComponentBehavior: Bound

import QtQuick
import Kiosk
import Kiosk.Views

// What staff and curious residents may want to know: demonstration, simulated devices, support code.
Rectangle {
    id: foot

    property string code: ""

    readonly property bool marked: Shell.demo || Shell.simulated
    readonly property string marks: Shell.demo && Shell.simulated ? qsTr("演示数据 · 模拟设备") : Shell.demo ? qsTr("演示数据") : Shell.simulated ? qsTr("模拟设备") : ""

    visible: marked || code !== ""
    implicitHeight: visible ? words.implicitHeight + Theme.px(4) : 0
    color: "transparent"

    Words {
        id: words

        x: Theme.margin
        text: foot.marks
        size: Theme.small
        color: Theme.warn
    }
    Words {
        anchors.right: parent.right
        anchors.rightMargin: Theme.margin
        text: foot.code
        size: Theme.smallest
        color: Theme.soft
        Accessible.name: qsTr("工作人员查看：%1").arg(foot.code)
    }
}
