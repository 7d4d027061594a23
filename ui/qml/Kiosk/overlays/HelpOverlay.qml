pragma ComponentBehavior: Bound

import QtQuick
import Kiosk
import Kiosk.Views

Veil {
    id: help

    function hint(screen: string): string {
        switch (screen) {
        case "home":
            return qsTr("点一下您要办的事。不确定，就先点最像的那一件。");
        case "guide":
        case "question":
            return qsTr("这一页只问一件事。答错了不要紧，后面还能改。");
        case "notice":
            return qsTr("先看要带什么、多久办好。按“开始办理”才会用身份证。");
        case "identify":
        case "expired":
            return qsTr("身份证平放在蓝色亮框里，等提示再拿开。没带证或读不出来，可以到窗口办。");
        case "materials":
            return qsTr("写着“已免交”的不用管，写着“请扫描”的等会儿放到台面上。");
        case "scan":
            return qsTr("纸放在台面中间，四个角都露出来，放稳就会自己拍。");
        case "precheck":
        case "check":
            return qsTr("从上到下看一遍，不对的点“修改”。");
        case "sign":
            return qsTr("用手指在框里写名字，写得不好可以重写。");
        case "submit":
            return qsTr("请稍等一会儿，材料不会丢。");
        case "done":
            return qsTr("请拿好凭条、身份证和原件。");
        default:
            return qsTr("按屏幕上的蓝色按钮，一步一步来。");
        }
    }

    title: qsTr("需要帮忙吗？")
    words: help.hint(Shell.screen)

    Rectangle {
        width: parent?.width ?? 0
        height: numbers.implicitHeight + 2 * Theme.px(6)
        radius: Theme.radius
        color: Theme.actWash

        Column {
            id: numbers

            x: Theme.px(6)
            y: Theme.px(6)
            width: parent.width - 2 * x
            spacing: Theme.px(1)

            Words {
                width: parent.width
                text: qsTr("找人帮忙，请叫身边的工作人员，或打")
                color: Theme.ink
            }
            Words {
                width: parent.width
                text: "12345"
                size: Math.round(Theme.title * 1.3)
                strong: true
                color: Theme.act
            }
        }
    }
    ActButton {
        objectName: "dismiss"
        width: parent?.width ?? 0
        height: Math.max(Theme.button, implicitHeight)
        kind: "main"
        text: qsTr("知道了，回去")
        onClicked: Shell.dismiss()
    }
}
