pragma ComponentBehavior: Bound

import QtQuick
import Kiosk
import Kiosk.Views

Veil {
    title: qsTr("真的不办了吗？")
    words: qsTr("您填的和拍的都会清除，什么都不会提交。")

    ActButton {
        objectName: "dismiss"
        width: parent?.width ?? 0
        height: Math.max(Theme.button, implicitHeight)
        kind: "main"
        text: qsTr("接着办")
        onClicked: Shell.dismiss()
    }
    ActButton {
        objectName: "confirm_cancel"
        width: parent?.width ?? 0
        height: Math.max(Theme.button, implicitHeight)
        text: qsTr("不办了，清除")
        onClicked: Shell.confirmCancel()
    }
}
