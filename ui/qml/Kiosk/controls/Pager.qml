pragma ComponentBehavior: Bound

import QtQuick
import Kiosk

Item {
    id: pager

    property int page: 0
    property int pages: 1

    signal turned(int page)

    readonly property real side: Math.min(width * 0.3, Theme.px(66))

    implicitHeight: Math.max(previous.implicitHeight, next.implicitHeight, Theme.target)

    ActButton {
        id: previous

        objectName: "page_previous"
        width: pager.side
        height: pager.height
        enabled: pager.page > 0
        visible: enabled
        text: qsTr("上一页")
        onClicked: pager.turned(pager.page - 1)
    }
    Words {
        anchors.centerIn: parent
        width: pager.width - 2 * pager.side - 2 * Theme.gap
        horizontalAlignment: Text.AlignHCenter
        text: qsTr("第 %1 页，共 %2 页").arg(pager.page + 1).arg(pager.pages)
        size: Theme.small
        color: Theme.soft
    }
    ActButton {
        id: next

        objectName: "page_next"
        anchors.right: parent.right
        width: pager.side
        height: pager.height
        enabled: pager.page + 1 < pager.pages
        visible: enabled
        text: qsTr("下一页")
        onClicked: pager.turned(pager.page + 1)
    }
}
