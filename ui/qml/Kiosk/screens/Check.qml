pragma ComponentBehavior: Bound

import QtQuick
import Kiosk
import Kiosk.Views

Sheet {
    id: check

    readonly property CheckView view: Shell.checkPage

    kicker: view.itemName
    title: qsTr("提交前请核对")
    why: qsTr("有不对的，点“修改”，改好就回到这里。")

    PagedList {
        anchors.fill: parent
        entries: check.view.rows

        delegate: CheckCard {
            required property var modelData

            row: modelData
            onMended: target => check.view.mend(target)
        }
    }

    bar {
        actText: qsTr("都对，去签名")
        onActTapped: check.view.goOn()
    }
}
