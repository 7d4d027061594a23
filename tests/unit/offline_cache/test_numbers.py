import threading
import uuid

import pytest

from offline_cache.numbers import (
    SERIALS,
    IdMaker,
    TerminalIdentity,
    check_character,
    collection_number,
    serial_text,
    uuid7,
)


@pytest.mark.parametrize(
    ("text", "check"), [("310115A1B226112100042", "3"), ("310230K00326112199999", "X")]
)
def test_the_check_character_agrees_with_the_published_vectors(text: str, check: str) -> None:
    assert check_character(text) == check


def test_every_single_wrong_character_changes_the_check() -> None:
    text = "310115A1B226112100042"
    wrong = [
        text[:at] + other + text[at + 1 :]
        for at in range(len(text))
        for other in "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
        if other != text[at]
    ]
    assert check_character(text) not in {check_character(each) for each in wrong}


def test_a_collection_number_is_put_together_in_order() -> None:
    number = collection_number(TerminalIdentity("310115", "A1B2"), "261121", 42)
    assert number == "310115A1B2261121000423"


@pytest.mark.parametrize(
    ("serial", "text"),
    [
        (1, "00001"),
        (99_999, "99999"),
        (100_000, "A0000"),
        (100_001, "A0001"),
        (100_036, "A0010"),
        (SERIALS, "ZZZZZ"),
    ],
)
def test_serials_go_on_with_letters_after_the_digits(serial: int, text: str) -> None:
    assert serial_text(serial) == text


def test_no_serial_text_comes_twice_around_the_change() -> None:
    texts = [serial_text(serial) for serial in range(99_000, 103_000)]
    assert len(set(texts)) == len(texts)


@pytest.mark.parametrize("serial", [0, -1, SERIALS + 1])
def test_a_serial_out_of_range_is_refused(serial: int) -> None:
    with pytest.raises(ValueError, match="out of range"):
        serial_text(serial)


@pytest.mark.parametrize(
    ("region", "code"),
    [("31010", "0017"), ("31010A", "0017"), ("310104", "017"), ("310104", "a017")],
)
def test_an_identity_that_breaks_the_number_is_refused(region: str, code: str) -> None:
    with pytest.raises(ValueError, match=r"region|code"):
        TerminalIdentity(region, code)


def test_an_id_is_a_uuid_of_version_7_with_its_time_in_front() -> None:
    made = uuid.UUID(IdMaker().make(1_795_312_800.123))
    assert made.version == 7
    assert made.variant == uuid.RFC_4122
    assert made.int >> 80 == 1_795_312_800_123


def test_ids_differ_and_sort_by_their_milliseconds() -> None:
    ids = [uuid7(1_795_312_800 + n / 1000) for n in range(200)]
    assert ids == sorted(set(ids))


def test_ids_of_one_millisecond_sort_in_the_order_of_their_making() -> None:
    maker = IdMaker()
    ids = [maker.make(1_795_312_800.5) for _ in range(20_000)]
    assert ids == sorted(set(ids))
    assert {each[14] for each in ids} == {"7"}


def test_ids_keep_their_order_when_the_clock_jumps_back_or_stands_still() -> None:
    maker = IdMaker()
    walls = (1_795_312_800.0, 0.0, 1_795_312_799.0, 1_795_312_800.0, 2_110_845_600.0, 1.0)
    ids = [maker.make(wall) for wall in walls]
    assert ids == sorted(set(ids))


def test_ids_of_several_threads_differ_and_each_thread_sees_its_own_in_order() -> None:
    maker = IdMaker()
    made: list[list[str]] = [[] for _ in range(4)]

    def work(own: list[str]) -> None:
        own.extend(maker.make(1_795_312_800.0) for _ in range(2000))

    threads = [threading.Thread(target=work, args=(own,)) for own in made]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(own == sorted(own) for own in made)
    assert len({each for own in made for each in own}) == 8000
