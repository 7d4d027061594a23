pragma ComponentBehavior: Bound

import QtQuick
import Kiosk
import Kiosk.Views

Sheet {
    id: elsewhere

    readonly property ElsewhereView view: Shell.elsewherePage

    kicker: view.itemName
    title: {
        switch (view.reason) {
        case "online_only":
            return qsTr("这件事联网才能办");
        case "store_full":
            return qsTr("这台机器暂时收满了");
        case "change":
            return qsTr("您这种情况换个办法");
        default:
            return qsTr("这件事请到窗口办");
        }
    }
    why: {
        switch (view.reason) {
        case "online_only":
            return qsTr("现在网络不通，您什么都没有交。请过会儿再来，或到窗口办。");
        case "store_full":
            return qsTr("您的信息没有留下。请去附近的地方办，或过一会儿再来。");
        case "change":
            return qsTr("有变化要另外办理。您的信息没有留下，窗口可以马上办。");
        default:
            return qsTr("这台机器还不能收这件事。您的信息没有留下。");
        }
    }

    PagedList {
        anchors.fill: parent
        entries: elsewhere.view.places.concat([
            {
                name: qsTr("政务服务热线 12345"),
                address: qsTr("每天二十四小时有人接听")
            }
        ])

        delegate: PlaceCard {
            required property var modelData

            place: modelData
        }
    }

    bar {
        actText: qsTr("看看别的事")
        actName: "home"
        onActTapped: Shell.goHome()
    }
}
