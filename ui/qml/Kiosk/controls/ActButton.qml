pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Templates as T
import Kiosk

T.Button {
    id: button

    // main: the one act of the page; plain: another way; quiet: a word in a line
    property string kind: "plain"
    property int size: kind === "main" ? Theme.heading : Theme.control
    property bool chosen: false

    readonly property bool filled: kind === "main" && enabled

    implicitHeight: Math.max(Theme.target, implicitContentHeight + topPadding + bottomPadding)
    implicitWidth: Math.max(Theme.target, implicitContentWidth + leftPadding + rightPadding)
    leftPadding: Theme.px(5)
    rightPadding: Theme.px(5)
    topPadding: Theme.px(1)
    bottomPadding: Theme.px(1)
    Accessible.role: Accessible.Button
    Accessible.name: text

    background: Rectangle {
        radius: Theme.radius
        color: {
            if (button.kind === "main")
                return !button.enabled ? Theme.rest : button.down ? Theme.actDown : Theme.act;
            return button.down || button.chosen || button.kind === "quiet" ? Theme.actWash : Theme.card;
        }
        border.width: button.kind === "plain" ? Theme.edgeWidth : button.chosen ? Theme.px(1) : 0
        border.color: button.chosen ? Theme.act : Theme.edge
    }

    contentItem: Words {
        text: button.text
        size: button.size
        strong: button.kind !== "plain" || button.chosen
        color: button.filled ? Theme.card : button.kind === "main" ? Theme.ink : button.kind === "quiet" || button.chosen ? Theme.act : Theme.ink
        horizontalAlignment: Text.AlignHCenter
        verticalAlignment: Text.AlignVCenter
        Accessible.ignored: true
    }
}
