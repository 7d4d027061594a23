pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Templates as T
import Kiosk

T.Button {
    id: tile

    property string label: ""
    property string hint: ""
    property string mark: "›"
    property bool chosen: false

    implicitHeight: Math.max(Theme.tile, column.implicitHeight + 2 * Theme.px(5))
    implicitWidth: Theme.px(60)
    text: label
    Accessible.role: Accessible.Button
    Accessible.name: hint === "" ? label : label + "，" + hint

    background: Rectangle {
        radius: Theme.radius
        color: tile.down || tile.chosen ? Theme.actWash : Theme.card
        border.width: tile.chosen ? Theme.px(1) : Theme.edgeWidth
        border.color: tile.chosen ? Theme.act : Theme.edge
    }

    contentItem: Item {
        Column {
            id: column

            x: Theme.padding
            width: tile.width - 2 * Theme.padding - sign.width - Theme.gap
            anchors.verticalCenter: parent.verticalCenter
            spacing: Theme.px(1)

            Words {
                width: parent.width
                text: tile.label
                size: Theme.control
                strong: true
                color: tile.chosen ? Theme.act : Theme.ink
                Accessible.ignored: true
            }
            Words {
                width: parent.width
                visible: text !== ""
                text: tile.hint
                size: Theme.small
                color: tile.chosen ? Theme.ink : Theme.soft
                Accessible.ignored: true
            }
        }
        Words {
            id: sign

            anchors.right: parent.right
            anchors.rightMargin: Theme.padding
            anchors.verticalCenter: parent.verticalCenter
            text: tile.chosen ? "✓" : tile.mark
            size: Theme.control
            strong: true
            color: Theme.act
            Accessible.ignored: true
        }
    }
}
