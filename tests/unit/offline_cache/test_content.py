from collections.abc import Iterator
from pathlib import Path

import pytest
from store_support import Points, Store

from offline_cache.content import Content, PackDamagedError


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path) as store:
        yield store


@pytest.fixture
def content(store: Store) -> Content:
    return Content(store.database)


def test_the_last_known_pack_outlives_a_restart(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        kept = Content(store.database).keep("items", 3, b"edition 3", '"e3"')
    with Store(tmp_path) as store:
        content = Content(store.database)
        assert content.pack("items") == kept
        assert (kept.version, kept.etag, kept.pinned) == (3, '"e3"', False)
        assert content.read("items") == b"edition 3"


def test_a_newer_edition_replaces_the_one_before_and_its_file(content: Content) -> None:
    content.keep("items", 1, b"one")
    content.keep("guides", 1, b"guides")
    content.keep("items", 2, b"two")
    assert [each.version for each in content.packs()] == [1, 2]
    assert content.read("items") == b"two"
    assert len(list(content.folder.iterdir())) == 2


def test_the_same_edition_may_be_kept_again_but_never_an_older_one(content: Content) -> None:
    content.keep("items", 2, b"two", '"a"')
    assert content.keep("items", 2, b"two", '"b"').etag == '"b"'
    with pytest.raises(ValueError, match="version 2"):
        content.keep("items", 1, b"one")
    assert content.read("items") == b"two"


def test_a_pinned_pack_stays_until_it_is_let_go(content: Content) -> None:
    content.keep("items", 1, b"one")
    content.pin("items", pinned=True)
    with pytest.raises(ValueError, match="version 1"):
        content.keep("items", 2, b"two")
    content.pin("items", pinned=False)
    content.keep("items", 2, b"two")
    assert content.read("items") == b"two"
    with pytest.raises(KeyError):
        content.pin("nothing", pinned=True)


def test_a_changed_or_missing_file_is_said(content: Content) -> None:
    kept = content.keep("items", 1, b"one")
    file = content.folder / kept.sha256
    file.write_bytes(b"oNe")
    with pytest.raises(PackDamagedError):
        content.read("items")
    file.unlink()
    with pytest.raises(PackDamagedError):
        content.read("items")
    with pytest.raises(KeyError):
        content.read("nothing")


def test_a_crash_before_the_row_leaves_the_edition_before(tmp_path: Path) -> None:
    points = Points()
    with Store(tmp_path, points=points) as store:
        content = Content(store.database)
        content.keep("items", 1, b"one")
        points.broken = "pack.written"
        with pytest.raises(RuntimeError):
            content.keep("items", 2, b"two")
        assert content.read("items") == b"one"
        assert content.sweep() == 1
        assert content.read("items") == b"one"


@pytest.mark.parametrize("name", ["", "../x", "a" * 65, "a/b"])
def test_a_name_that_is_none_is_refused(content: Content, name: str) -> None:
    with pytest.raises(ValueError, match="pack_id"):
        content.keep(name, 1, b"x")
