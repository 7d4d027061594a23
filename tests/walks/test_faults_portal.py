"""Whole visits with a portal that fails: collected honestly, and delivered by itself later."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests
from canned_portal import CannedPortal, Seen, answer
from portal_support import new_id, serving
from program import portal_list
from terminal_support import Gear, Office, Stage, gear, office

from kiosk.visit.pages import PaperStage

pytestmark = [pytest.mark.slow, pytest.mark.timeout(150), pytest.mark.expects_log]
_TITLE = "收件凭条（尚未受理）"
_NOT_SENT = {"content-length", "transfer-encoding", "connection"}


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """The healthy portal behind all broken ones of this file."""
    with office(tmp_path_factory.mktemp("portal")) as made:
        yield made


class Broken:
    """A portal that plays one fault until it is healed, then hands on to a healthy one."""

    def __init__(self, fault: str, behind: str) -> None:
        self.healed = threading.Event()
        self._fault = fault
        self._behind = behind

    def play(self, seen: Seen) -> bytes:
        if self._fault == "slow" and seen.method != "GET":
            self.healed.wait(60.0)
        if self.healed.is_set() or self._fault == "slow":
            return self._hand_on(seen)
        if self._fault == "500":
            return answer(b"oops", status=500, media_type="text/plain")
        bodies = {
            "nothing": b"",
            "broken": b'{"id": "0192',
            "another": json.dumps(_ack(new_id())).encode(),
        }
        return answer(bodies[self._fault])

    def _hand_on(self, seen: Seen) -> bytes:
        """One request to the healthy portal; the terminal sees its answer unchanged."""
        headers = {name: value for name, value in seen.headers.items() if name != "host"}
        with requests.Session() as session:
            session.trust_env = False
            told = session.request(
                seen.method,
                self._behind + seen.path,
                data=seen.body or None,
                headers=headers,
                timeout=20,
            )
        kept = {
            name: value for name, value in told.headers.items() if name.lower() not in _NOT_SENT
        }
        return answer(told.content, status=told.status_code, media_type="", headers=kept)


def _ack(submission: str) -> dict[str, object]:
    """A receipt that is fine in itself, for somebody else's submission."""
    return {
        "id": submission,
        "sha256": "0" * 64,
        "receipt_no": "Q-1",
        "received_at": "2026-11-22T01:02:03Z",
        "case_id": new_id(),
        "case_seq": 1,
        "stage": "received",
    }


@contextmanager
def _around(folder: Path, url: str, there: Office) -> Iterator[Gear]:
    with gear(folder / "at", portal=url, key=there.key) as made:
        yield made


def _collected(stage: Stage) -> None:
    """The visit ends with the honest words, on the glass and on the paper."""
    stage.to_check()
    stage.to_done()
    assert stage.model.stage == "collected"
    assert stage.model.lines[0] == _TITLE
    assert not any("已受理" in line for line in stage.model.lines)
    assert stage.model.number == stage.named("sealed")[0]["collection_no"]
    assert stage.named("received") == []
    assert stage.stands(PaperStage.PRINTED)
    assert len(stage.gear.printer.receipts) == 1
    stage.acts.leave()
    stage.until_nothing_left()


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ("500", "PORTAL_UNREACHABLE"),
        ("broken", "PORTAL_BAD_ANSWER"),
        ("nothing", "PORTAL_BAD_ANSWER"),
        ("another", "PORTAL_BAD_ANSWER"),
        ("slow", "PORTAL_SLOW"),
    ],
)
def test_with_a_broken_portal_the_case_is_collected_and_arrives_once_it_is_well(
    fault: str, code: str, tmp_path: Path, there: Office
) -> None:
    broken = Broken(fault, there.url)
    with (
        CannedPortal(broken.play) as front,
        _around(tmp_path, front.url, there) as made,
        Stage(made) as stage,
    ):
        _collected(stage)
        stage.until(lambda: stage.rows()[0].last_failure == code, "code")
        broken.healed.set()
        stage.until_received(there)
        assert stage.rows()[0].receipt_no


def test_with_no_portal_the_case_is_collected_and_arrives_once_there_is_one(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "portal"
    with serving(folder) as once:
        port = once.url.rsplit(":", 1)[1]
    own = Office(folder, once.url)
    with gear(tmp_path / "at", portal=own.url, key=own.key) as made, Stage(made) as stage:
        stage.until(lambda: not stage.desk.view.online, "told to be offline")
        _collected(stage)
        stage.until(lambda: stage.rows()[0].last_failure == "PORTAL_UNREACHABLE", "code")
        with serving(folder, "--port", port):
            stage.until_received(own)
    assert [row["id"] for row in portal_list(folder)] == own.cases
