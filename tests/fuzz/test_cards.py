"""Anything may come over the line or stand on a card: only typed failures, no wrong frames."""

import json
from collections.abc import Callable

import cards_support as cards
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from devices.card import frames, layouts, number
from devices.card.api import IdentityRecord
from devices.card.document import from_document, to_document
from devices.errors import DeviceError, FailureCode

TYPED = {FailureCode.BAD_CARD_DATA, FailureCode.CARD_UNSUPPORTED}
payloads = st.binary(min_size=3, max_size=40)
junk = st.binary(max_size=12).filter(lambda each: 0xAA not in each)


def failure_of(read: Callable[[], IdentityRecord]) -> DeviceError | None:
    """How reading ended; anything but a record or a typed failure fails the test."""
    try:
        read()
    except DeviceError as error:
        return error
    return None


@given(st.lists(st.tuples(junk, payloads), max_size=6), st.integers(1, 60))
def test_every_frame_is_found_among_junk_however_it_is_cut(
    parts: list[tuple[bytes, bytes]], size: int
) -> None:
    stream = b"".join(noise + frames.frame(payload) for noise, payload in parts)
    parser = frames.Parser()
    found = [
        payload
        for start in range(0, len(stream), size)
        for payload in parser.feed(stream[start : start + size])
    ]
    assert found == [payload for _, payload in parts]
    assert parser.junk == sum(len(noise) for noise, _ in parts)


@given(st.binary(max_size=400))
def test_what_comes_out_of_noise_is_a_frame_of_the_noise(noise: bytes) -> None:
    for payload in frames.Parser().feed(noise):
        assert frames.frame(payload) in noise


@given(payloads, st.data())
def test_after_a_flipped_bit_the_next_frames_are_found(payload: bytes, data: st.DataObject) -> None:
    bad = bytearray(frames.frame(payload))
    bit = data.draw(st.integers(0, len(bad) * 8 - 1))
    bad[bit // 8] ^= 1 << (bit % 8)
    good = frames.frame(b"\0\0\x90")
    found = frames.Parser().feed(bytes(bad) + good * 600)
    assert found.count(b"\0\0\x90") >= 1
    assert payload not in found or payload == b"\0\0\x90"


@pytest.mark.deep
@pytest.mark.slow
@settings(max_examples=10_000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(junk, payloads), max_size=4), st.binary(max_size=64))
def test_ten_thousand_streams_give_no_wrong_frame(
    parts: list[tuple[bytes, bytes]], tail: bytes
) -> None:
    stream = b"".join(noise + frames.frame(payload) for noise, payload in parts) + tail
    found = frames.Parser().feed(stream)
    assert found[: len(parts)] == [payload for _, payload in parts]
    assert all(frames.frame(payload) in stream for payload in found)


@given(st.binary(min_size=256, max_size=256))
def test_any_256_bytes_are_a_card_or_a_typed_failure(text: bytes) -> None:
    failure = failure_of(lambda: layouts.decode(text))
    assert failure is None or failure.code in TYPED


@given(st.sampled_from(cards.ALL), st.integers(0, 255), st.integers(0, 255))
def test_a_damaged_card_is_a_card_or_a_typed_failure_without_its_content(
    record: IdentityRecord, at: int, value: int
) -> None:
    text = bytearray(layouts.encode(record))
    text[at] = value
    failure = failure_of(lambda: layouts.decode(bytes(text)))
    assert failure is None or failure.code in TYPED
    assert record.name not in str(failure)
    assert record.number not in str(failure)


names = st.text(
    st.characters(codec="utf-16-le", exclude_characters=" ", exclude_categories=("Cc", "Cf", "Cs")),
    max_size=7,
)


@given(st.sampled_from(cards.ALL), names)
def test_any_name_comes_back_as_it_was_written(record: IdentityRecord, name: str) -> None:
    written = cards.fresh(record, name=name)
    assert layouts.decode(layouts.encode(written)) == written


@given(st.text(max_size=20))
def test_any_text_is_a_number_or_names_its_fault(text: str) -> None:
    assert (number.fault_of(text) is None) in {True, False}
    assert number.from_15(text) is None or len(text) == 15


@given(st.from_regex(r"\A[0-9]{6}(19|20)[0-9]{2}(0[1-9]|1[0-2])(0[1-9]|1[0-9]|2[0-8])[0-9]{3}\Z"))
def test_a_number_with_its_check_is_good_and_with_another_is_not(first17: str) -> None:
    right = number.check_character(first17)
    assert number.fault_of(first17 + right) is None
    for other in set("0123456789X") - {right}:
        assert number.fault_of(first17 + other) is number.NumberFault.CHECK


json_values = st.none() | st.booleans() | st.integers() | st.text(max_size=8)


@given(st.sampled_from(sorted(to_document(cards.RESIDENT))), json_values)
def test_any_card_file_is_a_card_or_bad_card_data(key: str, value: object) -> None:
    document = json.loads(json.dumps(to_document(cards.RESIDENT) | {key: value}))
    failure = failure_of(lambda: from_document(document))
    assert failure is None or (failure.code, failure.detail) == (FailureCode.BAD_CARD_DATA, key)
