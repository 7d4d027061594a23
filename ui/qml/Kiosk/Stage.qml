pragma ComponentBehavior: Bound

import QtQuick
import Kiosk
import Kiosk.Views

// The frame that is the same on each screen, the screen itself, and what lies over it.
Rectangle {
    id: stage

    readonly property string file: Shell.screen.charAt(0).toUpperCase() + Shell.screen.slice(1)

    objectName: "stage"
    width: Shell.windowWidth
    height: Shell.windowHeight
    color: Theme.paper

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
        source: Qt.resolvedUrl("screens/" + stage.file + ".qml")
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
