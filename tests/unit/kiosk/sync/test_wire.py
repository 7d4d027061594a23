import hashlib
import json
from datetime import UTC, datetime
from typing import Any

import pytest

from kiosk.sync import wire
from kiosk.sync.outcomes import NewUpload, PortalNow, Reply
from offline_cache.records import Ack, Stage

ID = "0190a5c8-7b1e-7c3d-9e2f-000000000001"
BODY = b'{"schema":1}'
SHA = hashlib.sha256(BODY).hexdigest()
GOOD: dict[str, Any] = {
    "id": ID,
    "sha256": SHA,
    "receipt_no": "Q261122-00000001",
    "received_at": "2026-11-22T01:02:03Z",
    "case_id": "c",
    "case_seq": 1,
    "stage": "received",
    "project_no": None,
    "accept_date": None,
    "promise_date": None,
    "accept_doc": None,
    "result": None,
}
NOW = datetime(2026, 11, 22, tzinfo=UTC)


def reply(document: object, *, status: int = 201, media: str = "application/json") -> Reply:
    body = document if isinstance(document, bytes) else json.dumps(document).encode()
    return Reply(status, {"content-type": media}, body)


def test_a_good_acknowledgement_is_taken_with_all_its_members() -> None:
    document = {
        **GOOD,
        "stage": "accepted",
        "project_no": "310104-1",
        "accept_date": "2026-11-22",
        "unknown": 1,
    }
    ack = wire.read_ack(reply(document), ID, SHA)
    assert ack == Ack(
        ID,
        SHA,
        "Q261122-00000001",
        "2026-11-22T01:02:03Z",
        "c",
        1,
        Stage.ACCEPTED,
        "310104-1",
        "2026-11-22",
    )


def test_a_media_type_with_parameters_is_still_json() -> None:
    assert isinstance(
        wire.read_ack(reply(GOOD, media="Application/JSON; charset=utf-8"), ID, SHA), Ack
    )


BROKEN: dict[str, Reply] = {
    "empty": reply(b""),
    "html": reply(b"<html></html>", media="text/html"),
    "html that says json": reply(b"<html></html>"),
    "no media type": reply(GOOD, media=""),
    "problem": reply(GOOD, media="application/problem+json"),
    "cut body": Reply(
        200, {"content-type": "application/json"}, json.dumps(GOOD).encode(), complete=False
    ),
    "half json": reply(json.dumps(GOOD).encode()[:-9]),
    "204": reply(GOOD, status=204),
    "202": reply(GOOD, status=202),
    "206": reply(GOOD, status=206),
    "other id": reply({**GOOD, "id": ID[:-1] + "2"}),
    "other digest": reply({**GOOD, "sha256": "0" * 64}),
    "upper case digest": reply({**GOOD, "sha256": SHA.upper()}),
    "no receipt": reply({**GOOD, "receipt_no": None}),
    "empty receipt": reply({**GOOD, "receipt_no": ""}),
    "long receipt": reply({**GOOD, "receipt_no": "A" * 33}),
    "receipt in lower case": reply({**GOOD, "receipt_no": "q1"}),
    "receipt with a line end": reply({**GOOD, "receipt_no": "Q1\n"}),
    "receipt as number": reply({**GOOD, "receipt_no": 12}),
    "no time": reply({**GOOD, "received_at": "today"}),
    "time without zone": reply({**GOOD, "received_at": "2026-11-22T01:02:03"}),
    "unknown stage": reply({**GOOD, "stage": "done"}),
    "stage of the terminal": reply({**GOOD, "stage": "collected"}),
    "accepted without date": reply({**GOOD, "stage": "accepted", "project_no": "1"}),
    "accepted without number": reply({**GOOD, "stage": "accepted", "accept_date": "2026-11-22"}),
    "received with date": reply({**GOOD, "accept_date": "2026-11-22"}),
    "received with number": reply({**GOOD, "project_no": "1"}),
    "date that is none": reply({**GOOD, "promise_date": "soon"}),
    "sequence as text": reply({**GOOD, "case_seq": "1"}),
    "sequence zero": reply({**GOOD, "case_seq": 0}),
    "a list": reply([GOOD]),
    "too long": reply({**GOOD, "result": {"x": "y" * wire.JSON_LIMIT}}),
    "compressed": Reply(
        200,
        {"content-type": "application/json", "content-encoding": "gzip"},
        json.dumps(GOOD).encode(),
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_acknowledgement_is_not_taken(name: str) -> None:
    assert isinstance(wire.read_ack(BROKEN[name], ID, SHA), wire.NoAck)


def test_the_reason_names_members_and_never_values() -> None:
    given = wire.read_ack(reply({**GOOD, "receipt_no": "演示甲"}), ID, SHA)
    assert given == wire.NoAck("schema: receipt_no")


def test_without_a_digest_the_id_alone_is_compared() -> None:
    assert isinstance(wire.read_ack(reply(GOOD, status=200), ID, None), Ack)
    assert isinstance(wire.read_ack(reply(GOOD, status=200), "other", None), wire.NoAck)


def test_a_problem_is_read_only_under_its_own_media_type() -> None:
    document = {
        "type": "urn:quanban:problem:case-order",
        "title": "t",
        "status": 409,
        "detail": "d",
        "expected": 2,
        "failure": "PORTAL_REFUSED",
    }
    problem = wire.read_problem(reply(document, status=409, media="application/problem+json"))
    assert problem is not None
    assert (problem.name, problem.status, problem.failure) == ("case-order", 409, "PORTAL_REFUSED")
    assert problem.extension == {"expected": 2}
    assert wire.read_problem(reply(document, status=409)) is None
    assert wire.read_problem(reply(b"{", status=409, media="application/problem+json")) is None


def test_a_foreign_problem_type_has_no_name() -> None:
    problem = wire.read_problem(
        reply({"type": "about:blank"}, status=404, media="application/problem+json")
    )
    assert problem is not None
    assert problem.name == ""


def test_keys_of_a_wrong_length_spoil_the_list() -> None:
    good = {"id": "2026a", "public": wire.public_text(bytes(32))}
    bad = {"id": "2026b", "public": wire.public_text(bytes(31))}
    key_set = wire.read_keys(reply({"sealing": [good]}))
    assert not isinstance(key_set, wire.NoAck)
    assert key_set.keys[0].public == bytes(32)
    assert isinstance(wire.read_keys(reply({"sealing": [good, bad]})), wire.NoAck)
    assert isinstance(wire.read_keys(reply({"sealing": []})), wire.NoAck)
    assert isinstance(wire.read_keys(reply(b"", media="text/html")), wire.NoAck)


def test_a_public_key_is_read_in_either_alphabet() -> None:
    public = bytes([251, 255]) * 16
    text = wire.public_text(public)
    assert wire.public_bytes(text.replace("+", "-").replace("/", "_").rstrip("=")) == public


def test_the_time_needs_a_zone() -> None:
    good = {"now": "2026-11-22T00:00:00Z", "zone": "Asia/Shanghai"}
    assert wire.read_time(reply(good)) == PortalNow(NOW, "Asia/Shanghai")
    assert isinstance(wire.read_time(reply({**good, "now": "2026-11-22T00:00:00"})), wire.NoAck)
    assert isinstance(wire.read_time(reply(good, media="text/html")), wire.NoAck)


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"retry-after": "120"}, 120.0),
        ({"retry-after": "Sun, 22 Nov 2026 00:01:00 GMT"}, 60.0),
        (
            {
                "retry-after": "Sun, 22 Nov 2026 00:01:00 GMT",
                "date": "Sun, 22 Nov 2026 00:00:30 GMT",
            },
            30.0,
        ),
        ({"retry-after": "Sun, 22 Nov 2020 00:01:00 GMT"}, 0.0),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "-5"}, None),
        ({"retry-after": "²"}, None),
        ({}, None),
    ],
)
def test_retry_after_is_read_in_seconds_and_as_a_date(
    headers: dict[str, str], expected: float | None
) -> None:
    assert wire.read_retry_after(headers, NOW) == expected


def test_headers_have_the_forms_of_the_contract() -> None:
    assert wire.digest_header(BODY) == "sha-256=:Z9YpGzAUEt9KbKeAiur6ydBYewbs48aOcrqwFXzZ1Sw=:"
    assert wire.key_header(ID) == f'"{ID}"'
    upload = NewUpload("a", 2, "cc", 9, "image/jpeg")
    assert wire.metadata_header(upload) == (
        "submission YQ==,ordinal Mg==,sha256 Y2M=,filetype aW1hZ2UvanBlZw=="
    )
    assert wire.read_offset({"upload-offset": "12"}) == 12
    assert wire.read_offset({"upload-offset": "-1"}) is None
    assert wire.read_offset({}) is None
