pragma ComponentBehavior: Bound

import QtQuick
import Kiosk

Text {
    property int size: Theme.body
    property bool strong: false

    // As numbers, since Python cannot read Qt's alignment types from an item.
    readonly property int alignedAcross: horizontalAlignment
    readonly property int alignedDown: verticalAlignment

    font.family: Theme.family
    font.pixelSize: size
    font.weight: strong ? Font.Bold : Font.Normal
    color: Theme.ink
    textFormat: Text.PlainText
    wrapMode: Text.Wrap
    Accessible.role: Accessible.StaticText
    Accessible.name: text
    Accessible.ignored: text === ""
}
