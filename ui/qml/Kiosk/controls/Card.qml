pragma ComponentBehavior: Bound

import QtQuick
import Kiosk

Rectangle {
    id: card

    default property alias lines: column.data
    property int pad: Theme.padding
    property alias spacing: column.spacing

    implicitHeight: column.implicitHeight + 2 * pad
    radius: Theme.cardRadius
    color: Theme.card
    border.width: Theme.hair
    border.color: Theme.line

    Column {
        id: column

        x: card.pad
        y: card.pad
        width: card.width - 2 * card.pad
        spacing: Theme.px(2)
    }
}
