pragma ComponentBehavior: Bound

import QtQuick
import Kiosk
import Kiosk.Views

Window {
    id: window

    readonly property string file: Shell.screen.charAt(0).toUpperCase() + Shell.screen.slice(1)

    width: Shell.windowWidth
    height: Shell.windowHeight
    visible: true
    color: Theme.paper
    title: "Quanban"

    TopBar {
        id: topBar

        width: parent.width
        height: implicitHeight
    }
    OfflineBar {
        id: offlineBar

        y: topBar.height
        width: parent.width
        height: implicitHeight
    }
    Loader {
        id: screenArea

        objectName: "screen_" + Shell.screen
        y: offlineBar.y + offlineBar.height
        width: parent.width
        height: parent.height - y
        source: Qt.resolvedUrl("screens/" + window.file + ".qml")
    }
    Loader {
        id: overlayArea

        objectName: "overlay"

        anchors.fill: parent
        z: 3
        active: Shell.overlay !== "none"
        source: active ? Qt.resolvedUrl("overlays/" + Shell.overlay.charAt(0).toUpperCase() + Shell.overlay.slice(1) + "Overlay.qml") : ""
    }
}
