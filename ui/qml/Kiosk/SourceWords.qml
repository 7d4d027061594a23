pragma Singleton
pragma ComponentBehavior: Bound

import QtQuick

// Where a prefilled value comes from.
QtObject {
    function text(badge: string): string {
        switch (badge) {
        case "":
            return "";
        case "card_chip":
            return qsTr("来自身份证");
        case "last_case":
            return qsTr("来自您上一次办理");
        case "e_licence":
            return qsTr("来自电子证照");
        case "data_sharing":
            return qsTr("来自有关部门");
        case "promise":
            return qsTr("用承诺代替");
        default:
            return qsTr("已为您填好");
        }
    }
}
