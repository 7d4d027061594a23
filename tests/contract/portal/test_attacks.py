"""What a broken or hostile terminal sends: a typed problem or a correction, and nobody waits."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa
from asgi_support import Answer, Call
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from portal_engines import Postgres, postgres_server
from portal_inside import Inside, inside
from portal_support import demo_payload, new_id, seal
from services_support import PERSON, check_body

from portal.tables.intake import tasks

MINE = b"SH-000001"


@pytest.fixture(scope="module")
def portal() -> Iterator[Inside]:
    with inside() as running:
        yield running


@pytest.fixture(scope="module")
def postgres() -> Iterator[Postgres]:
    with postgres_server(durable=False) as server:
        yield server


def stage_of(portal: Inside, payload: Any) -> dict[str, Any]:
    """What becomes of a submission with this inside; it must be settled at the first look."""
    sealed = seal(portal.key(), {1: b"page"}, payload=payload, documents=[])
    assert portal.put(f"/v1/submissions/{sealed.id}", sealed.id, sealed.body).status == 201
    while portal.portal.office.advance() == 0.0:
        pass
    told = portal.get(f"/v1/submissions/{sealed.id}")
    assert told.status == 200
    with portal.portal.store.transaction() as connection:
        waiting = connection.execute(sa.select(tasks)).all()
        connection.execute(tasks.delete())
    ack: dict[str, Any] = told.json()
    assert ack["stage"] != "received", waiting
    return ack


def with_material(**members: Any) -> dict[str, Any]:
    material = {"material_name": "材料", "get_type": 3, "ordinals": [1], **members}
    return demo_payload({}) | {"materials": [material]}


def nested(depth: int) -> Any:
    value: Any = []
    for _ in range(depth):
        value = [value]
    return value


@pytest.mark.parametrize(
    "payload",
    [
        with_material(material_name="\ud800"),
        with_material(sha256=5),
        with_material(sha256={"a": 1}),
        with_material(ordinals={"a": 1}),
        with_material(material_name=["a"], get_type="3"),
        demo_payload({}) | {"answers": float("inf")},
        demo_payload({}) | {"answers": nested(900)},
        demo_payload({}) | {"signature": {"data": "²"}},
        demo_payload({}) | {"materials": [5, None, {}]},
    ],
)
def test_whatever_is_inside_a_submission_its_case_is_settled(
    portal: Inside, payload: dict[str, Any]
) -> None:
    assert stage_of(portal, payload)["stage"] in {"correction", "accepted"}


def test_a_payload_that_names_a_million_pages_is_answered_within_the_limit(portal: Inside) -> None:
    ack = stage_of(portal, with_material(material_name="材" * 5000, ordinals=list(range(50_000))))
    assert len(ack["result"]["reasons"]) == 1000
    assert len(json.dumps(ack, ensure_ascii=False).encode()) < 1024 * 1024


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner),
    max_leaves=8,
)


@settings(max_examples=60, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(
    name=st.sampled_from([*demo_payload({}), "contact_mobile"]), value=JSON, inside_=st.booleans()
)
def test_any_value_anywhere_in_a_payload_settles_its_case(
    portal: Inside,
    name: str,
    value: Any,
    inside_: bool,  # noqa: FBT001 - drawn
) -> None:
    payload = with_material(**{name: value, "sha256": value, "ordinals": value})
    stage_of(portal, payload if inside_ else payload | {name: value})


def ask(portal: Inside, method: str, path: str, **headers: str) -> Answer:
    named = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return portal.call(Call(method, path, [(b"terminal-id", MINE), *named]))


def test_numbers_of_any_length_in_headers_and_queries_are_refused(portal: Inside) -> None:
    digits = "9" * 5000
    asked = [
        ask(portal, "POST", "/v1/uploads", tus_resumable="1.0.0", upload_length=digits),
        ask(
            portal,
            *("PATCH", f"/v1/uploads/{'0' * 32}"),
            tus_resumable="1.0.0",
            content_type="application/offset+octet-stream",
            upload_offset=digits,
        ),
        ask(portal, "GET", "/v1/catalogue", content_length=digits),
    ]
    assert [answer.status for answer in asked] == [400, 400, 200]
    slots = "/v1/appointments/slots?site=xuhui-caohejing&task_code=A&days=31&from="
    assert ask(portal, "GET", f"{slots}9999-12-31").json() == {"slots": []}
    assert ask(portal, "GET", f"{slots}0001-01-01").json() == {"slots": []}


def beat(**members: Any) -> dict[str, Any]:
    told: dict[str, Any] = {"terminal": "SH-000001", "app": "1", "boot": 1, "up_s": 2, "outbox": {}}
    told |= {"clock": {"state": "free"}, "devices": {}, "disk_free_mb": 1}
    return told | members


HUGE: list[dict[str, Any]] = [
    {"boot": 10**30},
    {"up_s": 10**12},
    {"disk_free_mb": 10**400},
    {"counters": {"a": 10**30}},
    {"outbox": {"sealed": [10**30, 1]}},
    {"clock": {"state": "free", "offset_s": float("inf")}},
]


@pytest.mark.parametrize("members", HUGE)
def test_numbers_that_no_column_holds_are_refused(portal: Inside, members: dict[str, Any]) -> None:
    body = json.dumps(beat(**members)).replace("Infinity", "1e999").encode()
    assert portal.post("/v1/heartbeat", body).status == 422


def checked(portal: Inside, **members: str) -> dict[str, Any]:
    """What the portal says of an invented person."""
    visit = new_id()
    body = check_body(portal.key(), visit, value={**PERSON, **members})
    told: dict[str, Any] = portal.post("/v1/identity/checks", body).json()
    return told


@pytest.mark.slow
def test_what_postgresql_cannot_keep_is_refused_or_kept_otherwise(postgres: Postgres) -> None:
    with inside(postgres.database()) as portal:
        assert checked(portal, applyer_page_type="1\x00")["outcome"] == "more"
        assert portal.post("/v1/heartbeat", beat(app="\x00")).status == 200
        grant, identity = checked(portal)["grant"], new_id()
        found = portal.post("/v1/e-licences/search", {}, {"resident-grant": grant}).json()
        wish = {"certificate_source_id": found["licences"][0]["certificate_source_id"]}
        wish |= {"task_code": "A", "material_name": "a\x00", "case_id": identity}
        wish |= {"consent_sha256": "0" * 64}
        path = f"/v1/e-licences/grants/{identity}"
        assert portal.put(path, identity, wish, resident_grant=grant).status == 422


@pytest.mark.slow
@pytest.mark.expects_log
def test_a_database_that_is_away_is_told_as_busy_and_comes_back(postgres: Postgres) -> None:
    database = postgres.database()
    name = database.partition("@/")[2].partition("?")[0]
    with (
        inside(database) as portal,
        psycopg.connect(postgres.address("postgres"), autocommit=True) as admin,
    ):
        path = f"/v1/submissions/{new_id()}"
        assert portal.get(path).status == 404
        admin.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (name,)
        )
        away = portal.get(path)
        assert (away.status, away.headers["retry-after"]) == (503, "5")
        assert away.json()["type"] == "urn:quanban:problem:overloaded"
        admin.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
        assert portal.get(path).status == 404


def test_a_failed_statement_does_not_name_its_values(portal: Inside) -> None:
    value = "演示秘密"
    with portal.portal.store.transaction() as connection, pytest.raises(sa.exc.DBAPIError) as told:
        connection.execute(sa.text("SELECT * FROM nothing WHERE name = :name"), {"name": value})
    assert value not in str(told.value)


def test_a_time_that_is_over_is_not_given_away(portal: Inside) -> None:
    slots = "/v1/appointments/slots?site=xuhui-caohejing&task_code=A&days=3&from=2026-11-22"
    slot = ask(portal, "GET", slots).json()["slots"][0]["slot_id"]
    portal.move(timedelta(days=3).total_seconds())
    wish, grant = {"slot_id": slot, "task_code": "A"}, checked(portal)["grant"]
    identity = new_id()
    path = f"/v1/appointments/{identity}"
    answer = portal.put(path, identity, wish, resident_grant=grant)
    assert (answer.status, len(answer.json()["alternatives"])) == (409, 6)


def test_a_grant_of_another_terminal_counts_for_nothing(portal: Inside) -> None:
    right = {"resident-grant": checked(portal)["grant"]}
    mine = portal.post("/v1/cases/search", {}, right)
    stolen = portal.post("/v1/cases/search", {}, {**right, "terminal-id": "SH-000002"})
    assert (mine.status, stolen.status) == (200, 403)
    assert stolen.json()["type"] == "urn:quanban:problem:grant-expired"


def test_a_path_with_a_slash_too_many_is_not_redirected(portal: Inside) -> None:
    assert ask(portal, "GET", "/v1/keys/").status == 404
