"""A TCP proxy for HTTP that breaks a share of the requests on purpose, seeded.

By hand: `python tests/support/fault_proxy.py --to URL --rate 0.4 --seed 7`; the first
line on standard output says where it listens, the last one what it injected.
"""

import argparse
import asyncio
import contextlib
import json
import random
import signal
import sys
import threading
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

HTML = b"<html><body>Welcome to the hotel's network</body></html>"


class Fault(StrEnum):
    """What the proxy does to a request."""

    RESET_BEFORE = "reset_before"
    ACK_LOST = "ack_lost"
    BUSY_503 = "busy_503"
    DELAY = "delay"
    DUPLICATE = "duplicate"
    CUT_HEADER = "cut_header"
    CUT_BODY = "cut_body"
    HTML_200 = "html_200"
    DRIP = "drip"


@dataclass(frozen=True, slots=True)
class Plan:
    """How often and how the proxy breaks requests.

    Attributes:
        delay_s: how long a delayed answer is held back; longer than the client's patience
            if the client should give up.
        drip_s: pause between two bytes of a dripped answer.
        retry_after_s: what a 503 asks for.
    """

    rate: float = 0.4
    seed: int = 7
    faults: Sequence[Fault] = tuple(Fault)
    delay_s: float = 1.5
    drip_s: float = 0.005
    retry_after_s: int = 1


@dataclass(frozen=True, slots=True)
class _Message:
    head: bytes
    body: bytes

    @property
    def start(self) -> str:
        return self.head.split(b"\r\n", 1)[0].decode("latin-1")


class FaultProxy:
    """Runs in its own thread between `start` and `stop`; also a context manager."""

    def __init__(self, to: str, plan: Plan | None = None) -> None:
        parts = urlsplit(to)
        self._to = (parts.hostname or "127.0.0.1", parts.port or 80)
        self._plan = plan or Plan()
        self._random = random.Random(self._plan.seed)
        self._lock = threading.Lock()
        self._ready = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread = threading.Thread(target=self._run, name="fault-proxy")
        self._tasks: set[asyncio.Task[None]] = set()
        self._stopped: asyncio.Event | None = None
        self.url = ""
        self.requests = 0
        self.injected: Counter[Fault] = Counter()

    def __enter__(self) -> "FaultProxy":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        self._thread.start()
        if not self._ready.wait(10):
            raise TimeoutError("the proxy does not listen")

    def stop(self) -> None:
        if self._loop is not None and self._stopped is not None:
            self._loop.call_soon_threadsafe(self._stopped.set)
        self._thread.join(10)

    def redirect(self, to: str) -> None:
        """Send further requests elsewhere: the portal was started again on another port."""
        parts = urlsplit(to)
        self._to = (parts.hostname or "127.0.0.1", parts.port or 80)

    def set_rate(self, rate: float) -> None:
        with self._lock:
            self._plan = Plan(
                rate,
                self._plan.seed,
                self._plan.faults,
                self._plan.delay_s,
                self._plan.drip_s,
                self._plan.retry_after_s,
            )

    def _run(self) -> None:
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._stopped = asyncio.Event()
        server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        host, port = server.sockets[0].getsockname()[:2]
        self.url = f"http://{host}:{port}"
        self._ready.set()
        await self._stopped.wait()
        server.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is not None:
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        try:
            while await self._one(reader, writer):
                pass
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError, ValueError):
            # either side went away, or the proxy stops: nothing is owed to anybody
            writer.transport.abort()
        finally:
            writer.close()

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Carry one request; False when the client's connection is over."""
        request = await _read(reader)
        if request is None:
            return False
        fault = self._choose()
        if fault is Fault.RESET_BEFORE:
            writer.transport.abort()
            return False
        if fault in {Fault.BUSY_503, Fault.HTML_200}:
            writer.write(self._invented(fault))
            await writer.drain()
            return True
        if fault is Fault.DUPLICATE:
            await self._forward(request)
        answer = await self._forward(request)
        return await self._give(writer, answer, fault)

    def _choose(self) -> Fault | None:
        with self._lock:
            self.requests += 1
            if self._random.random() >= self._plan.rate:
                return None
            fault = self._random.choice(self._plan.faults)
            self.injected[fault] += 1
        return fault

    def _invented(self, fault: Fault) -> bytes:
        if fault is Fault.HTML_200:
            head = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
            return f"{head}Content-Length: {len(HTML)}\r\n\r\n".encode() + HTML
        head = "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n"
        return f"{head}Retry-After: {self._plan.retry_after_s}\r\n\r\n".encode()

    async def _give(self, writer: asyncio.StreamWriter, answer: bytes, fault: Fault | None) -> bool:
        head_end = answer.find(b"\r\n\r\n") + 4
        if fault is Fault.ACK_LOST or not answer:
            writer.transport.abort()
            return False
        if fault in {Fault.CUT_HEADER, Fault.CUT_BODY}:
            body = len(answer) - head_end
            cut = (
                head_end * 2 // 3 if fault is Fault.CUT_HEADER or not body else head_end + body // 2
            )
            writer.write(answer[:cut])
            await writer.drain()
            return False
        if fault is Fault.DELAY:
            await asyncio.sleep(self._plan.delay_s)
        if fault is Fault.DRIP:
            for at in range(len(answer)):
                writer.write(answer[at : at + 1])
                await writer.drain()
                await asyncio.sleep(self._plan.drip_s)
        else:
            writer.write(answer)
        await writer.drain()
        return b"\r\ncontent-length:" in answer[:head_end].lower() or b" 204 " in answer[:20]

    async def _forward(self, request: _Message) -> bytes:
        """The whole answer, or nothing when the portal does not answer."""
        try:
            reader, writer = await asyncio.open_connection(*self._to)
        except OSError:
            return b""
        try:
            writer.write(_with_close(request.head) + request.body)
            await writer.drain()
            answer = await reader.read(-1)
        except OSError:
            return b""
        finally:
            writer.close()
        return _without_close(answer)


async def _read(reader: asyncio.StreamReader) -> _Message | None:
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return None
    length = 0
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"content-length":
            length = int(value)
    return _Message(head, await reader.readexactly(length))


def _with_close(head: bytes) -> bytes:
    lines = [line for line in head[:-4].split(b"\r\n") if not _is_connection(line)]
    return b"\r\n".join([*lines, b"Connection: close"]) + b"\r\n\r\n"


def _without_close(answer: bytes) -> bytes:
    head, mark, body = answer.partition(b"\r\n\r\n")
    return (
        b"\r\n".join(line for line in head.split(b"\r\n") if not _is_connection(line)) + mark + body
    )


def _is_connection(line: bytes) -> bool:
    return line.lower().startswith((b"connection:", b"keep-alive:"))


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--to", required=True)
    parser.add_argument("--rate", type=float, default=0.4)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--delay", type=float, default=1.5)
    parser.add_argument("--drip", type=float, default=0.005)
    parser.add_argument("--faults", default=",".join(Fault))
    options = parser.parse_args(arguments)
    plan = Plan(
        options.rate,
        options.seed,
        tuple(Fault(name) for name in options.faults.split(",")),
        options.delay,
        options.drip,
    )
    over = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: over.set())
    with FaultProxy(options.to, plan) as proxy:
        _say({"event": "listening", "url": proxy.url})
        over.wait()
    counts = {fault.value: count for fault, count in proxy.injected.items()}
    _say({"event": "injected", "requests": proxy.requests, **counts})
    return 0


def _say(document: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(document) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        sys.exit(main())
