pragma ComponentBehavior: Bound

import QtQuick
import Kiosk

Rectangle {
    id: badge

    // good, warn, stop, act, or plain: a remark that asks for nothing
    property string tone: "good"
    property alias text: words.text
    readonly property bool plain: tone === "plain"
    property real widest: 9999
    readonly property int room: plain ? 0 : Theme.px(4)

    implicitWidth: Math.min(widest, words.implicitWidth + 2 * room)
    implicitHeight: words.implicitHeight + 2 * Theme.px(1.6)
    radius: height / 2
    color: badge.plain ? "transparent" : badge.tone === "good" ? Theme.goodWash : badge.tone === "warn" ? Theme.warnWash : badge.tone === "stop" ? Theme.stopWash : Theme.actWash

    Words {
        id: words

        x: badge.room
        width: badge.width - 2 * badge.room
        anchors.verticalCenter: parent.verticalCenter
        size: Theme.small
        strong: !badge.plain
        color: badge.plain ? Theme.soft : badge.tone === "good" ? Theme.good : badge.tone === "warn" ? Theme.warn : badge.tone === "stop" ? Theme.stop : Theme.act
        horizontalAlignment: Text.AlignHCenter
    }
}
