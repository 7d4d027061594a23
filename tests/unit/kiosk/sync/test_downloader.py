"""The thread that keeps content current: it wakes, it survives, it ends."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from canned_portal import CannedPortal
from content_support import content_desk, lay
from portal_support import TERMINAL, Served, serving

from kiosk.sync.client import PortalClient
from kiosk.sync.downloader import Downloader
from offline_cache.errors import StoreFullError

LONG_S = 30.0


class Steps:
    """Plays what each step does, and says when it is asked again."""

    def __init__(self, *errors: Exception | None) -> None:
        self._errors = list(errors)
        self.looks: list[str | None] = []
        self.steps = 0
        self.changed = threading.Condition()

    def look(self) -> None:
        self.looks.append("look")

    def heard(self, tag: str | None) -> None:
        self.looks.append(tag)

    def step(self, now: float) -> float:
        del now
        with self.changed:
            self.steps += 1
            self.changed.notify_all()
        error = self._errors.pop(0) if self._errors else None
        if error is not None:
            raise error
        return 3600.0

    def reached(self, count: int) -> bool:
        with self.changed:
            return self.changed.wait_for(lambda: self.steps >= count, LONG_S)


@pytest.fixture
def client() -> Iterator[PortalClient]:
    made = PortalClient("http://127.0.0.1:9", TERMINAL)
    yield made
    made.close()


def test_a_look_and_a_tag_wake_it_at_once(client: PortalClient) -> None:
    steps = Steps()
    downloader = Downloader(steps, client)
    downloader.start()
    downloader.start()
    first = steps.reached(1)
    downloader.look()
    second = steps.reached(2)
    downloader.heard('"c"')
    third = steps.reached(3)
    downloader.stop()
    assert (first, second, third) == (True, True, True)
    assert steps.looks == ["look", '"c"']
    assert "downloads" not in {thread.name for thread in threading.enumerate()}


@pytest.mark.expects_log
@pytest.mark.parametrize("error", [StoreFullError("demo"), RuntimeError("demo")])
def test_what_fails_is_waited_for_and_ends_nothing(client: PortalClient, error: Exception) -> None:
    steps = Steps(error)
    downloader = Downloader(steps, client)
    downloader.start()
    first = steps.reached(1)
    downloader.look()
    again = steps.reached(2)
    downloader.stop()
    assert (first, again) == (True, True)


def test_a_pack_comes_by_itself(tmp_path: Path) -> None:
    with serving(tmp_path / "p") as served:
        sha256 = _offered(served)
        with content_desk(tmp_path / "t", served.url) as desk:
            downloader = Downloader(desk.downloads, desk.client)
            downloader.look()
            downloader.start()
            came = threading.Event()
            for _ in range(600):
                if desk.shown() == sha256 or came.wait(0.05):
                    break
            downloader.stop()
            assert desk.shown() == sha256


def _offered(served: Served) -> str:
    return lay(served.folder, b"demo pack " * 1000)


def test_stop_cuts_a_request_in_flight(tmp_path: Path) -> None:
    with (
        CannedPortal(lambda _: [(b"HTTP/1.1 200 OK\r\n", 60.0)]) as canned,
        content_desk(tmp_path / "t", canned.url) as desk,
    ):
        downloader = Downloader(desk.downloads, desk.client)
        downloader.look()
        downloader.start()
        arrived = canned.arrived.wait(LONG_S)
        downloader.stop()
    assert arrived
    assert "downloads" not in {thread.name for thread in threading.enumerate()}
