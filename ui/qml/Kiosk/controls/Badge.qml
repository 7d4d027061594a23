pragma ComponentBehavior: Bound

import QtQuick
import Kiosk

Rectangle {
    id: badge

    // good, warn, stop, act
    property string tone: "good"
    property alias text: words.text
    property real widest: 9999

    implicitWidth: Math.min(widest, words.implicitWidth + 2 * Theme.px(4))
    implicitHeight: words.implicitHeight + 2 * Theme.px(1.6)
    radius: height / 2
    color: badge.tone === "good" ? Theme.goodWash : badge.tone === "warn" ? Theme.warnWash : badge.tone === "stop" ? Theme.stopWash : Theme.actWash

    Words {
        id: words

        x: Theme.px(4)
        width: badge.width - 2 * Theme.px(4)
        anchors.verticalCenter: parent.verticalCenter
        size: Theme.small
        strong: true
        color: badge.tone === "good" ? Theme.good : badge.tone === "warn" ? Theme.warn : badge.tone === "stop" ? Theme.stop : Theme.act
        horizontalAlignment: Text.AlignHCenter
    }
}
