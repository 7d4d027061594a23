pragma ComponentBehavior: Bound

import QtQuick
import Kiosk
import Kiosk.Views

Sheet {
    id: fault

    readonly property FaultView view: Shell.faultPage

    title: FailureWords.title(view.failure, view.device)
    why: FailureWords.advice(view.failure, view.device)
    code: view.failure

    Column {
        width: parent.width
        spacing: Theme.px(Theme.roomy ? 9 : 6)

        StateRow {
            width: parent.width
            mood: fault.view.kept ? "done" : "attention"
            text: fault.view.kept ? qsTr("您填的内容还在") : qsTr("这一次没有提交，您的信息会清除")
        }
        StateRow {
            width: parent.width
            mood: "later"
            sign: "?"
            text: qsTr("要人帮忙，请按右上角“求助”")
        }
    }

    bar {
        extraText: Shell.canCancel ? "" : qsTr("看看别的事")
        extraName: "home"
        actText: fault.view.canRetry ? qsTr("再试一次") : ""
        onExtraTapped: Shell.goHome()
        onActTapped: fault.view.retry()
    }
}
