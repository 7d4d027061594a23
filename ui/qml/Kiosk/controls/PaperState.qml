pragma ComponentBehavior: Bound

import QtQuick
import Kiosk
import Kiosk.Views

// What became of the receipt, and what the resident can do about it.
Column {
    id: paper

    required property DoneView view

    readonly property string stage: view.paper

    spacing: Theme.px(Theme.roomy ? 5 : 3)

    StateRow {
        width: parent.width
        mood: paper.stage === "printed" || paper.stage === "sent" ? "done" : paper.stage === "printing" ? "now" : "attention"
        sign: "…"
        text: {
            switch (paper.stage) {
            case "printing":
                return qsTr("凭条正在打印");
            case "printed":
                return qsTr("凭条已打印，请取走");
            case "sent":
                return qsTr("凭条已送去打印，请看看出纸口");
            case "doubt":
                return qsTr("请看看凭条打完整了吗");
            default:
                return qsTr("凭条没打出来，编号有效");
            }
        }
    }
    Words {
        width: parent.width
        visible: paper.stage === "not_printed" && text !== ""
        text: paper.view.paperFailure === "" ? "" : FailureWords.title(paper.view.paperFailure, "receipt") + qsTr("。") + FailureWords.advice(paper.view.paperFailure, "receipt")
        size: Theme.small
        color: Theme.soft
    }
    Row {
        visible: paper.stage === "doubt" || paper.stage === "not_printed"
        spacing: Theme.gap

        ActButton {
            objectName: "paper_whole"
            visible: paper.stage === "doubt"
            text: qsTr("完整")
            size: Theme.body
            onClicked: paper.view.paperWhole()
        }
        ActButton {
            objectName: "paper_not_whole"
            visible: paper.stage === "doubt"
            text: qsTr("没打完，再打一张")
            size: Theme.body
            onClicked: paper.view.paperNotWhole()
        }
        ActButton {
            objectName: "print_again"
            visible: paper.stage === "not_printed"
            text: qsTr("再打一次")
            size: Theme.body
            onClicked: paper.view.printAgain()
        }
    }
}
