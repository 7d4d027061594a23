"""What every database and every store of objects of a portal must do: one class, many engines."""

import hashlib
import os
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

import pytest
import sqlalchemy as sa

from portal.documents import DocumentGoneError, Documents, DocumentsError, open_documents
from portal.places import Places, settle
from portal.store import (
    Store,
    emit,
    insert_if_new,
    lock_key,
    next_serial,
    open_store,
    raise_serial,
    read_store,
    record_effect,
)
from portal.tables.intake import effects, events, uploads

Result = TypeVar("Result")
AT = "2026-11-22T01:02:03.000Z"


def at_once(count: int, act: Callable[[int], Result]) -> list[Result]:
    """The results of an act that many threads begin together."""
    start = threading.Barrier(count)

    def run(number: int) -> Result:
        start.wait(20)
        return act(number)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


def upload_row(name: str) -> dict[str, Any]:
    """A row with a unique key of four columns."""
    about = {"terminal": "SH-000001", "submission": "s", "ordinal": 1, "sha256": "0" * 64}
    rest = {"length": 1, "filetype": "image/jpeg", "expires_at": 1, "done": False}
    return {"name": name, **about, **rest}


class StorageContract(ABC):
    """Rows and objects; two `Store` objects stand for two processes."""

    @abstractmethod
    @pytest.fixture
    def places(self) -> Places:
        """Where this engine keeps rows and objects; new and empty."""

    @pytest.fixture
    def stores(self, folder: Path, places: Places) -> Iterator[tuple[Store, Store]]:
        """The same store, opened twice."""
        settle(folder, places)
        both = open_store(folder), open_store(folder)
        yield both
        for store in both:
            store.close()

    @pytest.fixture
    def pages(self, folder: Path, places: Places) -> Documents:
        """The store of objects, as the folder remembers it."""
        settle(folder, places)
        return open_documents(folder)

    def test_numbers_are_given_once_to_all(self, stores: tuple[Store, Store]) -> None:
        def take(number: int) -> list[int]:
            store = stores[number % 2]
            return [store.act(next_serial) for _ in range(10)]

        taken = [number for numbers in at_once(8, take) for number in numbers]
        assert len(set(taken)) == 80

    def test_a_raised_counter_goes_on_above_and_never_back(
        self, stores: tuple[Store, Store]
    ) -> None:
        stores[0].act(lambda connection: raise_serial(connection, 1000))
        stores[1].act(lambda connection: raise_serial(connection, 5))
        assert stores[1].act(next_serial) > 1000

    def test_what_raises_leaves_nothing_and_what_stood_beside_it_stays(
        self, stores: tuple[Store, Store]
    ) -> None:
        def act(number: int) -> str:
            def work(connection: sa.Connection) -> str:
                record_effect(connection, "SH-000001", str(number), "done", AT)
                emit(connection, "test.done", ("SH-000001", str(number)), AT, {"n": number})
                if number % 2:
                    raise RuntimeError(str(number))
                return str(number)

            try:
                return stores[0].act(work)
            except RuntimeError as error:
                return f"raised {error}"

        answers = at_once(8, act)
        expected = [f"raised {number}" if number % 2 else str(number) for number in range(8)]
        assert answers == expected
        with stores[1].transaction() as connection:
            kept = sorted(connection.scalars(sa.select(effects.c.id)))
            told = sorted(connection.scalars(sa.select(events.c.id)))
        assert kept == told == ["0", "2", "4", "6"]

    def test_the_same_effect_happens_once(self, stores: tuple[Store, Store]) -> None:
        def act(number: int) -> bool:
            try:
                stores[number % 2].act(
                    lambda connection: record_effect(connection, "SH-000001", "i", "paid", AT)
                )
            except sa.exc.IntegrityError:
                return False
            return True

        assert sorted(at_once(6, act)) == [False] * 5 + [True]

    def test_of_rows_with_one_unique_key_one_is_new(self, stores: tuple[Store, Store]) -> None:
        def act(number: int) -> bool:
            row = upload_row(f"upload {number}")
            return stores[number % 2].act(
                lambda connection: insert_if_new(connection, uploads, row)
            )

        assert sorted(at_once(6, act)) == [False] * 5 + [True]

    def test_a_locked_key_lets_one_in_at_a_time(self, stores: tuple[Store, Store]) -> None:
        """Without the lock both would see nothing and both would insert."""

        def act(number: int) -> bool:
            with stores[number % 2].transaction() as connection:
                lock_key(connection, "test", "one")
                query = sa.select(sa.func.count()).select_from(events)
                if connection.scalar(query):
                    return False
                emit(connection, "test.first", ("SH-000001", str(number)), AT)
                return True

        assert sorted(at_once(6, act)) == [False] * 5 + [True]

    def test_a_reader_sees_everything_and_writes_nothing(
        self, folder: Path, stores: tuple[Store, Store]
    ) -> None:
        stores[0].act(lambda connection: emit(connection, "test.told", ("SH-000001", "i"), AT))
        reader = read_store(folder)
        try:
            with reader.transaction() as connection:
                assert list(connection.scalars(sa.select(events.c.kind))) == ["test.told"]
            with pytest.raises(sa.exc.DBAPIError):
                reader.act(lambda connection: emit(connection, "test.no", ("SH-000001", "i"), AT))
        finally:
            reader.close()

    def test_an_object_comes_back_as_it_was_put(self, pages: Documents) -> None:
        content = os.urandom(300_000)
        digest = hashlib.sha256(content).hexdigest()
        assert not pages.exists(digest)
        for _ in range(2):
            pages.put(digest, content)
        assert pages.get(digest) == content
        assert list(pages.digests()) == [digest]

    def test_a_file_of_the_spool_is_taken_over(self, pages: Documents, tmp_path: Path) -> None:
        source, content = tmp_path / "part", os.urandom(100_000)
        source.write_bytes(content)
        digest = hashlib.sha256(content).hexdigest()
        pages.take(digest, source)
        assert pages.get(digest) == content
        assert not source.exists()

    def test_an_object_is_gone_after_its_deletion(self, pages: Documents) -> None:
        digest = hashlib.sha256(b"page").hexdigest()
        pages.put(digest, b"page")
        for _ in range(2):
            pages.delete(digest)
        assert not pages.exists(digest)
        with pytest.raises(DocumentGoneError):
            pages.get(digest)

    def test_changed_bytes_are_not_given_out(self, pages: Documents) -> None:
        pages.put("0" * 64, b"other bytes")
        with pytest.raises(DocumentsError, match="digest"):
            pages.get("0" * 64)

    @pytest.mark.parametrize("name", ["", "../x", "A" * 64, "0" * 63])
    def test_only_a_digest_is_a_name(self, pages: Documents, name: str) -> None:
        with pytest.raises(DocumentsError, match="no digest"):
            pages.exists(name)
