pragma ComponentBehavior: Bound

import QtQuick
import Kiosk
import Kiosk.Views

Sheet {
    id: submit

    readonly property SubmitView view: Shell.submitPage

    title: !view.sealed ? qsTr("正在收下您的材料") : Shell.online ? qsTr("材料已收下，正在送出") : qsTr("材料已收下，先存在本机")
    why: !view.sealed ? qsTr("正在加密保存，请稍等。") : Shell.online ? qsTr("最多再等 %n 秒，之后也会自动送。", "", view.secondsLeft) : qsTr("现在网络不通，恢复后会自动送。")

    pictureHeight: Theme.px(Theme.large ? 92 : 140)

    picture: JourneyPicture {
        reached: submit.view.sealed ? 1 : 0
    }

    Column {
        width: parent.width
        spacing: Theme.px(Theme.roomy ? 9 : 6)

        StateRow {
            width: parent.width
            mood: submit.view.sealed ? "done" : "now"
            sign: "1"
            text: qsTr("加密保存在本机")
        }
        StateRow {
            width: parent.width
            mood: submit.view.sealed && Shell.online ? "now" : "later"
            sign: "2"
            text: qsTr("送到受理平台")
        }
        StateRow {
            width: parent.width
            mood: "later"
            sign: "3"
            text: qsTr("打印凭条")
        }
    }
}
