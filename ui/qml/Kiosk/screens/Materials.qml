pragma ComponentBehavior: Bound

import QtQuick
import Kiosk
import Kiosk.Views

Sheet {
    id: materials

    readonly property MaterialsView view: Shell.materialsPage

    title: view.exemptCount > 0 ? qsTr("为您免交 %n 份材料", "", view.exemptCount) : qsTr("请看看要交的材料")
    why: view.toScan ? qsTr("政府已经有的，不用您再交。只要扫描标出来的。") : qsTr("政府已经有的，不用您再交。")

    PagedList {
        anchors.fill: parent
        entries: materials.view.rows

        delegate: MaterialCard {
            required property var modelData

            row: modelData
        }
    }

    bar {
        actText: qsTr("知道了，继续")
        onActTapped: materials.view.goOn()
    }
}
