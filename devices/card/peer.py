"""The other side of the wire: an ID-card reader on a pty, with faults to switch on.

Used by hand through `kiosk simulate card` and by the tests of the `sam` driver. A pty
has no parity, no baud rate and no re-enumeration; everything else is byte for byte
what a module sends.
"""

import os
import select
import threading
import time
import tty
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from devices.card import frames, layouts
from devices.card.api import IdentityRecord

PHOTO_BYTES = 1024
READ_WITH_FINGERPRINT = bytes.fromhex("3010")
_DONE = 0x90
_FOUND = 0x9F
_NO_CARD = 0x80
_NOT_UNDERSTOOD = 0x21
_LIFTED = 0x41
_NO_CONTENT = 0x91
_MODULE = bytes.fromhex("05000100E80300003930000039300000")


@dataclass(slots=True)
class Faults:
    """What the reader does wrong; may be changed while it runs.

    Attributes:
        sticky: a lying card is found again and again; otherwise once until it is lifted.
        delay_s: seconds before each answer.
        delays_s: seconds before the answer to one command, instead of `delay_s`.
        chunk: bytes per write, 0 for all at once.
        chunk_gap_s: seconds between two chunks.
        junk: sent before each answer.
        bad_frames: so many answers from now on have a wrong checksum.
        wrong_lengths: so many answers from now on declare one byte too many.
        mute: no answer at all.
        sw3: forced status word of a command.
        unplug_at: the line goes away after so many bytes of the next read answer.
    """

    sticky: bool = True
    delay_s: float = 0.0
    delays_s: dict[bytes, float] = field(default_factory=dict)
    chunk: int = 0
    chunk_gap_s: float = 0.0
    junk: bytes = b""
    bad_frames: int = 0
    wrong_lengths: int = 0
    mute: bool = False
    sw3: dict[bytes, int] = field(default_factory=dict)
    unplug_at: int | None = None


class ReaderPeer:
    """A reader on a pty; a context manager that plugs in at the start and out at the end.

    Attributes:
        faults: what it does wrong.
        commands: every command that was received, in order; `30 10` must never be among them.
    """

    def __init__(self, link: Path | None = None, faults: Faults | None = None) -> None:
        """Prepare; `link` is a name that stays the same over re-plugging, as by-id names do."""
        self.faults = faults or Faults()
        self.commands: list[bytes] = []
        self._link = link
        self._master = self._slave = -1
        self._device = ""
        self._gone = threading.Event()
        self._wake = (-1, -1)
        self._thread: threading.Thread | None = None
        self._text: bytes | None = None
        self._photo = b""
        self._shown = False

    def __enter__(self) -> Self:
        self.plug()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.unplug()

    @property
    def path(self) -> str:
        """Where the reader can be opened: the link if there is one."""
        return str(self._link) if self._link is not None else self._device

    @property
    def plugged(self) -> bool:
        """Whether the line is there."""
        return self._thread is not None and not self._gone.is_set()

    def plug(self) -> None:
        """Appear; under the same link, on whatever number the system gives."""
        self.unplug()
        self._gone.clear()
        self._master, self._slave = os.openpty()
        tty.setraw(self._slave)
        os.set_blocking(self._master, False)
        self._wake = os.pipe()
        self._device = os.ttyname(self._slave)
        if self._link is not None:
            fresh = self._link.with_name(f".{self._link.name}.new")
            fresh.unlink(missing_ok=True)
            fresh.symlink_to(self._device)
            fresh.replace(self._link)
        self._thread = threading.Thread(target=self._live, name="reader-peer", daemon=True)
        self._thread.start()

    def unplug(self) -> None:
        """Go away at once, whatever is being sent; idempotent."""
        thread, self._thread = self._thread, None
        if thread is None:
            return
        self._gone.set()
        os.write(self._wake[1], b"x")
        thread.join()
        for end in self._wake:
            os.close(end)

    def insert(self, card: IdentityRecord | bytes, photo: bytes = b"") -> None:
        """Lay a card down: a record, or 256 bytes of text as they are."""
        text = card if isinstance(card, bytes) else layouts.encode(card)
        self._photo = (photo or bytes(PHOTO_BYTES))[:PHOTO_BYTES]
        self._shown = False
        self._text = text

    def lift(self) -> None:
        """Take the card away."""
        self._text = None

    def _live(self) -> None:
        parser = frames.Parser(frames.SHORTEST_REQUEST)
        watch = select.poll()
        watch.register(self._master, select.POLLIN)
        watch.register(self._wake[0], select.POLLIN)
        while not self._gone.is_set():
            watch.poll()
            if self._gone.is_set():
                break
            for payload in parser.feed(os.read(self._master, 4096)):
                self._serve(payload)
        os.close(self._master)
        os.close(self._slave)
        if self._link is not None:
            self._link.unlink(missing_ok=True)

    def _serve(self, payload: bytes) -> None:
        command = payload[:2]
        self.commands.append(command)
        self._gone.wait(self.faults.delays_s.get(command, self.faults.delay_s))
        if self.faults.mute or self._gone.is_set():
            return
        answer = self._spoil(self._answer(command).encode())
        cut = self.faults.unplug_at if command == frames.READ_BASE else None
        if cut is not None:
            self.faults.unplug_at = None
            answer = answer[:cut]
        self._send(self.faults.junk + answer)
        if cut is not None:
            self._gone.set()

    def _answer(self, command: bytes) -> frames.Response:
        forced = self.faults.sw3.get(command)
        if forced is not None:
            return frames.Response(0, 0, forced)
        if command in {frames.STATUS, frames.RESET}:
            return frames.Response(0, 0, _DONE)
        if command == frames.MODULE_ID:
            return frames.Response(0, 0, _DONE, _MODULE)
        if command == frames.READ_ADDRESS:
            return frames.Response(0, 0, _NO_CONTENT)
        return self._about_card(command)

    def _about_card(self, command: bytes) -> frames.Response:
        text = self._text
        if command == frames.FIND:
            if text is None or (self._shown and not self.faults.sticky):
                return frames.Response(0, 0, _NO_CARD)
            self._shown = True
            return frames.Response(0, 0, _FOUND, bytes(4))
        if command not in {frames.SELECT, frames.READ_BASE, READ_WITH_FINGERPRINT}:
            return frames.Response(0, 0, _NOT_UNDERSTOOD)
        if text is None:
            return frames.Response(0, 0, _LIFTED)
        if command == frames.SELECT:
            return frames.Response(0, 0, _DONE, bytes(8))
        lengths = len(text).to_bytes(2, "big") + len(self._photo).to_bytes(2, "big")
        if command == READ_WITH_FINGERPRINT:
            lengths += bytes(2)
        return frames.Response(0, 0, _DONE, lengths + text + self._photo)

    def _spoil(self, answer: bytes) -> bytes:
        spoilt = bytearray(answer)
        if self.faults.bad_frames > 0:
            self.faults.bad_frames -= 1
            spoilt[-1] ^= 0xFF
        if self.faults.wrong_lengths > 0:
            self.faults.wrong_lengths -= 1
            length = int.from_bytes(spoilt[5:7], "big") + 1
            spoilt[5:7] = length.to_bytes(2, "big")
        return bytes(spoilt)

    def _send(self, answer: bytes) -> None:
        step = self.faults.chunk or len(answer) or 1
        for start in range(0, len(answer), step):
            if self._gone.is_set():
                return
            self._write(answer[start : start + step])
            if self.faults.chunk_gap_s:
                self._gone.wait(self.faults.chunk_gap_s)

    def _write(self, part: bytes) -> None:
        """Write all of it, or give up where nobody reads on the other side."""
        until = time.monotonic() + 1.0
        while part and time.monotonic() < until and not self._gone.is_set():
            try:
                part = part[os.write(self._master, part) :]
            except BlockingIOError:
                self._gone.wait(0.005)
