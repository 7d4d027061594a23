"""What a heartbeat is answered: hints, and when a terminal is told to reconcile."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from portal.heartbeats import Heartbeats
from portal.moments import stamp
from portal.problems import ProblemError
from portal.store import Store, open_store
from portal.tables.upkeep import restores

START = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)


@dataclass
class Desk:
    """A portal's heartbeats on a clock of the test."""

    store: Store
    beats: Heartbeats
    now: datetime = START
    catalogue: str | None = None

    def beat(
        self, *, boot: int = 7, up_s: int = 3600, terminal: str = "SH-000001", **more: Any
    ) -> Any:
        body = {"terminal": terminal, "app": "1.0", "boot": boot, "up_s": up_s, "devices": {}}
        body |= {"clock": {"state": "synced"}, "outbox": {"sealed": [2, 30]}, "disk_free_mb": 9}
        body |= more
        return self.beats.note(self.beats.read(json.dumps(body).encode()))

    def restored(self, generation: int = 1) -> str:
        since = stamp(self.now - timedelta(hours=1))
        row = {"generation": generation, "at": stamp(self.now), "since": since}
        with self.store.transaction() as connection:
            connection.execute(restores.insert().values(**row))
        return since


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    store = open_store(tmp_path)
    made = Desk(store, Heartbeats(tmp_path, store, lambda: made.now, lambda: made.catalogue))
    yield made
    store.close()


def test_an_ordinary_heartbeat_is_told_to_look_at_nothing(desk: Desk) -> None:
    told = desk.beat()
    assert told == {
        "now": "2026-11-22T08:00:00.000Z",
        "rate": {"submissions_per_min": 600, "upload_kib_s": 65536},
        "etags": {"catalogue": None},
        "look": [],
    }


def test_a_terminal_with_another_catalogue_is_told_to_look_at_it(desk: Desk) -> None:
    desk.catalogue = '"new"'
    told = {tag: desk.beat(catalogue=tag)["look"] for tag in ('"old"', '"new"', None)}
    assert told == {'"old"': ["catalogue"], '"new"': [], None: []}
    assert desk.beat()["etags"] == {"catalogue": '"new"'}


def test_the_last_heartbeat_of_each_terminal_is_kept(desk: Desk) -> None:
    desk.beat()
    desk.now += timedelta(minutes=1)
    desk.beat(up_s=3660)
    desk.beat(terminal="SH-000002")
    rows = desk.beats.all()
    assert [(row["terminal"], row["up_s"]) for row in rows] == [
        ("SH-000001", 3660),
        ("SH-000002", 3600),
    ]
    assert rows[0]["body"]["outbox"] == {"sealed": [2, 30]}


def test_a_boot_counter_that_went_back_is_told_to_compare_everything(desk: Desk) -> None:
    desk.beat(boot=7)
    assert desk.beat(boot=8)["look"] == []
    told = desk.beat(boot=5, up_s=60)
    assert (told["look"], told["since"]) == (["reconcile"], None)


def test_after_a_restore_every_terminal_is_told_once_it_beats(desk: Desk) -> None:
    desk.beat()
    since = desk.restored()
    for terminal in ("SH-000001", "SH-000002"):
        told = desk.beat(terminal=terminal)
        assert (told["look"], told["since"]) == (["reconcile"], since)


def test_the_order_stands_until_the_pages_are_over(desk: Desk) -> None:
    desk.beat()
    desk.restored()
    assert desk.beat()["look"] == ["reconcile"]
    desk.beats.reconciled("SH-000001")
    desk.now += timedelta(seconds=10)
    assert desk.beat(up_s=3610)["look"] == ["reconcile"]
    desk.now += timedelta(seconds=50)
    assert desk.beat(up_s=3660)["look"] == []
    desk.now += timedelta(seconds=60)
    assert desk.beat(up_s=3720)["look"] == []


def test_a_process_that_began_after_the_order_is_told_again(desk: Desk) -> None:
    desk.beat()
    desk.restored()
    desk.beat()
    desk.beats.reconciled("SH-000001")
    desk.now += timedelta(seconds=60)
    assert desk.beat(up_s=20)["look"] == ["reconcile"]


def test_a_second_restore_reaches_back_as_far_as_the_first_one_that_is_open(desk: Desk) -> None:
    desk.beat()
    first = desk.restored(1)
    desk.now += timedelta(hours=5)
    desk.restored(2)
    assert desk.beat()["since"] == first


def test_the_hints_come_from_the_file_and_are_slower_after_a_restore(
    desk: Desk, tmp_path: Path
) -> None:
    slower = {"submissions_per_min": 2, "minutes": 10}
    table = {"submissions_per_min": 60, "after_restore": slower}
    (tmp_path / "rates.json").write_text(json.dumps(table))
    assert desk.beat()["rate"] == {"submissions_per_min": 60, "upload_kib_s": 65536}
    desk.restored()
    assert desk.beat()["rate"] == {"submissions_per_min": 2, "upload_kib_s": 2048}
    desk.now += timedelta(minutes=11)
    assert desk.beat()["rate"]["submissions_per_min"] == 60


@pytest.mark.expects_log
@pytest.mark.parametrize("text", ["{", "[]", '{"submissions_per_min": 0}', '{"upload_kib_s": "x"}'])
def test_a_file_that_cannot_be_used_leaves_the_hints_as_they_were(
    desk: Desk, tmp_path: Path, text: str
) -> None:
    (tmp_path / "rates.json").write_text(text)
    assert desk.beat()["rate"]["submissions_per_min"] == 600


def test_a_heartbeat_with_a_member_of_its_own_is_refused(desk: Desk) -> None:
    with pytest.raises(ProblemError, match="schema"):
        desk.beats.read(b'{"terminal": "SH-000001", "name": "x"}')


def test_only_terminals_that_beat_have_a_row(desk: Desk) -> None:
    desk.beats.reconciled("SH-000009")
    with desk.store.transaction() as connection:
        assert connection.scalar(sa.text("SELECT count(*) FROM heartbeats")) == 0
