"""Content of the reference portal: its list by tag, its packs in pieces, its faults."""

import json
import random
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from canned_portal import CannedPortal, Piece, Seen, answer
from content_support import Desk, content_desk, lay
from faults_support import fault
from portal_support import Served, hexdigest, serving

from devices.errors import FailureCode
from kiosk.sync.downloads import LIST_FILE
from kiosk.sync.wire_content import PART_BYTES

PACK = random.Random(20261122).randbytes(PART_BYTES * 2 + 12345)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(tmp_path_factory.mktemp("portal") / "p") as portal:
        yield portal


@pytest.fixture
def desk(tmp_path: Path, served: Served) -> Iterator[Desk]:
    with content_desk(tmp_path / "t", served.url) as made:
        yield made


def edition(number: int) -> bytes:
    """Another pack each time, of several pieces."""
    return number.to_bytes(4, "big") + PACK


def test_a_pack_comes_in_pieces_and_is_kept_under_its_digest(desk: Desk, served: Served) -> None:
    sha256 = lay(served.folder, edition(1), 1)
    assert desk.until(lambda: desk.shown() == sha256)
    assert desk.content.read("sh-demo") == edition(1)
    assert list(desk.arrivals.folder.iterdir()) == []
    assert desk.alarms == []


def test_an_unchanged_list_costs_no_pack_and_is_asked_for_each_ten_minutes(
    tmp_path: Path,
) -> None:
    body = catalogue_of(PACK)
    portal = Ranges({"/v1/catalogue": body})
    with CannedPortal(portal.play) as canned, content_desk(tmp_path / "t", canned.url) as desk:
        assert desk.until(lambda: desk.shown() == hexdigest(PACK))
        before = len(canned.seen)
        desk.run_s(3600)
        later = canned.seen[before:]
    assert {each.path for each in later} == {"/v1/catalogue"}
    assert {each.headers["if-none-match"] for each in later} == {'"c1"'}
    assert 5 <= len(later) <= 8


def test_a_pack_that_is_cut_three_times_is_not_fetched_twice(tmp_path: Path) -> None:
    portal = Ranges({"/v1/catalogue": catalogue_of(PACK)}, cuts=3)
    with CannedPortal(portal.play) as canned, content_desk(tmp_path / "t", canned.url) as desk:
        assert desk.until(lambda: desk.shown() == hexdigest(PACK))
    assert portal.cuts == 0
    assert portal.sent <= 1.05 * len(PACK)
    assert {each.headers.get("if-range") for each in canned.seen[2:]} == {f'"{hexdigest(PACK)}"'}


def test_a_restart_goes_on_where_the_pack_was_cut(tmp_path: Path) -> None:
    portal = Ranges({"/v1/catalogue": catalogue_of(PACK)}, cuts=1)
    with CannedPortal(portal.play) as canned:
        with content_desk(tmp_path / "t", canned.url) as desk:
            assert desk.until(lambda: desk.arrivals.size(hexdigest(PACK)) > 0)
        with content_desk(tmp_path / "t", canned.url) as desk:
            assert desk.until(lambda: desk.shown() == hexdigest(PACK))
    assert portal.sent <= 1.05 * len(PACK)


def test_a_pack_with_another_digest_never_becomes_current(desk: Desk, served: Served) -> None:
    good = lay(served.folder, edition(10), 10)
    assert desk.until(lambda: desk.shown() == good)
    newer = lay(served.folder, edition(11), 11)
    with fault(served, "pack_bad_hash"):
        desk.downloads.look()
        desk.run_s(300)
        assert desk.shown() == good
        assert desk.codes() == [FailureCode.PACK_INVALID]
    assert desk.until(lambda: desk.shown() == newer)


def test_a_pack_that_the_portal_cuts_comes_whole_in_the_end(desk: Desk, served: Served) -> None:
    sha256 = lay(served.folder, edition(20), 20)
    with fault(served, "pack_cut"):
        desk.run_s(120)
        assert desk.shown() is None
        assert desk.arrivals.size(sha256) == len(edition(20)) // 2
    assert desk.until(lambda: desk.shown() == sha256)


def test_an_older_generation_changes_nothing(desk: Desk, served: Served) -> None:
    good = lay(served.folder, edition(30), 30)
    assert desk.until(lambda: desk.shown() == good)
    before = desk.downloads.listed
    with fault(served, "generation_back"):
        desk.run_s(1500)
        assert desk.downloads.listed == before
    assert desk.codes() == [FailureCode.PORTAL_BAD_ANSWER]
    assert desk.shown() == good


@pytest.mark.parametrize("name", ["weak_etag", "etag_ignored", "not_modified_without_pack"])
def test_a_tag_that_says_nothing_keeps_the_last_good_list(
    desk: Desk, served: Served, name: str
) -> None:
    good = lay(served.folder, edition(40), 40)
    if name != "not_modified_without_pack":
        assert desk.until(lambda: desk.shown() == good)
    before = desk.downloads.listed
    with fault(served, name):
        desk.downloads.look()
        desk.run_s(30)
        assert desk.downloads.listed == before
    assert desk.codes() == [FailureCode.PORTAL_BAD_ANSWER]
    assert desk.until(lambda: desk.shown() == good)


def test_one_pack_that_nobody_has_does_not_keep_the_others_away(tmp_path: Path) -> None:
    lost = {"id": "a-lost", "version": 1, "sha256": "0" * 64, "size": 9}
    portal = Ranges({"/v1/catalogue": catalogue_of(PACK, lost)})
    with CannedPortal(portal.play) as canned, content_desk(tmp_path / "t", canned.url) as desk:
        assert desk.until(lambda: desk.shown() == hexdigest(PACK))
        desk.run_s(3600)
        asked = [each for each in canned.seen if each.path.endswith("0" * 64)]
    assert 1 < len(asked) < 60


def test_a_list_that_was_spoilt_on_the_disk_is_asked_for_again(
    tmp_path: Path, served: Served
) -> None:
    good = lay(served.folder, edition(50), 50)
    with content_desk(tmp_path / "t", served.url) as desk:
        assert desk.until(lambda: desk.shown() == good)
    (tmp_path / "t" / LIST_FILE).write_text('{"generation":')
    with content_desk(tmp_path / "t", served.url) as desk:
        before = desk.downloads.listed
        desk.run_s(60)
        assert (before, desk.downloads.listed is not None) == (None, True)
        assert desk.alarms == []


def test_what_the_list_names_no_more_is_not_left_lying(desk: Desk, served: Served) -> None:
    sha256 = lay(served.folder, edition(60), 60)
    with fault(served, "pack_cut"):
        desk.run_s(60)
    assert desk.arrivals.size(sha256) > 0
    later = lay(served.folder, edition(61), 61)
    desk.downloads.look()
    assert desk.until(lambda: desk.shown() == later)
    assert list(desk.arrivals.folder.iterdir()) == []


@pytest.mark.parametrize(("tag", "looks"), [(None, 0), ('"c1"', 0), ('"other"', 1)])
def test_a_heartbeat_with_another_tag_asks_at_once(
    tmp_path: Path, tag: str | None, looks: int
) -> None:
    portal = Ranges({"/v1/catalogue": catalogue_of(PACK)})
    with CannedPortal(portal.play) as canned, content_desk(tmp_path / "t", canned.url) as desk:
        assert desk.until(lambda: desk.shown() == hexdigest(PACK))
        before = len(canned.seen)
        desk.downloads.heard(tag)
        desk.run_s(1)
        assert len(canned.seen) - before == looks


def catalogue_of(pack: bytes, *others: dict[str, object]) -> bytes:
    """The list with one pack."""
    line = {"id": "sh-demo", "version": 1, "sha256": hexdigest(pack), "size": len(pack)}
    return json.dumps({"generation": 1, "packs": [*others, line]}).encode()


class Ranges:
    """A small server of ranges; the first answers with a pack are cut on the way."""

    def __init__(self, documents: dict[str, bytes], cuts: int = 0) -> None:
        self._documents = documents
        self.cuts = cuts
        self.sent = 0

    def play(self, seen: Seen) -> bytes | list[Piece] | None:
        document = self._documents.get(seen.path)
        if document is not None:
            if seen.headers.get("if-none-match") == '"c1"':
                return answer(status=304, media_type="", headers={"ETag": '"c1"'})
            return answer(document, headers={"ETag": '"c1"'})
        if not seen.path.endswith(hexdigest(PACK)):
            return answer(status=404)
        found = re.fullmatch(r"bytes=(\d+)-(\d+)", seen.headers["range"])
        assert found is not None
        first, last = int(found[1]), min(int(found[2]), len(PACK) - 1)
        content = PACK[first : last + 1]
        told = {"Content-Range": f"bytes {first}-{last}/{len(PACK)}", "ETag": '"p"'}
        whole = answer(content, status=206, media_type="application/octet-stream", headers=told)
        if self.cuts:
            self.cuts -= 1
            kept = len(whole) - len(content) // 3
            self.sent += len(content) - len(content) // 3
            return [(whole[:kept], 0.0)]
        self.sent += len(content)
        return whole
