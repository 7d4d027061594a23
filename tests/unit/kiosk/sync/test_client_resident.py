import pytest
from answering import came, told
from canned_portal import answer
from client_samples import CASE_FOUND, GRANT, ID, SAMPLES, SEALED, SHA

from kiosk.sync.outcomes import Answered, Garbled, Refused
from kiosk.sync.outcomes_resident import CaseSearch, Collect, IdentityCheck, IdentityMethod
from offline_cache.records import Stage


@pytest.mark.parametrize(
    ("outcome", "grant", "believed"),
    [
        ("confirmed", GRANT, True),
        ("confirmed", None, False),
        ("not_confirmed", None, True),
        ("not_confirmed", GRANT, False),
        ("more", None, True),
        ("perhaps", None, False),
    ],
)
def test_a_grant_comes_with_a_confirmed_person_and_with_nobody_else(
    outcome: str, grant: str | None, *, believed: bool
) -> None:
    came_to = told("checkIdentity", outcome=outcome, grant=grant)
    assert isinstance(came_to, Answered if believed else Garbled), came_to


@pytest.mark.parametrize(
    ("changes", "believed"),
    [
        ({}, True),
        ({"stage": "accepted", "accept_date": None}, False),
        ({"stage": "accepted", "project_no": None}, False),
        ({"stage": "received"}, False),
        ({"stage": "received", "project_no": None, "accept_date": None}, True),
        ({"stage": "collected"}, False),
        ({"apply_date": "2026-11-22T01:02:03+08:00"}, True),
        ({"apply_date": "yesterday"}, False),
        ({"special": None, "result": None}, True),
    ],
)
def test_a_case_is_shown_only_in_a_stage_that_its_members_bear_out(
    changes: dict[str, object], *, believed: bool
) -> None:
    came_to = told("searchCases", cases=[{**CASE_FOUND, **changes}])
    assert isinstance(came_to, Answered if believed else Garbled), came_to


def test_a_found_case_has_its_steps_its_parts_and_what_is_missing() -> None:
    came_to = told("searchCases")
    assert isinstance(came_to, Answered)
    (case,) = came_to.value
    assert case.stage is Stage.ACCEPTED
    assert case.process[0].event_name == "受理"
    assert case.children[0].stage is Stage.RECEIVED
    assert case.missing[0].reason == "page-missing"
    assert case.special is not None


def test_nothing_found_is_an_answer_and_two_hundred_cases_are_one_too() -> None:
    nothing, many = told("searchCases", cases=[]), told("searchCases", cases=[CASE_FOUND] * 200)
    assert nothing == Answered(())
    assert isinstance(many, Answered)
    assert len(many.value) == 200


def test_a_search_under_a_grant_sends_no_number_and_the_grant_in_its_header_alone() -> None:
    given = answer(b'{"cases": []}')
    _, seen = came(lambda client: client.search_cases(CaseSearch(), GRANT), given)
    assert seen.body == b"{}"
    assert seen.headers["resident-grant"] == GRANT
    assert GRANT not in seen.path


def test_an_expired_grant_is_told_by_its_name() -> None:
    body = b'{"type": "urn:quanban:problem:grant-expired", "title": "t", "status": 403}'
    given = answer(body, status=403, media_type="application/problem+json")
    outcome, _ = came(SAMPLES["collectResult"].call, given)
    assert isinstance(outcome, Refused)
    assert outcome.name == "grant-expired"


def test_all_grants_of_a_terminal_are_revoked_by_an_explicit_null() -> None:
    outcome, seen = came(SAMPLES["revokeGrants"].call, answer(status=204, media_type=""))
    assert outcome == Answered(None)
    assert seen.body == b'{"visit": null}'


def test_a_result_needs_the_digest_of_its_file() -> None:
    assert isinstance(told("collectResult", sha256="0"), Garbled)
    assert isinstance(told("collectResult", copies_left=-1), Garbled)
    assert isinstance(told("collectResult", copies_left=0), Answered)


def test_what_names_people_has_no_place_in_a_log() -> None:
    check = IdentityCheck(ID, IdentityMethod.SUISHENMA, SEALED)
    person, case, licence = told("checkIdentity"), told("searchCases"), told("searchLicences")
    shown = repr([check, Collect("A1B2C3"), CaseSearch(mobile_last4="9876"), person])
    shown += repr([case, licence, told("searchLicenceUses"), told("putLicenceGrant"), SEALED])
    for secret in (SEALED.dek, SEALED.payload, "A1B2C3", "9876", GRANT, SHA, "张*三", "居民身份证"):
        assert secret not in shown
