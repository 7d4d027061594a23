pragma Singleton
pragma ComponentBehavior: Bound

import QtQuick

// Live guidance and what is wrong with a page; one line each.
QtObject {
    function hint(code: string): string {
        switch (code) {
        case "ready":
            return qsTr("很好，正要拍");
        case "hold":
            return qsTr("别动，马上就好");
        case "PAGE_NOT_FOUND":
            return qsTr("没看到纸，请放到台面中间");
        case "PAGE_CUT":
            return qsTr("纸没有放全，请往中间挪一挪");
        case "PAGE_BLANK":
            return qsTr("这一面是空白的，请翻过来");
        case "PAGE_BLURRED":
            return qsTr("有点模糊，请放平别动");
        case "PAGE_DARK":
            return qsTr("有点暗，请别挡住灯");
        case "PAGE_TOO_SMALL":
            return qsTr("纸太小了，请再看看是不是这一张");
        case "IMAGE_INVALID":
            return qsTr("这一张没拍好，请再拍一次");
        default:
            return qsTr("把纸平放在台面中间");
        }
    }
}
