pragma ComponentBehavior: Bound

import QtQuick
import Kiosk

// Shows as many entries as fit and pages through the rest; nothing scrolls, nothing is cut.
Item {
    id: list

    property var entries: []
    property Component delegate: null
    property int columns: 1
    property int spacing: Theme.px(Theme.roomy ? 6 : 4.25)
    property int page: 0
    property int pages: 1
    property bool arranged: false
    property real used: 0
    property var pageOf: new Map()

    readonly property bool atEnd: arranged && page === pages - 1

    function later(): void {
        soon.restart();
    }

    function rows(): var {
        const cell = (list.width - (list.columns - 1) * list.spacing) / list.columns;
        const rows = [];
        for (let index = 0; index < repeater.count; index += list.columns) {
            const items = [];
            for (let column = 0; column < list.columns && index + column < repeater.count; column++) {
                const item = repeater.itemAt(index + column);
                if (item === null)
                    return [];
                item.width = Math.floor(cell);
                item.x = Math.floor(column * (cell + list.spacing));
                items.push(item);
            }
            rows.push(items);
        }
        return rows;
    }

    function place(rows: var, limit: real): int {
        let page = 0;
        let y = 0;
        let deepest = 0;
        for (const row of rows) {
            const height = Math.max(...row.map(item => item.implicitHeight));
            if (y > 0 && y + height > limit) {
                page += 1;
                y = 0;
            }
            for (const item of row) {
                item.y = y;
                item.height = height;
                list.pageOf.set(item, page);
            }
            y += height + list.spacing;
            deepest = Math.max(deepest, y - list.spacing);
        }
        list.used = deepest;
        return page + 1;
    }

    function arrange(): void {
        if (list.width <= 0 || list.height <= 0)
            return;
        const rows = list.rows();
        let pages = list.place(rows, list.height);
        if (pages > 1)
            pages = list.place(rows, list.height - pager.implicitHeight - list.spacing);
        list.pages = pages;
        list.page = Math.min(list.page, pages - 1);
        list.arranged = true;
        list.reveal();
    }

    function reveal(): void {
        for (let index = 0; index < repeater.count; index++) {
            const item = repeater.itemAt(index);
            if (item !== null)
                item.visible = list.pageOf.get(item) === list.page;
        }
    }

    onPageChanged: reveal()
    onEntriesChanged: {
        arranged = false;
        pageOf = new Map();
        page = 0;
        later();
    }
    onWidthChanged: later()
    onHeightChanged: later()
    onColumnsChanged: later()

    // A timer dies with the list; a call that was put off with callLater would outlive it.
    Timer {
        id: soon

        interval: 0
        onTriggered: list.arrange()
    }
    Repeater {
        id: repeater

        model: list.entries
        delegate: list.delegate
        onItemAdded: (index, item) => {
            item.visible = false;
            item.implicitHeightChanged.connect(list.later);
            list.later();
        }
    }
    Pager {
        id: pager

        anchors.bottom: parent.bottom
        width: parent.width
        visible: list.pages > 1
        page: list.page
        pages: list.pages
        onTurned: page => list.page = page
    }
}
