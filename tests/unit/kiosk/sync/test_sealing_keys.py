import json
from pathlib import Path

from devices.errors import FailureCode
from kiosk.sync import wire
from kiosk.sync.outcomes import Answered, Garbled, KeySet, Outcome, Unreachable
from kiosk.sync.sealing_keys import SealingKeys
from offline_cache.sealing import PortalKey

OLD = PortalKey("2026a", bytes(32))
NEW = PortalKey("2027a", bytes([1]) * 32)


class Source:
    def __init__(self, outcome: Outcome[KeySet | None]) -> None:
        self.outcome = outcome
        self.asked: list[str | None] = []

    def get_keys(self, etag: str | None = None) -> Outcome[KeySet | None]:
        self.asked.append(etag)
        return self.outcome


def _delivered(folder: Path, key: PortalKey) -> Path:
    path = folder / "sealing.pub"
    path.write_text(json.dumps({"id": key.id, "public": wire.public_text(key.public)}) + "\n")
    return path


def test_without_any_file_there_is_no_key(tmp_path: Path) -> None:
    assert SealingKeys(tmp_path).current() is None
    assert SealingKeys(tmp_path, tmp_path / "absent.pub").current() is None


def test_the_delivered_key_is_used_until_the_portal_says_more(tmp_path: Path) -> None:
    delivered = _delivered(tmp_path, OLD)
    keys = SealingKeys(tmp_path / "state", delivered)
    assert keys.current() == OLD
    assert keys.refresh(Source(Answered(KeySet((NEW, OLD), '"t"')))) is None
    assert keys.current() == NEW
    assert SealingKeys(tmp_path / "state", delivered).current() == NEW


def test_the_tag_is_sent_and_an_unchanged_list_stays(tmp_path: Path) -> None:
    keys = SealingKeys(tmp_path)
    keys.refresh(Source(Answered(KeySet((NEW,), '"t"'))))
    source = Source(Answered(None))
    assert keys.refresh(source) is None
    assert source.asked == ['"t"']
    assert keys.current() == NEW


def test_a_failed_refresh_keeps_the_last_known_key(tmp_path: Path) -> None:
    keys = SealingKeys(tmp_path, _delivered(tmp_path, OLD))
    gone = Unreachable(FailureCode.PORTAL_UNREACHABLE)
    assert keys.refresh(Source(gone)) is FailureCode.PORTAL_UNREACHABLE
    assert keys.refresh(Source(Garbled(200, "html"))) is FailureCode.PORTAL_BAD_ANSWER
    assert keys.current() == OLD


def test_a_broken_file_is_as_if_it_were_not_there(tmp_path: Path) -> None:
    (tmp_path / "keys.json").write_bytes(b"{\x00")
    assert SealingKeys(tmp_path, _delivered(tmp_path, OLD)).current() == OLD
    assert not list(tmp_path.glob("*.part"))


def test_a_list_of_delivered_keys_is_read_too(tmp_path: Path) -> None:
    path = tmp_path / "sealing.pub"
    path.write_text(
        json.dumps({"sealing": [{"id": NEW.id, "public": wire.public_text(NEW.public)}]})
    )
    assert SealingKeys(tmp_path, path).current() == NEW


def test_a_key_that_the_disk_does_not_take_is_used_and_asked_for_again(tmp_path: Path) -> None:
    (tmp_path / "keys.json").mkdir()
    keys = SealingKeys(tmp_path, _delivered(tmp_path, OLD))
    source = Source(Answered(KeySet((NEW,), '"t"')))
    assert keys.refresh(source) is FailureCode.STORE_FAULT
    assert keys.current() == NEW
    (tmp_path / "keys.json").rmdir()
    assert keys.refresh(source) is None
    assert source.asked == [None, None]
    assert SealingKeys(tmp_path).current() == NEW
