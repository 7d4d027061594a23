pragma ComponentBehavior: Bound

import QtQuick
import Kiosk

// Typed text, large above its pad.
Rectangle {
    id: field

    property string value: ""
    property string empty: ""
    property bool active: true
    property bool wrong: false

    implicitHeight: Math.max(Theme.px(Theme.roomy ? 30 : 22), words.implicitHeight + 2 * Theme.px(3))
    radius: Theme.radius
    color: Theme.card
    border.width: active ? Theme.px(0.9) : Theme.edgeWidth
    border.color: wrong ? Theme.stop : active ? Theme.act : Theme.edge

    Words {
        id: words

        x: Theme.px(6)
        width: field.width - 2 * Theme.px(6)
        anchors.verticalCenter: parent.verticalCenter
        text: field.value !== "" ? field.value : field.empty
        size: field.value !== "" ? Theme.heading : Theme.body
        strong: field.value !== ""
        color: field.value !== "" ? Theme.ink : Theme.soft
    }
}
