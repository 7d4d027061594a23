"""Exports that somebody carried: taken once, signed where terminals have certificates."""

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from portal_support import COLLECTION_NO, Sealed, hexdigest, new_id, seal
from tls_support import write_export

from portal.assembly import Portal, assemble
from portal.authority import ensure_authority
from portal.importing import ExportError, Taken, find_exports, take_export
from portal.moments import wall_clock
from portal.reconcile import Answer

NAME = "SH-000001"


@pytest.fixture
def portal(tmp_path: Path) -> Iterator[Portal]:
    made = assemble(tmp_path / "p")
    yield made
    made.store.close()


def sealed_for(portal: Portal, **members: Any) -> Sealed:
    pages = {1: os.urandom(3000), 2: b"page two"}
    return seal(portal.keys.published()[0], pages, **members)


def taken(portal: Portal, folder: Path) -> dict[str, Taken]:
    return {each.id: each for each in take_export(portal, folder)}


def known(portal: Portal, *identities: str) -> int:
    items: list[Any] = [
        {"id": each, "sha256": "0" * 64, "receipt_no": None, "stored": True} for each in identities
    ]
    body = json.dumps({"items": items}).encode()
    told: Answer = portal.upkeep.reconciling.compare(NAME, body)
    return len(told["mismatch"]) + len(told["known"])


def edited(folder: Path, change: Callable[[dict[str, Any]], object]) -> None:
    document = json.loads((folder / "export.json").read_text())
    change(document)
    (folder / "export.json").write_text(json.dumps(document))


def rating() -> bytes:
    body = {"collection_no": COLLECTION_NO, "satisfaction": 4, "reasons": []}
    return json.dumps(body | {"at": "2026-11-22T01:02:03Z", "channel": "KIOSK"}).encode()


def test_an_export_is_taken_once_and_said_again_the_same(portal: Portal, tmp_path: Path) -> None:
    made, voted = [sealed_for(portal) for _ in range(3)], new_id()
    folder = write_export(tmp_path, made, ratings={voted: rating()})
    first, second = taken(portal, folder), taken(portal, folder)
    assert set(first) == {voted, *(each.id for each in made)}
    assert {each.outcome for each in first.values()} == {"received"}
    assert {each.outcome for each in second.values()} == {"known"}
    assert {name: each.receipt_no for name, each in first.items()} == {
        name: each.receipt_no for name, each in second.items()
    }


def test_what_came_over_the_wire_before_gets_the_same_receipt(
    portal: Portal, tmp_path: Path
) -> None:
    sealed = seal(portal.keys.published()[0])
    ack, _ = portal.intake.take(NAME, sealed.id, sealed.body, sealed.sha256)
    told = taken(portal, write_export(tmp_path, [sealed]))[sealed.id]
    assert (told.outcome, told.receipt_no) == ("known", ack["receipt_no"])
    again, replayed = portal.intake.take(NAME, sealed.id, sealed.body, sealed.sha256)
    assert replayed
    assert again["receipt_no"] == told.receipt_no


def test_parts_of_a_case_are_taken_in_order(portal: Portal, tmp_path: Path) -> None:
    case = new_id()
    first = sealed_for(portal, case_id=case)
    second = sealed_for(portal, case_id=case, case_seq=2, kind="correction")
    told = taken(portal, write_export(tmp_path, [second, first]))
    assert {each.outcome for each in told.values()} == {"received"}


def test_what_was_withdrawn_is_not_taken(portal: Portal, tmp_path: Path) -> None:
    sealed, body = sealed_for(portal), b'{"reason":"resident"}'
    portal.upkeep.withdrawals.take(NAME, sealed.id, body, hexdigest(body))
    told = taken(portal, write_export(tmp_path, [sealed]))[sealed.id]
    assert (told.outcome, told.receipt_no) == ("withdrawn", None)


@pytest.mark.parametrize("damage", ["changed", "cut", "missing", "link", "pipe"])
def test_a_damaged_file_costs_its_own_submission_only(
    portal: Portal, tmp_path: Path, damage: str
) -> None:
    bad, good = sealed_for(portal), sealed_for(portal)
    folder = write_export(tmp_path, [bad, good])
    path = folder / "documents" / hexdigest(bad.pages[1])
    content = path.read_bytes()
    path.unlink()
    if damage in {"changed", "cut"}:
        path.write_bytes(content[:-1] + (b"" if damage == "cut" else b"\0"))
    elif damage == "link":
        (tmp_path / "elsewhere").write_bytes(content)
        path.symlink_to(tmp_path / "elsewhere")
    elif damage == "pipe":
        os.mkfifo(path)
    told = taken(portal, folder)
    assert (told[bad.id].outcome, told[good.id].outcome) == ("damaged", "received")
    assert known(portal, bad.id) == 0


LISTS: dict[str, Callable[[dict[str, Any]], object]] = {
    "another schema": lambda one: one.update(schema=2),
    "no terminal": lambda one: one.pop("terminal"),
    "a wrong terminal": lambda one: one.update(terminal="../etc"),
    "an unknown member": lambda one: one.update(extra=1),
    "an id twice": lambda one: one["submissions"].append(one["submissions"][0]),
    "no list": lambda one: one.update(submissions={}),
    "a negative size": lambda one: one["submissions"][0].update(size=-1),
}


@pytest.mark.parametrize("name", sorted(LISTS))
def test_a_list_that_does_not_keep_the_format_is_refused_whole(
    portal: Portal, tmp_path: Path, name: str
) -> None:
    sealed = sealed_for(portal)
    folder = write_export(tmp_path, [sealed])
    edited(folder, LISTS[name])
    with pytest.raises(ExportError) as caught:
        taken(portal, folder)
    assert caught.value.reason == "malformed"
    assert known(portal, sealed.id) == 0


@pytest.mark.parametrize("path", ["../x.json", "/etc/passwd", "submissions/../export.json", ""])
def test_a_path_of_its_own_is_not_followed(portal: Portal, tmp_path: Path, path: str) -> None:
    sealed = sealed_for(portal)
    folder = write_export(tmp_path, [sealed])
    edited(folder, lambda one: one["submissions"][0].update(path=path))
    assert taken(portal, folder)[sealed.id].outcome == "damaged"


def key_of(portal: Portal, folder: Path, name: str) -> Ed25519PrivateKey:
    """A certificate of that terminal in the register; its key."""
    issued = ensure_authority(folder / "tls", wall_clock()).issue(name, wall_clock())
    portal.upkeep.register.add(name, issued.certificate)
    key = load_pem_private_key(issued.key_path.read_bytes(), None)
    assert isinstance(key, Ed25519PrivateKey)
    return key


def refused(portal: Portal, folder: Path) -> str:
    with pytest.raises(ExportError) as caught:
        taken(portal, folder)
    return caught.value.reason


def test_where_terminals_have_certificates_the_list_must_be_signed_by_its_own(
    portal: Portal, tmp_path: Path
) -> None:
    key, other = (key_of(portal, tmp_path, name) for name in (NAME, "SH-000002"))
    sealed = sealed_for(portal)
    unsigned = write_export(tmp_path, [sealed])
    assert refused(portal, unsigned) == "unsigned"
    assert refused(portal, write_export(tmp_path, [sealed], key=other)) == "signature"
    assert refused(portal, write_export(tmp_path, [sealed], terminal="SH-000003")) == "unsigned"
    changed = write_export(tmp_path, [sealed], key=key)
    edited(changed, lambda one: one.update(made_at="2026-11-22T01:02:04Z"))
    assert refused(portal, changed) == "signature"
    assert known(portal, sealed.id) == 0
    right = write_export(tmp_path, [sealed], key=key)
    assert taken(portal, right)[sealed.id].outcome == "received"
    portal.upkeep.register.revoke(NAME)
    assert refused(portal, right) == "suspended"


def test_exports_are_found_here_or_one_folder_below_but_never_half_ones(
    portal: Portal, tmp_path: Path
) -> None:
    stick = tmp_path / "stick"
    first, second = (write_export(stick, [sealed_for(portal)]) for _ in range(2))
    half = write_export(stick, [sealed_for(portal)])
    half.rename(half.with_name(half.name + ".part"))
    assert find_exports(stick) == sorted([first, second])
    assert find_exports(first) == [first]
    with pytest.raises(ExportError):
        find_exports(tmp_path / "nothing")


def test_the_report_of_a_print_is_carried_too(portal: Portal, tmp_path: Path) -> None:
    reported = new_id()
    body = {"sha256": "0" * 64, "case_id": None, "state": "PRINTED", "pages": 1}
    body |= {"at": "2026-11-22T01:02:03Z", "channel": "KIOSK"}
    folder = write_export(tmp_path, [], ratings={reported: json.dumps(body).encode()})
    edited(folder, lambda one: one["messages"][0].update(kind="printed"))
    outcomes = [taken(portal, folder)[reported] for _ in range(2)]
    assert [each.outcome for each in outcomes] == ["received", "known"]
    assert outcomes[0].receipt_no == outcomes[1].receipt_no


def test_a_message_of_a_kind_without_a_counter_is_said_to_be_unsupported(
    portal: Portal, tmp_path: Path
) -> None:
    voted = new_id()
    folder = write_export(tmp_path, [], ratings={voted: rating()})
    edited(folder, lambda one: one["messages"][0].update(kind="greeting"))
    assert taken(portal, folder)[voted].outcome == "unsupported"
