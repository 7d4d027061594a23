pragma ComponentBehavior: Bound

import QtQuick
import Kiosk
import Kiosk.Views

Sheet {
    id: question

    readonly property QuestionView view: Shell.questionPage
    readonly property bool typed: view.kind !== "choice"
    readonly property string source: SourceWords.text(view.badge)
    readonly property string lead: view.optional ? qsTr("（选填）") + view.why : view.why

    kicker: view.path
    title: view.label
    why: view.invalid ? view.error : source !== "" ? lead + " " + source + qsTr("。") : lead

    PagedList {
        anchors.fill: parent
        visible: !question.typed
        entries: question.typed ? [] : question.view.options

        delegate: OptionTile {
            required property var modelData

            objectName: "option_" + modelData.value
            label: modelData.label
            hint: modelData.hint
            chosen: modelData.value === question.view.value
            onClicked: question.view.choose(modelData.value)
        }
    }
    Loader {
        width: parent.width
        active: question.typed
        sourceComponent: TypedAnswer {
            view: question.view
        }
    }

    bar {
        extraText: question.view.optional ? qsTr("不填") : ""
        extraName: "skip"
        actText: !question.typed && question.view.value === "" ? "" : question.view.returning ? qsTr("改好了，回去核对") : qsTr("下一题")
        onExtraTapped: question.view.skip()
        onActTapped: question.view.confirm()
    }
}
