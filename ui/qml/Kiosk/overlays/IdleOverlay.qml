pragma ComponentBehavior: Bound

import QtQuick
import Kiosk
import Kiosk.Views

Veil {
    title: qsTr("您还在吗？")
    words: qsTr("为了保护您的信息，%n 秒后会清空。", "", Shell.overlaySeconds)

    ActButton {
        objectName: "still_here"
        width: parent?.width ?? 0
        height: Math.max(Theme.button, implicitHeight)
        kind: "main"
        text: qsTr("我还在")
        onClicked: Shell.dismiss()
    }
}
