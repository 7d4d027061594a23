pragma ComponentBehavior: Bound

import QtQuick
import Kiosk
import Kiosk.Views

Sheet {
    id: precheck

    readonly property PrecheckView view: Shell.precheckPage

    title: view.findings.length > 0 ? qsTr("有 %n 处需要修改", "", view.findings.length) : qsTr("都齐了")
    why: view.findings.length > 0 ? qsTr("您填的内容都在。点一处，改好就回到这里。") : qsTr("可以去核对了。")

    function reason(code: string): string {
        switch (code) {
        case "missing":
            return qsTr("还没有填");
        case "invalid":
            return qsTr("请再看看填得对不对");
        case "pages_missing":
            return qsTr("还没有扫完");
        case "page_poor":
            return qsTr("有一页看不清，请重新拍");
        case "promise_missing":
            return qsTr("承诺书还没有签");
        default:
            return qsTr("请再看一看");
        }
    }

    PagedList {
        anchors.fill: parent
        entries: precheck.view.findings

        delegate: OptionTile {
            required property var modelData
            readonly property var finding: modelData

            objectName: "mend_" + finding.target
            label: finding.label
            hint: precheck.reason(finding.code)
            mark: qsTr("去改")
            onClicked: precheck.view.mend(finding.target)
        }
    }

    bar {
        actText: precheck.view.findings.length > 0 ? qsTr("去改第一处") : qsTr("去核对")
        onActTapped: precheck.view.findings.length > 0 ? precheck.view.mend(precheck.view.findings[0].target) : precheck.view.goOn()
    }
}
