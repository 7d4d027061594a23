"""Every failure that has a name: one stable code each.

`docs/failure-codes.md` holds the same codes with the resident's and the
technician's words; a test compares the two. The screens pick their words by
code. Codes of rooms that are no device stand here as well, so that one enum and
one table hold them all.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class Level(StrEnum):
    """What a failure does to the state of the device that reports it."""

    BLOCK = "block"
    WARN = "warn"
    EVENT = "event"


class Actor(StrEnum):
    """Who can end the failure."""

    AUTO = "auto"
    RESIDENT = "resident"
    STAFF = "staff"
    TECHNICIAN = "technician"


class FailureCode(StrEnum):
    """A failure's stable name, as it stands in logs, JSON and on the page's edge."""

    # any device
    NOT_CONNECTED = "NOT_CONNECTED"
    DISCONNECTED = "DISCONNECTED"
    CONNECT_TIMEOUT = "CONNECT_TIMEOUT"
    SERVICE_DOWN = "SERVICE_DOWN"
    PERMISSION_DENIED = "PERMISSION_DENIED"
    BUSY = "BUSY"
    NO_REPLY = "NO_REPLY"
    PROTOCOL_ERROR = "PROTOCOL_ERROR"
    IO_ERROR = "IO_ERROR"
    HUNG = "HUNG"
    DRIVER_CRASHED = "DRIVER_CRASHED"
    OPTION_REFUSED = "OPTION_REFUSED"
    DEVICE_ERROR = "DEVICE_ERROR"
    STATUS_UNKNOWN = "STATUS_UNKNOWN"
    CANCELLED = "CANCELLED"
    # cards
    NO_CARD = "NO_CARD"
    CARD_LIFTED = "CARD_LIFTED"
    CARD_UNSUPPORTED = "CARD_UNSUPPORTED"
    CARD_WRONG_TYPE = "CARD_WRONG_TYPE"
    CARD_REJECTED = "CARD_REJECTED"
    BAD_CARD_DATA = "BAD_CARD_DATA"
    SAM_SELFTEST = "SAM_SELFTEST"
    SAM_UNAUTHORISED = "SAM_UNAUTHORISED"
    # printers
    PAPER_OUT = "PAPER_OUT"
    PAPER_LOW = "PAPER_LOW"
    COVER_OPEN = "COVER_OPEN"
    PAPER_JAM = "PAPER_JAM"
    CUTTER_ERROR = "CUTTER_ERROR"
    OVERHEATED = "OVERHEATED"
    UNPRINTABLE_TEXT = "UNPRINTABLE_TEXT"
    RENDER_ERROR = "RENDER_ERROR"
    OUTCOME_UNKNOWN = "OUTCOME_UNKNOWN"
    # camera
    FRAME_STALLED = "FRAME_STALLED"
    FRAME_FROZEN = "FRAME_FROZEN"
    FRAME_DARK = "FRAME_DARK"
    # pages
    IMAGE_INVALID = "IMAGE_INVALID"
    PAGE_NOT_FOUND = "PAGE_NOT_FOUND"
    PAGE_CUT = "PAGE_CUT"
    PAGE_BLANK = "PAGE_BLANK"
    PAGE_BLURRED = "PAGE_BLURRED"
    PAGE_DARK = "PAGE_DARK"
    PAGE_TOO_SMALL = "PAGE_TOO_SMALL"
    # store, portal, settings
    STORE_FULL = "STORE_FULL"
    STORE_FAULT = "STORE_FAULT"
    STORE_OLD_LIBRARY = "STORE_OLD_LIBRARY"
    PORTAL_UNREACHABLE = "PORTAL_UNREACHABLE"
    PORTAL_SLOW = "PORTAL_SLOW"
    PORTAL_BAD_ANSWER = "PORTAL_BAD_ANSWER"
    PORTAL_REFUSED = "PORTAL_REFUSED"
    PORTAL_PAUSED = "PORTAL_PAUSED"
    NO_PROGRESS = "NO_PROGRESS"
    SEALING_KEY_MISSING = "SEALING_KEY_MISSING"
    PACK_INVALID = "PACK_INVALID"
    SETTING_INVALID = "SETTING_INVALID"
    PROGRAM_FAULT = "PROGRAM_FAULT"


@dataclass(frozen=True, slots=True)
class Trait:
    """What the code alone tells about a failure.

    Attributes:
        level: what it does to the device's state.
        retry: whether the same request may be sent again without a human decision.
        who: who can end it.
    """

    level: Level
    retry: bool
    who: Actor


_BLOCK_AUTO = Trait(Level.BLOCK, retry=True, who=Actor.AUTO)
_BLOCK_STAFF = Trait(Level.BLOCK, retry=True, who=Actor.STAFF)
_BLOCK_TECHNICIAN = Trait(Level.BLOCK, retry=False, who=Actor.TECHNICIAN)
_EVENT_AUTO = Trait(Level.EVENT, retry=True, who=Actor.AUTO)
_EVENT_RESIDENT = Trait(Level.EVENT, retry=True, who=Actor.RESIDENT)
_EVENT_FINAL = Trait(Level.EVENT, retry=False, who=Actor.RESIDENT)
_EVENT_TECHNICIAN = Trait(Level.EVENT, retry=False, who=Actor.TECHNICIAN)
_WARN = Trait(Level.WARN, retry=False, who=Actor.TECHNICIAN)

TRAITS: Mapping[FailureCode, Trait] = MappingProxyType(
    {
        FailureCode.NOT_CONNECTED: Trait(Level.BLOCK, retry=True, who=Actor.TECHNICIAN),
        FailureCode.DISCONNECTED: _BLOCK_AUTO,
        FailureCode.CONNECT_TIMEOUT: _BLOCK_AUTO,
        FailureCode.SERVICE_DOWN: _BLOCK_AUTO,
        FailureCode.PERMISSION_DENIED: _BLOCK_TECHNICIAN,
        FailureCode.BUSY: _EVENT_AUTO,
        FailureCode.NO_REPLY: _BLOCK_AUTO,
        FailureCode.PROTOCOL_ERROR: _EVENT_AUTO,
        FailureCode.IO_ERROR: _EVENT_AUTO,
        FailureCode.HUNG: _BLOCK_AUTO,
        FailureCode.DRIVER_CRASHED: _BLOCK_AUTO,
        FailureCode.OPTION_REFUSED: _BLOCK_TECHNICIAN,
        FailureCode.DEVICE_ERROR: _BLOCK_TECHNICIAN,
        FailureCode.STATUS_UNKNOWN: _WARN,
        FailureCode.CANCELLED: _EVENT_RESIDENT,
        FailureCode.NO_CARD: _EVENT_RESIDENT,
        FailureCode.CARD_LIFTED: _EVENT_RESIDENT,
        FailureCode.CARD_UNSUPPORTED: _EVENT_FINAL,
        FailureCode.CARD_WRONG_TYPE: _EVENT_RESIDENT,
        FailureCode.CARD_REJECTED: Trait(Level.EVENT, retry=False, who=Actor.STAFF),
        FailureCode.BAD_CARD_DATA: _EVENT_RESIDENT,
        FailureCode.SAM_SELFTEST: _BLOCK_TECHNICIAN,
        FailureCode.SAM_UNAUTHORISED: _BLOCK_TECHNICIAN,
        FailureCode.PAPER_OUT: _BLOCK_STAFF,
        FailureCode.PAPER_LOW: _WARN,
        FailureCode.COVER_OPEN: _BLOCK_STAFF,
        FailureCode.PAPER_JAM: _BLOCK_STAFF,
        FailureCode.CUTTER_ERROR: Trait(Level.BLOCK, retry=True, who=Actor.TECHNICIAN),
        FailureCode.OVERHEATED: _BLOCK_AUTO,
        FailureCode.UNPRINTABLE_TEXT: _EVENT_TECHNICIAN,
        FailureCode.RENDER_ERROR: _EVENT_TECHNICIAN,
        FailureCode.OUTCOME_UNKNOWN: _EVENT_FINAL,
        FailureCode.FRAME_STALLED: _BLOCK_AUTO,
        FailureCode.FRAME_FROZEN: _BLOCK_AUTO,
        FailureCode.FRAME_DARK: Trait(Level.WARN, retry=True, who=Actor.RESIDENT),
        FailureCode.IMAGE_INVALID: _EVENT_RESIDENT,
        FailureCode.PAGE_NOT_FOUND: _EVENT_RESIDENT,
        FailureCode.PAGE_CUT: _EVENT_RESIDENT,
        FailureCode.PAGE_BLANK: _EVENT_RESIDENT,
        FailureCode.PAGE_BLURRED: _EVENT_RESIDENT,
        FailureCode.PAGE_DARK: _EVENT_RESIDENT,
        FailureCode.PAGE_TOO_SMALL: _EVENT_RESIDENT,
        FailureCode.STORE_FULL: _BLOCK_STAFF,
        FailureCode.STORE_FAULT: _BLOCK_TECHNICIAN,
        FailureCode.STORE_OLD_LIBRARY: _BLOCK_TECHNICIAN,
        FailureCode.PORTAL_UNREACHABLE: _EVENT_AUTO,
        FailureCode.PORTAL_SLOW: _EVENT_AUTO,
        FailureCode.PORTAL_BAD_ANSWER: _EVENT_AUTO,
        FailureCode.PORTAL_REFUSED: _EVENT_TECHNICIAN,
        FailureCode.PORTAL_PAUSED: _BLOCK_AUTO,
        FailureCode.NO_PROGRESS: Trait(Level.WARN, retry=True, who=Actor.TECHNICIAN),
        FailureCode.SEALING_KEY_MISSING: _BLOCK_TECHNICIAN,
        FailureCode.PACK_INVALID: _BLOCK_TECHNICIAN,
        FailureCode.SETTING_INVALID: _BLOCK_TECHNICIAN,
        FailureCode.PROGRAM_FAULT: Trait(Level.EVENT, retry=True, who=Actor.STAFF),
    }
)


class DeviceError(Exception):
    """A device did not do what was asked; carries the code and a technician's detail.

    The detail never holds personal data: no bytes of a card, no text of a receipt.
    """

    def __init__(self, code: FailureCode, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else str(code))
        self.code = code
        self.detail = detail
