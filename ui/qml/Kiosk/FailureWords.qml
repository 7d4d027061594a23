pragma Singleton
pragma ComponentBehavior: Bound

import QtQuick

// Every failure in the resident's words: what happened, what became of the papers, what to do now.
QtObject {
    function device(name: string): string {
        switch (name) {
        case "card":
            return qsTr("读卡器");
        case "camera":
            return qsTr("拍摄台");
        case "receipt":
            return qsTr("凭条打印机");
        default:
            return qsTr("这台机器");
        }
    }

    function title(code: string, name: string): string {
        return code === "" ? "" : words(code, name)[0];
    }

    function advice(code: string, name: string): string {
        return code === "" ? "" : words(code, name)[1];
    }

    // The pair of title and advice.
    function words(code: string, name: string): list<string> {
        const d = device(name);
        switch (code) {
        case "NOT_CONNECTED":
        case "CONNECT_TIMEOUT":
        case "PERMISSION_DENIED":
        case "OPTION_REFUSED":
        case "DEVICE_ERROR":
            return [qsTr("%1暂时用不了").arg(d), qsTr("您填的内容还在。请换个办法，或找工作人员。")];
        case "DISCONNECTED":
            return [qsTr("%1断开了，正在重连").arg(d), qsTr("您填的内容还在。请稍等几秒。")];
        case "SERVICE_DOWN":
            return [qsTr("%1正在恢复").arg(d), qsTr("您填的内容还在。请稍等几秒。")];
        case "BUSY":
            return [qsTr("%1正忙，请稍等").arg(d), qsTr("您填的内容还在。轮到您时会自动继续。")];
        case "NO_REPLY":
            return [qsTr("%1没有回应，正在重试").arg(d), qsTr("您填的内容还在。请稍等几秒。")];
        case "PROTOCOL_ERROR":
            return [qsTr("%1没听清，正在重试").arg(d), qsTr("您填的内容还在。请稍等几秒。")];
        case "IO_ERROR":
            return [qsTr("%1中断了，正在重试").arg(d), qsTr("您填的内容还在。请稍等几秒。")];
        case "HUNG":
        case "DRIVER_CRASHED":
            return [qsTr("%1没有回应，正在重启它").arg(d), qsTr("您填的内容还在。请稍等几秒。")];
        case "STATUS_UNKNOWN":
            return [qsTr("请看看凭条出来没有"), qsTr("编号有效，办理不受影响。没有出来请找工作人员。")];
        case "CANCELLED":
            return [qsTr("已停下"), qsTr("您填的内容还在。想继续时请重新开始。")];
        case "NO_CARD":
            return [qsTr("没读到证件"), qsTr("请把证件平放在蓝色区域，先别拿走。")];
        case "CARD_LIFTED":
            return [qsTr("证件拿开早了一点"), qsTr("没有留下信息。请重新放好，提示后再拿。")];
        case "CARD_UNSUPPORTED":
            return [qsTr("这种证件这里读不了"), qsTr("没有留下信息。请换身份证，或找工作人员。")];
        case "CARD_WRONG_TYPE":
            return [qsTr("这一步要用另一种证件"), qsTr("没有留下信息。请换成身份证再放一次。")];
        case "CARD_REJECTED":
            return [qsTr("这张证件没能读出来"), qsTr("没有留下信息。请找工作人员帮您核对。")];
        case "BAD_CARD_DATA":
            return [qsTr("证件信息没读完整"), qsTr("没有留下信息。请重新放一次。")];
        case "SAM_SELFTEST":
        case "SAM_UNAUTHORISED":
            return [qsTr("读卡器暂时用不了"), qsTr("您填的内容还在。请换个办法，或找工作人员。")];
        case "PAPER_OUT":
            return [qsTr("纸用完了"), qsTr("编号有效，办理不受影响。请记下编号，或等工作人员换纸。")];
        case "PAPER_LOW":
            return [qsTr("纸快用完了"), qsTr("编号有效，办理不受影响。您可以继续办。")];
        case "COVER_OPEN":
            return [qsTr("%1的盖子开着").arg(d), qsTr("编号有效，办理不受影响。请找工作人员合上盖子。")];
        case "PAPER_JAM":
            return [qsTr("纸卡住了"), qsTr("编号有效。请不要用力拉，工作人员会帮您取出。")];
        case "CUTTER_ERROR":
            return [qsTr("切纸刀卡住了"), qsTr("编号有效，办理不受影响。请找工作人员。")];
        case "OVERHEATED":
            return [qsTr("打印机要歇一下"), qsTr("编号有效，办理不受影响。一会儿自动继续。")];
        case "UNPRINTABLE_TEXT":
            return [qsTr("有个字印不出来"), qsTr("您的信息没有改动。请找工作人员。")];
        case "RENDER_ERROR":
            return [qsTr("这份凭条没排好"), qsTr("编号有效，办理不受影响。请找工作人员补印。")];
        case "OUTCOME_UNKNOWN":
            return [qsTr("请看看打完整了吗"), qsTr("编号有效，办理不受影响。没打完可以再打一张。")];
        case "FRAME_STALLED":
        case "FRAME_FROZEN":
            return [qsTr("拍摄台没有画面，正在重启"), qsTr("已拍的页都在。请稍等。")];
        case "FRAME_DARK":
            return [qsTr("画面太暗"), qsTr("已拍的页都在。请看看有没有东西挡住镜头。")];
        case "IMAGE_INVALID":
            return [qsTr("这一张没拍好"), qsTr("已拍的页都在。请再拍一次。")];
        case "PAGE_NOT_FOUND":
            return [qsTr("没看到纸"), qsTr("已拍的页都在。请把纸放到台面中间。")];
        case "PAGE_CUT":
            return [qsTr("纸没有放全"), qsTr("已拍的页都在。请让四个角都露出来。")];
        case "PAGE_BLANK":
            return [qsTr("这一面是空白的"), qsTr("已拍的页都在。请把有字的一面朝上。")];
        case "PAGE_BLURRED":
            return [qsTr("这一页有点模糊"), qsTr("已拍的页都在。请放平，再拍一次。")];
        case "PAGE_DARK":
            return [qsTr("这一页有点暗"), qsTr("已拍的页都在。请别挡住灯，再拍一次。")];
        case "PAGE_TOO_SMALL":
            return [qsTr("这一页太小，看不清字"), qsTr("已拍的页都在。请看看是不是这一张。")];
        case "STORE_FULL":
            return [qsTr("这台机器暂时收满了"), qsTr("这一次没有提交。请去附近的地方办，或过一会儿再来。")];
        case "STORE_FAULT":
        case "STORE_OLD_LIBRARY":
            return [qsTr("这台机器暂时收不了材料"), qsTr("这一次没有提交，原件请带走。请到窗口办，或找工作人员。")];
        case "PORTAL_UNREACHABLE":
            return [qsTr("网络断了，可以继续办"), qsTr("您填的内容还在。材料会先存在本机，之后自动送出。")];
        case "PORTAL_SLOW":
            return [qsTr("受理平台回应有点慢"), qsTr("您的材料还在，会自动再送。您不用等。")];
        case "PORTAL_BAD_ANSWER":
        case "NO_PROGRESS":
            return [qsTr("受理平台还没有回话"), qsTr("您的材料还在，会自动再送。您不用等。")];
        case "PORTAL_REFUSED":
            return [qsTr("受理平台没有收下"), qsTr("您的材料还在本机。工作人员会处理，请记下编号。")];
        case "PORTAL_PAUSED":
            return [qsTr("受理平台暂时停收"), qsTr("您的材料还在，恢复后自动送出。")];
        case "SEALING_KEY_MISSING":
            return [qsTr("这台机器还不能收材料"), qsTr("这一次没有提交，原件请带走。请到窗口办，或找工作人员。")];
        case "PACK_INVALID":
        case "SETTING_INVALID":
            return [qsTr("这件事现在办不了"), qsTr("这一次没有提交，原件请带走。请到窗口办，或找工作人员。")];
        case "PROGRAM_FAULT":
            return [qsTr("这一步没走通"), qsTr("没有提交的内容不会外传。请再试一次，或找工作人员。")];
        default:
            return [qsTr("请找工作人员帮忙"), qsTr("您的材料没有丢。请说出右下角的代码。")];
        }
    }
}
