pragma ComponentBehavior: Bound

import QtQuick
import Kiosk
import Kiosk.Views

Sheet {
    id: sign

    readonly property SignView view: Shell.signPage
    readonly property bool promised: view.promise.length > 0
    readonly property bool reading: promised && !view.readToEnd
    // The name gets what a short promise leaves free, and never less than this.
    readonly property real least: Theme.px(Theme.roomy ? 130 : 95)

    kicker: view.itemName
    title: promised ? qsTr("请看完承诺，再签名") : qsTr("请签名确认")
    why: reading && text.arranged && !text.atEnd ? qsTr("还有下一页，看完才能提交。") : promised ? qsTr("签名表示您读过并同意。") : qsTr("签名表示您填的内容是真实的。")

    PagedList {
        id: text

        readonly property bool whole: arranged && pages === 1

        width: Theme.landscape && sign.promised ? Math.floor((parent.width - Theme.gap) * (Theme.large ? 0.5 : 0.46)) : parent.width
        height: !sign.promised ? 0 : Theme.landscape ? parent.height : parent.height - sign.least - Theme.px(7)
        visible: sign.promised
        spacing: Theme.px(3)
        entries: sign.view.promise
        onAtEndChanged: if (atEnd && sign.reading)
            sign.view.promiseShown()

        delegate: Words {
            required property string modelData

            text: modelData
            size: Theme.roomy ? Math.round(Theme.heading * 0.92) : Theme.control
        }
    }
    Item {
        id: field

        x: Theme.landscape && sign.promised ? text.width + Theme.gap : 0
        y: Theme.landscape || !sign.promised ? 0 : (text.whole ? text.used : text.height) + Theme.px(Theme.roomy ? 11 : 7)
        width: parent.width - x
        height: Math.min(parent.height - y, Theme.px(Theme.landscape ? 999 : 190))

        SignaturePad {
            id: pad

            width: parent.width
            height: parent.height - again.height - Theme.gap
            strokes: sign.view.strokes
            onDrawn: points => sign.view.addStroke(points)
        }
        ActButton {
            id: again

            objectName: "clear_signature"
            anchors.bottom: parent.bottom
            anchors.right: parent.right
            enabled: sign.view.strokes > 0
            visible: enabled
            text: qsTr("重写")
            size: Theme.body
            onClicked: sign.view.clearSignature()
        }
    }

    bar {
        actText: qsTr("确认并提交%1申请").arg(sign.view.itemName)
        actName: "submit"
        actEnabled: sign.view.canSubmit
        onActTapped: sign.view.submit()
    }
}
