pragma ComponentBehavior: Bound

import QtQuick
import Kiosk
import Kiosk.Views

Sheet {
    id: guide

    readonly property GuideView view: Shell.guidePage

    kicker: view.itemName
    title: view.question
    why: view.why

    PagedList {
        anchors.fill: parent
        entries: guide.view.options

        delegate: OptionTile {
            required property var modelData
            readonly property var option: modelData

            objectName: "option_" + option.value
            label: option.label
            hint: option.hint
            onClicked: guide.view.choose(option.value)
        }
    }
}
