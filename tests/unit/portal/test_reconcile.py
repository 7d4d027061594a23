"""Which ids the portal knows, which it does not, and what is lost on both sides."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from portal_support import Sealed, hexdigest, new_id, seal

from portal.acts import Act
from portal.assembly import Portal, assemble
from portal.problems import ProblemError
from portal.reconcile import lost_submissions

NAME = "SH-000001"


@pytest.fixture
def portal(tmp_path: Path) -> Iterator[Portal]:
    made = assemble(tmp_path)
    yield made
    made.store.close()


def taken(portal: Portal) -> tuple[Sealed, str]:
    sealed = seal(portal.keys.published()[0])
    ack, _ = portal.intake.take(NAME, sealed.id, sealed.body, sealed.sha256)
    return sealed, str(ack["receipt_no"])


def item(identity: str, sha256: str, receipt_no: str | None, *, stored: bool = True) -> Any:
    return {"id": identity, "sha256": sha256, "receipt_no": receipt_no, "stored": stored}


def compare(portal: Portal, *items: Any, terminal: str = NAME) -> dict[str, list[str]]:
    return portal.upkeep.reconciling.compare(terminal, json.dumps({"items": items}).encode())


def test_every_id_is_in_exactly_one_list(portal: Portal) -> None:
    (first, receipt), (second, _), (third, other) = (taken(portal) for _ in range(3))
    stranger = new_id()
    told = compare(
        portal,
        item(first.id, first.sha256, receipt),
        item(second.id, "0" * 64, None),
        item(third.id, third.sha256, other + "9"),
        item(stranger, "0" * 64, None),
    )
    assert told == {"known": [first.id], "mismatch": [second.id, third.id], "unknown": [stranger]}


def test_another_terminals_id_is_unknown(portal: Portal) -> None:
    sealed, receipt = taken(portal)
    told = compare(portal, item(sealed.id, sealed.sha256, receipt), terminal="SH-000002")
    assert told["unknown"] == [sealed.id]


def test_what_was_withdrawn_before_it_came_is_known(portal: Portal) -> None:
    identity, body = new_id(), b'{"reason":"resident"}'
    portal.upkeep.withdrawals.take(NAME, identity, body, hexdigest(body))
    assert compare(portal, item(identity, "0" * 64, None))["known"] == [identity]


def test_a_rating_is_an_act_like_any_other(portal: Portal) -> None:
    body = json.dumps(
        {"collection_no": "310115A1B2261121000423", "satisfaction": 5, "reasons": []}
        | {"at": "2026-11-22T01:02:03Z", "channel": "KIOSK"}
    ).encode()
    identity = new_id()
    ack, _ = portal.evaluations.take(Act(NAME, identity, body, hexdigest(body)))
    told = compare(portal, item(identity, hexdigest(body), ack["receipt_no"]))
    assert told["known"] == [identity]


def test_what_nobody_holds_is_listed_by_its_receipt_once(portal: Portal) -> None:
    gone, kept = new_id(), new_id()
    for _ in range(2):
        compare(
            portal,
            item(gone, "1" * 64, "Q261122-00000007", stored=False),
            item(kept, "2" * 64, "Q261122-00000008"),
        )
    (row,) = lost_submissions(portal.store)
    assert (row["terminal"], row["id"], row["receipt_no"]) == (NAME, gone, "Q261122-00000007")


def test_what_comes_back_after_all_leaves_the_list(portal: Portal) -> None:
    sealed = seal(portal.keys.published()[0])
    compare(portal, item(sealed.id, sealed.sha256, "Q261122-00000007", stored=False))
    assert len(lost_submissions(portal.store)) == 1
    portal.intake.take(NAME, sealed.id, sealed.body, sealed.sha256)
    assert lost_submissions(portal.store) == []


def test_a_thousand_ids_are_compared_and_one_more_is_refused(portal: Portal) -> None:
    items = [item(new_id(), "0" * 64, None) for _ in range(1001)]
    assert len(compare(portal, *items[:1000])["unknown"]) == 1000
    with pytest.raises(ProblemError, match="schema"):
        compare(portal, *items)
