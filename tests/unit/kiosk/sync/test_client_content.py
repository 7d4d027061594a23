import pytest
from answering import came, told
from canned_portal import answer
from client_samples import CONTENT, GRANT, SAMPLES, SHA

from kiosk.sync.outcomes import Answered, Garbled, Refused, Unreachable
from kiosk.sync.outcomes_content import Part
from kiosk.sync.wire_content import FILE_LIMIT, PART_BYTES


@pytest.mark.parametrize(
    ("tag", "reason"),
    [
        ('W/"c"', "no strong tag"),
        ("", "no strong tag"),
        ("c", "no strong tag"),
        ('"old"', "the same tag again"),
    ],
)
def test_a_list_without_a_strong_and_new_tag_is_not_believed(tag: str, reason: str) -> None:
    assert told("getCatalogue", headers={"ETag": tag}) == Garbled(200, reason)


def test_an_unchanged_list_is_none_but_only_for_somebody_who_has_one() -> None:
    assert told("getCatalogue", status=304) == Answered(None)
    nothing_known = told("getCatalogue", status=304, call=lambda client: client.get_catalogue())
    assert isinstance(nothing_known, Garbled)


def test_an_empty_list_with_a_good_status_is_not_believed() -> None:
    given = answer(headers={"ETag": '"c"'})
    outcome, _ = came(SAMPLES["getCatalogue"].call, given)
    assert isinstance(outcome, Garbled)


def test_a_good_list_names_packs_places_and_notices() -> None:
    outcome = told("getCatalogue")
    assert isinstance(outcome, Answered)
    catalogue = outcome.value
    assert (catalogue.generation, catalogue.etag) == (3, '"c"')
    assert catalogue.packs[0].sha256 == SHA
    assert catalogue.sites[0].id == "s-1"
    assert catalogue.notices[0].id == "n-1"
    assert isinstance(told("getCatalogue", generation=-1), Garbled)


def part(given: bytes, start: int = 0, length: int = PART_BYTES) -> object:
    outcome, _ = came(lambda client: client.get_pack(SHA, start, length), given)
    return outcome


def ranged(content: bytes, told_range: str, **headers: str) -> bytes:
    named = {"Content-Range": told_range, **headers}
    return answer(content, status=206, media_type="application/octet-stream", headers=named)


def test_a_piece_is_asked_for_by_range_and_only_of_the_same_file() -> None:
    _, first = came(lambda client: client.get_pack(SHA, 0, 4), ranged(b"%PDF", "bytes 0-3/9"))
    _, later = came(lambda client: client.get_pack(SHA, 4, 4), ranged(b" dem", "bytes 4-7/9"))
    assert first.headers["range"] == "bytes=0-3"
    assert "if-range" not in first.headers
    assert (later.headers["range"], later.headers["if-range"]) == ("bytes=4-7", f'"{SHA}"')
    assert later.headers["accept"].startswith("application/octet-stream")


def test_a_result_is_asked_for_under_the_grant() -> None:
    _, seen = came(SAMPLES["getResult"].call, ranged(CONTENT, f"bytes 0-8/{len(CONTENT)}"))
    assert seen.headers["resident-grant"] == GRANT


def test_a_cut_piece_keeps_what_came() -> None:
    given = ranged(b"%PDF", "bytes 0-8/9", **{"Content-Length": "9"})
    assert part(given) == Answered(Part(0, 9, b"%PDF"))


def test_a_whole_file_is_taken_where_its_first_byte_was_asked_for() -> None:
    given = answer(CONTENT, media_type="application/octet-stream")
    assert part(given) == Answered(Part(0, 9, CONTENT))
    assert part(given, start=4) == Garbled(200, "another range")


@pytest.mark.parametrize(
    "given",
    [
        ranged(b"%PDF", "bytes 1-4/9"),
        ranged(b"%PDF", "bytes 0-3/*"),
        ranged(b"%PDF", "bytes 3-0/9"),
        ranged(b"%PDF", "bytes 0-9/9"),
        ranged(b"%PD", "bytes 0-3/9"),
        ranged(b"%PDF+", "bytes 0-3/9"),
        ranged(b"", "bytes 0-3/9"),
        ranged(b"%PDF", f"bytes 0-3/{FILE_LIMIT + 1}"),
        ranged(b"%PDF", "bytes 0-3/9", **{"Content-Encoding": "gzip"}),
        ranged(b"%PDF", ""),
        ranged(b"%PDF" * 3, "bytes 0-11/12"),
        answer(b"", media_type="application/octet-stream"),
        answer(b"", status=204, media_type=""),
    ],
    ids=lambda given: given[:90],
)
def test_a_piece_of_something_else_is_not_taken(given: bytes) -> None:
    assert isinstance(part(given, length=8), Garbled | Unreachable)


def test_a_range_behind_the_end_is_refused() -> None:
    given = answer(status=416, media_type="", headers={"Content-Range": "bytes */9"})
    assert part(given, start=9) == Refused(416)
