"""Finds out what a printer can tell, within four seconds in all.

Printers differ in what they answer: a model without process ids or without GS I ends at a
lower proof tier, never as "off-line".
"""

from dataclasses import dataclass, field

from devices.errors import DeviceError, FailureCode
from devices.receipt.api import Capabilities, Tier
from devices.receipt.talk import (
    ASK_MAKER,
    ASK_MODEL,
    ASK_PAPER,
    AUTOMATIC_STATUS,
    INIT,
    Limits,
    Talk,
    ask_process_id,
    process_mark,
)

_MARK = process_mark(0)
_QUESTIONS = ASK_MAKER + ASK_MODEL + ask_process_id(_MARK) + ASK_PAPER + INIT + AUTOMATIC_STATUS
_NULS = bytes(8192)
_OFFLINE = 0x08


@dataclass(frozen=True, slots=True)
class Probe:
    """What is known about the printer at the other end.

    Attributes:
        realtime: answers DLE EOT.
        automatic: pushes its status (ASB).
        settled: false when the printer was off-line, so that the stream could not be asked.
    """

    capabilities: Capabilities = field(default_factory=Capabilities)
    realtime: bool = False
    automatic: bool = False
    settled: bool = True

    @property
    def mute(self) -> bool:
        """Whether it answered nothing at all."""
        return not self.realtime and self.capabilities.proof_tier is Tier.D


def probe(talk: Talk, limits: Limits, *, resynchronise: bool = True) -> Probe:
    """Ask the printer what it can do.

    Args:
        talk: an open conversation.
        limits: waits in seconds.
        resynchronise: the printer may sit inside an unfinished picture, so silence of the
            stream is answered with the bytes that end one.

    Raises:
        DeviceError: PROTOCOL_ERROR when something answers that is no printer, DISCONNECTED.
    """
    if not talk.link.can_answer:
        return Probe()
    first = talk.ask_realtime(1, limits.reply_s)
    if talk.noise:
        raise DeviceError(FailureCode.PROTOCOL_ERROR, "the answer is no printer's")
    if first is not None and first & _OFFLINE:
        return Probe(Capabilities(proof_tier=Tier.C), realtime=True, settled=False)
    talk.status = None
    answered = _ask_stream(talk, limits.reply_s)
    if not answered and first is not None and resynchronise:
        _resynchronise(talk, limits.resync_s)
    return _result(talk, realtime=first is not None)


def _ask_stream(talk: Talk, timeout_s: float) -> bool:
    """Send all questions of the stream at once; True when any was answered."""
    talk.forget()
    talk.send(_QUESTIONS, timeout_s)
    talk.wait(lambda: _has_id(talk) and talk.status is not None and bool(talk.stream), timeout_s)
    return bool(talk.blocks or talk.stream or talk.status)


def _resynchronise(talk: Talk, timeout_s: float) -> None:
    """End an unfinished picture: the printer takes everything for its rows until it is full.

    One picture holds at most 960 rows of 72 bytes, nine rounds of 8192 NULs.
    """
    until = talk.clock() + timeout_s
    for _ in range(9):
        left = until - talk.clock()
        if left <= 0:
            break
        talk.send(_NULS + INIT, left)
        if _ask_stream(talk, min(0.15, max(0.0, until - talk.clock()))):
            return
    # A slow printer still eats; the next question must not wait behind what it was sent.
    talk.ask_realtime(1, timeout_s)


def _has_id(talk: Talk) -> bool:
    return b"\x37\x22" + _MARK + b"\x00" in talk.blocks


def _result(talk: Talk, *, realtime: bool) -> Probe:
    if _has_id(talk):
        tier = Tier.A
    elif talk.stream and realtime:
        tier = Tier.B
    else:
        tier = Tier.C if realtime else Tier.D
    texts = [block[1:-1].decode("ascii", "replace") for block in talk.blocks if block[0] == 0x5F]
    maker, model = (*texts, "", "")[:2]
    return Probe(
        Capabilities(proof_tier=tier, maker=maker, model=model),
        realtime=realtime,
        automatic=talk.status is not None,
    )
