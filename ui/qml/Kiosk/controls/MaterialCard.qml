pragma ComponentBehavior: Bound

import QtQuick
import Kiosk

// One material: what it is, how it is dealt with, why.
Rectangle {
    id: card

    property var row: ({})

    readonly property bool exempt: row.way === "exempt"
    readonly property string pages: row.pagesMin === row.pagesMax ? qsTr("请扫描 %1 页").arg(row.pagesMin) : qsTr("请扫描 %1 到 %2 页").arg(row.pagesMin).arg(row.pagesMax)
    readonly property string later: row.supplementDays > 0 ? qsTr("，也可以 %1 天内补交").arg(row.supplementDays) : ""
    readonly property string how: {
        if (row.way === "promise")
            return qsTr("写一份承诺就可以，不用交纸。");
        if (row.way === "scan")
            return pages + later + qsTr("。");
        if (row.by === "card_chip")
            return qsTr("从身份证芯片读到，不留复印件。");
        if (row.by === "e_licence")
            return qsTr("用电子证照：%1，只用这一次。").arg(row.certificate);
        return qsTr("向有关部门查到，不用您再交。");
    }

    readonly property bool beside: !Theme.large

    implicitHeight: Math.max(column.implicitHeight + (beside ? 0 : badge.implicitHeight + Theme.px(3)), badge.implicitHeight) + 2 * Theme.px(Theme.roomy ? 8 : 6)
    radius: Theme.cardRadius
    color: Theme.card
    border.width: Theme.hair
    border.color: Theme.line

    Column {
        id: column

        x: Theme.padding
        y: Theme.px(Theme.roomy ? 8 : 6)
        width: card.width - 2 * Theme.padding - (card.beside ? badge.width + Theme.gap : 0)
        spacing: Theme.px(1.5)

        Words {
            width: parent.width
            text: card.row.name ?? ""
            size: Theme.control
            strong: true
        }
        Words {
            width: parent.width
            text: card.how
            size: Theme.small
            color: Theme.soft
        }
        Words {
            width: parent.width
            visible: text !== "" && !card.exempt
            text: card.row.why ?? ""
            size: Theme.small
            color: Theme.soft
        }
    }
    Badge {
        id: badge

        x: card.beside ? card.width - width - Theme.padding : Theme.padding
        y: card.beside ? (card.height - height) / 2 : column.y + column.height + Theme.px(3)
        width: implicitWidth
        height: implicitHeight
        tone: card.exempt ? "good" : card.row.way === "promise" ? "act" : "warn"
        text: card.exempt ? qsTr("✓ 已免交") : card.row.way === "promise" ? qsTr("承诺") : qsTr("请扫描")
    }
}
