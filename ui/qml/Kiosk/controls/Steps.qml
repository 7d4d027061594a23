pragma ComponentBehavior: Bound

import QtQuick
import Kiosk
import Kiosk.Views

Item {
    id: steps

    readonly property bool one: Theme.landscape
    readonly property real wordsWidth: width - (cancel.visible ? cancel.width + Theme.gap : 0)

    visible: Shell.steps > 0 || Shell.canCancel
    implicitHeight: visible ? Theme.px(5) + Math.max(words.implicitHeight, cancel.visible ? cancel.height : 0) : 0

    Row {
        id: segments

        readonly property int between: Theme.px(2)
        readonly property real each: (width - (Shell.steps - 1) * between) / Math.max(1, Shell.steps)

        width: parent.width
        height: Theme.px(2.5)
        spacing: between
        Accessible.role: Accessible.ProgressBar
        Accessible.name: words.text

        Repeater {
            model: Shell.steps

            Rectangle {
                required property int index

                width: segments.each
                height: segments.height
                radius: height / 2
                color: index < Shell.step ? Theme.act : Theme.rest
            }
        }
    }
    Words {
        id: words

        y: Theme.px(5)
        width: steps.wordsWidth
        height: cancel.visible ? Math.max(implicitHeight, cancel.height) : implicitHeight
        verticalAlignment: Text.AlignVCenter
        text: Shell.steps > 0 ? qsTr("第 %1 步，共 %2 步").arg(Shell.step).arg(Shell.steps) : ""
        size: Theme.small
        color: Theme.soft
    }
    ActButton {
        id: cancel

        objectName: "cancel"
        y: Theme.px(5)
        anchors.right: parent.right
        visible: Shell.canCancel
        text: qsTr("不办了")
        size: Theme.small
        onClicked: Shell.askCancel()
    }
}
