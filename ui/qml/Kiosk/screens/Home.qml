pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Templates as T
import Kiosk
import Kiosk.Views

Sheet {
    id: home

    readonly property HomeView view: Shell.homePage

    title: qsTr("您想办什么？")
    why: qsTr("点一下要办的事，先看清楚再决定。")

    PagedList {
        anchors.fill: parent
        columns: Theme.large && !Theme.landscape && Shell.language === "en" ? 1 : 2
        entries: home.view.items

        delegate: T.Button {
            id: tile

            required property var modelData
            readonly property var item: modelData
            readonly property string area: item.area === "national" ? qsTr("跨省通办") : item.area === "yrd" ? qsTr("长三角通办") : qsTr("全市通办")
            readonly property string promise: item.promiseDays === 0 ? (Shell.online ? qsTr("当场办结") : qsTr("联网后办结")) : qsTr("%n 个工作日", "", item.promiseDays)

            objectName: "item_" + item.item
            implicitHeight: lines.implicitHeight + 2 * Theme.px(Theme.roomy ? 8 : 6)
            text: item.name
            Accessible.role: Accessible.Button
            Accessible.name: item.name + "，" + item.summary
            onClicked: home.view.pick(tile.item.item)

            background: Rectangle {
                radius: Theme.cardRadius
                color: tile.down ? Theme.actWash : Theme.card
                border.width: tile.item.ready ? 2 * Theme.edgeWidth : Theme.edgeWidth
                border.color: tile.item.ready ? Theme.act : Theme.edge
            }
            contentItem: Item {
                Column {
                    id: lines

                    x: Theme.px(6)
                    y: Theme.px(Theme.roomy ? 8 : 6)
                    width: tile.width - 2 * x
                    spacing: Theme.px(1.5)

                    Words {
                        width: parent.width
                        text: tile.item.name
                        size: Theme.control
                        strong: true
                        color: tile.item.ready ? Theme.act : Theme.ink
                        Accessible.ignored: true
                    }
                    Words {
                        width: parent.width
                        text: tile.item.summary
                        size: Theme.small
                        color: Theme.soft
                        Accessible.ignored: true
                    }
                    Flow {
                        width: parent.width
                        topPadding: Theme.px(2)
                        spacing: Theme.px(2)

                        Badge {
                            widest: lines.width
                            tone: tile.item.ready ? "good" : "plain"
                            text: tile.item.ready ? tile.area : qsTr("请到窗口办")
                        }
                        Badge {
                            visible: tile.item.ready
                            widest: lines.width
                            tone: "act"
                            text: tile.promise
                        }
                    }
                }
            }
        }
    }
}
