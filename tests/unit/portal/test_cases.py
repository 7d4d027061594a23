"""Two offices on one store: a case that both worked on has one outcome."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from portal_support import hexdigest, seal

from portal.cases import LEASE_MS, Office
from portal.documents import FileDocuments
from portal.faults import Faults
from portal.intake import Intake
from portal.keys import ensure_keys
from portal.store import Store, open_store
from portal.tables.intake import events, submissions, tasks

TERMINAL = "SH-000001"


@dataclass
class Clock:
    """A wall clock that the test moves."""

    now: datetime = datetime(2026, 11, 22, 1, 2, 3, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@dataclass
class Desk:
    """One store, its clock, and as many offices as the test wants."""

    folder: Path
    store: Store
    clock: Clock = field(default_factory=Clock)

    def office(self) -> Office:
        """Another process's office."""
        pages = FileDocuments(self.folder / "pages")
        faults = Faults(self.folder)
        return Office(self.folder, self.store, ensure_keys(self.folder), pages, self.clock, faults)

    def submit(self, task_code: str) -> str:
        """Hand a submission in; returns its id."""
        keys = ensure_keys(self.folder)
        sealed = seal(keys.published()[0], task_code=task_code)
        pages = FileDocuments(self.folder / "pages")
        intake = Intake(self.store, keys, pages, self.clock, lambda: None)
        intake.take(TERMINAL, sealed.id, sealed.body, hexdigest(sealed.body))
        return sealed.id

    def stages(self) -> list[str]:
        """Every event that was told, in order."""
        with self.store.transaction() as connection:
            return list(connection.scalars(sa.select(events.c.kind).order_by(events.c.n)))

    def left(self) -> int:
        """Tasks that are not done."""
        with self.store.transaction() as connection:
            return connection.scalar(sa.select(sa.func.count()).select_from(tasks)) or 0


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A desk with an empty store."""
    store = open_store(tmp_path)
    yield Desk(tmp_path, store)
    store.close()


def test_an_immediate_case_is_concluded_by_whoever_looks_next(desk: Desk) -> None:
    desk.submit("SH-DEMO-S1-01")
    assert desk.office().advance() == 0.0
    assert desk.office().advance() > 0.0
    desk.clock.now += timedelta(seconds=1)
    assert desk.office().advance() == 0.0
    told = ["submission.received", "submission.accepted", "submission.concluded"]
    assert desk.stages() == told
    assert desk.left() == 0


def test_a_promised_case_is_accepted_and_left(desk: Desk) -> None:
    desk.submit("SH-DEMO-S4-01")
    desk.office().advance()
    assert desk.stages() == ["submission.received", "submission.accepted"]
    assert desk.left() == 0


def test_a_leased_case_is_left_alone_until_the_lease_is_over(desk: Desk) -> None:
    desk.submit("SH-DEMO-S4-01")
    dead = desk.office()
    rows, _ = dead._claim()
    assert len(rows) == 1
    assert desk.office().advance() > 0.0
    desk.clock.now += timedelta(milliseconds=LEASE_MS + 1)
    assert desk.office().advance() == 0.0
    assert desk.stages() == ["submission.received", "submission.accepted"]


def test_an_outcome_after_the_lease_does_not_count(desk: Desk) -> None:
    desk.submit("SH-DEMO-S4-01")
    slow = desk.office()
    (row,), _ = slow._claim()
    outcome = slow._outcome(row)
    desk.clock.now += timedelta(milliseconds=LEASE_MS + 1)
    desk.office().advance()
    with desk.store.transaction() as connection:
        slow._write(connection, outcome)
    assert desk.stages() == ["submission.received", "submission.accepted"]


def test_a_case_that_was_withdrawn_meanwhile_keeps_its_stage(desk: Desk) -> None:
    identity = desk.submit("SH-DEMO-S1-01")
    office = desk.office()
    (row,), _ = office._claim()
    outcome = office._outcome(row)
    with desk.store.transaction() as connection:
        connection.execute(submissions.update().values(stage="withdrawn"))
        office._write(connection, outcome)
        stage = connection.scalar(
            sa.select(submissions.c.stage).where(submissions.c.id == identity)
        )
    assert stage == "withdrawn"
    assert desk.stages() == ["submission.received"]


@pytest.mark.expects_log
def test_a_case_that_cannot_be_opened_waits_and_stops_nobody(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    desk.submit("SH-DEMO-S4-01")
    with desk.store.transaction() as connection:
        connection.execute(submissions.update().values(body=b"no json"))
    desk.submit("SH-DEMO-S4-01")
    desk.office().advance()
    assert "waits" in caplog.text
    assert desk.stages().count("submission.accepted") == 1
    assert desk.left() == 1


def test_a_clock_that_was_ten_years_ahead_delays_nothing(desk: Desk) -> None:
    desk.clock.now += timedelta(days=3650)
    desk.submit("SH-DEMO-S4-01")
    desk.clock.now -= timedelta(days=3650)
    desk.office().advance()
    assert desk.left() == 0
