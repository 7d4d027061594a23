"""What every `CardReader` does, run by the simulated reader and by `sam` over a pty."""

import os
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import cards_support as cards
import pytest

from devices.card.api import (
    CardPresent,
    CardRead,
    CardReader,
    CardReadFailed,
    DocType,
    IdentityRecord,
)
from devices.errors import FailureCode
from devices.events import DeviceState, DeviceStateChanged, Phase


class CardReaderContract(ABC):
    """Rules of `devices/card/api.py`; a subclass says which reader."""

    @pytest.fixture
    def rig(self, tmp_path: Path) -> Iterator[cards.Rig]:
        rig = self.make_rig(tmp_path)
        yield rig
        rig.close()

    @abstractmethod
    def make_rig(self, folder: Path) -> cards.Rig: ...

    @pytest.fixture
    def heard(self) -> cards.Heard:
        return cards.Heard()

    @pytest.fixture
    def reader(self, rig: cards.Rig) -> Iterator[CardReader]:
        reader: CardReader = cards.reader_for(rig.uri, today=lambda: date(2026, 11, 22))
        yield reader
        reader.stop()

    @pytest.fixture
    def up(self, rig: cards.Rig, reader: CardReader, heard: cards.Heard) -> CardReader:
        rig.plug()
        reader.start(heard)
        heard.phase(Phase.UP)
        return reader

    @pytest.mark.parametrize("record", cards.ALL, ids=lambda each: str(each.doc_type))
    def test_every_kind_of_card_is_read_exactly(
        self,
        up: CardReader,
        rig: cards.Rig,
        heard: cards.Heard,
        record: IdentityRecord,
    ) -> None:
        rig.insert(record)
        up.begin("v1", cards.ANY, cards.soon())
        got = heard.read().record
        assert cards.fresh(got, photo_raw=b"", assurance=record.assurance) == cards.fresh(
            record, expired=False
        )

    def test_a_card_is_first_reported_present_and_then_read(
        self, up: CardReader, rig: cards.Rig, heard: cards.Heard
    ) -> None:
        up.begin("v1", cards.ANY, cards.soon())
        rig.insert(cards.RESIDENT)
        heard.read()
        names = [each for each in heard.names() if each.startswith("Card")]
        assert names == ["CardPresent", "CardRead"]

    def test_an_expired_card_is_read_and_flagged(
        self, up: CardReader, rig: cards.Rig, heard: cards.Heard
    ) -> None:
        rig.insert(cards.fresh(cards.RESIDENT, valid_to=date(2026, 11, 21)))
        up.begin("v1", cards.ANY, cards.soon())
        assert heard.read().record.expired is True

    def test_no_card_until_the_deadline_ends_in_no_card(
        self, up: CardReader, heard: cards.Heard
    ) -> None:
        began = time.monotonic()
        up.begin("v1", cards.ANY, began + 0.5)
        assert heard.failed().failure is FailureCode.NO_CARD
        assert 0.45 <= time.monotonic() - began < 2.0

    def test_a_deadline_that_is_over_ends_at_once(self, up: CardReader, heard: cards.Heard) -> None:
        up.begin("v1", cards.ANY, time.monotonic() - 1.0)
        assert heard.failed().failure is FailureCode.NO_CARD

    def test_a_wrong_type_gives_no_record_and_the_right_one_ends_the_request(
        self, up: CardReader, rig: cards.Rig, heard: cards.Heard
    ) -> None:
        up.begin("v1", frozenset({DocType.HMT}), cards.soon())
        rig.insert(cards.RESIDENT)
        wrong = heard.wait(CardReadFailed)
        assert (wrong.failure, wrong.final, wrong.got) == (
            FailureCode.CARD_WRONG_TYPE,
            False,
            DocType.RESIDENT,
        )
        rig.lift()
        threading.Event().wait(0.5)
        rig.insert(cards.HMT)
        assert heard.read().record.doc_type is DocType.HMT
        assert len(heard.of(CardReadFailed)) == 1

    def test_cancel_ends_a_request_and_the_next_one_works(
        self, up: CardReader, rig: cards.Rig, heard: cards.Heard
    ) -> None:
        up.begin("v1", cards.ANY, cards.soon(30.0))
        heard.wait(DeviceStateChanged, lambda each: each.snapshot.state is DeviceState.BUSY)
        up.cancel()
        assert heard.failed("v1", 2.0).failure is FailureCode.CANCELLED
        rig.insert(cards.RESIDENT)
        up.begin("v2", cards.ANY, cards.soon())
        assert heard.read("v2").record.name == cards.RESIDENT.name

    def test_a_card_that_is_read_after_a_cancel_is_not_reported(
        self, up: CardReader, rig: cards.Rig, heard: cards.Heard
    ) -> None:
        rig.slow(0.5)
        rig.insert(cards.RESIDENT)
        up.begin("v1", cards.ANY, cards.soon())
        heard.wait(CardPresent)
        up.cancel()
        assert heard.failed().failure is FailureCode.CANCELLED
        assert not heard.of(CardRead)

    def test_a_card_lifted_early_is_told_and_the_looking_goes_on(
        self, up: CardReader, rig: cards.Rig, heard: cards.Heard
    ) -> None:
        rig.slow(0.6)
        rig.insert(cards.RESIDENT)
        up.begin("v1", cards.ANY, cards.soon(8.0))
        heard.wait(CardPresent)
        rig.lift()
        early = heard.wait(CardReadFailed)
        assert (early.failure, early.final) == (FailureCode.CARD_LIFTED, False)
        rig.slow(0.0)
        rig.insert(cards.RESIDENT)
        assert heard.read().record.number == cards.RESIDENT.number

    def test_two_requests_at_once_are_answered_one_after_the_other(
        self, up: CardReader, rig: cards.Rig, heard: cards.Heard
    ) -> None:
        up.begin("v1", frozenset({DocType.RESIDENT}), cards.soon())
        up.begin("v2", frozenset({DocType.HMT}), cards.soon())
        rig.insert(cards.RESIDENT)
        heard.read("v1")
        rig.insert(cards.HMT)
        assert heard.read("v2").record.doc_type is DocType.HMT
        assert [each.visit for each in heard.of(CardRead)] == ["v1", "v2"]

    def test_a_request_without_a_reader_is_refused_and_a_late_arrival_works(
        self, rig: cards.Rig, reader: CardReader, heard: cards.Heard
    ) -> None:
        reader.start(heard)
        reader.begin("v1", cards.ANY, cards.soon())
        assert heard.failed().failure is FailureCode.NOT_CONNECTED
        heard.phase(Phase.ABSENT)
        assert reader.snapshot().state is DeviceState.FAULT
        back = time.monotonic()
        rig.plug()
        assert heard.phase(Phase.UP) - back < 3.0
        rig.insert(cards.RESIDENT)
        reader.begin("v2", cards.ANY, cards.soon())
        assert heard.read("v2").record.name == cards.RESIDENT.name

    def test_unplugging_at_rest_is_noticed(
        self, up: CardReader, rig: cards.Rig, heard: cards.Heard
    ) -> None:
        gone = time.monotonic()
        rig.unplug()
        lost = heard.wait(
            DeviceStateChanged,
            lambda each: FailureCode.DISCONNECTED in each.snapshot.reasons,
        )
        assert lost.snapshot.since - gone < 1.0
        assert up.snapshot().state is DeviceState.FAULT

    def test_unplugging_in_use_ends_the_request_and_a_replug_is_usable(
        self, up: CardReader, rig: cards.Rig, heard: cards.Heard
    ) -> None:
        up.begin("v1", cards.ANY, cards.soon(30.0))
        heard.wait(DeviceStateChanged, lambda each: each.snapshot.state is DeviceState.BUSY)
        gone = time.monotonic()
        rig.unplug()
        end = heard.failed()
        assert (end.failure, end.final) == (FailureCode.DISCONNECTED, True)
        assert end.at - gone < 1.0
        back = time.monotonic()
        rig.plug()
        assert heard.phase(Phase.UP, count=self.ups(heard) + 1) - back < 3.0
        rig.insert(cards.RESIDENT)
        up.begin("v2", cards.ANY, cards.soon())
        heard.read("v2")

    def ups(self, heard: cards.Heard) -> int:
        seen = heard.of(DeviceStateChanged)
        return sum(1 for each in seen if each.snapshot.phase is Phase.UP)

    def test_a_wrong_thing_at_the_address_is_no_reader(
        self, rig: cards.Rig, reader: CardReader, heard: cards.Heard
    ) -> None:
        rig.wrong_device()
        reader.start(heard)
        reader.begin("v1", cards.ANY, cards.soon())
        assert heard.failed().failure is FailureCode.NOT_CONNECTED

    def test_stopping_ends_a_running_request(self, up: CardReader, heard: cards.Heard) -> None:
        up.begin("v1", cards.ANY, cards.soon(30.0))
        up.stop()
        assert heard.failed().failure is FailureCode.CANCELLED
        assert up.snapshot().phase is Phase.STOPPED
        up.begin("v2", cards.ANY, cards.soon())
        assert isinstance(heard.end("v2"), CardReadFailed)

    def test_a_hundred_reads_leave_no_thread_and_no_descriptor(
        self, up: CardReader, rig: cards.Rig, heard: cards.Heard
    ) -> None:
        self.read_many(100, up, rig, heard)

    @pytest.mark.deep
    @pytest.mark.slow
    def test_a_thousand_reads_leave_no_thread_and_no_descriptor(
        self, up: CardReader, rig: cards.Rig, heard: cards.Heard
    ) -> None:
        self.read_many(1000, up, rig, heard)

    def read_many(self, count: int, up: CardReader, rig: cards.Rig, heard: cards.Heard) -> None:
        rig.insert(cards.RESIDENT)
        up.begin("first", cards.ANY, cards.soon())
        heard.read("first")
        before = (threading.active_count(), len(os.listdir("/proc/self/fd")))  # noqa: PTH208 - the path object would be a descriptor of its own
        for number in range(count):
            up.begin(str(number), cards.ANY, cards.soon())
            heard.read(str(number)).record.wipe()
            heard.events.clear()
        after = (threading.active_count(), len(os.listdir("/proc/self/fd")))  # noqa: PTH208 - as above
        assert after == before


class TestSimulatedReader(CardReaderContract):
    def make_rig(self, folder: Path) -> cards.Rig:
        return cards.SimulatedRig(folder)


class TestSamReader(CardReaderContract):
    def make_rig(self, folder: Path) -> cards.Rig:
        return cards.SamRig(folder)
