pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Templates as T
import Kiosk
import Kiosk.Views

// A typed answer: the field, or the parts of an address, above their pad.
Column {
    id: typed

    required property QuestionView view

    readonly property bool detailed: view.kind === "detail"

    function unit(key: string): string {
        switch (key) {
        case "lane":
            return qsTr("弄");
        case "number":
            return qsTr("号");
        case "room":
            return qsTr("室");
        default:
            return key;
        }
    }

    spacing: Theme.px(Theme.roomy ? 12 : Theme.landscape ? 5 : 8)

    Field {
        width: parent.width
        visible: !typed.detailed
        value: typed.view.shownValue
        wrong: typed.view.invalid
        empty: typed.view.kind === "tel" ? qsTr("请按数字键输入") : qsTr("请按下面的键输入")
        Accessible.role: Accessible.EditableText
        Accessible.name: value === "" ? empty : value
    }
    Row {
        id: parts

        readonly property int count: Math.max(1, typed.view.parts.length)

        width: parent.width
        visible: typed.detailed
        spacing: Theme.gap

        Repeater {
            model: typed.view.parts

            T.Button {
                id: part

                required property var modelData
                readonly property string value: typed.view.partValues[modelData.key] ?? ""
                readonly property string name: typed.unit(modelData.key)

                objectName: "part_" + modelData.key
                width: Math.floor((parts.width - (parts.count - 1) * parts.spacing) / parts.count)
                height: Math.max(Theme.tile, lines.implicitHeight + 2 * Theme.px(3))
                text: name
                Accessible.role: Accessible.Button
                Accessible.name: name + " " + value
                onClicked: typed.view.focusPart(modelData.key)

                background: Field {
                    value: ""
                    empty: ""
                    active: typed.view.activePart === part.modelData.key
                    wrong: typed.view.invalid && active
                }
                contentItem: Column {
                    id: lines

                    topPadding: Theme.px(2)

                    Words {
                        width: part.width
                        horizontalAlignment: Text.AlignHCenter
                        text: part.value === "" ? "–" : part.value
                        size: Theme.heading
                        strong: true
                        Accessible.ignored: true
                    }
                    Words {
                        width: part.width
                        horizontalAlignment: Text.AlignHCenter
                        text: part.modelData.optional ? part.name + qsTr("（选填）") : part.name
                        size: Theme.small
                        color: Theme.soft
                        Accessible.ignored: true
                    }
                }
            }
        }
    }
    Loader {
        width: parent.width
        sourceComponent: typed.view.pad === "letters" ? letters : typed.view.pad === "id" ? identity : digits

        Component {
            id: letters

            LetterPad {
                onTapped: key => typed.view.press(key)
            }
        }
        Component {
            id: identity

            IdPad {
                onTapped: key => typed.view.press(key)
            }
        }
        Component {
            id: digits

            NumberPad {
                onTapped: key => typed.view.press(key)
            }
        }
    }
}
