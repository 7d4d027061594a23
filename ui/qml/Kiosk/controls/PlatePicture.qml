pragma ComponentBehavior: Bound

import QtQuick
import Kiosk

// The plate's picture with the page's outline.
Rectangle {
    id: plate

    property int number: 0
    property var corners: []
    property string tone: "act"
    property string caption: ""
    property string empty: ""

    readonly property color hue: tone === "good" ? Theme.good : tone === "warn" ? Theme.warn : tone === "stop" ? Theme.stop : Theme.act

    radius: Theme.cardRadius
    color: tone === "good" ? Theme.goodWash : tone === "warn" ? Theme.warnWash : tone === "stop" ? Theme.stopWash : Theme.actWash

    Item {
        id: stage

        x: Theme.px(3)
        y: Theme.px(3)
        width: plate.width - 2 * x
        height: plate.height - 2 * y - words.height - Theme.px(5)

        Image {
            id: image

            anchors.fill: parent
            visible: plate.number > 0
            source: plate.number > 0 ? "image://pictures/scan/" + plate.number : ""
            fillMode: Image.PreserveAspectFit
            cache: false
            asynchronous: false
            Accessible.role: Accessible.Graphic
            Accessible.name: qsTr("台面上的画面")
        }
        Words {
            anchors.centerIn: parent
            width: parent.width - 2 * Theme.padding
            visible: plate.number === 0
            horizontalAlignment: Text.AlignHCenter
            text: plate.empty
            color: Theme.ink
        }
        Canvas {
            id: outline

            readonly property var corners: plate.corners
            readonly property color hue: plate.hue

            visible: plate.number > 0 && corners.length === 8
            x: (stage.width - width) / 2
            y: (stage.height - height) / 2
            width: image.paintedWidth
            height: image.paintedHeight
            onCornersChanged: requestPaint()
            onHueChanged: requestPaint()
            onPaint: {
                const context = getContext("2d");
                context.reset();
                if (corners.length !== 8)
                    return;
                context.strokeStyle = hue;
                context.lineWidth = Theme.px(1.5);
                context.beginPath();
                context.moveTo(corners[0] * width, corners[1] * height);
                for (let index = 2; index < 8; index += 2)
                    context.lineTo(corners[index] * width, corners[index + 1] * height);
                context.closePath();
                context.stroke();
            }
        }
    }
    Words {
        id: words

        x: Theme.px(4)
        width: plate.width - 2 * x
        anchors.bottom: parent.bottom
        anchors.bottomMargin: Theme.px(4)
        horizontalAlignment: Text.AlignHCenter
        text: plate.caption
        size: Theme.heading
        strong: true
        color: plate.hue
    }
}
