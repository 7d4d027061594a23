pragma ComponentBehavior: Bound

import QtQuick
import Kiosk

// A label and its value, side by side where they fit.
Item {
    id: fact

    property string label: ""
    property string value: ""
    property bool strong: false

    readonly property real labelWidth: Math.min(width * 0.34, Theme.px(60))

    implicitHeight: Math.max(name.implicitHeight, words.implicitHeight)

    Words {
        id: name

        width: fact.labelWidth
        text: fact.label
        size: Theme.small
        color: Theme.soft
    }
    Words {
        id: words

        x: fact.labelWidth + Theme.px(3)
        width: fact.width - x
        text: fact.value
        strong: fact.strong
    }
}
