"""The reader to try against is tested itself, byte by byte."""

import os
import select
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import cards_support as cards
import pytest

from devices.card import frames, layouts
from devices.card.peer import READ_WITH_FINGERPRINT, ReaderPeer

Ask = Callable[[bytes], bytes]


@pytest.fixture
def peer() -> Iterator[ReaderPeer]:
    with ReaderPeer() as peer:
        peer.insert(cards.RESIDENT)
        yield peer


@pytest.fixture
def ask(peer: ReaderPeer) -> Iterator[Ask]:
    line = os.open(peer.path, os.O_RDWR | os.O_NOCTTY)

    def exchange(command: bytes) -> bytes:
        os.write(line, frames.request(command))
        answer = b""
        while select.select([line], [], [], 0.3)[0]:
            answer += os.read(line, 4096)
        return answer

    yield exchange
    os.close(line)


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        (frames.RESET, "AAAAAA9669000400009094"),
        (frames.STATUS, "AAAAAA9669000400009094"),
        (frames.FIND, "AAAAAA9669000800009F0000000097"),
        (frames.SELECT, "AAAAAA9669000C00009000000000000000009C"),
        (frames.READ_ADDRESS, "AAAAAA9669000400009195"),
        (b"\x99\x99", "AAAAAA9669000400002125"),
    ],
)
def test_answers_are_the_published_bytes(ask: Ask, command: bytes, answer: str) -> None:
    assert ask(command) == bytes.fromhex(answer)


def test_an_empty_reader_finds_nothing(peer: ReaderPeer, ask: Ask) -> None:
    peer.lift()
    assert ask(frames.FIND) == bytes.fromhex("AAAAAA9669000400008084")
    assert ask(frames.READ_BASE) == frames.Response(0, 0, 0x41).encode()


def test_a_read_answer_holds_lengths_text_and_photo(peer: ReaderPeer, ask: Ask) -> None:
    answer = ask(frames.READ_BASE)
    assert len(answer) == 1295
    assert answer[10:14] == bytes.fromhex("01000400")
    assert answer[14:270] == layouts.encode(cards.RESIDENT)
    assert peer.commands == [frames.READ_BASE]


def test_a_read_with_fingerprints_has_three_lengths_and_none_of_them(ask: Ask) -> None:
    answer = ask(READ_WITH_FINGERPRINT)
    assert len(answer) == 1297
    assert answer[10:16] == bytes.fromhex("010004000000")


def test_the_module_id_has_sixteen_bytes(ask: Ask) -> None:
    (payload,) = frames.Parser().feed(ask(frames.MODULE_ID))
    assert len(frames.Response.decode(payload).data) == 16


def test_a_card_is_found_once_until_it_is_lifted_if_the_reader_is_so(
    peer: ReaderPeer, ask: Ask
) -> None:
    peer.faults.sticky = False
    found = [ask(frames.FIND)[9], ask(frames.FIND)[9]]
    peer.lift()
    peer.insert(cards.HMT)
    assert [*found, ask(frames.FIND)[9]] == [0x9F, 0x80, 0x9F]


def test_faults_do_what_they_say(peer: ReaderPeer, ask: Ask) -> None:
    good = ask(frames.STATUS)
    peer.faults.junk = b"junk"
    assert ask(frames.STATUS) == b"junk" + good
    peer.faults.junk = b""
    peer.faults.bad_frames = 1
    assert ask(frames.STATUS)[-1] == good[-1] ^ 0xFF
    peer.faults.wrong_lengths = 1
    assert ask(frames.STATUS)[6] == good[6] + 1
    peer.faults.sw3 = {frames.STATUS: 0x60}
    assert ask(frames.STATUS)[9] == 0x60
    peer.faults.mute = True
    assert ask(frames.STATUS) == b""


def test_the_link_names_the_reader_while_it_is_plugged_in(tmp_path: Path) -> None:
    link = tmp_path / "usb-reader"
    peer = ReaderPeer(link)
    assert not peer.plugged
    peer.plug()
    first = link.resolve()
    assert first.is_char_device()
    peer.unplug()
    assert not link.is_symlink()
    peer.plug()
    assert link.resolve().is_char_device()
    peer.unplug()
    peer.unplug()
    assert not peer.plugged


def test_unplugging_frees_everything(tmp_path: Path) -> None:
    def held() -> tuple[int, int]:
        return threading.active_count(), len(list(Path("/proc/self/fd").iterdir()))

    before = held()
    for _ in range(20):
        with ReaderPeer(tmp_path / "link"):
            pass
    assert held() == before
