"""Guesses in parallel, ended certificates, changed packs, old uploads."""

import json
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from portal_support import hexdigest, new_id

from portal.announcements import Announcement
from portal.assembly import Portal, assemble
from portal.authority import LIFETIME, ensure_authority
from portal.misses import MOST, WINDOW_S, Misses
from portal.problems import ProblemError

NAME = "SH-000001"


@dataclass
class Clock:
    """A wall clock that the test moves."""

    now: datetime = datetime(2026, 11, 22, 1, 2, 3, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def portal(tmp_path: Path, clock: Clock) -> Iterator[Portal]:
    made = assemble(tmp_path, clock)
    yield made
    made.store.close()


def test_many_guesses_at_once_are_no_more_than_one_after_another(
    portal: Portal, clock: Clock
) -> None:
    misses, told = Misses(portal.store, clock), Counter[str]()

    def guess() -> None:
        try:
            misses.begin(NAME)
            told["tried"] += 1
        except ProblemError as problem:
            told[problem.name] += 1

    threads = [threading.Thread(target=guess) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert told == {"tried": MOST, "rate": 12 - MOST}
    clock.now += timedelta(seconds=WINDOW_S)
    for _ in range(3 * MOST):
        misses.forgive(misses.begin(NAME))


def test_a_certificate_that_ends_while_its_connection_is_kept_counts_no_more(
    portal: Portal, clock: Clock, tmp_path: Path
) -> None:
    issued = ensure_authority(tmp_path / "tls", clock()).issue(NAME, clock())
    register = portal.upkeep.register
    fingerprint = register.add(NAME, issued.certificate).fingerprint
    register.check_shown(NAME, fingerprint)
    clock.now += LIFETIME + timedelta(seconds=1)
    with pytest.raises(ProblemError, match="terminal-suspended"):
        register.check_shown(NAME, fingerprint)


def test_the_tag_of_the_keys_follows_the_keys_and_not_their_names(tmp_path: Path) -> None:
    first, second = (assemble(tmp_path / name) for name in ("a", "b"))
    try:
        assert first.keys.identities == second.keys.identities
        assert first.keys.tag != second.keys.tag
    finally:
        first.store.close()
        second.store.close()


def test_a_pack_that_was_changed_behind_the_list_is_not_handed_out(
    portal: Portal, tmp_path: Path
) -> None:
    folder = tmp_path / "packs"
    folder.mkdir()
    (folder / "a.pack").write_bytes(b"first")
    (folder / "packs.json").write_text(
        json.dumps({"packs": [{"id": "a", "version": 1, "file": "a.pack"}]})
    )
    content, sha256 = portal.services.content, hexdigest(b"first")
    assert [content.pack(sha256) for _ in range(2)] == [b"first"] * 2
    (folder / "a.pack").write_bytes(b"other")
    with pytest.raises(ProblemError, match="overloaded"):
        content.pack(sha256)


def test_what_expired_is_dropped_while_the_portal_runs(
    portal: Portal, clock: Clock, tmp_path: Path
) -> None:
    def create() -> str:
        announced = Announcement(new_id(), 1, hexdigest(new_id().encode()), "image/jpeg", 100)
        return portal.uploads.create(NAME, announced)[0].name

    old = create()
    clock.now += timedelta(days=30, minutes=1)
    young = create()
    assert [path.name for path in (tmp_path / "uploads").iterdir()] == [young]
    assert old != young
