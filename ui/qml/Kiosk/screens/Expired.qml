pragma ComponentBehavior: Bound

import QtQuick
import Kiosk
import Kiosk.Views

Sheet {
    id: expired

    readonly property ExpiredView view: Shell.expiredPage

    title: qsTr("这张身份证过期了")
    why: qsTr("有效期到 %1，您的信息没有留下。请换有效的证件，或先去换证。").arg(view.validTo)

    PagedList {
        anchors.fill: parent
        entries: expired.view.places

        delegate: PlaceCard {
            required property var modelData

            place: modelData
        }
    }

    bar {
        actText: qsTr("换一张证件")
        actName: "reread"
        onActTapped: expired.view.reread()
    }
}
