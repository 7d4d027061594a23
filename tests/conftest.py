"""Rules for every test: Qt off-screen, loopback only, no unexpected log record, no thread left."""

import atexit
import logging
import os
import shutil
import socket
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

_SCRATCH = tempfile.mkdtemp(prefix="quanban-test-")
atexit.register(shutil.rmtree, _SCRATCH, ignore_errors=True)
os.environ.update(
    QT_QPA_PLATFORM="offscreen",
    QT_QUICK_BACKEND="software",
    QT_QUICK_CONTROLS_STYLE="Basic",
    LANG="zh_CN.UTF-8",
    XDG_CONFIG_HOME=f"{_SCRATCH}/config",
    XDG_CACHE_HOME=f"{_SCRATCH}/cache",
)

import pytest  # noqa: E402 - the environment must be set before anything imports Qt

_LOOPBACK = ("127.", "localhost", "::1")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--deep", action="store_true", help="run counts and matrices as well")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--deep"):
        return
    deep = [item for item in items if item.get_closest_marker("deep")]
    if deep:
        config.hook.pytest_deselected(items=deep)
        items[:] = [item for item in items if item not in deep]


@pytest.fixture(scope="session")
def qapp_cls() -> type:
    from PySide6.QtGui import QGuiApplication  # noqa: PLC0415 - only where a screen is tested

    return QGuiApplication


@pytest.fixture(autouse=True)
def only_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    """A connection that leaves the machine is a mistake of the test."""
    real: Callable[..., Any] = socket.socket.connect

    def connect(self: socket.socket, address: Any) -> Any:
        if isinstance(address, tuple) and not str(address[0]).startswith(_LOOPBACK):
            raise AssertionError(f"connection to {address[0]}")
        return real(self, address)

    monkeypatch.setattr(socket.socket, "connect", connect)


class _Records(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.seen: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.seen.append(f"{record.levelname} {record.name}: {record.getMessage()}")


@pytest.fixture(autouse=True)
def no_unexpected_log(request: pytest.FixtureRequest) -> Iterator[None]:
    """A record of WARNING or above fails the test unless it is marked `expects_log`."""
    records = _Records()
    logging.getLogger().addHandler(records)
    yield
    logging.getLogger().removeHandler(records)
    if records.seen and not request.node.get_closest_marker("expects_log"):
        pytest.fail("unexpected log records: " + "; ".join(records.seen[:5]))


@pytest.fixture(autouse=True)
def no_thread_left() -> Iterator[None]:
    """Threads that a test started must end with it."""
    before = set(threading.enumerate())
    yield
    left = [each for each in threading.enumerate() if each not in before and each.is_alive()]
    for each in left:
        each.join(timeout=3.0)
    alive = [each.name for each in left if each.is_alive()]
    assert not alive, f"threads left over: {alive}"


@pytest.fixture(scope="session")
def repository() -> Path:
    return Path(__file__).resolve().parent.parent
