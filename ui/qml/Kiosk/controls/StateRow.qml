pragma ComponentBehavior: Bound

import QtQuick
import Kiosk

// One line with a round sign: done, now, later, attention.
Item {
    id: row

    property string mood: "later"
    property string sign: ""
    property string text: ""

    // The sign stands beside the first line, however many follow.
    readonly property real line: words.implicitHeight / Math.max(1, words.lineCount)

    implicitHeight: Math.max(dot.y + dot.height, words.y + words.implicitHeight)

    Rectangle {
        id: dot

        y: Math.max(0, (row.line - height) / 2)
        width: Theme.px(Theme.large ? 16 : 11)
        height: width
        radius: width / 2
        color: row.mood === "done" ? Theme.good : row.mood === "attention" ? Theme.warnWash : Theme.card
        border.width: row.mood === "done" ? 0 : Theme.px(0.7)
        border.color: row.mood === "attention" ? Theme.warn : row.mood === "now" ? Theme.act : Theme.edge

        Words {
            anchors.centerIn: parent
            text: row.mood === "done" ? "✓" : row.mood === "attention" ? "!" : row.sign
            size: Theme.small
            strong: true
            color: row.mood === "done" ? Theme.card : row.mood === "attention" ? Theme.warn : row.mood === "now" ? Theme.act : Theme.soft
            Accessible.ignored: true
        }
    }
    Words {
        id: words

        anchors.left: dot.right
        anchors.leftMargin: Theme.px(5)
        anchors.right: parent.right
        y: Math.max(0, (dot.height - row.line) / 2)
        text: row.text
        size: Theme.control
        strong: row.mood === "now" || row.mood === "attention"
        color: row.mood === "now" ? Theme.act : row.mood === "later" ? Theme.soft : Theme.ink
    }
}
