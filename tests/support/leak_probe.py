"""One visit on the real screens, then a search for everything that the resident brought along.

Run as a program: `leak_probe.py FOLDER PORTAL KEY`. Prints one JSON line with the places where
a marker was found while the answers were on the glass, after the visit was cleared, and after
markers were planted on purpose. 演示数据: the person is drawn from a seed.
"""

import json
import sys
import traceback
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from PySide6.QtCore import QAbstractItemModel, QByteArray, QModelIndex, QObject, QTimer
from PySide6.QtQml import QJSValue, qmlEngine
from PySide6.QtQuick import QQuickItem

from kiosk.assembly.terminal import Terminal
from kiosk.logs import configure
from kiosk.settings import Portal, demo
from kiosk.visit.masking import mask_mobile, mask_name, mask_number
from kiosk.visit.screens import Screen, View
from ui.demo.hands import Hands
from ui.demo.people import Person, draw
from ui.demo.player import Player, Script
from ui.demo.resident import Plan
from ui.program import Program

_SEED = 3
_SETTLED_MS = 600
_DEEPEST = 6
_NO_WORD = "Can't find converter for "
_ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be")


def markers(person: Person) -> dict[str, str]:
    """What must not be found any more."""
    return {
        "name": person.name,
        "number": person.number,
        "mobile": person.mobile,
        "address": person.address,
    }


def shown(person: Person) -> dict[str, str]:
    """The forms in which the screens show it."""
    return {
        "masked name": mask_name(person.name),
        "masked number": mask_number(person.number),
        "masked mobile": mask_mobile(person.mobile),
        "grouped mobile": " ".join((person.mobile[:3], person.mobile[3:7], person.mobile[7:])),
    }


def in_files(folder: Path, wanted: dict[str, str]) -> list[str]:
    """Every file below a folder that holds a marker, in UTF-8 or UTF-16, or in its name."""
    found = []
    for path in sorted(each for each in folder.rglob("*") if each.is_file()):
        content = path.read_bytes() + str(path).encode()
        found += [
            f"{path.relative_to(folder)}: {what}"
            for what, text in wanted.items()
            if any(text.encode(encoding) in content for encoding in _ENCODINGS)
        ]
    return found


@dataclass
class Found:
    """What a walk over objects saw.

    Attributes:
        places: `class.property: marker`.
        objects: how many objects were looked at.
        unread: types of properties that could not be read.
    """

    places: list[str] = field(default_factory=list)
    objects: int = 0
    unread: set[str] = field(default_factory=set)


def in_objects(roots: Iterable[QObject], wanted: dict[str, str]) -> Found:
    """Every property, dynamic property and model row of a tree of objects that holds a marker."""
    found = Found()
    places: set[str] = set()
    seen: set[int] = set()
    waiting = list(roots)
    kept = []
    while waiting:
        thing = waiting.pop()
        if id(thing) in seen:
            continue
        seen.add(id(thing))
        kept.append(thing)  # an id is only good while its object lives
        waiting += _relatives(thing)
        for name, value in _properties(thing, found.unread):
            for each in _flat(value, _DEEPEST):
                if isinstance(each, QObject):
                    waiting.append(each)
                else:
                    place = f"{thing.metaObject().className()}.{name}"
                    places |= {f"{place}: {what}" for what, text in wanted.items() if text in each}
    found.places, found.objects = sorted(places), len(kept)
    return found


def _relatives(thing: QObject) -> list[QObject]:
    items = list(thing.childItems()) if isinstance(thing, QQuickItem) else []
    return [*thing.children(), *items]


def _properties(thing: QObject, unread: set[str]) -> Iterator[tuple[str, Any]]:
    """Each property with its value; types without a word in Python are noted by name."""
    meta = thing.metaObject()
    for index in range(meta.propertyCount()):
        prop = meta.property(index)
        if prop.isReadable():
            yield str(prop.name()), _read(prop.read, thing, unread)
    for raw in thing.dynamicPropertyNames():
        name = bytes(raw.data()).decode()
        yield name, _read(thing.property, name, unread)
    if isinstance(thing, QAbstractItemModel):
        yield "rows", list(_cells(thing))


def _read(ask: Callable[[Any], Any], what: object, unread: set[str]) -> Any:
    try:
        return ask(what)
    except RuntimeError as error:
        if not str(error).startswith(_NO_WORD):
            raise
        unread.add(str(error).removeprefix(_NO_WORD))
        return None


def _cells(model: QAbstractItemModel) -> Iterator[Any]:
    root = QModelIndex()
    for row in range(model.rowCount(root)):
        for column in range(model.columnCount(root)):
            for role in model.roleNames():
                yield model.data(model.index(row, column, root), role)


def _flat(value: Any, depth: int) -> Iterator[Any]:
    """The texts and objects inside a value."""
    if isinstance(value, QJSValue):
        value = value.toVariant()
    if isinstance(value, str | QObject):
        yield value
    elif isinstance(value, QByteArray | bytes):
        data = bytes(value.data()) if isinstance(value, QByteArray) else value
        yield data.decode("utf-8", errors="replace")
    elif isinstance(value, dict) and depth:
        for each in (*value.keys(), *value.values()):
            yield from _flat(each, depth - 1)
    elif isinstance(value, list | tuple) and depth:
        for each in value:
            yield from _flat(each, depth - 1)


class Probe:
    """Plays one visit and looks three times."""

    def __init__(self, folder: Path, portal: str, key: Path) -> None:
        """Prepare program and devices; the log lies below the folder."""
        self._folder = folder
        settings = demo(folder)
        self._settings = replace(
            settings, state_dir=folder / "state", portal=Portal(url=portal, sealing_key=key)
        )
        configure(self._settings.state_dir / "logs" / "kiosk.jsonl")
        Hands(self._settings.devices)
        self._program = Program(self._settings, size=(1080, 1920))
        person = draw(_SEED, datetime.now(UTC).date())
        self._markers = markers(person)
        self._shown = shown(person)
        self._player: Player | None = None
        self._events: list[str] = []
        self.report: dict[str, Any] = {"during": [], "fault": ""}

    def run(self) -> None:
        """Play to the end; `report` holds what was found."""
        self._program.run(self._ready)

    def _ready(self, terminal: Terminal) -> None:
        terminal.desk.on_change(self._changed)
        terminal.desk.on_event(lambda name, _facts: self._events.append(name))
        script = Script(plan=Plan(), visits=1, seed=_SEED, first=0, pictures=None)
        self._player = Player(self._program, terminal, script, self._ended)
        self._player.play()

    def _changed(self, view: View) -> None:
        if view.screen is Screen.CHECK and not self.report["during"]:
            self._later(self._look_during, 0)

    def _look_during(self) -> None:
        self.report["during"] = self._look().places

    def _ended(self, failure: str, message: str) -> None:
        self.report["fault"] = f"{failure} {message}".strip()
        self._later(self._look_after)

    def _look_after(self) -> None:
        desk = self._program.terminal.desk if self._program.terminal else None
        self.report |= {
            "screen": desk.view.screen.value if desk else "",
            "empty": desk.is_empty() if desk else False,
            "events": self._events,
        }
        found = self._look()
        self.report["objects"] = found.places
        self.report["looked_at"] = found.objects
        self.report["unread"] = sorted(found.unread)
        self.report["files"] = in_files(self._folder, self._markers)
        self._plant()
        self.report["planted_objects"] = self._look().places
        self.report["planted_files"] = in_files(self._folder, self._markers)
        self._program.app.quit()

    def _plant(self) -> None:
        """Put markers where they could have been forgotten."""
        texts = [each for each in self._items() if each.inherits("QQuickText")]
        texts[-1].setProperty("text", f"您好，{self._markers['name']}")
        self._program.app.shell.setProperty("planted", [{"tel": self._markers["mobile"]}])
        file = self._folder / "runtime" / "planted.bin"
        file.write_bytes(b"\xff\xfe\x00" + self._markers["address"].encode("utf-16-le"))

    def _items(self) -> list[QQuickItem]:
        found, waiting = [], [self._program.app.window.contentItem()]
        while waiting:
            item = waiting.pop()
            found.append(item)
            waiting += item.childItems()
        return found

    def _look(self) -> Found:
        window = self._program.app.window
        engines = {id(each): each for each in map(qmlEngine, self._items()) if each is not None}
        roots: list[QObject] = [window, window.contentItem(), self._program.app.shell]
        return in_objects([*roots, *engines.values()], self._markers | self._shown)

    def _later(self, call: Callable[[], None], wait_ms: int = _SETTLED_MS) -> None:
        """By default after the screens have followed and what is deleted is gone."""

        def look() -> None:
            try:
                call()
            except BaseException:
                self.report["fault"] = traceback.format_exc()
                self._program.app.quit()
                raise

        QTimer.singleShot(wait_ms, look)


def main() -> None:
    """Run the probe of the command line."""
    folder, portal, key = sys.argv[1:]
    probe = Probe(Path(folder), portal, Path(key))
    probe.run()
    sys.stdout.write(json.dumps(probe.report) + "\n")


if __name__ == "__main__":
    main()
