"""A child process that may hang or crash, and may be killed at any moment.

The child is a fresh interpreter (never a fork: the parent has threads). Requests
and replies are one JSON header and binary blobs each, length first, over two
pipes. A request over its deadline ends the child: SIGKILL, wait, HUNG. The child
dies with the terminal, dumps no core, and sees no Qt variable.

Wire: `u32 header length, header, blobs`; the header's `sizes` gives the blobs.
"""

import ctypes
import fcntl
import json
import os
import resource
import selectors
import signal
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from devices.errors import DeviceError, FailureCode

Fields = dict[str, Any]
Blobs = list[bytes]
Handler = Callable[[Fields, Blobs], tuple[Fields, Sequence[bytes]]]

_LENGTH = struct.Struct(">I")
_PR_SET_PDEATHSIG = 1
_F_SETPIPE_SZ = 1031
_PIPE_BYTES = 1 << 20
_MAX_HEADER = 1 << 20
_MAX_BLOB = 1 << 28
_START_S = 15.0


def child_environment() -> dict[str, str]:
    """Our environment without Qt's variables, with a fixed language for texts that are parsed."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("QT_")}
    kept["LC_ALL"] = "C.UTF-8"
    paths = [path for path in sys.path if path]
    kept["PYTHONPATH"] = os.pathsep.join(paths)
    return kept


class Child:
    """The parent's side; one call at a time, from any thread."""

    def __init__(self, module: str, args: Sequence[str] = ()) -> None:
        """Prepare; `start` or the first call starts the process.

        Args:
            module: run as `python -m module`; it must call `serve`.
            args: visible in the process list, so never personal data.
        """
        self._module = module
        self._args = list(args)
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._keeper: threading.Thread | None = None
        self.restarts = -1

    @property
    def pid(self) -> int | None:
        """The process id while it runs."""
        process = self._process
        return None if process is None else process.pid

    def start(self) -> None:
        """Start the process if none runs; it answers once its imports are done."""
        with self._lock:
            self._start()

    def call(
        self,
        name: str,
        fields: Fields | None = None,
        blobs: Sequence[bytes] = (),
        *,
        timeout_s: float,
    ) -> tuple[Fields, Blobs]:
        """One request and its reply; a dead child is started anew first.

        Raises:
            DeviceError: HUNG over the deadline, DRIVER_CRASHED when the child died;
                in both cases no process is left. Any other code is the child's own.
        """
        with self._lock:
            deadline = time.monotonic() + timeout_s
            self._start()
            header = json.dumps(
                {"name": name, "fields": fields or {}, "sizes": [len(blob) for blob in blobs]}
            ).encode()
            try:
                self._send([_LENGTH.pack(len(header)), header, *blobs], deadline)
                reply, parts = self._receive(deadline)
            except TimeoutError:
                self._end()
                raise DeviceError(FailureCode.HUNG, f"{name} over {timeout_s:g} s") from None
            except (OSError, EOFError, ValueError) as error:
                how = self._end()
                detail = how or type(error).__name__
                raise DeviceError(FailureCode.DRIVER_CRASHED, f"{name}: {detail}") from None
        if "failure" in reply:
            raise DeviceError(FailureCode(reply["failure"]), str(reply.get("detail", "")))
        return dict(reply["fields"]), parts

    def close(self) -> None:
        """Kill the process and reap it; idempotent, safe while another thread calls."""
        process = self._process
        if process is not None:
            process.kill()
        with self._lock:
            self._end()

    def _start(self) -> None:
        if self._process is not None and self._process.poll() is None:
            return
        self._end()
        started = threading.Event()
        # Linux ties the death signal to the thread that started the child, not to the process:
        # this thread lives exactly as long as the child, and reaps it.
        self._keeper = threading.Thread(
            target=self._keep, args=(started,), name=f"child-{self._module}", daemon=True
        )
        self._keeper.start()
        started.wait(_START_S)
        if self._process is None:
            raise DeviceError(FailureCode.DRIVER_CRASHED, f"{self._module} did not start")
        self.restarts += 1

    def _keep(self, started: threading.Event) -> None:
        try:
            process = subprocess.Popen(  # noqa: S603 - our own module, our own interpreter
                [sys.executable, "-m", self._module, str(os.getpid()), *self._args],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=child_environment(),
                bufsize=0,
            )
            for pipe in (process.stdin, process.stdout):
                _prepare_pipe(pipe)
            self._process = process
        finally:
            started.set()
        process.wait()

    def _send(self, parts: Sequence[bytes], deadline: float) -> None:
        process = self._running()
        if process.stdin is None:
            raise EOFError
        descriptor = process.stdin.fileno()
        with selectors.DefaultSelector() as selector:
            selector.register(descriptor, selectors.EVENT_WRITE)
            for part in parts:
                view = memoryview(part)
                while view:
                    _await(selector, deadline)
                    view = view[os.write(descriptor, view) :]

    def _receive(self, deadline: float) -> tuple[Fields, Blobs]:
        process = self._running()
        if process.stdout is None:
            raise EOFError
        descriptor = process.stdout.fileno()
        with selectors.DefaultSelector() as selector:
            selector.register(descriptor, selectors.EVENT_READ)

            def exactly(size: int) -> bytes:
                buffer = bytearray(size)
                view = memoryview(buffer)
                while view:
                    _await(selector, deadline)
                    count = os.readv(descriptor, [view])
                    if count == 0:
                        raise EOFError
                    view = view[count:]
                return bytes(buffer)

            return _read_message(exactly)

    def _running(self) -> "subprocess.Popen[bytes]":
        if self._process is None:
            raise EOFError
        return self._process

    def _end(self) -> str:
        """Kill, reap, close the pipes; tells how the process ended."""
        process, keeper = self._process, self._keeper
        if process is None:
            return ""
        process.kill()
        code = process.wait()
        if keeper is not None:
            keeper.join(timeout=5.0)
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()
        self._process = self._keeper = None
        return signal.Signals(-code).name if code < 0 else f"exit {code}"


def _prepare_pipe(pipe: object) -> None:
    descriptor = int(getattr(pipe, "fileno")())  # noqa: B009 - the pipe is typed as optional IO
    os.set_blocking(descriptor, False)
    fcntl.fcntl(descriptor, _F_SETPIPE_SZ, _PIPE_BYTES)


def _await(selector: selectors.BaseSelector, deadline: float) -> None:
    """Wait until the pipe is ready; TimeoutError at the deadline."""
    left = deadline - time.monotonic()
    if left <= 0 or not selector.select(left):
        raise TimeoutError


def _read_message(exactly: Callable[[int], bytes]) -> tuple[Fields, Blobs]:
    """Read one message; ValueError when it is none."""
    (length,) = _LENGTH.unpack(exactly(_LENGTH.size))
    if length > _MAX_HEADER:
        raise ValueError("header too long")
    header = json.loads(exactly(length))
    sizes = [int(size) for size in header.get("sizes", [])]
    if any(size < 0 or size > _MAX_BLOB for size in sizes):
        raise ValueError("blob too long")
    return header, [exactly(size) for size in sizes]


def serve(handlers: Mapping[str, Handler], argv: Sequence[str]) -> list[str]:
    """The child's side: answer requests until the pipe closes.

    Call it as `serve(handlers, sys.argv)`; it returns when the parent has closed its end.

    Args:
        handlers: by name; a DeviceError travels to the parent as code and detail.
        argv: program, the parent's pid, own arguments.
    """
    _die_with(int(argv[1]))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # a library that prints must not break the wire: its prints go where stderr goes
    source, sink = os.dup(0), os.dup(1)
    os.dup2(2, 1)
    with os.fdopen(source, "rb") as requests, os.fdopen(sink, "wb", buffering=0) as replies:
        while True:
            try:
                message, blobs = _read_message(lambda size: _read_fully(requests, size))
            except EOFError:
                return list(argv[2:])
            _write(replies.fileno(), *_answer(handlers, message, blobs))


def _answer(
    handlers: Mapping[str, Handler], message: Fields, blobs: Blobs
) -> tuple[Fields, Sequence[bytes]]:
    try:
        fields, parts = handlers[message["name"]](message["fields"], blobs)
    except DeviceError as error:
        return {"failure": str(error.code), "detail": error.detail}, []
    except Exception as error:  # noqa: BLE001 - every bug reaches the parent as a typed failure
        detail = f"{type(error).__name__} in {message.get('name')}{_place(error)}"
        return {"failure": str(FailureCode.DRIVER_CRASHED), "detail": detail}, []
    return {"fields": fields}, parts


def _place(error: Exception) -> str:
    """File and line of the failure; never its text, which may hold content."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return ""
    return f" ({Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno})"


def _read_fully(source: Any, size: int) -> bytes:
    data: bytes = source.read(size)
    if len(data) != size:
        raise EOFError
    return data


def _write(descriptor: int, header: Fields, blobs: Sequence[bytes]) -> None:
    text = json.dumps({**header, "sizes": [len(blob) for blob in blobs]}).encode()
    for part in (_LENGTH.pack(len(text)) + text, *blobs):
        view = memoryview(part)
        while view:
            view = view[os.write(descriptor, view) :]


def _die_with(parent: int) -> None:
    """SIGKILL for us when the parent dies, also when that was just before this call."""
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        raise SystemExit(0)
