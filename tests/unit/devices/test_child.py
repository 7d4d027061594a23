"""The killable child: calls, deadlines, deaths, nothing left over."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from devices.child import Child
from devices.errors import DeviceError, FailureCode


@pytest.fixture
def child(monkeypatch: pytest.MonkeyPatch) -> Iterator[Child]:
    monkeypatch.setenv("QT_QPA_FONTDIR", "/nowhere")
    made = Child("echo_child")
    yield made
    made.close()


def test_fields_and_blobs_come_back_as_they_went(child: Child) -> None:
    blobs = [os.urandom(3_000_000), b"", b"x"]

    fields, parts = child.call("echo", {"name": "圈办", "n": 1.5}, blobs, timeout_s=20)

    assert fields == {"name": "圈办", "n": 1.5}
    assert parts == blobs


def test_the_child_sees_no_qt_variable_and_a_fixed_language(child: Child) -> None:
    fields, _ = child.call("facts", timeout_s=20)

    assert fields["qt"] == []
    assert fields["lc_all"] == "C.UTF-8"


def test_a_hung_call_ends_at_its_deadline_and_the_next_one_works(child: Child) -> None:
    before = child.call("facts", timeout_s=20)[0]["pid"]
    began = time.monotonic()

    with pytest.raises(DeviceError) as caught:
        child.call("hang", timeout_s=0.3)

    assert caught.value.code is FailureCode.HUNG
    assert time.monotonic() - began < 3
    assert not Path(f"/proc/{before}").exists()
    assert child.call("facts", timeout_s=20)[0]["pid"] != before


def test_a_crash_is_told_with_its_signal_and_repaired(child: Child) -> None:
    with pytest.raises(DeviceError) as caught:
        child.call("die", timeout_s=20)

    assert caught.value.code is FailureCode.DRIVER_CRASHED
    assert "SIGSEGV" in caught.value.detail
    assert child.call("echo", {"a": 1}, timeout_s=20)[0] == {"a": 1}


def test_a_typed_failure_travels_and_the_child_lives_on(child: Child) -> None:
    pid = child.call("facts", timeout_s=20)[0]["pid"]

    with pytest.raises(DeviceError) as caught:
        child.call("refuse", timeout_s=20)

    assert (caught.value.code, caught.value.detail) == (FailureCode.PAPER_OUT, "tray 2")
    assert child.pid == pid


def test_a_bug_in_the_child_tells_its_place_but_not_its_text(child: Child) -> None:
    with pytest.raises(DeviceError) as caught:
        child.call("stumble", timeout_s=20)

    assert caught.value.code is FailureCode.DRIVER_CRASHED
    assert "KeyError" in caught.value.detail
    assert "name that must not" not in caught.value.detail


def test_a_child_that_died_at_rest_is_replaced(child: Child) -> None:
    child.start()
    pid = child.pid
    assert pid is not None
    os.kill(pid, 9)
    deadline = time.monotonic() + 5
    while Path(f"/proc/{pid}").exists() and time.monotonic() < deadline:
        threading.Event().wait(0.01)

    fields, _ = child.call("facts", timeout_s=20)

    assert fields["pid"] != pid


def test_closing_while_a_call_hangs_frees_the_caller(child: Child) -> None:
    child.call("echo", timeout_s=20)
    ends: list[FailureCode] = []

    def work() -> None:
        try:
            child.call("hang", timeout_s=30)
        except DeviceError as error:
            ends.append(error.code)

    caller = threading.Thread(target=work)
    caller.start()
    threading.Event().wait(0.3)
    child.close()
    caller.join(5)

    assert ends == [FailureCode.DRIVER_CRASHED]
    assert child.pid is None


def test_many_lives_leave_no_descriptor_thread_or_process(child: Child) -> None:
    child.call("echo", timeout_s=20)
    child.close()
    descriptors, threads = _descriptors(), threading.active_count()

    for _ in range(5):
        child.call("echo", timeout_s=20)
        child.close()

    assert _descriptors() == descriptors
    assert threading.active_count() == threads
    assert _children() == []


def test_the_child_dies_with_its_parent() -> None:
    script = (
        "import threading\nfrom devices.child import Child\nchild = Child('echo_child')\n"
        "pid = child.call('facts', timeout_s=20)[0]['pid']\nprint(pid, flush=True)\n"
        "child.call('hang', timeout_s=60)\n"
    )
    path = os.pathsep.join(part for part in sys.path if part)
    parent = subprocess.Popen(
        [sys.executable, "-c", script],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": path},
    )
    assert parent.stdout is not None
    pid = int(parent.stdout.readline())
    parent.kill()
    parent.wait()
    parent.stdout.close()
    deadline = time.monotonic() + 5
    while _runs(pid) and time.monotonic() < deadline:
        threading.Event().wait(0.02)

    assert not _runs(pid)


def _descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def _runs(pid: int) -> bool:
    """Whether it runs; one that waits to be reaped by init does not."""
    try:
        return ") Z" not in Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False


def _children() -> list[str]:
    tasks = Path("/proc/self/task")
    found = [(task / "children").read_text().split() for task in tasks.iterdir()]
    return [
        pid
        for group in found
        for pid in group
        if b"echo_child" in Path(f"/proc/{pid}/cmdline").read_bytes()
    ]
