"""Several workers on PostgreSQL and S3: everything sent twice, workers killed, each effect once."""

import json
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from portal_engines import Engines
from portal_load import (
    Sent,
    judge,
    killing,
    sealed_many,
    send_twice,
    wait_until_concluded,
    worker_ids,
)
from portal_support import Sealed, Served, Terminal, portal_command, seal, serving

SEED = 20261122
FORGETFUL = Path(__file__).parents[2] / "support" / "portal_forgetful.py"


@pytest.fixture
def places(scale: Engines) -> list[str]:
    """The flags of a new database and a new bucket."""
    return ["--database", scale.postgres.database(), "--documents", scale.s3.bucket()]


@pytest.fixture
def two_workers(folder: Path, places: list[str]) -> Iterator[Served]:
    """One `portal serve` with two workers."""
    with serving(folder, *places, "--workers", "2") as served:
        yield served


def alive(worker: int) -> bool:
    """Whether the process still runs; nobody may be there to bury it."""
    try:
        state = Path(f"/proc/{worker}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def sent_and_judged(served: Served, count: int, kills: int) -> tuple[list[Sealed], Sent]:
    """Send, kill on the way, wait for the office, judge."""
    sealed = sealed_many(served.url, count)
    moments = [2 * count * (number + 1) // (kills + 1) for number in range(kills)]
    sent = send_twice([served.url], sealed, SEED, killing(served, moments, SEED))
    wait_until_concluded(served.folder, within_s=120 + count / 5)
    judge(served.folder, sealed, sent)
    return sealed, sent


@pytest.mark.slow
@pytest.mark.expects_log
def test_everything_sent_twice_is_there_once_though_workers_are_killed(
    two_workers: Served,
) -> None:
    _, sent = sent_and_judged(two_workers, 200, 3)
    assert len(sent.latencies_s) == 400
    assert len(worker_ids(two_workers)) == 2


@pytest.mark.deep
@pytest.mark.timeout(3600)
def test_ten_thousand_sent_twice_are_there_once_though_workers_are_killed(
    two_workers: Served,
) -> None:
    sent_and_judged(two_workers, 10_000, 10)


@pytest.mark.slow
def test_two_portals_on_one_database_are_one_portal(folder: Path, places: list[str]) -> None:
    with serving(folder, *places) as first, serving(folder) as second:
        sealed = sealed_many(first.url, 40)
        sent = send_twice([first.url, second.url], sealed, SEED, lambda _acks: None)
        wait_until_concluded(folder)
        judge(folder, sealed, sent)


@pytest.mark.slow
def test_two_portals_on_one_folder_with_sqlite_are_one_portal(folder: Path) -> None:
    """Started twice by mistake: slower, and nothing is lost or done twice."""
    with serving(folder) as first, serving(folder) as second:
        sealed = sealed_many(first.url, 10)
        sent = send_twice([first.url, second.url], sealed, SEED, lambda _acks: None)
        wait_until_concluded(folder)
        judge(folder, sealed, sent)


@pytest.mark.slow
def test_portals_that_remember_by_themselves_are_found_out(folder: Path, places: list[str]) -> None:
    """Negative control: the same load and the same judge on a broken build must fail."""
    with (
        serving(folder, *places, program=FORGETFUL) as first,
        serving(folder, program=FORGETFUL) as second,
    ):
        sealed = sealed_many(first.url, 20)
        sent = send_twice([first.url, second.url], sealed, SEED, lambda _acks: None)
        with pytest.raises(AssertionError, match="cases"):
            judge(folder, sealed, sent)


@pytest.mark.deep
def test_the_cases_of_a_killed_worker_are_taken_over(folder: Path, places: list[str]) -> None:
    with serving(folder, *places) as survivor:
        with serving(folder) as victim:
            sealed = sealed_many(victim.url, 30, page_every=1)
            terminal = Terminal(victim.url)
            for one in sealed:
                terminal.upload(one)
                terminal.submit(one).raise_for_status()
            terminal.close()
            victim.kill()
        wait_until_concluded(folder)
        terminal = Terminal(survivor.url)
        assert {terminal.stage_of(one.id)["stage"] for one in sealed} == {"concluded"}
        terminal.close()


@pytest.mark.slow
def test_a_page_begun_at_one_portal_is_finished_at_the_other(
    folder: Path, places: list[str]
) -> None:
    with serving(folder, *places) as first, serving(folder) as second:
        speakers = [Terminal(first.url), Terminal(second.url)]
        sealed = seal(speakers[0].key(), {1: bytes(range(256)) * 1000})
        page = sealed.pages[1]
        path = speakers[0].create(sealed, 1).headers["Location"]
        assert speakers[1].create(sealed, 1).headers["Location"] == path
        speakers[0].patch(path, 0, page[:100_000]).raise_for_status()
        assert speakers[1].tus("HEAD", path).headers["Upload-Offset"] == "100000"
        assert speakers[1].patch(path, 0, page[:100_000]).status_code == 409
        speakers[1].patch(path, 100_000, page[100_000:]).raise_for_status()
        assert speakers[0].tus("HEAD", path).headers["Upload-Offset"] == str(len(page))
        assert speakers[0].submit(sealed).status_code == 201
        for speaker in speakers:
            speaker.close()


def test_several_workers_ask_for_postgresql(folder: Path) -> None:
    words = portal_command("serve", "--dir", str(folder), "--workers", "2", "--json")
    done = subprocess.run(words, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert "postgresql" in json.loads(done.stdout)["message"]


def test_a_killed_parent_takes_its_workers_along(two_workers: Served) -> None:
    before = worker_ids(two_workers)
    two_workers.kill()
    pause, deadline = threading.Event(), time.monotonic() + 30
    while any(map(alive, before)):
        assert time.monotonic() < deadline
        pause.wait(0.05)
    assert len(before) == 2
