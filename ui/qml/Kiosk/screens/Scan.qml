pragma ComponentBehavior: Bound

import QtQuick
import Kiosk
import Kiosk.Views

Sheet {
    id: scan

    readonly property ScanView view: Shell.scanPage
    readonly property string stage: view.stage
    readonly property bool faulty: stage === "camera_fault"
    readonly property bool rejected: stage === "review" && view.verdict === "reject"
    readonly property string pages: view.pagesMin === view.pagesMax ? qsTr("要 %1 页，已拍 %2 页").arg(view.pagesMin).arg(view.kept) : qsTr("要 %1 到 %2 页，已拍 %3 页").arg(view.pagesMin).arg(view.pagesMax).arg(view.kept)

    kicker: view.material
    title: {
        if (faulty)
            return FailureWords.title(view.failure, "camera");
        if (stage === "review")
            return rejected ? qsTr("这一页请重新拍") : view.verdict === "warn" ? qsTr("这一页看得清吗？") : qsTr("第 %1 页拍好了").arg(view.page);
        return stage === "capturing" ? qsTr("正在拍，请别动") : qsTr("请放好第 %1 页").arg(view.page);
    }
    why: faulty ? FailureWords.advice(view.failure, "camera") : stage === "review" ? qsTr("每个字都看得清，就用这一页。") : pages + qsTr("。放稳以后会自己拍。")
    code: view.failure
    pictureHeight: mainBottom - headBottom - 2 * Theme.air - tools.implicitHeight

    picture: PlatePicture {
        number: scan.view.preview
        corners: scan.view.corners
        tone: scan.faulty || scan.rejected ? "warn" : scan.stage === "review" ? scan.view.verdict === "warn" ? "warn" : "good" : scan.view.hint === "ready" || scan.view.hint === "hold" ? "good" : "act"
        empty: scan.faulty ? qsTr("现在没有画面") : qsTr("正在准备画面…")
        caption: scan.faulty ? qsTr("已拍的页都在") : scan.stage === "review" ? scan.view.reasons.length > 0 ? ScanWords.hint(scan.view.reasons[0]) : qsTr("看得清，四个角都在") : ScanWords.hint(scan.view.hint)
    }

    Column {
        id: tools

        width: parent.width
        spacing: Theme.gap

        ActButton {
            objectName: "scan_later"
            visible: scan.view.canDefer && !scan.view.canFinish && (scan.stage === "live" || scan.faulty)
            width: parent.width
            text: qsTr("先不扫，以后再补交")
            size: Theme.body
            onClicked: scan.view.later()
        }
        Words {
            width: parent.width
            visible: text !== "" && scan.stage === "review"
            text: scan.view.reasons.slice(1).map(code => ScanWords.hint(code)).join(qsTr("；"))
            color: Theme.ink
        }
    }

    bar {
        extraText: scan.stage === "review" && !scan.rejected ? qsTr("重新拍") : scan.stage === "live" && scan.view.canFinish ? qsTr("扫完了") : ""
        extraName: scan.stage === "review" ? "retake" : "finish"
        actText: scan.faulty ? qsTr("再试一次") : scan.stage === "review" ? scan.rejected ? qsTr("重新拍") : qsTr("就用这一页") : scan.stage === "live" ? qsTr("现在拍") : ""
        actName: scan.rejected ? "retake" : "act"
        onExtraTapped: scan.stage === "review" ? scan.view.retake() : scan.view.finish()
        onActTapped: {
            if (scan.faulty)
                scan.view.retry();
            else if (scan.stage === "live")
                scan.view.capture();
            else if (scan.rejected)
                scan.view.retake();
            else
                scan.view.keep();
        }
    }
}
