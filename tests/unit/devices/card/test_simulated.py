"""A card is a file that another process writes."""

import json
from collections.abc import Iterator
from pathlib import Path

import cards_support as cards
import pytest

from devices.card import simulated
from devices.card.api import CardReader, CardReadFailed
from devices.errors import DeviceError, FailureCode
from devices.events import DeviceState, DeviceStateChanged, Phase


@pytest.fixture
def heard() -> cards.Heard:
    return cards.Heard()


@pytest.fixture
def reader(tmp_path: Path, heard: cards.Heard) -> Iterator[CardReader]:
    reader: CardReader = cards.reader_for(f"simulated:{tmp_path}")
    reader.start(heard)
    heard.phase(Phase.UP)
    yield reader
    reader.stop()


def test_the_reader_is_marked_as_simulated(reader: CardReader) -> None:
    assert reader.snapshot().simulated


@pytest.mark.parametrize(
    "fault",
    [
        FailureCode.CARD_LIFTED,
        FailureCode.CARD_UNSUPPORTED,
        FailureCode.CARD_REJECTED,
        FailureCode.BAD_CARD_DATA,
        FailureCode.PROTOCOL_ERROR,
    ],
)
def test_a_fault_of_the_card_is_told_and_the_looking_goes_on(
    tmp_path: Path, reader: CardReader, heard: cards.Heard, fault: FailureCode
) -> None:
    simulated.insert(tmp_path, cards.RESIDENT, fault=fault)
    reader.begin("v1", cards.ANY, cards.soon())
    told = heard.wait(CardReadFailed)
    assert (told.failure, told.final) == (fault, False)
    simulated.lift(tmp_path)
    simulated.insert(tmp_path, cards.RESIDENT)
    assert heard.read().record.name == cards.RESIDENT.name


@pytest.mark.parametrize("fault", [FailureCode.NO_REPLY, FailureCode.SAM_SELFTEST])
def test_a_fault_of_the_reader_ends_the_request(
    tmp_path: Path, reader: CardReader, heard: cards.Heard, fault: FailureCode
) -> None:
    simulated.insert(tmp_path, cards.RESIDENT, fault=fault)
    reader.begin("v1", cards.ANY, cards.soon())
    assert heard.failed().failure is fault
    heard.wait(DeviceStateChanged, lambda each: fault in each.snapshot.reasons)
    simulated.lift(tmp_path)
    heard.wait(
        DeviceStateChanged,
        lambda each: each.snapshot.state is DeviceState.OK,
        count=2,
    )


@pytest.mark.parametrize(
    ("text", "detail"),
    [
        ("{", "json"),
        ("[]", "json"),
        ("{}", "doc_type"),
        ('{"delay_s": -1}', "delay_s"),
        ('{"delay_s": "long"}', "delay_s"),
        ('{"fault": "TIRED"}', "fault"),
        ("[" * 100_000, "json"),
    ],
)
def test_a_bad_card_file_is_bad_card_data(tmp_path: Path, text: str, detail: str) -> None:
    (tmp_path / simulated.CARD_FILE).write_text(text)
    driver = simulated.SimulatedCards(tmp_path)
    with pytest.raises(DeviceError) as caught:
        driver.read()
    assert (caught.value.code, caught.value.detail) == (FailureCode.BAD_CARD_DATA, detail)


@pytest.mark.parametrize("planted", ["\\ud800", "\\u0000", "\\u202e", "\\u0007"])
def test_a_name_that_no_screen_can_show_is_bad_card_data(tmp_path: Path, planted: str) -> None:
    text = '{"doc_type": "resident", "number": "1", "name": "%s", "birth": "2000-01-01",'
    text = text % f"演示{planted}甲" + ' "valid_to": null}'
    (tmp_path / simulated.CARD_FILE).write_text(text)
    with pytest.raises(DeviceError) as caught:
        simulated.SimulatedCards(tmp_path).read()
    assert (caught.value.code, caught.value.detail) == (FailureCode.BAD_CARD_DATA, "name")


def test_bytes_that_are_no_text_are_bad_card_data(tmp_path: Path) -> None:
    (tmp_path / simulated.CARD_FILE).write_bytes(b"\xff\xfe{}")
    with pytest.raises(DeviceError, match="json"):
        simulated.SimulatedCards(tmp_path).read()


def test_a_card_that_is_gone_when_it_is_read_was_lifted(tmp_path: Path) -> None:
    with pytest.raises(DeviceError) as caught:
        simulated.SimulatedCards(tmp_path).read()
    assert caught.value.code is FailureCode.CARD_LIFTED


def test_a_card_is_laid_down_whole_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    simulated.insert(tmp_path, cards.RESIDENT)
    assert [each.name for each in tmp_path.iterdir()] == [simulated.CARD_FILE]
    assert json.loads((tmp_path / simulated.CARD_FILE).read_text())["doc_type"] == "resident"
    simulated.lift(tmp_path)
    simulated.lift(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_an_address_without_a_folder_is_refused() -> None:
    with pytest.raises(DeviceError) as caught:
        cards.reader_for("simulated:")
    assert caught.value.code is FailureCode.OPTION_REFUSED
