pragma ComponentBehavior: Bound

import QtQuick
import Kiosk
import Kiosk.Views

// The number to keep, large and in groups, with its code to scan.
Card {
    id: card

    required property DoneView view

    readonly property int side: Theme.px(Theme.landscape ? 30 : 36)

    spacing: Theme.px(2)

    Words {
        width: parent.width
        text: StageWords.label(card.view.stage)
        size: Theme.small
        color: Theme.soft
    }
    Words {
        objectName: "number"
        width: parent.width
        text: card.view.number
        size: Theme.heading
        strong: true
    }
    Item {
        width: parent.width
        implicitHeight: Math.max(facts.implicitHeight, card.side)

        Column {
            id: facts

            width: parent.width - card.side - Theme.gap
            spacing: Theme.px(2)

            Words {
                width: parent.width
                text: card.view.itemName
            }
            Words {
                width: parent.width
                visible: text !== ""
                text: card.view.maskedName
            }
            Words {
                width: parent.width
                visible: card.view.maskedMobile !== ""
                text: qsTr("进度会发短信到 %1").arg(card.view.maskedMobile)
                size: Theme.small
                color: Theme.soft
            }
        }
        Image {
            anchors.right: parent.right
            anchors.bottom: parent.bottom
            width: card.side
            height: card.side
            visible: card.view.number !== ""
            source: card.view.number === "" ? "" : "image://pictures/qr/" + encodeURIComponent(card.view.number)
            cache: false
            smooth: false
            fillMode: Image.PreserveAspectFit
            Accessible.role: Accessible.Graphic
            Accessible.name: qsTr("编号的二维码")
        }
    }
}
