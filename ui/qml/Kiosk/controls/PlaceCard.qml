pragma ComponentBehavior: Bound

import QtQuick
import Kiosk

Card {
    id: card

    property var place: ({})

    Words {
        width: parent.width
        text: card.place.name ?? ""
        size: Theme.control
        strong: true
    }
    Words {
        width: parent.width
        text: card.place.address ?? ""
        color: Theme.soft
    }
}
