"""What is left of a resident: nothing after the purge, nothing that opens on a stolen disk."""

import contextlib
import json
import logging
import re
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from crash_child import LIMITS
from store_support import PRIVATE_BYTES, Store, bytes_below, intake

from offline_cache.connection import looking_connection
from offline_cache.database import Database
from offline_cache.documents import Draft
from offline_cache.errors import SealBrokenError
from offline_cache.page_file import open_page
from offline_cache.records import PrintState
from offline_cache.sealing import FileKeyVault, unwrap_at_portal

COUNT = 100
PLAIN = (b"MARKER-PAGE", b"MARKER-PAYLOAD", "演示甲".encode())
PAGE = b"MARKER-PAGE" * 400
KEEPS_KEYS = (
    "CREATE TRIGGER keep AFTER DELETE ON submission BEGIN"
    " INSERT INTO meta VALUES ('kept-' || old.id, lower(hex(old.dek_portal))); END"
)
pytestmark = pytest.mark.slow


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Path]:
    """Everything that is logged, at every level."""
    file = tmp_path / "all.log"
    handler, root = logging.FileHandler(file), logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield file
    root.removeHandler(handler)
    root.setLevel(level)
    handler.close()


class NeverCheckpoints(Database):
    """The broken build: erased rows stay in the log."""

    def checkpoint(self) -> None:
        return


def _put(store: Store) -> str:
    draft = store.draft(pages=0)
    draft.add_page(PAGE, "image/jpeg", material="m1")
    return store.outbox.put(draft, intake()).id


def _traces(store: Store, name: str) -> list[bytes]:
    """What could be found of a submission: its sealed payload, its keys and its page."""
    ((body, key),) = store.database.read(
        "SELECT body, dek_portal FROM submission WHERE id=?", (name,)
    )
    payload = str(json.loads(body)["payload"])
    found = [payload[:40].encode(), payload[-40:].encode(), bytes(key), bytes(key).hex().encode()]
    for (document,) in store.database.read(
        "SELECT id FROM document WHERE submission_id=?", (name,)
    ):
        found.append(store.documents.path(document).read_bytes()[64:128])
    return found


def _finish(store: Store, name: str) -> None:
    store.outbox.mark_received(name, store.ack(name))
    store.journal.queue(f"job-{name}", name, "receipt")
    store.journal.sending(f"job-{name}", "printer-1")
    store.journal.settle(f"job-{name}", PrintState.PRINTED, "A")


def _hits(folder: Path, traces: list[bytes]) -> int:
    held = bytes_below(folder)
    return sum(trace in held for trace in traces)


def _hits_after_purge(
    folder: Path, count: int, *, database_type: type[Database] = Database, sql: str = ""
) -> int:
    with Store(folder, limits=LIMITS, database_type=database_type) as store:
        if sql:
            store.database.read(sql)
        names = [_put(store) for _ in range(count)]
        traces = [trace for name in names for trace in _traces(store, name)]
        # payload twice, key, page; the key in hex is what the broken build writes
        assert _hits(folder, traces) == 4 * count
        for name in names:
            _finish(store, name)
        assert store.retention.purge() == count
        return _hits(folder, traces) + _hits(folder, list(PLAIN))


def test_a_purge_beside_a_reader_is_ended_by_the_next_upkeep(tmp_path: Path) -> None:
    """A look at the store keeps the log as it is: what was erased must not stay in it."""
    with Store(tmp_path, limits=LIMITS) as store:
        name = _put(store)
        traces = _traces(store, name)
        _finish(store, name)
        reader = looking_connection(tmp_path)
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM submission").fetchall()
        assert store.retention.purge() == 1
        held_up = (store.database.checkpoint_owed, _hits(tmp_path, traces) > 0)
        reader.execute("COMMIT")
        reader.close()
        assert store.retention.purge() == 0
        assert (held_up, store.database.checkpoint_owed) == ((True, True), False)
        assert _hits(tmp_path, traces) == 0


def test_a_hundred_purged_submissions_leave_nothing_anywhere(tmp_path: Path, log: Path) -> None:
    logging.getLogger(__name__).info("the log is read")
    assert _hits_after_purge(tmp_path / "store", COUNT) == 0
    told = log.read_bytes()
    assert b"the log is read" in told
    assert not any(marker in told for marker in PLAIN)


@pytest.mark.parametrize(
    ("database_type", "sql"),
    [
        (Database, "PRAGMA secure_delete=OFF"),
        (NeverCheckpoints, ""),
        (Database, KEEPS_KEYS),
    ],
    ids=["secure_delete off", "no checkpoint", "key kept"],
)
def test_a_purge_that_leaves_something_is_caught(
    database_type: type[Database], sql: str, tmp_path: Path
) -> None:
    """The negative controls."""
    assert _hits_after_purge(tmp_path / "store", 20, database_type=database_type, sql=sql) > 0


def _keys_on(disk: Path) -> set[bytes]:
    """Whatever may be a key of 32 bytes: small files, and the blobs and digests of all rows."""
    small = [file.read_bytes() for file in disk.rglob("*") if file.is_file()]
    found = {data for data in small if len(data) == 32}
    connection = sqlite3.connect(disk / "store.sqlite")
    try:
        tables = connection.execute("SELECT name FROM sqlite_master WHERE type='table'").fetchall()
        for (table,) in tables:
            for row in connection.execute(f"SELECT * FROM {table}"):  # noqa: S608 - our own names
                for value in row:
                    found |= _keys_of(value)
    finally:
        connection.close()
    return found


def _keys_of(value: object) -> set[bytes]:
    if isinstance(value, str) and len(value) == 64:
        try:
            value = bytes.fromhex(value)
        except ValueError:
            return set()
    if not isinstance(value, bytes) or len(value) > 256:
        return set()
    return {value[at : at + 32] for at in range(len(value) - 31)}


def _opens(key: bytes, wrapped: bytes, name: str, sealed: bytes) -> bool:
    """Whether this key is the portal's, or the data key itself."""
    found = [key]
    with contextlib.suppress(SealBrokenError):
        found.append(unwrap_at_portal(wrapped, key, name))
    for data_key in found:
        with contextlib.suppress(SealBrokenError):
            open_page(data_key, name, 1, sealed)
            return True
    return False


def test_a_stolen_disk_opens_no_submission_with_any_key_that_lies_on_it(tmp_path: Path) -> None:
    """Also with the terminal's own key: what was put is sealed to the portal alone."""
    disk = tmp_path / "stolen"
    with Store(tmp_path / "store", limits=LIMITS) as store:
        names = [_put(store) for _ in range(5)]
        shutil.copytree(tmp_path / "store", disk)
        rows = store.database.read(
            "SELECT s.id, s.dek_portal, s.dek_local, d.id FROM submission s"
            " JOIN document d ON d.submission_id = s.id"
        )
    keys = _keys_on(disk)
    assert (disk / "kek.key").read_bytes() in keys
    assert len(keys) > 50
    assert not any(marker in bytes_below(disk) for marker in PLAIN)
    assert len(rows) == len(names)
    for name, wrapped, local, document in rows:
        sealed = (disk / "documents" / document).read_bytes()
        assert local is None
        assert not any(_opens(key, wrapped, name, sealed) for key in keys)
        assert _opens(PRIVATE_BYTES, wrapped, name, sealed), "the attempt itself must work"


def _wrapped_keys_on(disk: Path, names: list[str]) -> set[bytes]:
    """Data keys under the terminal's own key, wherever they lie: also in what SQLite left."""
    own, found = FileKeyVault(disk / "kek.key"), set()
    for file in disk.glob("store.sqlite*"):
        data = file.read_bytes()
        # what is long gone leaves zeros, and a wrapped key has none that long
        for at in (each.start() for each in re.finditer(rb"(?=(?!\0{8}).{60})", data, re.DOTALL)):
            for name in names:
                with contextlib.suppress(SealBrokenError):
                    found.add(own.unwrap(data[at : at + 60], name))
    return found


def _keeps_key_here(store: Store, draft: Draft) -> None:
    """The broken build: the row of a draft has its key, and loses it in `put`."""
    wrapped = store.documents.vault.wrap(draft.dek(), draft.id)
    store.database.write(
        lambda db: db.execute("UPDATE submission SET dek_local=? WHERE id=?", (wrapped, draft.id))
    )


@pytest.mark.parametrize("broken", [False, True])
def test_the_terminals_own_key_opens_nothing_on_a_stolen_disk(
    tmp_path: Path, *, broken: bool
) -> None:
    """Neither a visit in progress nor what was put, by no bytes that SQLite left in its log."""
    disk = tmp_path / "stolen"
    with Store(tmp_path / "store", limits=LIMITS) as store:
        drafts = [store.draft(pages=0) for _ in range(3)]
        for draft in drafts:
            if broken:
                _keeps_key_here(store, draft)
            draft.add_page(PAGE, "image/jpeg", material="m1")
        keys = {draft.dek() for draft in drafts[1:]}
        for draft in drafts[1:]:
            store.outbox.put(draft, intake())
        rows = store.database.read("SELECT dek_local FROM submission WHERE state='SEALED'")
        shutil.copytree(tmp_path / "store", disk)
    assert rows == [(None,), (None,)]
    assert not any(marker in bytes_below(disk) for marker in PLAIN)
    found = _wrapped_keys_on(disk, [draft.id for draft in drafts])
    assert (len(found), keys <= found) == ((3, True) if broken else (0, False))
