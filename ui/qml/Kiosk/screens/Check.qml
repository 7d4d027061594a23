pragma ComponentBehavior: Bound

import QtQuick
import Kiosk
import Kiosk.Views

Sheet {
    id: check

    readonly property CheckView view: Shell.checkPage
    readonly property bool more: list.pages > 1 && !list.atEnd

    kicker: view.itemName
    title: qsTr("提交前请核对")
    why: qsTr("有不对的，点“修改”，改好就回到这里。")

    PagedList {
        id: list

        anchors.fill: parent
        entries: check.view.rows

        delegate: CheckCard {
            required property var modelData

            row: modelData
            onMended: target => check.view.mend(target)
        }
    }

    bar {
        actText: check.more ? qsTr("看下一页") : qsTr("都对，去签名")
        onActTapped: {
            if (check.more)
                list.page += 1;
            else
                check.view.goOn();
        }
    }
}
