pragma ComponentBehavior: Bound

import QtQuick
import Kiosk
import Kiosk.Views

Sheet {
    id: notice

    readonly property NoticeView view: Shell.noticePage
    readonly property var cards: {
        const cards = [
            {
                kind: "facts"
            }
        ];
        if (view.conditions.length > 0)
            cards.push({
                kind: "list",
                title: qsTr("谁可以办"),
                lines: view.conditions
            });
        for (const row of view.materials)
            cards.push({
                kind: "material",
                row: row
            });
        if (view.flow.length > 0)
            cards.push({
                kind: "list",
                title: qsTr("怎么办"),
                lines: view.flow
            });
        return cards;
    }
    readonly property string paper: view.printing ? qsTr("正在打印…") : view.printed ? qsTr("已打印，请取走") : qsTr("打印告知单")

    kicker: view.itemName
    title: view.ready ? qsTr("办之前，先看这些") : qsTr("这件事请到窗口办")
    why: view.ready ? view.online ? qsTr("看清楚再开始，现在还不用身份证。") : qsTr("现在网络不通，可以先收下材料，之后自动提交。") : qsTr("这台机器还不能收这件事。要带的东西都在下面。")
    code: view.printFailure

    PagedList {
        anchors.fill: parent
        entries: notice.cards

        delegate: Loader {
            id: card

            required property var modelData
            readonly property var entry: modelData

            sourceComponent: entry.kind === "facts" ? facts : entry.kind === "list" ? points : material

            Component {
                id: facts

                Card {
                    spacing: Theme.px(3)

                    Fact {
                        width: parent.width
                        label: qsTr("收费")
                        value: notice.view.feeFen === 0 ? qsTr("不收费") : qsTr("%1 元").arg((notice.view.feeFen / 100).toFixed(2))
                        strong: true
                    }
                    Fact {
                        width: parent.width
                        label: qsTr("多久办好")
                        value: notice.view.promiseDays === 0 ? (notice.view.online ? qsTr("当场办结") : qsTr("送到平台后当场办结")) : qsTr("%n 个工作日", "", notice.view.promiseDays)
                        strong: true
                    }
                    Fact {
                        width: parent.width
                        visible: notice.view.resultName !== ""
                        label: qsTr("拿到什么")
                        value: notice.view.resultName
                    }
                }
            }
            Component {
                id: points

                Card {
                    Words {
                        width: parent.width
                        text: card.entry.title
                        size: Theme.control
                        strong: true
                    }
                    Repeater {
                        model: card.entry.lines

                        Words {
                            required property string modelData

                            width: parent?.width ?? 0
                            text: "· " + modelData
                        }
                    }
                }
            }
            Component {
                id: material

                MaterialCard {
                    row: card.entry.row
                }
            }
        }
    }

    bar {
        extraText: notice.paper
        extraName: "print_notice"
        actText: notice.view.ready ? qsTr("开始办理") : qsTr("看看别的事")
        onExtraTapped: notice.view.printNotice()
        onActTapped: notice.view.ready ? notice.view.begin() : Shell.goHome()
    }
}
