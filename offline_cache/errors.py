"""What the store raises; each error carries the failure code of `docs/failure-codes.md`.

The codes are strings here because the store knows no device; a test holds them
against the enum of `devices.errors`. No message holds personal data.
"""

from typing import ClassVar


class StoreError(Exception):
    """Base of all errors of the store."""

    failure: ClassVar[str] = "STORE_FAULT"


class StoreFaultError(StoreError):
    """Reading or writing failed; what was committed before is still there."""


class StoreFullError(StoreError):
    """No room on the disk: nothing was changed, the draft is intact."""

    failure = "STORE_FULL"


class StoreBusyError(StoreError):
    """Another process holds the store as its writer."""

    failure = "BUSY"


class StoreOldLibraryError(StoreError):
    """The SQLite library can lose committed writes (its WAL-reset bug)."""

    failure = "STORE_OLD_LIBRARY"


class NoRoomError(StoreError):
    """A visit may not start: disk, count or age of the unsent work is at its cap.

    Attributes:
        why: `disk`, `items` or `age`.
    """

    failure = "STORE_FULL"

    def __init__(self, why: str) -> None:
        super().__init__(f"no room for another submission: {why}")
        self.why = why


class SealingKeyMissingError(StoreError):
    """No public key of the portal is known, so nothing can be sealed; the draft is intact."""

    failure = "SEALING_KEY_MISSING"


class PolicyError(StoreError):
    """The item's offline policy does not allow what was to be put; the draft is intact."""

    failure = "PROGRAM_FAULT"


class DraftClosedError(StoreError):
    """The draft was discarded or belongs to an earlier process."""

    failure = "PROGRAM_FAULT"


class UnknownSubmissionError(StoreError):
    """No such submission was ever put."""

    failure = "PROGRAM_FAULT"


class UnknownJobError(StoreError):
    """No such print job, or it is not in the state that the call needs."""

    failure = "PROGRAM_FAULT"


class WrongStateError(StoreError):
    """The submission is in a state that does not allow the act."""

    failure = "PROGRAM_FAULT"


class ConflictingReceiptError(StoreError):
    """Another receipt is already recorded for the same submission."""

    failure = "PORTAL_BAD_ANSWER"


class MismatchedAckError(StoreError):
    """The acknowledgement names another digest, case or place in the case."""

    failure = "PORTAL_BAD_ANSWER"


class DocumentLostError(StoreError):
    """A sealed page is missing or damaged; its submission was set to REJECTED."""


class SealBrokenError(StoreError):
    """Sealed bytes do not open: changed, cut off, or another key, id or info."""
