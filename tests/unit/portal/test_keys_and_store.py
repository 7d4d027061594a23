import json
import stat
from pathlib import Path

import pytest
import sqlalchemy as sa

from portal.keys import ensure_keys, load_keys
from portal.store import StoreError, next_serial, open_store, read_store


def test_the_first_start_makes_a_key_and_the_second_keeps_it(tmp_path: Path) -> None:
    first = ensure_keys(tmp_path).published()
    assert ensure_keys(tmp_path).published() == first
    assert load_keys(tmp_path).published() == first
    assert json.loads((tmp_path / "sealing.pub").read_text()) == first[0]


def test_a_private_key_is_readable_by_its_owner_only(tmp_path: Path) -> None:
    ensure_keys(tmp_path)
    (file,) = (tmp_path / "keys").iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


def test_the_journal_is_truncate_and_every_commit_extra_durable(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    with store.transaction() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "truncate"
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 3
    store.close()


def test_the_serial_goes_on_after_a_restart(tmp_path: Path) -> None:
    numbers = []
    for _ in range(3):
        store = open_store(tmp_path)
        with store.transaction() as connection:
            numbers.append(next_serial(connection))
        store.close()
    assert numbers == [1, 2, 3]


def test_a_transaction_that_raises_leaves_nothing(tmp_path: Path) -> None:
    store = open_store(tmp_path)

    def broken() -> None:
        with store.transaction() as connection:
            next_serial(connection)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        broken()
    with store.transaction() as connection:
        assert next_serial(connection) == 1
    store.close()


def test_a_store_of_another_schema_is_refused(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    with store.transaction() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    store.close()
    with pytest.raises(StoreError, match="9999"):
        open_store(tmp_path)


def test_a_folder_without_a_portal_cannot_be_listed(tmp_path: Path) -> None:
    with pytest.raises(StoreError):
        read_store(tmp_path)
