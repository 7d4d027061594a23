pragma Singleton
pragma ComponentBehavior: Bound

import QtQuick

// The words of the result: chosen by the case's stage alone, never by the network.
QtObject {
    function title(stage: string, reasons: int): string {
        switch (stage) {
        case "received":
            return qsTr("材料已送到受理平台，尚未受理");
        case "accepted":
            return qsTr("已受理");
        case "concluded":
            return qsTr("已办好");
        case "correction":
            return qsTr("还差 %n 样", "", reasons);
        case "not_accepted":
            return qsTr("这次不能受理");
        default:
            return qsTr("材料已收下，尚未受理");
        }
    }

    function advice(stage: string): string {
        switch (stage) {
        case "received":
            return qsTr("受理后会告诉您，不用再交一次。");
        case "accepted":
            return qsTr("请记下办件编号，随时可以查进度。");
        case "concluded":
            return qsTr("请收好凭条，上面有办件编号。");
        case "correction":
            return qsTr("您交的材料都在。补齐下面几样就能继续。");
        case "not_accepted":
            return qsTr("原因写在下面。有疑问请打 12345。");
        default:
            return qsTr("材料已加密保存在本机，会自动送出，不用再交一次。");
        }
    }

    function label(stage: string): string {
        return stage === "accepted" || stage === "concluded" || stage === "correction" || stage === "not_accepted" ? qsTr("办件编号") : qsTr("收件编号");
    }
}
