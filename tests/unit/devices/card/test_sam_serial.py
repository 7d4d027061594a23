"""Each fault of a reader has its own code; limits are kept; the wire is a real pty."""

import os
import select
import threading
import time
import tty
from collections.abc import Iterator
from pathlib import Path

import cards_support as cards
import pytest
import serial

from devices.card import frames, sam_serial
from devices.card.api import CardPresent, CardRead, CardReader, CardReadFailed
from devices.card.peer import READ_WITH_FINGERPRINT, ReaderPeer
from devices.errors import DeviceError, FailureCode
from devices.events import DeviceState, DeviceStateChanged, Phase

TABLE = {
    FailureCode.PROTOCOL_ERROR: (0x10, 0x11, 0x21, 0x24, 0x50),
    FailureCode.CARD_REJECTED: (0x31, 0x32),
    FailureCode.CARD_LIFTED: (0x33, 0x41, 0x47, 0x81),
    FailureCode.NO_CARD: (0x34, 0x80),
    FailureCode.CARD_UNSUPPORTED: (0x40,),
    FailureCode.SAM_SELFTEST: (0x60,),
    FailureCode.SAM_UNAUTHORISED: (0x61, 0x66),
    FailureCode.BAD_CARD_DATA: (0x91,),
}
ROWS = [(sw3, code) for code, words in TABLE.items() for sw3 in words]


@pytest.fixture
def peer() -> Iterator[ReaderPeer]:
    with ReaderPeer() as peer:
        peer.insert(cards.RESIDENT)
        yield peer


@pytest.fixture
def driver(peer: ReaderPeer) -> Iterator[sam_serial.SamSerial]:
    driver = sam_serial.SamSerial(peer.path, 115200)
    driver.open()
    yield driver
    driver.close()


@pytest.fixture
def heard() -> cards.Heard:
    return cards.Heard()


@pytest.fixture
def reader(peer: ReaderPeer, heard: cards.Heard) -> Iterator[CardReader]:
    reader: CardReader = cards.reader_for(f"sam:{peer.path}")
    reader.start(heard)
    heard.phase(Phase.UP)
    yield reader
    reader.stop()


def failure_of(call: object) -> DeviceError:
    assert callable(call)
    with pytest.raises(DeviceError) as caught:
        call()
    return caught.value


@pytest.mark.parametrize(("sw3", "code"), ROWS, ids=str)
@pytest.mark.parametrize("command", [frames.SELECT, frames.READ_BASE], ids=["select", "read"])
def test_each_status_word_has_its_code(
    peer: ReaderPeer,
    driver: sam_serial.SamSerial,
    sw3: int,
    code: FailureCode,
    command: bytes,
) -> None:
    peer.faults.sw3[command] = sw3
    assert failure_of(driver.read).code is code


def test_the_table_of_status_words_is_complete() -> None:
    assert dict(sam_serial.SW3) == dict(ROWS)


@pytest.mark.parametrize(
    ("sw3", "code"), [row for row in ROWS if row[1] is not FailureCode.NO_CARD], ids=str
)
def test_each_status_word_has_its_code_in_the_looking_too(
    peer: ReaderPeer, driver: sam_serial.SamSerial, sw3: int, code: FailureCode
) -> None:
    peer.faults.sw3[frames.FIND] = sw3
    assert failure_of(driver.find).code is code


@pytest.mark.parametrize("sw3", [0x34, 0x80])
def test_both_words_for_no_card_mean_that_none_lies_there(
    peer: ReaderPeer, driver: sam_serial.SamSerial, sw3: int
) -> None:
    peer.faults.sw3[frames.FIND] = sw3
    assert not driver.find()


@pytest.mark.parametrize("sw3", [0x33, 0x77, 0x80])
def test_a_module_that_answers_its_status_with_nonsense_is_no_reader(
    peer: ReaderPeer, sw3: int
) -> None:
    peer.faults.sw3[frames.STATUS] = sw3
    stranger = sam_serial.SamSerial(peer.path, 115200)
    assert failure_of(stranger.open).code is FailureCode.PROTOCOL_ERROR
    stranger.close()


def test_an_unknown_status_word_is_a_protocol_error(
    peer: ReaderPeer, driver: sam_serial.SamSerial
) -> None:
    peer.faults.sw3[frames.SELECT] = 0x77
    assert failure_of(driver.read).code is FailureCode.PROTOCOL_ERROR


def test_no_card_is_no_failure_of_the_looking(
    peer: ReaderPeer, driver: sam_serial.SamSerial
) -> None:
    assert driver.find()
    peer.lift()
    assert not driver.find()


def test_fingerprints_are_never_asked_for(
    peer: ReaderPeer, reader: CardReader, heard: cards.Heard
) -> None:
    reader.begin("v1", cards.ANY, cards.soon())
    heard.read()
    assert frames.READ_BASE in peer.commands
    assert READ_WITH_FINGERPRINT not in peer.commands


@pytest.mark.parametrize("sw3", [0x10, 0x11])
def test_a_request_that_the_module_heard_badly_is_repeated_once(
    peer: ReaderPeer, driver: sam_serial.SamSerial, sw3: int
) -> None:
    peer.faults.sw3[frames.SELECT] = sw3
    failure_of(driver.read)
    assert peer.commands.count(frames.SELECT) == 2


def test_one_bad_checksum_is_repeated(peer: ReaderPeer, driver: sam_serial.SamSerial) -> None:
    peer.faults.bad_frames = 1
    assert driver.read().name == cards.RESIDENT.name
    assert peer.commands.count(frames.SELECT) == 2


def test_two_bad_checksums_are_a_protocol_error(
    peer: ReaderPeer, driver: sam_serial.SamSerial
) -> None:
    peer.faults.bad_frames = 2
    assert failure_of(driver.read).code is FailureCode.PROTOCOL_ERROR


def test_a_wrong_length_is_a_protocol_error(peer: ReaderPeer, driver: sam_serial.SamSerial) -> None:
    peer.faults.wrong_lengths = 2
    assert failure_of(driver.read).code is FailureCode.PROTOCOL_ERROR


def test_a_text_of_the_wrong_length_is_bad_card_data(
    peer: ReaderPeer, driver: sam_serial.SamSerial
) -> None:
    peer.insert(bytes(200))
    assert failure_of(driver.read).code is FailureCode.BAD_CARD_DATA


def test_lengths_that_contradict_the_frame_are_a_protocol_error() -> None:
    with pytest.raises(DeviceError) as caught:
        sam_serial._record(bytes.fromhex("01000400") + bytes(100))
    assert caught.value.code is FailureCode.PROTOCOL_ERROR


def test_a_card_without_a_photo_is_read(peer: ReaderPeer, driver: sam_serial.SamSerial) -> None:
    peer._photo = b""
    assert driver.read().photo_raw == b""


@pytest.mark.parametrize(("chunk", "gap_s"), [(1, 0.0), (7, 0.002)])
def test_an_answer_in_pieces_after_junk_is_read(
    peer: ReaderPeer, driver: sam_serial.SamSerial, chunk: int, gap_s: float
) -> None:
    peer.faults.chunk, peer.faults.chunk_gap_s = chunk, gap_s
    peer.faults.junk = b"\x00\xaa\xaa\x96junk"
    assert driver.read().number == cards.RESIDENT.number


def test_a_mute_module_has_one_second(peer: ReaderPeer, driver: sam_serial.SamSerial) -> None:
    peer.faults.mute = True
    began = time.monotonic()
    assert failure_of(driver.find).code is FailureCode.NO_REPLY
    assert 0.85 <= time.monotonic() - began < 1.6


@pytest.mark.slow
def test_a_read_has_three_seconds(peer: ReaderPeer, driver: sam_serial.SamSerial) -> None:
    peer.faults.delays_s[frames.READ_BASE] = 30.0
    began = time.monotonic()
    assert failure_of(driver.read).code is FailureCode.NO_REPLY
    assert 2.85 <= time.monotonic() - began < 3.8


def test_what_lies_in_the_input_is_no_answer(
    peer: ReaderPeer, driver: sam_serial.SamSerial
) -> None:
    peer.lift()
    os.write(peer._master, frames.Response(0, 0, 0x9F, bytes(4)).encode())
    threading.Event().wait(0.05)
    assert not driver.find()


def test_a_second_opener_is_refused(peer: ReaderPeer, driver: sam_serial.SamSerial) -> None:
    assert driver.find()
    second = sam_serial.SamSerial(peer.path, 115200)
    assert failure_of(second.open).code is FailureCode.BUSY
    second.close()


def test_a_path_without_a_device_is_not_connected(tmp_path: Path) -> None:
    nowhere = sam_serial.SamSerial(str(tmp_path / "none"), 115200)
    assert failure_of(nowhere.open).code is FailureCode.NOT_CONNECTED


def test_another_device_at_the_address_is_no_reader() -> None:
    master, slave = os.openpty()
    tty.setraw(slave)
    stopped = threading.Event()

    def echo() -> None:
        while not stopped.is_set():
            os.write(master, os.read(master, 100))

    thread = threading.Thread(target=echo)
    thread.start()
    stranger = sam_serial.SamSerial(os.ttyname(slave), 115200)
    failure = failure_of(stranger.open)
    stopped.set()
    os.write(slave, b"end")
    thread.join()
    stranger.close()
    os.close(master)
    os.close(slave)
    assert failure.code is FailureCode.PROTOCOL_ERROR


def test_a_device_that_takes_no_bytes_does_not_block_for_ever() -> None:
    master, slave = os.openpty()
    tty.setraw(slave)
    os.set_blocking(slave, False)
    while select.select([], [slave], [], 0)[1]:
        os.write(slave, bytes(64))
    stuck = sam_serial.SamSerial(os.ttyname(slave), 115200)
    failure = failure_of(stuck.open)
    stuck.close()
    os.close(master)
    os.close(slave)
    assert failure.code is FailureCode.NO_REPLY


@pytest.mark.parametrize("uri", ["sam:", "sam:/dev/x?baud=fast", "sam:/dev/x?baud=0"])
def test_an_address_that_cannot_be_is_refused(uri: str) -> None:
    assert failure_of(lambda: cards.reader_for(uri)).code is FailureCode.OPTION_REFUSED


def test_a_closed_line_is_disconnected(driver: sam_serial.SamSerial) -> None:
    driver.close()
    assert failure_of(driver.poll).code is FailureCode.DISCONNECTED


@pytest.mark.parametrize("error", [serial.SerialException, OSError, TypeError])
def test_all_kinds_of_a_lost_line_mean_disconnected(
    driver: sam_serial.SamSerial, monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    def lost(_: object) -> None:
        raise error

    monkeypatch.setattr(serial.Serial, "write", lost)
    assert failure_of(driver.find).code is FailureCode.DISCONNECTED


@pytest.mark.parametrize("at", [0, 1, 6, 7, 200, 1294])
def test_unplugging_inside_a_frame_is_noticed_at_once(
    peer: ReaderPeer, reader: CardReader, heard: cards.Heard, at: int
) -> None:
    peer.faults.unplug_at = at
    reader.begin("v1", cards.ANY, cards.soon())
    present = heard.wait(CardPresent)
    end = heard.failed()
    assert end.failure is FailureCode.DISCONNECTED
    assert end.at - present.at < 1.0


def test_a_mute_reader_ends_the_request_with_no_reply(
    peer: ReaderPeer, reader: CardReader, heard: cards.Heard
) -> None:
    peer.faults.mute = True
    reader.begin("v1", cards.ANY, cards.soon())
    assert heard.failed().failure is FailureCode.NO_REPLY
    peer.faults.mute = False
    heard.phase(Phase.UP, count=3)
    assert reader.snapshot().restarts == 1


def test_a_module_that_refuses_to_work_blocks_the_reader_until_it_recovers(
    peer: ReaderPeer, reader: CardReader, heard: cards.Heard
) -> None:
    peer.faults.sw3 = {frames.FIND: 0x61, frames.STATUS: 0x61}
    reader.begin("v1", cards.ANY, cards.soon())
    assert heard.failed().failure is FailureCode.SAM_UNAUTHORISED
    heard.wait(DeviceStateChanged, lambda each: each.snapshot.state is DeviceState.FAULT)
    peer.faults.sw3 = {}
    ok = [each.snapshot.state for each in heard.of(DeviceStateChanged)].count(DeviceState.OK)
    heard.wait(DeviceStateChanged, lambda each: each.snapshot.state is DeviceState.OK, count=ok + 1)


def test_a_card_that_stays_after_a_bad_read_is_told_once_and_read_when_it_can_be(
    peer: ReaderPeer, reader: CardReader, heard: cards.Heard
) -> None:
    peer.faults.sw3 = {frames.READ_BASE: 0x41}
    reader.begin("v1", cards.ANY, cards.soon())
    heard.wait(CardReadFailed)
    threading.Event().wait(0.7)
    assert [each.failure for each in heard.of(CardReadFailed)] == [FailureCode.CARD_LIFTED]
    peer.faults.sw3 = {}
    assert heard.read().record.name == cards.RESIDENT.name


def test_a_reader_that_finds_a_card_only_once_reads_it(
    peer: ReaderPeer, reader: CardReader, heard: cards.Heard
) -> None:
    peer.faults.sticky = False
    peer.insert(cards.RESIDENT)
    reader.begin("v1", cards.ANY, cards.soon())
    heard.read()
    reader.begin("v2", cards.ANY, time.monotonic() + 0.5)
    assert heard.failed("v2").failure is FailureCode.NO_CARD


def test_reading_takes_little_more_than_the_reader_itself(
    peer: ReaderPeer, reader: CardReader, heard: cards.Heard
) -> None:
    peer.faults.delay_s = 0.1
    reader.begin("v1", cards.ANY, cards.soon())
    read = heard.wait(CardRead)
    assert 200.0 <= read.read_ms < 200.0 + 200.0


def test_unplugging_at_rest_is_noticed_without_a_command(
    peer: ReaderPeer, driver: sam_serial.SamSerial
) -> None:
    asked = len(peer.commands)
    assert driver.poll() == frozenset()
    peer.unplug()
    assert failure_of(driver.poll).code is FailureCode.DISCONNECTED
    assert len(peer.commands) == asked


def test_bytes_that_stop_inside_a_frame_do_not_use_up_the_limit(
    peer: ReaderPeer, driver: sam_serial.SamSerial
) -> None:
    peer.faults.wrong_lengths = 2
    began = time.monotonic()
    assert failure_of(driver.find).code is FailureCode.PROTOCOL_ERROR
    assert 0.9 <= time.monotonic() - began < 1.7


@pytest.mark.deep
@pytest.mark.slow
@pytest.mark.timeout(900)
def test_every_cut_of_a_read_answer_is_a_typed_failure(peer: ReaderPeer) -> None:
    for at in range(1295):
        peer.plug()
        driver = sam_serial.SamSerial(peer.path, 115200)
        driver.open()
        peer.faults.unplug_at = at
        assert failure_of(driver.read).code is FailureCode.DISCONNECTED, at
        driver.close()
