"""A submission opened: payload and pages in plain, and what is missing in it."""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Final

from portal.keys import Keyring
from portal.opening import OpeningError, open_data_key, open_page, open_payload

SCANNED: Final = frozenset({"2", "3"})
# a payload that names more is broken; its answer must stay below the limit of the contract
MOST_GAPS: Final = 1000
_NAME_LENGTH: Final = 200
Gap = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Page:
    """One opened page."""

    ordinal: int
    media_type: str
    content: bytes = field(repr=False)

    @property
    def sha256(self) -> str:
        """Hex digest of the plain page."""
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True, slots=True)
class Contents:
    """What was inside a submission.

    Attributes:
        payload: empty when it did not open.
        gaps: every reason why something is missing, never only the first.
    """

    payload: dict[str, Any] = field(repr=False)
    pages: tuple[Page, ...]
    gaps: tuple[Gap, ...]


def open_contents(
    identity: str, body: Mapping[str, Any], keys: Keyring, sealed_page: Callable[[str], bytes]
) -> Contents:
    """Open the payload and every page; what does not open becomes a gap, not an error.

    Raises:
        DocumentsError: a page cannot be read; nothing is said about the case then.
    """
    key = keys.find(body["portal_key_id"])
    if key is None:
        return Contents({}, (), (_gap("sealing-key-gone"),))
    try:
        data_key = open_data_key(body["dek"], key.private, identity)
        payload = open_payload(body["payload"], data_key, identity)
    except OpeningError:
        return Contents({}, (), (_gap("payload-unreadable"),))
    pages: list[Page] = []
    gaps: list[Gap] = []
    for line in body["documents"]:
        ordinal = int(line["ordinal"])
        try:
            plain = open_page(sealed_page(line["sha256"]), data_key, identity, ordinal)
        except OpeningError:
            gaps.append(_gap("page-unreadable", ordinal=ordinal))
        else:
            pages.append(Page(ordinal, line["media_type"], plain))
    gaps += islice(_material_gaps(payload, pages), MOST_GAPS)
    return Contents(payload, tuple(pages), tuple(gaps))


def _material_gaps(payload: Mapping[str, Any], pages: list[Page]) -> Iterator[Gap]:
    here = {page.ordinal: page.sha256 for page in pages}
    for material in _materials(payload):
        if str(material.get("get_type")) not in SCANNED:
            continue
        name = str(material.get("material_name", ""))[:_NAME_LENGTH]
        named = _ordinals(material)
        for ordinal in named:
            if ordinal not in here:
                yield _gap("page-missing", name=name, ordinal=ordinal)
        if not named:
            yield _gap("page-missing", name=name)
        yield from _digest_gaps(material, name, [here[o] for o in named if o in here])


def _digest_gaps(material: Mapping[str, Any], name: str, digests: list[str]) -> Iterator[Gap]:
    claimed = material.get("sha256")
    claims = claimed if isinstance(claimed, list) else [claimed]
    if not any(isinstance(claim, str) for claim in claims):
        return
    for digest in digests:
        if digest not in claims:
            yield _gap("page-digest", name=name)


def _ordinals(material: Mapping[str, Any]) -> list[int]:
    value = material.get("ordinals", material.get("ordinal"))
    values = value if isinstance(value, list) else [value]
    return [number for number in values if isinstance(number, int)]


def _materials(payload: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    materials = payload.get("materials")
    if not isinstance(materials, list):
        return []
    return [material for material in materials if isinstance(material, dict)]


def _gap(reason: str, *, name: str | None = None, ordinal: int | None = None) -> Gap:
    return {"material_name": name, "ordinal": ordinal, "reason": reason}
