pragma ComponentBehavior: Bound

import QtQuick
import Kiosk
import Kiosk.Views

Column {
    id: rating

    required property DoneView view

    readonly property var words: [qsTr("非常满意"), qsTr("满意"), qsTr("基本满意"), qsTr("不满意"), qsTr("非常不满意")]
    readonly property int columns: Theme.large ? 3 : 5
    readonly property real cell: Math.floor((width - (columns - 1) * Theme.gap) / columns)

    spacing: Theme.px(3)

    Words {
        width: parent.width
        text: rating.view.rating > 0 ? qsTr("谢谢您的评价") : qsTr("这次办事感觉怎么样？（可以不选）")
        color: Theme.soft
    }
    Grid {
        id: grid

        columns: rating.columns
        spacing: Theme.gap

        Repeater {
            model: rating.words

            ActButton {
                required property string modelData
                required property int index

                objectName: "rate_" + (5 - index)
                width: rating.cell
                height: Math.max(Theme.target + Theme.px(4), implicitHeight)
                leftPadding: Theme.px(1)
                rightPadding: Theme.px(1)
                text: modelData
                size: Theme.small
                chosen: rating.view.rating === 5 - index
                onClicked: rating.view.rate(5 - index)
            }
        }
    }
}
