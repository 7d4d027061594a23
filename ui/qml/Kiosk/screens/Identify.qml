pragma ComponentBehavior: Bound

import QtQuick
import Kiosk
import Kiosk.Views

Sheet {
    id: identify

    readonly property IdentifyView view: Shell.identifyPage
    readonly property string stage: view.stage
    readonly property bool troubled: stage === "trouble" || stage === "reader_fault"
    readonly property string step: stage === "preparing" ? "0" : stage === "waiting" ? "1" : stage === "reading" ? "2" : "3"

    title: {
        if (troubled)
            return FailureWords.title(view.failure, "card");
        return stage === "read" ? qsTr("是您本人吗？") : stage === "reading" ? qsTr("正在读取，先别拿走") : qsTr("请放上身份证");
    }
    why: {
        if (troubled)
            return FailureWords.advice(view.failure, "card");
        if (stage === "read")
            return qsTr("请看一看名字和号码，对了再往下走。");
        return view.tip === 2 ? qsTr("还没看到证件。放不好，可以换个办法。") : view.tip === 1 ? qsTr("把证件贴紧蓝色区域，手机和别的卡先拿开。") : qsTr("平放在蓝色亮框里，读好前先别拿走。");
    }
    code: view.failure
    pictureHeight: Theme.px(Theme.large ? identify.stage === "read" ? 112 : 92 : 140)

    picture: CardPicture {
        mood: identify.troubled ? "trouble" : identify.stage
        name: identify.view.maskedName
        number: identify.view.maskedNumber
        caption: identify.stage === "preparing" ? qsTr("正在准备…") : identify.stage === "reading" ? qsTr("正在读取…") : identify.stage === "waiting" ? qsTr("蓝色亮框在屏幕右下方") : ""
    }

    PagedList {
        anchors.fill: parent
        spacing: Theme.px(Theme.roomy ? 7 : 4)
        entries: identify.stage === "read" || identify.troubled ? ["note"] : ["ready", "seen", "read", "note"]

        delegate: Loader {
            id: line

            required property var modelData
            readonly property string what: modelData
            readonly property int rank: ["ready", "seen", "read"].indexOf(what)
            readonly property int step: Number(identify.step)

            sourceComponent: what === "note" ? note : stateLine

            Component {
                id: stateLine

                StateRow {
                    mood: line.step > line.rank ? "done" : line.step === line.rank ? "now" : "later"
                    sign: String(line.rank + 1)
                    text: line.what === "ready" ? line.step > 0 ? qsTr("读卡器准备好了") : qsTr("读卡器正在准备") : line.what === "seen" ? line.step > 1 ? qsTr("看到证件了") : qsTr("等您放上证件") : qsTr("读取信息")
                }
            }
            Component {
                id: note

                Card {
                    Words {
                        width: parent.width
                        text: qsTr("证件信息只用于这次办事，办完就清除。")
                        color: Theme.soft
                    }
                }
            }
        }
    }

    bar {
        extraText: identify.stage === "read" ? qsTr("不是我") : identify.troubled || identify.view.tip === 2 ? qsTr("换个办法") : ""
        extraName: identify.stage === "read" ? "reread" : "other_way"
        actText: identify.stage === "read" ? qsTr("是我，继续") : identify.stage === "trouble" ? qsTr("我放好了") : identify.stage === "reader_fault" ? qsTr("再试一次") : ""
        onExtraTapped: identify.stage === "read" ? identify.view.reread() : Shell.help()
        onActTapped: identify.stage === "read" ? identify.view.confirm() : identify.view.reread()
    }
}
