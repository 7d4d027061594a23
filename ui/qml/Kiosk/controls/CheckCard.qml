pragma ComponentBehavior: Bound

import QtQuick
import Kiosk

// One answer to check, with the way to change it.
Rectangle {
    id: card

    property var row: ({})

    readonly property bool mendable: (row.target ?? "") !== ""

    signal mended(string target)

    implicitHeight: Math.max(column.implicitHeight, mend.visible ? mend.height : 0) + 2 * Theme.px(5)
    radius: Theme.cardRadius
    color: Theme.card
    border.width: Theme.hair
    border.color: Theme.line

    Column {
        id: column

        x: Theme.padding
        width: card.width - 2 * Theme.padding - (mend.visible ? mend.width + Theme.gap : 0)
        anchors.verticalCenter: parent.verticalCenter
        spacing: Theme.px(1)

        Words {
            width: parent.width
            text: card.row.label ?? ""
            size: Theme.small
            color: Theme.soft
        }
        Words {
            width: parent.width
            text: card.row.value ?? ""
            size: Theme.control
            strong: true
        }
        Words {
            width: parent.width
            visible: text !== ""
            text: card.row.changed ? qsTr("您改过") : SourceWords.text(card.row.badge ?? "")
            size: Theme.small
            color: Theme.good
        }
    }
    ActButton {
        id: mend

        objectName: "mend_" + (card.row.target ?? "")
        anchors.right: parent.right
        anchors.rightMargin: Theme.px(5)
        anchors.verticalCenter: parent.verticalCenter
        visible: card.mendable
        text: qsTr("修改")
        size: Theme.body
        Accessible.name: qsTr("修改%1").arg(card.row.label ?? "")
        onClicked: card.mended(card.row.target)
    }
}
