"""A child for tests of `devices.child`: echoes, hangs, dies, refuses."""

import os
import signal
import sys
import threading

from devices.child import Blobs, Fields, serve
from devices.errors import DeviceError, FailureCode


def echo(fields: Fields, blobs: Blobs) -> tuple[Fields, Blobs]:
    return fields, blobs


def facts(fields: Fields, blobs: Blobs) -> tuple[Fields, Blobs]:
    del fields, blobs
    qt = sorted(key for key in os.environ if key.startswith("QT_"))
    return {"pid": os.getpid(), "qt": qt, "lc_all": os.environ.get("LC_ALL")}, []


def hang(fields: Fields, blobs: Blobs) -> tuple[Fields, Blobs]:
    del fields, blobs
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    threading.Event().wait()
    return {}, []


def die(fields: Fields, blobs: Blobs) -> tuple[Fields, Blobs]:
    del fields, blobs
    os.kill(os.getpid(), signal.SIGSEGV)
    return {}, []


def refuse(fields: Fields, blobs: Blobs) -> tuple[Fields, Blobs]:
    del fields, blobs
    raise DeviceError(FailureCode.PAPER_OUT, "tray 2")


def stumble(fields: Fields, blobs: Blobs) -> tuple[Fields, Blobs]:
    del fields, blobs
    raise KeyError("a name that must not travel")


def main() -> None:
    calls = {"echo": echo, "facts": facts, "hang": hang, "die": die}
    serve({**calls, "refuse": refuse, "stumble": stumble}, sys.argv)


if __name__ == "__main__":
    main()
