"""A receipt printer on a TCP port: the other side of the wire, started by hand or by tests.

One thread serves the port and drives the `Machine`: bytes are taken while the buffer has
room, so a printer that stands still presses back through TCP as a real one does.
"""

import select
import socket
import threading
import time
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from devices.receipt.machine import Fault, Machine, PaperPiece, Traits

_ROWS_PER_MM = 8
_TICK_S = 0.005
_IDLE_S = 0.05
_RECEIVE_BUFFER = 4096


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast the peer prints.

    Attributes:
        mm_per_s: paper speed; real printers run at 50 to 250.
    """

    mm_per_s: float = 150.0


class PrinterPeer:
    """A printer on a port of this machine; a context manager."""

    def __init__(
        self,
        traits: Traits | None = None,
        *,
        port: int = 0,
        pace: Pace | None = None,
        paper_rows: int | None = None,
    ) -> None:
        self.machine = Machine(traits or Traits(), paper_rows=paper_rows)
        self._pace = pace or Pace()
        self._wanted_port = port
        self._listener: socket.socket | None = None
        self._connections: list[socket.socket] = []
        self._lock = threading.Lock()
        self._changed = threading.Condition(self._lock)
        self._stopping = threading.Event()
        self._cut_line: int | None = None
        self._thread: threading.Thread | None = None
        self._received = 0

    def __enter__(self) -> "PrinterPeer":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def port(self) -> int:
        """The port it listens on; kept over `unplug` and `plug_in`."""
        return self._wanted_port

    @property
    def receipts(self) -> list[PaperPiece]:
        """The pieces cut off so far."""
        with self._lock:
            return list(self.machine.receipts)

    @property
    def events(self) -> list[str]:
        """What happened so far."""
        with self._lock:
            return list(self.machine.events)

    @property
    def unknown(self) -> list[str]:
        """Commands that the printer did not know."""
        with self._lock:
            return list(self.machine.unknown)

    @property
    def faults(self) -> frozenset[Fault]:
        """The faults that are present."""
        with self._lock:
            return frozenset(self.machine.faults)

    @property
    def received_bytes(self) -> int:
        """Bytes taken from the wire so far."""
        with self._lock:
            return self._received

    def picture(self, number: int = -1) -> NDArray[np.bool_]:
        """One piece of paper as rows x dots, True is black; the newest by default."""
        return self.receipts[number].bitmap

    def start(self) -> None:
        """Listen and serve."""
        self.plug_in()
        self._thread = threading.Thread(target=self._serve, name="printer-peer", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Close everything and end the thread; idempotent."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join(timeout=5.0)
            self._thread = None
        self.unplug()

    def set_fault(self, fault: Fault | str, *, present: bool = True) -> None:
        """Let a fault come or go; `Fault` names the kinds."""
        with self._lock:
            self.machine.set_fault(Fault(fault), present=present)

    def load_paper(self, rows: int | None = None) -> None:
        """Put in a new roll."""
        with self._lock:
            self.machine.load_paper(rows)

    def cut_line_after(self, received_bytes: int) -> None:
        """Break every connection once so many further bytes came in."""
        with self._lock:
            self._cut_line = self._received + received_bytes

    def power_cycle(self) -> None:
        """Off and on: the buffer is forgotten and the connections break."""
        with self._lock:
            self.machine.reset()
            self.machine.events.append("power cycle")
            self._drop_all()

    def unplug(self) -> None:
        """Take the printer off the network; the port refuses."""
        with self._lock:
            if self._listener is not None:
                self._listener.close()
            self._listener = None
            self._drop_all()

    def plug_in(self) -> None:
        """Put the printer on the network, on the same port as before."""
        with self._lock:
            if self._listener is not None:
                return
            listener = socket.create_server(("127.0.0.1", self._wanted_port))
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _RECEIVE_BUFFER)
            listener.settimeout(0.0)
            self._wanted_port = listener.getsockname()[1]
            self._listener = listener

    def wait_for_receipts(self, count: int, timeout_s: float) -> bool:
        """Wait until so many pieces were cut off."""
        with self._changed:
            return self._changed.wait_for(lambda: len(self.machine.receipts) >= count, timeout_s)

    def wait_for_bytes(self, count: int, timeout_s: float) -> bool:
        """Wait until so many bytes came in."""
        with self._changed:
            return self._changed.wait_for(lambda: self._received >= count, timeout_s)

    def _serve(self) -> None:
        last = time.monotonic()
        owed = 0.0
        while not self._stopping.is_set():
            with self._lock:
                busy = not self.machine.idle()
                readers = self._readers()
            readable = _readable(readers, _TICK_S if busy else _IDLE_S)
            now = time.monotonic()
            with self._changed:
                self._take(readable)
                owed = min(owed + (now - last) * self._pace.mm_per_s * _ROWS_PER_MM, 400.0)
                owed -= self.machine.advance(int(owed))
                self._reply()
                self._changed.notify_all()
            last = now

    def _readers(self) -> list[socket.socket]:
        connections = self._connections if self.machine.free() else []
        return [*connections, *([self._listener] if self._listener else [])]

    def _take(self, readable: list[socket.socket]) -> None:
        for ready in readable:
            if ready is self._listener:
                self._accept(ready)
            elif ready in self._connections and self.machine.free():
                self._receive(ready)

    def _accept(self, listener: socket.socket) -> None:
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        connection.settimeout(0.0)
        self._connections.append(connection)

    def _receive(self, connection: socket.socket) -> None:
        room = self.machine.free()
        if self._cut_line is not None:
            room = min(room, max(1, self._cut_line - self._received))
        try:
            data = connection.recv(room)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self._drop(connection)
            return
        self._received += len(data)
        self.machine.receive(data)
        if self._cut_line is not None and self._received >= self._cut_line:
            self._cut_line = None
            self._drop_all()

    def _reply(self) -> None:
        replies = self.machine.take_replies()
        for connection in list(self._connections) if replies else []:
            try:
                connection.sendall(replies)
            except OSError:
                self._drop(connection)

    def _drop(self, connection: socket.socket) -> None:
        self._connections.remove(connection)
        connection.close()

    def _drop_all(self) -> None:
        for connection in list(self._connections):
            self._drop(connection)


def _readable(readers: list[socket.socket], timeout_s: float) -> list[socket.socket]:
    try:
        return select.select(readers, [], [], timeout_s)[0]
    except (OSError, ValueError):
        return []  # a socket was closed meanwhile; the next round asks anew
