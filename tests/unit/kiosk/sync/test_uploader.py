import ctypes
import logging
import threading
import time
from pathlib import Path

import pytest
from canned_portal import CannedPortal
from scripted_portal import ScriptedPortal
from store_support import IDENTITY, Store
from sync_support import TERMINAL, Heard, uploading

from devices.errors import FailureCode
from kiosk.sync.client import PortalClient
from kiosk.sync.outcomes import Outcome, PortalNow
from kiosk.sync.uploader import Uploader
from offline_cache.clock import SystemClock
from offline_cache.errors import StoreFaultError
from offline_cache.outbox import Outbox
from offline_cache.records import Ack


def _store(folder: Path) -> Store:
    return Store(folder, clock=SystemClock())


def _uploader(store: Store, portal: ScriptedPortal, heard: Heard) -> Uploader:
    return Uploader(
        store.outbox,
        store.documents,
        portal,
        on_ack=heard.on_ack,
        on_alarm=heard.on_alarm,
        on_online=heard.on_online,
    )


def _thread(name: str) -> threading.Thread:
    return next(each for each in threading.enumerate() if each.name == name)


def test_a_submission_that_is_put_while_it_runs_goes_out_by_itself(tmp_path: Path) -> None:
    with _store(tmp_path) as store:
        heard, portal = Heard(), ScriptedPortal()
        uploader = _uploader(store, portal, heard)
        uploader.start()
        uploader.start()
        one = store.put(pages=1).id
        uploader.wake()
        arrived = heard.wait(lambda: one in heard.ids())
        uploader.stop()
        assert arrived
        assert uploader.online is True
        assert store.state(one) == "ACKED"


@pytest.mark.expects_log
@pytest.mark.slow
def test_a_killed_thread_runs_again_within_five_seconds(tmp_path: Path) -> None:
    with _store(tmp_path) as store:
        heard, portal = Heard(), ScriptedPortal()
        uploader = _uploader(store, portal, heard)
        uploader.start()
        victim = _thread("uploader")
        started = time.monotonic()
        ctypes.pythonapi.PyThreadState_SetAsyncExc(
            ctypes.c_ulong(victim.ident or 0), ctypes.py_object(SystemExit)
        )
        victim.join(5)
        one = store.put().id
        arrived = heard.wait(lambda: one in heard.ids(), 5)
        took_s = time.monotonic() - started
        uploader.stop()
    assert arrived
    assert took_s < 5
    assert uploader.restarts == 1
    assert FailureCode.PROGRAM_FAULT in heard.codes()


@pytest.mark.expects_log
@pytest.mark.slow
def test_a_listener_that_fails_costs_a_restart_and_no_submission(tmp_path: Path) -> None:
    with _store(tmp_path) as store:
        heard, portal = Heard(), ScriptedPortal()
        uploader = _uploader(store, portal, heard)
        broken = threading.Event()

        def on_change(_submission_id: str) -> None:
            if not broken.is_set():
                broken.set()
                raise RuntimeError("演示甲")

        one, two = store.put().id, store.put().id
        store.outbox.on_change(on_change)
        uploader.start()
        arrived = heard.wait(lambda: two in heard.ids(), 10)
        uploader.stop()
        assert arrived
        assert {store.state(one), store.state(two)} == {"ACKED"}


@pytest.mark.expects_log
def test_the_log_of_a_death_holds_no_message(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    class Broken(ScriptedPortal):
        def put_submission(self, submission_id: str, body: bytes) -> Outcome[Ack]:
            raise RuntimeError(f"{submission_id} {body!r}")

    with _store(tmp_path) as store, caplog.at_level(logging.DEBUG):
        heard = Heard()
        uploader = _uploader(store, Broken(), heard)
        store.put()
        secret = store.next_due()
        uploader.start()
        died = heard.wait(lambda: FailureCode.PROGRAM_FAULT in heard.codes(), 10)
        uploader.stop()
    assert died
    assert "RuntimeError" in caplog.text
    assert secret is not None
    assert secret.body.decode()[-40:] not in caplog.text


@pytest.mark.slow
def test_stop_cuts_a_request_in_flight(tmp_path: Path) -> None:
    with (
        CannedPortal(lambda _: [(b"HTTP/1.1 200 OK\r\n", 60.0)]) as portal,
        _store(tmp_path) as store,
    ):
        one = store.put().id
        client = PortalClient(portal.url, TERMINAL)
        heard = Heard()
        uploader = Uploader(
            store.outbox, store.documents, client, on_ack=heard.on_ack, on_alarm=heard.on_alarm
        )
        uploader.start()
        assert portal.arrived.wait(10)
        started = time.monotonic()
        uploader.stop()
        took_s = time.monotonic() - started
        client.close()
        assert store.outbox.row(one).attempts == 0
        assert store.state(one) == "SEALED"
    assert took_s < 3


@pytest.mark.slow
def test_nothing_that_moves_for_a_minute_raises_the_alarm(tmp_path: Path) -> None:
    """The clock runs 25 times too fast while the portal keeps one request."""
    held = threading.Event()

    class Stuck(ScriptedPortal):
        def put_submission(self, submission_id: str, body: bytes) -> Outcome[Ack]:
            held.wait(30)
            return super().put_submission(submission_id, body)

    origin = time.monotonic()
    with _store(tmp_path) as store:
        heard = Heard()
        uploader = Uploader(
            store.outbox,
            store.documents,
            Stuck(),
            on_ack=heard.on_ack,
            on_alarm=heard.on_alarm,
            clock=lambda: origin + (time.monotonic() - origin) * 25,
        )
        store.put()
        uploader.start()
        alarmed = heard.wait(lambda: FailureCode.NO_PROGRESS in heard.codes(), 20)
        held.set()
        uploader.stop()
    assert alarmed
    assert len(heard.alarms) == 1


@pytest.mark.expects_log
@pytest.mark.slow
def test_a_submission_that_the_program_cannot_work_on_holds_nobody_else_up(tmp_path: Path) -> None:
    class Broken(ScriptedPortal):
        """Its answer to one id makes the program fail each time."""

        poison = ""

        def put_submission(self, submission_id: str, body: bytes) -> Outcome[Ack]:
            if submission_id == self.poison:
                raise RuntimeError("demo")
            return super().put_submission(submission_id, body)

    with _store(tmp_path) as store:
        heard, portal = Heard(), Broken()
        uploader = _uploader(store, portal, heard)
        portal.poison = store.put(pages=0).id
        later = store.put(pages=0).id
        uploader.start()
        arrived = heard.wait(lambda: later in heard.ids())
        uploader.stop()
        assert arrived
        assert store.state(portal.poison) == "HELD"
        assert store.state(later) == "ACKED"
    assert uploader.restarts == 3


@pytest.mark.expects_log
@pytest.mark.slow
def test_a_disk_that_fails_is_not_the_fault_of_what_is_sent(tmp_path: Path) -> None:
    class Failing(Outbox):
        """The disk takes no acknowledgement four times."""

        left = 4

        def mark_received(self, submission_id: str, ack: Ack) -> bool:
            if self.left:
                self.left -= 1
                raise StoreFaultError("demo")
            return super().mark_received(submission_id, ack)

    with _store(tmp_path) as store:
        heard = Heard()
        store.outbox = Failing(store.database, store.documents, IDENTITY, lambda: store.key)
        uploader = _uploader(store, ScriptedPortal(), heard)
        one = store.put(pages=0).id
        uploader.start()
        arrived = heard.wait(lambda: one in heard.ids())
        uploader.stop()
        assert arrived
        assert store.state(one) == "ACKED"
    assert uploader.restarts == 4


@pytest.mark.slow
def test_a_step_that_hangs_is_told_although_nothing_was_due(tmp_path: Path) -> None:
    held = threading.Event()

    class Stuck(ScriptedPortal):
        def get_time(self) -> Outcome[PortalNow]:
            held.wait(30)
            return super().get_time()

    origin = time.monotonic()
    with _store(tmp_path) as store:
        heard = Heard()
        uploader = Uploader(
            store.outbox,
            store.documents,
            Stuck(),
            on_ack=heard.on_ack,
            on_alarm=heard.on_alarm,
            clock=lambda: origin + (time.monotonic() - origin) * 25,
        )
        uploader.start()
        alarmed = heard.wait(lambda: FailureCode.NO_PROGRESS in heard.codes(), 20)
        held.set()
        uploader.stop()
    assert alarmed


def test_an_absent_portal_is_told_once(tmp_path: Path) -> None:
    with _store(tmp_path) as store, uploading(store, "http://127.0.0.1:9") as (uploader, heard):
        assert heard.wait(lambda: heard.online == [False], 10)
        assert uploader.online is False
        assert uploader.paused_why == ""
