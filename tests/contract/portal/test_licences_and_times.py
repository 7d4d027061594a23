"""E-licences with one consent per use, free times taken once, and the catalogue's packs."""

import json
import threading
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
import requests
from cases_support import grant_of, granted_get
from faults_support import fault
from portal_support import TERMINAL, Served, Terminal, content_digest, hexdigest, new_id
from services_support import get, post

SITE = "xuhui-caohejing"


def today() -> date:
    """The day of the office."""
    return datetime.now(UTC).astimezone(timezone(timedelta(hours=8))).date()


@pytest.fixture
def grant(terminal: Terminal) -> str:
    return grant_of(terminal, 11)


def licences(terminal: Terminal, grant: str, **asked: str) -> list[dict[str, Any]]:
    body = json.dumps(asked).encode()
    answer = post(terminal, "/v1/e-licences/search", body, Resident_Grant=grant)
    found: list[dict[str, Any]] = answer.json()["licences"]
    return found


def put(terminal: Terminal, path: str, grant: str, value: object) -> requests.Response:
    body = json.dumps(value).encode()
    headers = {
        "Content-Type": "application/json",
        "Idempotency-Key": f'"{path.rpartition("/")[2]}"',
        "Content-Digest": content_digest(body),
        "Resident-Grant": grant,
    }
    return terminal.session.put(f"{terminal.url}{path}", data=body, headers=headers, timeout=20)


def consent(source_id: str, **members: object) -> dict[str, object]:
    return {
        "certificate_source_id": source_id,
        "task_code": "SH-DEMO-S1-01",
        "material_name": "居住证",
        "case_id": new_id(),
        "consent_sha256": "0" * 64,
        **members,
    }


def test_a_resident_has_the_same_licences_in_every_visit(terminal: Terminal, grant: str) -> None:
    found = licences(terminal, grant)
    assert found == licences(terminal, grant_of(terminal, 11))
    assert {"居民身份证", "居住证", "社会保障卡"} <= {each["certificate_name"] for each in found}
    assert all("******" in each["certificate_number"] for each in found)
    assert {each["certificate_source_id"] for each in found}.isdisjoint(
        each["certificate_source_id"] for each in licences(terminal, grant_of(terminal, 12))
    )
    (one,) = licences(terminal, grant, certificate_type_code="D02")
    assert one["certificate_name"] == "居住证"


def test_one_consent_gives_one_file_with_its_watermark(terminal: Terminal, grant: str) -> None:
    source_id = licences(terminal, grant)[1]["certificate_source_id"]
    path, wish = f"/v1/e-licences/grants/{new_id()}", consent(source_id)
    first, again = put(terminal, path, grant, wish), put(terminal, path, grant, wish)
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == first.json() == get(terminal, path).json()
    assert "仅供办理政务服务事项时使用" in first.json()["watermark"]
    file = granted_get(terminal, f"{path}/file", grant).content
    assert hexdigest(file) == first.json()["file_sha256"]
    reused = put(terminal, path, grant, consent(source_id))
    assert reused.json()["type"] == "urn:quanban:problem:id-reuse"


def test_the_resident_sees_who_used_what(terminal: Terminal) -> None:
    grant = grant_of(terminal, 13)
    source_id = licences(terminal, grant)[0]["certificate_source_id"]
    path = f"/v1/e-licences/grants/{new_id()}"
    granted = put(terminal, path, grant, consent(source_id, material_name="身份证")).json()
    (use,) = post(terminal, "/v1/e-licences/uses", b"{}", Resident_Grant=grant).json()["uses"]
    assert (use["grant_no"], use["material_name"]) == (granted["grant_no"], "身份证")


def test_a_licence_of_somebody_else_is_unknown(terminal: Terminal, grant: str) -> None:
    foreign = licences(terminal, grant_of(terminal, 12))[0]["certificate_source_id"]
    path = f"/v1/e-licences/grants/{new_id()}"
    assert put(terminal, path, grant, consent(foreign)).status_code == 404
    own = licences(terminal, grant)[0]["certificate_source_id"]
    put(terminal, path, grant, consent(own))
    other = grant_of(terminal, 12)
    assert granted_get(terminal, f"{path}/file", other).status_code == 404


def test_none_expired_and_foreign_holders_are_played(
    served: Served, terminal: Terminal, grant: str
) -> None:
    with fault(served, "none"):
        assert licences(terminal, grant) == []
    with fault(served, "expired_licence"):
        ends = {each["expires_at"] for each in licences(terminal, grant)}
    assert ends <= {str(today() - timedelta(days=back)) for back in (0, 1, 2)}
    with fault(served, "holder_differs"):
        holders = {each["certificate_holder"] for each in licences(terminal, grant)}
    assert holders.isdisjoint(each["certificate_holder"] for each in licences(terminal, grant))


def test_a_slow_search_answers_late(served: Served, terminal: Terminal, grant: str) -> None:
    with fault(served, "slow", seconds=1.5):
        body = b"{}"
        with pytest.raises(requests.Timeout):
            terminal.session.post(
                f"{terminal.url}/v1/e-licences/search",
                data=body,
                headers={"Content-Type": "application/json", "Resident-Grant": grant},
                timeout=0.5,
            )


def test_a_spoilt_file_has_another_digest(served: Served, terminal: Terminal, grant: str) -> None:
    source_id = licences(terminal, grant)[0]["certificate_source_id"]
    path = f"/v1/e-licences/grants/{new_id()}"
    granted = put(terminal, path, grant, consent(source_id)).json()
    with fault(served, "file_bad_hash"):
        spoilt = granted_get(terminal, f"{path}/file", grant).content
    assert hexdigest(spoilt) != granted["file_sha256"]


def a_day(week: int) -> str:
    """The Monday of a week to come: each test uses up its own."""
    day = today() + timedelta(days=7 * week)
    return (day - timedelta(days=day.weekday())).isoformat()


def slots(terminal: Terminal, week: int, **headers: str) -> requests.Response:
    days = f"from={a_day(week)}&days=2"
    path = f"/v1/appointments/slots?site={SITE}&task_code=SH-DEMO-S1-01&{days}"
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    return terminal.session.get(f"{terminal.url}{path}", headers=sent, timeout=20)


def take(terminal: Terminal, grant: str, slot_id: str, identity: str = "") -> requests.Response:
    wish = {"slot_id": slot_id, "task_code": "SH-DEMO-S1-01"}
    return put(terminal, f"/v1/appointments/{identity or new_id()}", grant, wish)


def test_free_times_are_tagged_and_fewer_after_one_is_taken(terminal: Terminal, grant: str) -> None:
    before = slots(terminal, 3)
    assert slots(terminal, 3, If_None_Match=before.headers["ETag"]).status_code == 304
    assert len(before.json()["slots"]) == 32
    ticket = take(terminal, grant, before.json()["slots"][0]["slot_id"])
    assert ticket.status_code == 201
    after = slots(terminal, 3, If_None_Match=before.headers["ETag"])
    assert after.json()["slots"][0]["left"] == before.json()["slots"][0]["left"] - 1


def test_the_same_id_has_the_same_ticket_until_it_is_given_back(
    terminal: Terminal, grant: str
) -> None:
    identity, slot_id = new_id(), slots(terminal, 4).json()["slots"][1]["slot_id"]
    first, again = (take(terminal, grant, slot_id, identity) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 200)
    path = f"/v1/appointments/{identity}"
    assert get(terminal, path).json() == first.json() == again.json()
    url = f"{terminal.url}{path}"
    assert [terminal.session.delete(url, timeout=20).status_code for _ in range(2)] == [204, 204]
    assert get(terminal, path).status_code == 404
    assert take(terminal, grant, slot_id, identity).status_code == 409


def test_of_many_who_want_the_last_places_three_get_them(terminal: Terminal, grant: str) -> None:
    slot_id = slots(terminal, 5).json()["slots"][2]["slot_id"]
    answers: list[requests.Response] = []

    def want() -> None:
        speaker = Terminal(terminal.url)
        answers.append(take(speaker, grant, slot_id))
        speaker.close()

    people = [threading.Thread(target=want) for _ in range(8)]
    for each in people:
        each.start()
    for each in people:
        each.join()

    assert sorted(each.status_code for each in answers) == [201] * 3 + [409] * 5
    refused = next(each for each in answers if each.status_code == 409).json()
    assert refused["type"] == "urn:quanban:problem:slot-taken"
    assert len(refused["alternatives"]) >= 3
    assert slot_id not in {each["slot_id"] for each in refused["alternatives"]}


def test_places_that_change_meanwhile_do_not_disturb(
    served: Served, terminal: Terminal, grant: str
) -> None:
    slot_id = slots(terminal, 20).json()["slots"][0]["slot_id"]
    for version in range(3):
        lay_pack(served, b"places %d" % version, 60 + version)
        assert take(terminal, grant, slot_id).status_code == 201


def test_a_time_that_is_none_is_unknown(terminal: Terminal, grant: str) -> None:
    for slot_id in ("x", f"{SITE}-20261122-0900", f"{SITE}-2026112-0900", "other-20261123-0900"):
        assert take(terminal, grant, slot_id).status_code == 404


def test_the_faults_of_appointments(served: Served, terminal: Terminal, grant: str) -> None:
    slot_id = slots(terminal, 6).json()["slots"][3]["slot_id"]
    with fault(served, "no_slots"):
        assert slots(terminal, 6).json() == {"slots": []}
    with fault(served, "slot_race"):
        assert take(terminal, grant, slot_id).status_code == 409
    identity = new_id()
    with fault(served, "ticket_lost_answer"):
        assert take(terminal, grant, slot_id, identity).status_code == 503
    found = take(terminal, grant, slot_id, identity)
    assert (found.status_code, found.json()["slot_id"]) == (200, slot_id)


def lay_pack(served: Served, content: bytes, version: int = 1) -> str:
    folder = served.folder / "packs"
    folder.mkdir(exist_ok=True)
    (folder / "demo.json").write_bytes(content)
    line = {"id": "sh-demo", "version": version, "file": "demo.json"}
    fresh = folder / ".packs.json"
    fresh.write_text(json.dumps({"packs": [line]}))
    fresh.replace(folder / "packs.json")
    return hexdigest(content)


def test_a_pack_is_listed_and_fetched_by_its_digest(served: Served, terminal: Terminal) -> None:
    empty = get(terminal, "/v1/catalogue")
    sha256 = lay_pack(served, b"demo pack " * 1000)
    listed = get(terminal, "/v1/catalogue")
    assert listed.json()["packs"][0]["sha256"] == sha256
    assert listed.json()["generation"] == empty.json()["generation"] + 1
    tag = {"If-None-Match": listed.headers["ETag"]}
    asked = terminal.session.get(f"{terminal.url}/v1/catalogue", headers=tag, timeout=20)
    assert (asked.status_code, asked.content) == (304, b"")
    assert hexdigest(get(terminal, f"/v1/packs/{sha256}").content) == sha256
    assert get(terminal, f"/v1/packs/{'0' * 64}").status_code == 404


def test_the_generation_never_goes_back(served: Served, terminal: Terminal) -> None:
    seen: list[int] = []
    for content in (b"one", b"two", b"one"):
        lay_pack(served, content, len(seen) + 2)
        seen.append(get(terminal, "/v1/catalogue").json()["generation"])
    assert seen == sorted(set(seen))


def test_a_heartbeat_tells_the_tag_of_the_list(served: Served, terminal: Terminal) -> None:
    beat = {
        "terminal": TERMINAL,
        "app": "1",
        "boot": 1,
        "up_s": 1,
        "clock": {"state": "free"},
        "outbox": {"sealed": [0, 0], "held": [0, 0], "rejected": [0, 0], "drain_only": False},
        "disk_free_mb": 1,
        "devices": {},
    }
    lay_pack(served, b"told", 200)
    answer = post(terminal, "/v1/heartbeat", json.dumps(beat).encode())
    assert answer.json()["etags"]["catalogue"] == get(terminal, "/v1/catalogue").headers["ETag"]
    (served.folder / "packs" / "packs.json").write_text("{")
    assert (
        post(terminal, "/v1/heartbeat", json.dumps(beat).encode()).json()["etags"]["catalogue"]
        is None
    )
    lay_pack(served, b"told", 200)


def test_a_list_that_cannot_be_read_changes_nothing(served: Served, terminal: Terminal) -> None:
    lay_pack(served, b"good", 50)
    (served.folder / "packs" / "packs.json").write_text("{")
    answer = get(terminal, "/v1/catalogue")
    assert (answer.status_code, answer.json()["type"]) == (503, "urn:quanban:problem:overloaded")
    lay_pack(served, b"good", 50)
    assert get(terminal, "/v1/catalogue").status_code == 200


def test_the_faults_of_the_catalogue(served: Served, terminal: Terminal) -> None:
    sha256 = lay_pack(served, b"pack " * 100, 99)
    listed = get(terminal, "/v1/catalogue")
    with fault(served, "weak_etag"):
        assert get(terminal, "/v1/catalogue").headers["ETag"].startswith("W/")
    with fault(served, "not_modified_without_pack"):
        assert get(terminal, "/v1/catalogue").status_code == 304
    with fault(served, "generation_back"):
        told = get(terminal, "/v1/catalogue").json()
    assert told["generation"] == listed.json()["generation"] - 1
    with fault(served, "item_retired"):
        (pack,) = get(terminal, "/v1/catalogue").json()["packs"]
    assert pack["plan_cancel_date"] < today().isoformat()
    tag = {"If-None-Match": listed.headers["ETag"]}
    with fault(served, "etag_ignored"):
        asked = terminal.session.get(f"{terminal.url}/v1/catalogue", headers=tag, timeout=20)
    assert asked.json() == listed.json()
    for name in ("pack_bad_hash", "pack_cut"):
        with fault(served, name):
            assert hexdigest(get(terminal, f"/v1/packs/{sha256}").content) != sha256
