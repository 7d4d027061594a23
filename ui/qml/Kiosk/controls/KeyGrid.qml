pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Templates as T
import Kiosk

// Rows of keys; `erase`, `clear` and `space` carry words.
Column {
    id: grid

    property var rows: []
    property real keyWidth: 0
    property real widest: Theme.px(84)

    property int most: Math.max(1, ...rows.map(row => row.length))
    readonly property real each: keyWidth > 0 ? keyWidth : Math.min(widest, Math.floor((width - (most - 1) * spacing) / most))

    signal tapped(string key)

    function word(key: string): string {
        return key === "erase" ? qsTr("退格") : key === "clear" ? qsTr("清空") : key === "space" ? qsTr("空格") : key;
    }

    spacing: Theme.gap

    Repeater {
        model: grid.rows

        Row {
            id: line

            required property var modelData

            anchors.horizontalCenter: parent?.horizontalCenter
            spacing: grid.spacing

            Repeater {
                model: line.modelData

                T.Button {
                    id: key

                    required property string modelData
                    readonly property bool wordy: modelData.length > 1

                    objectName: "key_" + modelData.toLowerCase()
                    width: wordy && grid.most > 6 ? Math.max(grid.each * 2 + grid.spacing, cap.implicitWidth + Theme.px(6)) : grid.each
                    height: Theme.key
                    text: grid.word(modelData)
                    Accessible.role: Accessible.Button
                    Accessible.name: text
                    onClicked: grid.tapped(modelData)

                    background: Rectangle {
                        radius: Theme.radius
                        color: key.down ? Theme.actWash : Theme.card
                        border.width: Theme.edgeWidth
                        border.color: Theme.edge
                    }
                    contentItem: Words {
                        id: cap

                        text: key.text
                        size: key.wordy ? Theme.small : Theme.heading
                        wrapMode: Text.NoWrap
                        horizontalAlignment: Text.AlignHCenter
                        verticalAlignment: Text.AlignVCenter
                        Accessible.ignored: true
                    }
                }
            }
        }
    }
}
