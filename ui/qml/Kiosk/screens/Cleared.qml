pragma ComponentBehavior: Bound

import QtQuick
import Kiosk

Item {
    id: cleared

    Column {
        anchors.centerIn: parent
        width: parent.width - 2 * Theme.margin
        spacing: Theme.px(7)

        Rectangle {
            anchors.horizontalCenter: parent.horizontalCenter
            width: Theme.px(40)
            height: width
            radius: width / 2
            color: Theme.good

            Words {
                anchors.centerIn: parent
                text: "✓"
                size: Theme.px(22)
                strong: true
                color: Theme.card
                Accessible.ignored: true
            }
        }
        Words {
            objectName: "title"
            width: parent.width
            horizontalAlignment: Text.AlignHCenter
            text: qsTr("已清除您的信息")
            size: Theme.title
            strong: true
            Accessible.role: Accessible.Heading
        }
        Words {
            width: parent.width
            horizontalAlignment: Text.AlignHCenter
            text: qsTr("请带走身份证和材料")
            size: Theme.heading
            color: Theme.soft
        }
    }
    FootLine {
        y: cleared.height - height
        width: parent.width
        height: implicitHeight
    }
}
