pragma ComponentBehavior: Bound

import QtQuick
import Kiosk

// The way of the papers: this machine, the platform, the receipt; `reached` counts what is done.
Rectangle {
    id: picture

    property int reached: 0

    readonly property real unit: Math.min(width / 13.6, height / 5.6)
    readonly property real between: unit * 4.7
    readonly property real start: (width - 2 * between) / 2

    function hue(index: int): color {
        return index < reached ? Theme.good : index === reached ? Theme.act : Theme.edge;
    }

    radius: Theme.cardRadius
    color: Theme.actWash
    Accessible.ignored: true

    component Block: Rectangle {
        property real across: 0
        property real down: 0
        property real wide: 1
        property real high: 1

        x: across * picture.unit
        y: down * picture.unit
        width: wide * picture.unit
        height: high * picture.unit
    }

    Repeater {
        model: [[0, 0.34], [0, 0.46], [0, 0.58], [1, 0.42], [1, 0.54], [1, 0.66]]

        Rectangle {
            required property var modelData
            readonly property bool passed: modelData[0] < picture.reached

            x: picture.start + (modelData[0] + modelData[1]) * picture.between - width / 2
            y: (picture.height - height) / 2
            width: picture.unit * 0.26
            height: width
            radius: width / 2
            color: passed ? Theme.good : Theme.edge
        }
    }
    Item {
        x: picture.start - picture.unit * 1.1
        y: picture.height / 2 - picture.unit * 1.8

        Block {
            wide: 2.2
            high: 3.6
            radius: picture.unit * 0.25
            color: Theme.card
            border.width: Theme.px(1.1)
            border.color: picture.hue(0)
        }
        Block {
            across: 0.4
            down: 0.45
            wide: 1.4
            high: 1.7
            radius: picture.unit * 0.1
            color: picture.hue(0)
        }
        Block {
            across: 0.5
            down: 2.65
            wide: 1.2
            high: 0.22
            radius: height / 2
            color: Theme.line
        }
    }
    Item {
        x: picture.start + picture.between - picture.unit * 1.5
        y: picture.height / 2 - picture.unit * 1.8

        Block {
            wide: 3
            high: 0.6
            radius: picture.unit * 0.15
            color: picture.hue(1)
        }
        Repeater {
            model: 4

            Block {
                required property int index

                across: 0.25 + index * 0.7
                down: 0.85
                wide: 0.4
                high: 1.9
                radius: picture.unit * 0.1
                color: picture.hue(1)
            }
        }
        Block {
            down: 3
            wide: 3
            high: 0.6
            radius: picture.unit * 0.15
            color: picture.hue(1)
        }
    }
    Item {
        x: picture.start + 2 * picture.between - picture.unit * 1.1
        y: picture.height / 2 - picture.unit * 1.8

        Block {
            wide: 2.2
            high: 3.6
            color: Theme.card
            border.width: Theme.px(1.1)
            border.color: picture.hue(2)
        }
        Repeater {
            model: [1.4, 1, 1.2, 0.7]

            Block {
                required property int index
                required property real modelData

                across: 0.4
                down: 0.5 + index * 0.62
                wide: modelData
                high: 0.24
                radius: height / 2
                color: picture.reached > 1 ? picture.hue(2) : Theme.line
            }
        }
    }
}
