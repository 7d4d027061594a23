import json
from pathlib import Path

import pytest

from portal.places import DATABASE_NAME, Places, PlacesError, recall, settle

URL = "postgresql://portal@db.example/portal"
BUCKET = "s3://pages?endpoint=http://127.0.0.1:9000"


def test_places_are_remembered_for_every_other_command(tmp_path: Path) -> None:
    settle(tmp_path, Places(URL, BUCKET))
    assert recall(tmp_path) == Places(URL, BUCKET)
    assert settle(tmp_path, Places()) == Places(URL, BUCKET)
    assert (tmp_path / "portal.json").stat().st_mode & 0o777 == 0o600


def test_a_folder_without_flags_remembers_nothing(tmp_path: Path) -> None:
    assert settle(tmp_path, Places()) == Places()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("other", [Places(URL + "2"), Places(None, BUCKET + "2")])
def test_other_places_than_the_remembered_ones_are_refused(tmp_path: Path, other: Places) -> None:
    settle(tmp_path, Places(URL, BUCKET))
    with pytest.raises(PlacesError):
        settle(tmp_path, other)
    assert recall(tmp_path) == Places(URL, BUCKET)


def test_a_folder_with_a_store_does_not_change_to_another(tmp_path: Path) -> None:
    (tmp_path / DATABASE_NAME).touch()
    with pytest.raises(PlacesError, match="already"):
        settle(tmp_path, Places(URL))
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / ("0" * 64)).touch()
    with pytest.raises(PlacesError, match="pages"):
        settle(tmp_path, Places(None, BUCKET))


@pytest.mark.parametrize("content", ["", "[]", "{}", json.dumps({"database": URL})])
def test_a_damaged_memory_is_said_and_not_guessed(tmp_path: Path, content: str) -> None:
    (tmp_path / "portal.json").write_text(content)
    with pytest.raises(PlacesError, match="damaged"):
        recall(tmp_path)
