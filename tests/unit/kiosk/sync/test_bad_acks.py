"""Answers that look like success and are none: through the real client into a real store."""

import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import pytest
from canned_portal import CannedPortal, Seen, answer
from scripted_portal import ack_for
from store_support import Store
from sync_support import QUICK, TERMINAL, Heard

from kiosk.sync.client import PortalClient
from kiosk.sync.ports import Engine, Reports
from kiosk.sync.sender import Sender
from offline_cache.clock import SystemClock


def _good(seen: Seen) -> dict[str, object]:
    told = asdict(ack_for(seen.path.rpartition("/")[2], seen.body))
    return {**json.loads(json.dumps(told, default=str)), "accept_doc": None}


def _bytes(seen: Seen, **changes: object) -> bytes:
    document = {**_good(seen), **changes}
    return json.dumps({key: value for key, value in document.items() if value != "drop"}).encode()


def _half(seen: Seen) -> bytes:
    whole = answer(_bytes(seen), status=201)
    return whole[: len(whole) * 4 // 5]


FORMS: dict[str, Callable[[Seen], bytes | None]] = {
    "no answer": lambda _: None,
    "empty": lambda _: answer(b"", status=201),
    "204": lambda _: b"HTTP/1.1 204 X\r\n\r\n",
    "202": lambda seen: answer(_bytes(seen), status=202),
    "html": lambda _: answer(b"<html>welcome</html>", media_type="text/html"),
    "html called json": lambda _: answer(b"<html>welcome</html>"),
    "json called html": lambda seen: answer(_bytes(seen), media_type="text/html"),
    "cut header": lambda seen: answer(_bytes(seen), status=201)[:40],
    "cut body": _half,
    "short by one byte": lambda seen: answer(_bytes(seen), status=201)[:-1],
    "other id": lambda seen: answer(_bytes(seen, id="0" * 36), status=201),
    "other digest": lambda seen: answer(_bytes(seen, sha256="0" * 64), status=201),
    "no receipt": lambda seen: answer(_bytes(seen, receipt_no=None), status=201),
    "empty receipt": lambda seen: answer(_bytes(seen, receipt_no=""), status=201),
    "small letters": lambda seen: answer(_bytes(seen, receipt_no="q-1"), status=201),
    "long receipt": lambda seen: answer(_bytes(seen, receipt_no="Q" * 33), status=201),
    "other turn": lambda seen: answer(_bytes(seen, case_seq=2), status=201),
    "other case": lambda seen: answer(_bytes(seen, case_id="x"), status=201),
    "accepted without date": lambda seen: answer(_bytes(seen, stage="accepted"), status=201),
    "collected": lambda seen: answer(_bytes(seen, stage="collected"), status=201),
    "a list": lambda seen: answer(b"[" + _bytes(seen) + b"]", status=201),
    "more than 1 MiB": lambda seen: answer(_bytes(seen, pad="x" * (1 << 20)), status=201),
    "compressed": lambda seen: answer(
        _bytes(seen), status=201, headers={"Content-Encoding": "gzip"}
    ),
    "redirect": lambda _: answer(b"", status=307, headers={"Location": "http://127.0.0.1:9/"}),
}


def _play(form: Callable[[Seen], bytes | None]) -> Callable[[Seen], bytes | None]:
    def play(seen: Seen) -> bytes | None:
        if seen.method == "PUT":
            return form(seen)
        now = {"now": "2026-11-22T01:02:03Z", "zone": "Asia/Shanghai"}
        return answer(json.dumps(now).encode())

    return play


def _tried(tmp_path: Path, form: Callable[[Seen], bytes | None]) -> tuple[str, Heard]:
    """One try of one submission."""
    heard = Heard()
    with CannedPortal(_play(form)) as portal, Store(tmp_path, clock=SystemClock()) as store:
        one = store.put(pages=0).id
        client = PortalClient(portal.url, TERMINAL, limits=QUICK)
        reports = Reports(heard.on_ack, heard.on_alarm, heard.on_online)
        engine = Engine(store.clock.monotonic, lambda: 0.9)
        sender = Sender((store.outbox, store.documents), client, reports, engine)
        while not any(seen.method == "PUT" for seen in portal.seen):
            sender.step(store.clock.monotonic())
        client.close()
        return store.state(one), heard


@pytest.mark.parametrize("name", sorted(FORMS))
def test_what_is_no_acknowledgement_is_never_taken_for_one(tmp_path: Path, name: str) -> None:
    state, heard = _tried(tmp_path, FORMS[name])
    assert state == "SEALED"
    assert heard.acks == []


@pytest.mark.parametrize("status", [200, 201])
def test_the_same_way_takes_a_good_one(tmp_path: Path, status: int) -> None:
    state, heard = _tried(tmp_path, lambda seen: answer(_bytes(seen), status=status))
    assert state == "ACKED"
    assert len(heard.acks) == 1
