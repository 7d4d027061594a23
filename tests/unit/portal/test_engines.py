import subprocess
import sys
from pathlib import Path

import pytest

from portal.documents import DocumentsError, open_documents
from portal.engines import journal_pragmas, postgres_engine, sqlite_engine
from portal.places import Places, ScaleMissingError, settle
from portal.store import StoreError, open_store

TRUNCATE = ["journal_mode=TRUNCATE", "synchronous=EXTRA"]
WAL = ["journal_mode=WAL", "synchronous=FULL"]


@pytest.mark.parametrize(
    ("version", "pragmas"),
    [
        ((3, 40, 1), TRUNCATE),
        ((3, 44, 5), TRUNCATE),
        ((3, 44, 6), WAL),
        ((3, 50, 6), TRUNCATE),
        ((3, 50, 7), WAL),
        ((3, 51, 2), TRUNCATE),
        ((3, 51, 3), WAL),
        ((3, 54, 0), WAL),
    ],
)
def test_the_journal_follows_the_library(version: tuple[int, int, int], pragmas: list[str]) -> None:
    assert journal_pragmas(version) == pragmas


def test_a_mended_library_writes_ahead(tmp_path: Path) -> None:
    engine = sqlite_engine(tmp_path / "x.db", write=True, version=(3, 54, 0))
    with engine.begin() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2
    engine.dispose()


@pytest.mark.parametrize("address", ["mysql://x/y", "no address", "sqlite:///x.db"])
def test_only_postgresql_is_a_database_of_a_flag(tmp_path: Path, address: str) -> None:
    with pytest.raises(StoreError, match="--database"):
        open_store(tmp_path, address)


@pytest.mark.parametrize(
    "address", ["s3://", "http://x/y", "s3://b?secret=1", "s3://b?endpoint=x&other=y"]
)
def test_only_a_bucket_is_a_place_of_pages(tmp_path: Path, address: str) -> None:
    with pytest.raises(DocumentsError, match="--documents"):
        open_documents(tmp_path, address)


def test_a_missing_driver_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(ScaleMissingError, match="psycopg"):
        postgres_engine("postgresql://x/y", write=True)


def test_a_missing_client_of_s3_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "obstore", None)
    with pytest.raises(ScaleMissingError, match="obstore"):
        open_documents(tmp_path, "s3://b")


@pytest.mark.parametrize("word", ["serve", "list"])
def test_a_missing_package_ends_every_command_with_3(tmp_path: Path, word: str) -> None:
    (tmp_path / "psycopg.py").write_text("raise ImportError('psycopg')\n")
    settle(tmp_path, Places("postgresql://x/y"))
    done = subprocess.run(
        [sys.executable, "-m", "portal", word, "--dir", str(tmp_path)],
        env={"PYTHONPATH": f"{tmp_path}:{Path.cwd()}", "PATH": "/usr/bin"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 3
    assert "extra `scale`" in done.stderr


def test_a_database_that_is_away_is_said_without_its_address(tmp_path: Path) -> None:
    with pytest.raises(StoreError) as caught:
        open_store(tmp_path, "postgresql://someone:secret@127.0.0.1:1/x")
    assert "secret" not in str(caught.value)
    assert caught.value.__cause__ is None
