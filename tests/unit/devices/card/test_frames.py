"""Frames are byte-equal to the published ones, and nothing but whole frames comes out."""

import pytest

from devices.card import frames

REQUESTS = {
    "10FF": "AAAAAA9669000310FFEC",
    "11FF": "AAAAAA9669000311FFED",
    "12FF": "AAAAAA9669000312FFEE",
    "2001": "AAAAAA96690003200122",
    "2002": "AAAAAA96690003200221",
    "3001": "AAAAAA96690003300132",
    "3010": "AAAAAA96690003301023",
    "3003": "AAAAAA96690003300330",
    "61FF50": "AAAAAA9669000461FF50CA",
    "6000": "AAAAAA96690003600063",
    "6004": "AAAAAA96690003600467",
}
ANSWERS = {
    "AAAAAA9669000400009094": frames.Response(0, 0, 0x90),
    "AAAAAA9669000400008084": frames.Response(0, 0, 0x80),
    "AAAAAA9669000800009F0000000097": frames.Response(0, 0, 0x9F, bytes(4)),
    "AAAAAA9669000C00009000000000000000009C": frames.Response(0, 0, 0x90, bytes(8)),
}


def parse(stream: bytes) -> list[frames.Response]:
    return [frames.Response.decode(each) for each in frames.Parser().feed(stream)]


@pytest.mark.parametrize(("command", "published"), REQUESTS.items())
def test_requests_equal_the_published_frames(command: str, published: str) -> None:
    assert frames.request(bytes.fromhex(command)) == bytes.fromhex(published)


def test_the_named_commands_are_the_published_ones() -> None:
    named = [frames.RESET, frames.STATUS, frames.MODULE_ID, frames.FIND, frames.SELECT]
    named += [frames.READ_BASE, frames.READ_ADDRESS]
    assert [each.hex().upper() for each in named] == [
        "10FF",
        "11FF",
        "12FF",
        "2001",
        "2002",
        "3001",
        "3003",
    ]


@pytest.mark.parametrize(("published", "answer"), ANSWERS.items())
def test_answers_equal_the_published_frames(published: str, answer: frames.Response) -> None:
    assert answer.encode() == bytes.fromhex(published)
    assert parse(bytes.fromhex(published)) == [answer]


def test_an_answer_to_a_read_has_1295_bytes() -> None:
    assert len(frames.Response(0, 0, 0x90, bytes(4 + 256 + 1024)).encode()) == 1295


def test_a_frame_that_comes_byte_by_byte_is_found() -> None:
    parser = frames.Parser()
    found = [p for byte in frames.request(frames.FIND + b"x") for p in parser.feed(bytes([byte]))]
    assert found == [frames.FIND + b"x"]


def test_junk_is_counted_and_stepped_over() -> None:
    parser = frames.Parser()
    assert len(parser.feed(b"junk" + frames.Response(0, 0, 0x90).encode() + b"\xaa\xaa")) == 1
    assert (parser.junk, parser.pending) == (4, 2)


def test_a_preamble_with_one_byte_too_many_in_front_is_found() -> None:
    assert parse(b"\xaa" + frames.Response(0, 0, 0x90).encode()) == [frames.Response(0, 0, 0x90)]


@pytest.mark.parametrize("length", [0, 3, 4097, 0xFFFF])
def test_an_impossible_length_is_refused_at_once(length: int) -> None:
    parser = frames.Parser()
    good = frames.Response(0, 0, 0x90).encode()
    assert len(parser.feed(frames.PREAMBLE + length.to_bytes(2, "big") + good)) == 1


def test_a_wrong_checksum_is_counted_and_the_next_frame_is_found() -> None:
    parser = frames.Parser()
    good = frames.Response(0, 0, 0x9F, bytes(4)).encode()
    bad = good[:-1] + bytes([good[-1] ^ 1])
    assert parser.feed(bad) == []
    assert parser.bad_checksums == 1
    assert len(parser.feed(good)) == 1


def test_clearing_forgets_everything() -> None:
    parser = frames.Parser()
    parser.feed(b"junk" + frames.PREAMBLE)
    parser.clear()
    assert (parser.junk, parser.pending, parser.bad_checksums) == (0, 0, 0)


def test_a_response_never_shows_its_data() -> None:
    assert "A" * 6 not in repr(frames.Response(0, 0, 0x90, b"AAAAAA"))


@pytest.mark.deep
@pytest.mark.slow
def test_every_flipped_bit_of_a_read_answer_is_detected_or_leads_to_no_whole_record() -> None:
    good = frames.Response(0, 0, 0x90, bytes.fromhex("01000400") + bytes(range(256)) * 5).encode()
    for bit in range(len(good) * 8):
        flipped = bytearray(good)
        flipped[bit // 8] ^= 1 << (bit % 8)
        found = frames.Parser().feed(bytes(flipped))
        assert all(len(each) != 1287 for each in found), bit
