"""How far a case is, its result, and what became of each print."""

import io
from collections.abc import Iterator

import pikepdf
import pytest
from cases_support import (
    MOBILE,
    Case,
    collect,
    concluded,
    grant_of,
    granted_get,
    pickup_code,
    put_case,
    report_print,
    search,
    until_stage,
)
from faults_support import fault
from portal_support import Served, Terminal, hexdigest

LAST4 = MOBILE[-4:]


@pytest.fixture(scope="module")
def case(served: Served) -> Iterator[Case]:
    speaker = Terminal(served.url, "SH-000009")
    yield concluded(speaker, 1)
    speaker.close()


@pytest.fixture
def grant(terminal: Terminal) -> str:
    return grant_of(terminal, 1)


def test_a_number_with_the_phone_finds_the_case_of_another_terminal(
    terminal: Terminal, case: Case
) -> None:
    answer = search(terminal, collection_no=case.collection_no, mobile_last4=LAST4)
    (found,) = answer.json()["cases"]
    assert (found["stage"], found["task_name"]) == ("concluded", "居住证签注")
    assert [each["event_name"] for each in found["process"]] == ["材料送达", "受理", "办结"]
    assert found["result"]["result_cetr_no"] == found["project_no"]
    by_project = search(terminal, project_no=found["project_no"], mobile_last4=LAST4)
    assert by_project.json()["cases"] == [found]


def test_a_grant_finds_the_residents_own_cases_only(terminal: Terminal, case: Case) -> None:
    own = search(terminal, grant_of(terminal, 1)).json()["cases"]
    assert [each["collection_no"] for each in own] == [case.collection_no]
    assert search(terminal, grant_of(terminal, 2)).json()["cases"] == []
    assert search(terminal).status_code == 403


def test_five_misses_make_a_terminal_wait(served: Served, case: Case) -> None:
    guesser = Terminal(served.url, "SH-000777")
    for digits in range(5):
        answer = search(guesser, collection_no=case.collection_no, mobile_last4=f"{digits:04d}")
        assert answer.json() == {"cases": []}
    refused = search(guesser, collection_no=case.collection_no, mobile_last4=LAST4)
    guesser.close()
    assert (refused.status_code, refused.json()["type"]) == (429, "urn:quanban:problem:rate")
    assert 1 <= int(refused.headers["Retry-After"]) <= 600


@pytest.mark.parametrize(
    "asked",
    [
        {"collection_no": "310115A1B2261121000001"},
        {"mobile_last4": LAST4},
        {
            "collection_no": "310115A1B2261121000001",
            "project_no": "X",
            "mobile_last4": LAST4,
        },
    ],
)
def test_a_question_that_names_no_case_or_two_is_refused(
    terminal: Terminal, asked: dict[str, str]
) -> None:
    assert search(terminal, **asked).status_code == 422


def test_a_correction_tells_every_gap(served: Served, terminal: Terminal) -> None:
    with fault(served, "correction"):
        unfinished = put_case(terminal, 3)
        until_stage(terminal, unfinished, "correction")
    (found,) = search(terminal, grant_of(terminal, 3)).json()["cases"]
    assert found["missing"] == [{"material_name": None, "ordinal": None, "reason": "page-missing"}]
    assert found["special"]["special_type"] == "补正"


def test_a_bundle_shows_its_parts(terminal: Terminal) -> None:
    bundle = put_case(terminal, 4, "SH-DEMO-S5-01")
    until_stage(terminal, bundle, "accepted")
    (found,) = search(terminal, grant_of(terminal, 4)).json()["cases"]
    assert [each["task_name"] for each in found["children"]][:2] == ["出生医学证明", "户口登记"]
    assert len({each["project_no"] for each in found["children"]}) == 5


def test_a_result_is_a_readable_file_for_its_owner_alone(
    terminal: Terminal, case: Case, grant: str
) -> None:
    code = pickup_code(Terminal(terminal.url, "SH-000009"), case)
    told = collect(terminal, grant, code).json()
    path = f"/v1/results/{told['sha256']}"
    file = granted_get(terminal, path, grant).content
    assert (hexdigest(file), len(file)) == (told["sha256"], told["size"])
    with pikepdf.open(io.BytesIO(file)) as document:
        assert len(document.pages) == 1
        assert document.check_pdf_syntax() == []
    other = grant_of(terminal, 2)
    assert granted_get(terminal, path, other).status_code == 404
    assert collect(Terminal(terminal.url, "SH-000778"), grant, code).status_code == 403


def test_a_file_comes_in_ranges_that_fit_together(
    terminal: Terminal, case: Case, grant: str
) -> None:
    told = collect(terminal, grant, pickup_code(Terminal(terminal.url, "SH-000009"), case)).json()
    path, size = f"/v1/results/{told['sha256']}", told["size"]
    head = granted_get(terminal, path, grant, Range="bytes=0-99")
    tail = granted_get(terminal, path, grant, Range="bytes=100-", If_Range=head.headers["ETag"])
    assert (head.status_code, head.headers["Content-Range"]) == (206, f"bytes 0-99/{size}")
    assert hexdigest(head.content + tail.content) == told["sha256"]
    other = granted_get(terminal, path, grant, Range="bytes=100-", If_Range='"other"')
    assert (other.status_code, len(other.content)) == (200, size)
    behind = granted_get(terminal, path, grant, Range=f"bytes={size}-")
    assert (behind.status_code, behind.headers["Content-Range"]) == (416, f"bytes */{size}")


def test_a_reprint_after_a_part_counts_no_copy(terminal: Terminal, case: Case, grant: str) -> None:
    code = pickup_code(Terminal(terminal.url, "SH-000009"), case)
    sha256 = collect(terminal, grant, code).json()["sha256"]
    left = []
    for state in ("PARTIAL", "PRINTED", "PRINTED", "UNKNOWN", "PRINTED"):
        answer = report_print(terminal, sha256, state)
        assert (answer.status_code, answer.json()["stage"]) == (201, "received")
        left.append(collect(terminal, grant, code).json()["copies_left"])
    assert left == [2, 2, 1, 0, 0]


def test_a_wrong_code_is_unknown(terminal: Terminal, grant: str) -> None:
    assert collect(terminal, grant, "ABCD2345").json()["type"] == "urn:quanban:problem:unknown-id"


def test_no_match_finds_nothing(served: Served, terminal: Terminal, case: Case, grant: str) -> None:
    assert case.case_id
    with fault(served, "no_match"):
        assert search(terminal, grant).json() == {"cases": []}


def test_stale_stage_is_behind(served: Served, terminal: Terminal, case: Case, grant: str) -> None:
    assert case.case_id
    with fault(served, "stale_stage"):
        (found,) = search(terminal, grant).json()["cases"]
    assert (found["stage"], found["project_no"], len(found["process"])) == ("received", None, 1)


def test_many_are_two_hundred(served: Served, terminal: Terminal, case: Case, grant: str) -> None:
    assert case.case_id
    with fault(served, "many"):
        assert len(search(terminal, grant).json()["cases"]) == 200


@pytest.mark.parametrize("name", ["result_bad_hash", "result_cut"])
def test_a_spoilt_result_has_another_digest(
    served: Served, terminal: Terminal, case: Case, grant: str, name: str
) -> None:
    told = collect(terminal, grant, pickup_code(Terminal(terminal.url, "SH-000009"), case)).json()
    path = f"/v1/results/{told['sha256']}"
    with fault(served, name):
        assert hexdigest(granted_get(terminal, path, grant).content) != told["sha256"]
    assert hexdigest(granted_get(terminal, path, grant).content) == told["sha256"]
