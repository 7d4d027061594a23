"""Packs that are still coming, in a real store."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from store_support import SMALL, Store

from offline_cache.arrivals import Arrivals
from offline_cache.database import Limits
from offline_cache.errors import StoreFullError

DATA = b"demo pack " * 100
SHA = hashlib.sha256(DATA).hexdigest()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path, limits=SMALL) as made:
        yield made


def test_pieces_grow_across_a_restart_and_leave_as_a_whole(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        assert Arrivals(store.database).add(SHA, 0, DATA[:300]) == 300
    with Store(tmp_path) as store:
        arrivals = Arrivals(store.database)
        assert arrivals.size(SHA) == 300
        arrivals.add(SHA, 300, DATA[300:])
        assert arrivals.take(SHA) == DATA
        arrivals.drop(SHA)
        arrivals.drop(SHA)
        assert arrivals.size(SHA) == 0


def test_a_piece_of_another_place_is_refused(store: Store) -> None:
    arrivals = Arrivals(store.database)
    arrivals.add(SHA, 0, DATA[:10])
    with pytest.raises(ValueError, match="at 11"):
        arrivals.add(SHA, 11, DATA[11:])
    assert arrivals.size(SHA) == 10


def test_wrong_bytes_are_dropped_as_a_whole(store: Store) -> None:
    arrivals = Arrivals(store.database)
    arrivals.add(SHA, 0, DATA[:-1] + b"?")
    assert arrivals.take(SHA) is None
    assert arrivals.size(SHA) == 0


def test_only_what_is_still_wanted_stays(store: Store) -> None:
    arrivals = Arrivals(store.database)
    for digest in (SHA, "0" * 64):
        arrivals.add(digest, 0, b"x")
    arrivals.keep_only({SHA})
    assert [file.name for file in arrivals.folder.iterdir()] == [SHA]


def test_the_room_of_residents_work_is_not_touched(tmp_path: Path) -> None:
    with Store(tmp_path, limits=Limits(ballast_bytes=0, reserve_bytes=1 << 60)) as store:
        with pytest.raises(StoreFullError):
            Arrivals(store.database).add(SHA, 0, DATA)
        assert Arrivals(store.database).size(SHA) == 0


@pytest.mark.parametrize("digest", ["", "../x", "A" * 64, "0" * 63])
def test_what_is_no_digest_names_no_file(store: Store, digest: str) -> None:
    with pytest.raises(ValueError, match="64 hex digits"):
        Arrivals(store.database).size(digest)
