"""What a failure means and what to do, in one English sentence for the person at the keyboard.

The resident's words are `FailureWords.qml`; these follow the technician's column of
`docs/failure-codes.md`.
"""

from collections.abc import Mapping
from types import MappingProxyType

from devices.errors import FailureCode

_WORDS: Mapping[FailureCode, str] = MappingProxyType(
    {
        FailureCode.NOT_CONNECTED: "not there, or it refuses: check power, cable and address",
        FailureCode.DISCONNECTED: "gone while in use: check cable, hub power and by-id name",
        FailureCode.CONNECT_TIMEOUT: "did not take the connection in time: check the network",
        FailureCode.SERVICE_DOWN: "the service of the device does not run: start it",
        FailureCode.PERMISSION_DENIED: "no permission: add the user to the device's group",
        FailureCode.BUSY: "another program uses it: end that one",
        FailureCode.NO_REPLY: "does not answer: check power, baud rate and wiring",
        FailureCode.PROTOCOL_ERROR: "answers in no known way: check device model and baud rate",
        FailureCode.IO_ERROR: "reading or writing failed: check disk and cable",
        FailureCode.HUNG: "did not come back in time: restart the device",
        FailureCode.DRIVER_CRASHED: "the driver ended by a mistake of its own: see the log",
        FailureCode.OPTION_REFUSED: "an option of the address is not accepted",
        FailureCode.DEVICE_ERROR: "the device reports a fault of its own: service it",
        FailureCode.STATUS_UNKNOWN: "does not tell its status",
        FailureCode.CANCELLED: "cancelled",
        FailureCode.NO_CARD: "no card was laid down in time",
        FailureCode.CARD_LIFTED: "the card was lifted while it was read: lay it down again",
        FailureCode.CARD_UNSUPPORTED: "not a kind of card that this reader knows",
        FailureCode.CARD_WRONG_TYPE: "another kind of card is wanted here",
        FailureCode.CARD_REJECTED: "card and reader module do not accept each other",
        FailureCode.BAD_CARD_DATA: "the card's data is incomplete or contradicts itself",
        FailureCode.SAM_SELFTEST: "the reader's module failed its self-test: cut its power once",
        FailureCode.SAM_UNAUTHORISED: "the reader's module is not authorised: ask its supplier",
        FailureCode.PAPER_OUT: "no paper: put in a new roll",
        FailureCode.PAPER_LOW: "the paper ends soon: have a new roll ready",
        FailureCode.COVER_OPEN: "the cover is open: close it",
        FailureCode.PAPER_JAM: "the paper is jammed: open the cover and take it out",
        FailureCode.CUTTER_ERROR: "the cutter is stuck: take out the scraps of paper",
        FailureCode.OVERHEATED: "the print head is too hot: it goes on by itself",
        FailureCode.UNPRINTABLE_TEXT: "a character has no glyph: add a font",
        FailureCode.RENDER_ERROR: "the text cannot be laid out",
        FailureCode.OUTCOME_UNKNOWN: "nothing proves the print: look at the paper",
        FailureCode.FRAME_STALLED: "the camera gives no new picture: check its cable",
        FailureCode.FRAME_FROZEN: "the camera repeats one picture: restart it",
        FailureCode.FRAME_DARK: "the picture is dark: check lamp and lens cap",
        FailureCode.IMAGE_INVALID: "not a picture, cut off or too large",
        FailureCode.PAGE_NOT_FOUND: "no page in the picture: use the dark mat",
    }
)


def told(code: FailureCode, detail: str = "") -> str:
    """Say what is wrong; the detail of the driver follows in brackets.

    Args:
        code: a failure of a device; others are told by their code alone.
        detail: technical, without personal data.
    """
    words = _WORDS.get(code, str(code))
    return f"{words} ({detail})" if detail else words
