"""Catalogue and packs: what is current, as immutable files with a generation that never goes back.

The operator lays packs into `DIR/packs` and names them in `DIR/packs/packs.json`:
`{"packs": [{"id", "version", "file", "plan_effective_date", "plan_cancel_date",
"min_client"}], "sites": [...], "notices": [...]}`. The list is read again whenever it
changes; each other content is a new generation, counted in the database for all workers.
"""

import hashlib
import json
import os
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Final

import sqlalchemy as sa
from pydantic import Field, ValidationError

from portal.faults import Faults
from portal.moments import WallClock, office_date
from portal.problems import ProblemError
from portal.store import Store, lock_key
from portal.tables.base import meta
from portal.wire import Strict, Whole

LIST_NAME: Final = "packs.json"
PACK_LIMIT: Final = 50 * 1024 * 1024
_GENERATION: Final = "catalogue"
_DAY: Final = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
Day = Annotated[str, Field(pattern=_DAY)]
_SITES: Final = (
    {
        "id": "xuhui-caohejing",
        "name": "漕河泾社区事务受理服务中心（演示）",
        "transact_addr": "徐汇区演示路 100 号",
        "transact_time": "周一到周六 9:00-17:00",
        "link_way": "12345",
    },
)


class PackLine(Strict):
    """One pack of the list."""

    id: Annotated[str, Field(pattern=r"^[0-9A-Za-z._-]{1,64}$")]
    version: Annotated[Whole, Field(ge=0)]
    file: Annotated[str, Field(pattern=r"^[0-9A-Za-z][0-9A-Za-z._-]{0,127}$")]
    plan_effective_date: Day | None = None
    plan_cancel_date: Day | None = None
    min_client: Annotated[str, Field(max_length=64)] | None = None


class SiteLine(Strict):
    """One place where people can go."""

    id: Annotated[str, Field(pattern=r"^[0-9A-Za-z-]{1,64}$")]
    name: str
    transact_addr: str
    transact_time: str
    link_way: str | None = None


class NoticeLine(Strict):
    """One notice of the city."""

    id: str
    title: str
    text: str
    until: str | None = None


class ContentList(Strict):
    """`packs.json`."""

    packs: tuple[PackLine, ...] = ()
    sites: tuple[SiteLine, ...] = ()
    notices: tuple[NoticeLine, ...] = ()


@dataclass(frozen=True, slots=True)
class Shelf:
    """The content of one generation.

    Attributes:
        catalogue: the members of the contract but the generation.
        files: digest -> where the pack's bytes lie, and how the file looked when they had it.
    """

    catalogue: Mapping[str, Any]
    files: Mapping[str, tuple[Path, object]] = field(repr=False)


class Content:
    """What terminals should show."""

    def __init__(self, folder: Path, store: Store, clock: WallClock, faults: Faults) -> None:
        self._folder = folder / "packs"
        self._store = store
        self._clock = clock
        self._faults = faults
        self._lock = threading.Lock()
        self._seen: tuple[object, Shelf, int] | None = None

    def sites(self) -> list[Mapping[str, Any]]:
        """The places of the catalogue."""
        return list(self._current()[0].catalogue["sites"])

    def catalogue(self, path: str = "") -> tuple[dict[str, Any], str]:
        """The list and its strong ETag.

        Raises:
            ProblemError: `overloaded` while `packs.json` cannot be used.
        """
        shelf, generation = self._current()
        told = {"generation": generation, **shelf.catalogue}
        if self._faults.take("generation_back", path) is not None:
            told["generation"] = max(0, generation - 1)
        if self._faults.take("item_retired", path) is not None:
            yesterday = (office_date(self._clock()) - timedelta(days=1)).isoformat()
            told["packs"] = [{**each, "plan_cancel_date": yesterday} for each in told["packs"]]
        return told, _tag(told)

    def tag(self) -> str | None:
        """The ETag of the list for the heartbeat's answer; None while the list cannot be used."""
        try:
            shelf, generation = self._current()
        except ProblemError:
            return None
        return _tag({"generation": generation, **shelf.catalogue})

    def pack(self, sha256: str, path: str = "") -> bytes:
        """The bytes of a pack of the present list.

        Raises:
            ProblemError: `unknown-id`; `overloaded` when the file is no longer what was listed.
        """
        place, looked = self._current()[0].files.get(sha256, (None, None))
        if place is None:
            raise ProblemError("unknown-id", 404)
        content, looks = _content_of(place)
        # a terminal asks for a hundred pieces: the whole is compared once
        if looks != looked and hashlib.sha256(content).hexdigest() != sha256:
            raise _unusable()
        if self._faults.take("pack_bad_hash", path) is not None:
            return content[:-1] + bytes([content[-1] ^ 1])
        if self._faults.take("pack_cut", path) is not None:
            return content[: len(content) // 2]
        return content

    def _current(self) -> tuple[Shelf, int]:
        with self._lock:
            stamp = self._stamp()
            if self._seen is None or self._seen[0] != stamp:
                shelf = self._read()
                self._seen = (stamp, shelf, self._count(shelf))
            return self._seen[1], self._seen[2]

    def _stamp(self) -> object:
        try:
            return _looks((self._folder / LIST_NAME).stat())
        except FileNotFoundError:
            return None

    def _read(self) -> Shelf:
        try:
            text = (self._folder / LIST_NAME).read_bytes()
        except FileNotFoundError:
            return Shelf({"packs": [], "sites": list(_SITES), "notices": []}, {})
        try:
            listed = ContentList.model_validate_json(text)
            contents = [_content_of(self._folder / each.file) for each in listed.packs]
        except (OSError, ValueError, ValidationError, RecursionError) as error:
            raise _unusable() from error
        if not all(0 < len(content) <= PACK_LIMIT for content, _ in contents):
            raise _unusable()
        packs, files = [], {}
        for line, (content, looks) in zip(listed.packs, contents, strict=True):
            digest = hashlib.sha256(content).hexdigest()
            files[digest] = (self._folder / line.file, looks)
            shown = line.model_dump(exclude={"file"})
            packs.append({**shown, "sha256": digest, "size": len(content)})
        sites = [each.model_dump() for each in listed.sites] or list(_SITES)
        notices = [each.model_dump() for each in listed.notices]
        return Shelf({"packs": packs, "sites": sites, "notices": notices}, files)

    def _count(self, shelf: Shelf) -> int:
        """The generation of this content: one more than that of any other content before."""
        digest = hashlib.sha256(_canonical(shelf.catalogue)).hexdigest()
        with self._store.transaction() as connection:
            lock_key(connection, _GENERATION)
            query = sa.select(meta.c.value).where(meta.c.name == _GENERATION)
            number, _, before = (connection.scalar(query) or "").partition(":")
            if before == digest:
                return int(number)
            following = int(number or 0) + 1
            values = {"value": f"{following}:{digest}"}
            if number:
                connection.execute(meta.update().where(meta.c.name == _GENERATION).values(values))
            else:
                connection.execute(meta.insert().values(name=_GENERATION, **values))
        return following


def _content_of(path: Path) -> tuple[bytes, object]:
    """The bytes of a pack, and how its file looked before they were read."""
    try:
        with path.open("rb") as file:
            looks = _looks(os.fstat(file.fileno()))
            return file.read(PACK_LIMIT + 1), looks
    except OSError as error:
        raise _unusable() from error


def _looks(status: os.stat_result) -> object:
    return status.st_mtime_ns, status.st_ino, status.st_size


def _tag(told: Mapping[str, Any]) -> str:
    return f'"{hashlib.sha256(_canonical(told)).hexdigest()[:32]}"'


def _canonical(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True).encode()


def _unusable() -> ProblemError:
    """The list is being changed, or it is wrong: terminals keep what they have."""
    return ProblemError("overloaded", 503, "packs.json", headers={"Retry-After": "60"})
