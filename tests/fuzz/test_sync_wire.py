import hashlib
import json
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.sync import wire
from kiosk.sync.outcomes import KeySet, PortalNow, Reply
from offline_cache.records import Ack

ID = "0190a5c8-7b1e-7c3d-9e2f-000000000001"
SHA = hashlib.sha256(b"x").hexdigest()
GOOD = {
    "id": ID,
    "sha256": SHA,
    "receipt_no": "Q-1",
    "received_at": "2026-11-22T01:02:03Z",
    "case_id": "c",
    "case_seq": 1,
    "stage": "received",
}
NOW = datetime(2026, 11, 22, tzinfo=UTC)
_WORDS = ["application/json", "application/problem+json", "text/html", "", "gzip", "identity"]
_leaf = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=40)
_json = st.recursive(
    _leaf,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)
_headers = st.dictionaries(
    st.sampled_from(["content-type", "content-encoding", "retry-after", "date", "etag"]),
    st.sampled_from(_WORDS) | st.text(max_size=40),
)
_replies = st.builds(
    Reply,
    st.integers(100, 599),
    _headers,
    st.binary(max_size=300) | _json.map(lambda value: json.dumps(value).encode()),
    st.booleans(),
)


@given(_replies)
@settings(max_examples=300, deadline=None)
def test_no_answer_makes_a_reader_raise(reply: Reply) -> None:
    assert isinstance(wire.read_ack(reply, ID, SHA), wire.NoAck)
    assert isinstance(wire.read_keys(reply), KeySet | wire.NoAck)
    assert isinstance(wire.read_time(reply), PortalNow | wire.NoAck)
    problem = wire.read_problem(reply)
    assert problem is None or problem.status == reply.status
    wait_s = wire.read_retry_after(reply.headers, NOW)
    assert wait_s is None or wait_s >= 0


@given(st.sampled_from(sorted(GOOD)), _json)
@settings(max_examples=300, deadline=None)
def test_an_ack_with_one_foreign_member_is_taken_only_if_it_still_says_the_same(
    member: str, value: object
) -> None:
    body = json.dumps({**GOOD, member: value}).encode()
    taken = wire.read_ack(Reply(200, {"content-type": "application/json"}, body), ID, SHA)
    if isinstance(taken, Ack):
        assert (taken.id, taken.sha256) == (ID, SHA)
        assert (
            member in {"receipt_no", "received_at", "case_id", "case_seq"} or value == GOOD[member]
        )


@given(st.data())
@settings(max_examples=200, deadline=None)
def test_no_cut_of_a_good_ack_is_taken(data: st.DataObject) -> None:
    body = json.dumps(GOOD).encode()
    cut = data.draw(st.integers(0, len(body) - 1))
    reply = Reply(200, {"content-type": "application/json"}, body[:cut])
    assert isinstance(wire.read_ack(reply, ID, SHA), wire.NoAck)


@given(st.binary(max_size=64))
@settings(max_examples=200, deadline=None)
def test_only_a_key_of_32_bytes_is_read_back(public: bytes) -> None:
    text = wire.public_text(public)
    if len(public) == 32:
        assert wire.public_bytes(text) == public
    else:
        with pytest.raises(ValueError, match="a key of"):
            wire.public_bytes(text)
