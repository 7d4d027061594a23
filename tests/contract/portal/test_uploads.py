"""The twelve checks of a tus server, and what this one adds."""

import os
import socket
import time
from urllib.parse import urlsplit

import pytest
from portal_support import Sealed, Served, Terminal, hexdigest, seal

from portal.documents import open_documents

ENGINES = ("alone", "scale")
TYPE = "application/offset+octet-stream"


@pytest.fixture
def sealed(terminal: Terminal) -> Sealed:
    return seal(terminal.key(), {1: os.urandom(200_000)})


@pytest.fixture
def path(terminal: Terminal, sealed: Sealed) -> str:
    return terminal.create(sealed, 1).headers["Location"]


def offset(terminal: Terminal, path: str) -> int:
    return int(terminal.tus("HEAD", path).headers["Upload-Offset"])


def offset_above_zero(terminal: Terminal, path: str, patience_s: float = 10) -> int:
    """What is there once something is: the cut line is seen before its bytes are on the disk."""
    until = time.monotonic() + patience_s
    while (kept := offset(terminal, path)) == 0 and time.monotonic() < until:
        pass
    return kept


def test_options_tell_version_extensions_and_limit(terminal: Terminal) -> None:
    answer = terminal.tus("OPTIONS", "/v1/uploads", Tus_Resumable=None)
    assert answer.status_code == 204
    assert answer.headers["Tus-Version"] == "1.0.0"
    assert answer.headers["Tus-Max-Size"] == str(8 * 1024 * 1024)
    assert set(answer.headers["Tus-Extension"].split(",")) == {
        "creation",
        "termination",
        "expiration",
    }


def test_create_answers_with_a_location_and_the_same_page_with_the_same(
    terminal: Terminal, sealed: Sealed
) -> None:
    first, second = terminal.create(sealed, 1), terminal.create(sealed, 1)
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.headers["Location"] == second.headers["Location"]
    assert "Upload-Expires" in first.headers


def test_a_new_upload_stands_at_offset_zero_and_is_not_stored(
    terminal: Terminal, path: str
) -> None:
    answer = terminal.tus("HEAD", path)
    assert answer.status_code == 200
    assert answer.headers["Upload-Offset"] == "0"
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_part_moves_the_offset_and_a_repeated_part_conflicts(
    terminal: Terminal, sealed: Sealed, path: str
) -> None:
    part = sealed.pages[1][:1000]
    first, second = terminal.patch(path, 0, part), terminal.patch(path, 0, part)
    assert (first.status_code, first.headers["Upload-Offset"]) == (204, "1000")
    assert second.status_code == 409
    assert second.json()["offset"] == 1000


def test_another_type_is_refused(terminal: Terminal, path: str) -> None:
    answer = terminal.patch(path, 0, b"x", Content_Type="application/octet-stream")
    assert answer.status_code == 415


def test_a_cut_part_keeps_what_arrived_and_the_rest_completes_the_page(
    served: Served, terminal: Terminal, sealed: Sealed, path: str
) -> None:
    page, parts = sealed.pages[1], urlsplit(served.url)
    head = f"PATCH {path} HTTP/1.1\r\nHost: x\r\nTerminal-Id: SH-000001\r\nTus-Resumable: 1.0.0\r\n"
    head += f"Content-Type: {TYPE}\r\nUpload-Offset: 0\r\nContent-Length: {len(page)}\r\n\r\n"
    with socket.create_connection((parts.hostname, parts.port), timeout=10) as wire:
        wire.sendall(head.encode() + page[:50_000])
        wire.shutdown(socket.SHUT_WR)
        while wire.recv(4096):
            pass
    kept = offset_above_zero(terminal, path)
    assert 0 < kept <= 50_000
    assert terminal.patch(path, kept, page[kept:]).status_code == 204
    assert open_documents(served.folder).get(hexdigest(page)) == page
    assert offset(terminal, path) == len(page)


def test_a_write_past_the_end_is_refused(terminal: Terminal, sealed: Sealed, path: str) -> None:
    answer = terminal.patch(path, 0, sealed.pages[1] + b"x")
    assert answer.status_code == 413
    assert offset(terminal, path) == 0


def test_an_unknown_upload_is_gone(terminal: Terminal) -> None:
    assert terminal.tus("HEAD", "/v1/uploads/" + "0" * 32).status_code == 404


@pytest.mark.parametrize("version", [None, "0.2.2"])
def test_a_missing_or_other_version_is_refused(
    terminal: Terminal, path: str, version: str | None
) -> None:
    answer = terminal.tus("HEAD", path, Tus_Resumable=version)
    assert answer.status_code == 412
    assert answer.headers["Tus-Version"] == "1.0.0"


def test_a_part_with_another_digest_is_not_kept(terminal: Terminal, path: str) -> None:
    answer = terminal.patch(path, 0, b"abc", Content_Digest=f"sha-256=:{'A' * 43}=:")
    assert answer.json()["type"].endswith("digest-mismatch")
    assert offset(terminal, path) == 0


def test_a_page_with_another_digest_at_the_end_is_dropped(
    terminal: Terminal, sealed: Sealed
) -> None:
    path = terminal.create(sealed, 1).headers["Location"]
    answer = terminal.patch(path, 0, bytes(len(sealed.pages[1])))
    assert (answer.status_code, answer.json()["type"][-13:]) == (422, "upload-digest")
    assert terminal.tus("HEAD", path).status_code == 404


def test_a_part_above_the_limit_is_refused(terminal: Terminal, path: str) -> None:
    answer = terminal.patch(path, 0, bytes(256 * 1024 + 1))
    assert (answer.status_code, answer.json()["limit"]) == (413, 256 * 1024)


def test_a_dropped_upload_is_gone(terminal: Terminal, path: str) -> None:
    assert terminal.tus("DELETE", path).status_code == 204
    assert terminal.tus("DELETE", path).status_code == 404


def test_another_terminal_does_not_see_the_upload(served: Served, path: str) -> None:
    other = Terminal(served.url, "SH-000002")
    assert other.tus("HEAD", path).status_code == 404
    other.close()


@pytest.mark.parametrize(
    "changes", [{"ordinal": "0"}, {"ordinal": "65536"}, {"sha256": "x"}, {"submission": "../x"}]
)
def test_a_wrong_announcement_is_malformed(
    terminal: Terminal, sealed: Sealed, changes: dict[str, str]
) -> None:
    assert terminal.create(sealed, 1, **changes).status_code == 400
