pragma ComponentBehavior: Bound

import QtQuick
import Kiosk

Text {
    property int size: Theme.body
    property bool strong: false

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
