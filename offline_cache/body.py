"""The request body of a submission: made once, kept as bytes, sent the same in every attempt.

Sealing is randomised, so a body made again would have another digest and the portal
would refuse it as a second use of the id.
"""

import base64
import json
from dataclasses import dataclass

from offline_cache.records import Intake
from offline_cache.sealing import SUITE

SCHEMA = 1
CHANNEL = "KIOSK"
_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a submission stands: its case, its turn in the case, its number."""

    case_id: str
    case_seq: int
    collection_no: str


@dataclass(frozen=True, slots=True)
class Sealed:
    """The three sealed parts that the portal needs to open a submission.

    Attributes:
        dek: the data key under the portal's key, 80 bytes.
        payload: the resident's data under the data key.
    """

    portal_key_id: str
    dek: bytes
    payload: bytes


@dataclass(frozen=True, slots=True)
class Page:
    """A sealed page as the body names it: by ordinal, size and digest, never by address."""

    ordinal: int
    get_type: int
    media_type: str
    size: int
    sha256: str


def body_bytes(intake: Intake, place: Place, sealed: Sealed, pages: list[Page]) -> bytes:
    """UTF-8 JSON with the members and the order of the portal's contract, without blanks."""
    head = {
        "schema": SCHEMA,
        "kind": intake.kind,
        "case_id": place.case_id,
        "case_seq": place.case_seq,
        "collection_no": place.collection_no,
        "channel": CHANNEL,
        "task_code": intake.task_code,
        "task_handle_item": intake.task_handle_item,
        "task_version": intake.task_version,
        "pack_sha256": intake.pack_sha256,
        "apply_date": intake.apply_date,
        "clock": {"state": intake.clock_state, "offset_s": intake.clock_offset_s},
        "valid_for_s": intake.valid_for_s,
        "suite": SUITE,
        "portal_key_id": sealed.portal_key_id,
    }
    # Base64 needs no escapes: what is long by far need not be searched for them.
    return b"".join(
        (
            *(_json(head)[:-1], b',"dek":"', base64.b64encode(sealed.dek)),
            *(b'","payload":"', base64.b64encode(sealed.payload)),
            *(b'","documents":', _json([_page(page) for page in pages]), b"}"),
        )
    )


def _json(value: object) -> bytes:
    return _JSON.encode(value).encode()


def _page(page: Page) -> dict[str, object]:
    return {
        "ordinal": page.ordinal,
        "get_type": page.get_type,
        "media_type": page.media_type,
        "size": page.size,
        "sha256": page.sha256,
    }
