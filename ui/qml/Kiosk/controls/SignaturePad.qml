pragma ComponentBehavior: Bound

import QtQuick
import Kiosk

// Strokes drawn with one finger. Points leave as 0..1 of a sheet three times as wide as high, the
// shape of the picture that is sealed; the field lies in its middle, so that no name is squeezed.
Rectangle {
    id: pad

    property int strokes: 0
    property var lines: []
    property var line: []

    readonly property real sheetWidth: Math.max(width, 3 * height)
    readonly property real sheetHeight: sheetWidth / 3
    readonly property real besides: (sheetWidth - width) / 2
    readonly property real above: (sheetHeight - height) / 2

    signal drawn(var points)

    function point(x: real, y: real): var {
        return {
            x: (Math.min(width, Math.max(0, x)) + besides) / sheetWidth,
            y: (Math.min(height, Math.max(0, y)) + above) / sheetHeight
        };
    }

    function finish(): void {
        if (pad.line.length > 1) {
            pad.lines = pad.lines.concat([pad.line]);
            pad.drawn(pad.line);
        }
        pad.line = [];
        canvas.requestPaint();
    }

    radius: Theme.radius
    color: Theme.card
    border.width: Theme.edgeWidth
    border.color: Theme.edge
    Accessible.role: Accessible.Canvas
    Accessible.name: qsTr("签名框")

    onStrokesChanged: {
        if (strokes === 0) {
            lines = [];
            line = [];
            canvas.requestPaint();
        }
    }

    MouseArea {
        objectName: "signature"
        anchors.fill: parent
        preventStealing: true
        onPressed: mouse => pad.line = [pad.point(mouse.x, mouse.y)]
        onPositionChanged: mouse => {
            pad.line = pad.line.concat([pad.point(mouse.x, mouse.y)]);
            canvas.requestPaint();
        }
        onReleased: pad.finish()
        onCanceled: pad.finish()

        Rectangle {
            x: Theme.px(14)
            y: Math.round(pad.height * 0.76)
            width: pad.width - 2 * x
            height: Theme.edgeWidth
            color: Theme.line
        }
        Words {
            anchors.centerIn: parent
            width: pad.width - 2 * Theme.padding
            visible: pad.lines.length === 0 && pad.line.length === 0 && pad.strokes === 0
            horizontalAlignment: Text.AlignHCenter
            text: qsTr("请用手指在这里写您的名字")
            color: Theme.soft
        }
        Canvas {
            id: canvas

            anchors.fill: parent
            onPaint: {
                const context = getContext("2d");
                context.reset();
                context.strokeStyle = Theme.ink;
                context.lineWidth = Theme.px(1);
                context.lineCap = "round";
                context.lineJoin = "round";
                for (const one of pad.lines.concat([pad.line])) {
                    if (one.length < 2)
                        continue;
                    context.beginPath();
                    context.moveTo(one[0].x * pad.sheetWidth - pad.besides, one[0].y * pad.sheetHeight - pad.above);
                    for (const next of one)
                        context.lineTo(next.x * pad.sheetWidth - pad.besides, next.y * pad.sheetHeight - pad.above);
                    context.stroke();
                }
            }
        }
    }
}
