pragma ComponentBehavior: Bound

import QtQuick
import Kiosk
import Kiosk.Views

Sheet {
    id: done

    readonly property DoneView view: Shell.donePage
    // As one text, so that the list is built anew only when an entry comes or goes.
    readonly property string kinds: {
        // A question about the paper comes first, so that it never waits on a later page.
        const asks = view.paper === "doubt" || view.paper === "not_printed";
        const kinds = asks ? ["paper", "number"] : ["number"];
        if (view.reasons.length > 0)
            kinds.push("reasons");
        if (!asks)
            kinds.push("paper");
        if (view.supplementDays > 0)
            kinds.push("supplement");
        kinds.push("belongings");
        if (view.canRate)
            kinds.push("rating");
        return kinds.join(" ");
    }

    title: StageWords.title(view.stage, view.reasons.length)
    why: StageWords.advice(view.stage)
    code: view.paperFailure

    PagedList {
        anchors.fill: parent
        spacing: Theme.px(Theme.roomy ? 8 : 4.25)
        entries: done.kinds.split(" ")

        delegate: Loader {
            id: entry

            required property string modelData

            sourceComponent: modelData === "number" ? number : modelData === "reasons" ? reasons : modelData === "paper" ? paper : modelData === "rating" ? rating : modelData === "supplement" ? supplement : belongings

            Component {
                id: number

                NumberCard {
                    view: done.view
                }
            }
            Component {
                id: reasons

                Card {
                    Repeater {
                        model: done.view.reasons

                        Words {
                            required property string modelData

                            width: parent?.width ?? 0
                            text: "· " + modelData
                        }
                    }
                }
            }
            Component {
                id: paper

                PaperState {
                    view: done.view
                }
            }
            Component {
                id: supplement

                StateRow {
                    mood: "attention"
                    text: qsTr("请在 %n 天内补交材料", "", done.view.supplementDays)
                }
            }
            Component {
                id: belongings

                StateRow {
                    mood: "attention"
                    text: done.view.tookOriginals ? qsTr("别忘了身份证和原件") : qsTr("别忘了身份证")
                }
            }
            Component {
                id: rating

                RatingRow {
                    view: done.view
                }
            }
        }
    }

    bar {
        backText: qsTr("再办一件")
        backName: "another"
        actText: qsTr("拿好东西，离开")
        actName: "leave"
        onBackTapped: done.view.another()
        onActTapped: done.view.leave()
    }
}
