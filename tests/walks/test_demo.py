"""`kiosk demo`: the whole visit on the real screens, with the real portal."""

from pathlib import Path
from typing import Any

import pytest
import zxingcpp
from PIL import Image
from program import events, kiosk, lines, portal, portal_list

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]
_ENDS = ("sealed", "received", "accepted", "printed")


def _demo(folder: Path, *flags: str) -> tuple[int, str, str]:
    done = kiosk("demo", "--out", str(folder), "--item", "S1", "--json", *flags)
    return done.returncode, done.stdout, done.stderr


def _qr(folder: Path) -> str:
    found = zxingcpp.read_barcodes(Image.open(folder / "receipt.png").convert("L"))
    assert len(found) == 1
    return found[0].text


def _number(said: str) -> str:
    """The number that belongs on the paper: 办件编号 once there is one."""
    accepted = events(said, "accepted")
    return str(
        accepted[0]["project_no"] if accepted else events(said, "sealed")[0]["collection_no"]
    )


@pytest.fixture(scope="module")
def changed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    folder = tmp_path_factory.mktemp("changed")
    code, said, complaints = _demo(folder)
    assert code == 0, said[-800:] + complaints[-800:]
    return folder, said


def test_a_visit_is_sealed_received_accepted_and_printed(changed: tuple[Path, str]) -> None:
    names = [each["event"] for each in lines(changed[1])]
    assert [names.count(name) for name in _ENDS] == [1, 1, 1, 1]
    assert [name for name in names if name in _ENDS[:3]] == list(_ENDS[:3])
    assert all("at" in each for each in lines(changed[1]))


def test_the_portal_holds_the_case_once_with_each_page(changed: tuple[Path, str]) -> None:
    folder, said = changed
    (row,) = portal_list(folder / "portal")
    assert row["id"] == events(said, "sealed")[0]["id"]
    assert row["collection_no"] == events(said, "sealed")[0]["collection_no"]
    pages = {each["ordinal"]: each["sha256"] for each in events(said, "page")}
    assert len(pages) == 2
    assert {each["ordinal"]: each["sha256"] for each in row["documents"]} == pages


def test_the_code_on_the_receipt_is_the_number_on_the_paper(changed: tuple[Path, str]) -> None:
    folder, said = changed
    assert _qr(folder) == _number(said)


def test_every_screen_of_the_visit_was_photographed(changed: tuple[Path, str]) -> None:
    seen = {path.stem.partition("-")[2] for path in changed[0].glob("[0-9][0-9]-*.png")}
    wanted = {"attract", "home", "guide", "notice", "identify", "materials", "question", "scan"}
    assert wanted | {"check", "sign", "done", "cleared"} <= seen


def test_a_whole_visit_logs_no_warning_and_keeps_the_screen_alive(
    changed: tuple[Path, str],
) -> None:
    """QML warnings come as log records; the gap's limit is that of a busy build machine."""
    log = lines((changed[0] / "state" / "logs" / "kiosk.jsonl").read_text(encoding="utf-8"))
    beats = [each["event"] for each in log if "worst gap" in each["event"]]
    assert [each for each in log if each["level"] not in {"info", "debug"}] == []
    assert len(beats) == 1
    assert int(beats[0].split()[-2]) <= 250


def test_nothing_of_the_resident_stays_behind(changed: tuple[Path, str]) -> None:
    """The demo's own people are known by seed: look for them in every file but the portal's."""
    from datetime import UTC, datetime  # noqa: PLC0415 - only here

    from ui.demo.people import draw  # noqa: PLC0415 - only here

    folder, _ = changed
    person = draw(0, datetime.now(UTC).date())
    markers = [each.encode() for each in (person.name, person.number, person.mobile)]
    files = [
        path
        for path in folder.rglob("*")
        if path.is_file() and "portal" not in path.relative_to(folder).parts
    ]
    guilty = {path.name for path in files for marker in markers if marker in path.read_bytes()}
    assert len(files) > 10
    assert guilty == set()


def test_the_marker_search_finds_a_planted_name(changed: tuple[Path, str]) -> None:
    """Negative control: the portal opened the case, so its files do hold the name."""
    from datetime import UTC, datetime  # noqa: PLC0415 - only here

    from ui.demo.people import draw  # noqa: PLC0415 - only here

    name = draw(0, datetime.now(UTC).date()).name.encode()
    opened = [path for path in (changed[0] / "portal").rglob("*.json") if path.is_file()]
    assert any(name in path.read_bytes() for path in opened)


def test_the_promise_way_needs_no_page(tmp_path: Path) -> None:
    code, said, complaints = _demo(tmp_path, "--path", "promise")
    assert code == 0, said[-800:] + complaints[-800:]
    assert events(said, "page") == []
    assert len(events(said, "accepted")) == 1
    assert portal_list(tmp_path / "portal")[0]["documents"] == []


def test_without_a_network_the_case_is_collected_and_arrives_later(tmp_path: Path) -> None:
    code, said, complaints = _demo(tmp_path, "--offline")
    assert code == 0, said[-800:] + complaints[-800:]
    (sealed,) = events(said, "sealed")
    assert events(said, "received") == []
    assert _qr(tmp_path) == sealed["collection_no"]
    assert portal_list(tmp_path / "portal") == []
    with portal(tmp_path / "portal") as url:
        drained = kiosk("demo", "--out", str(tmp_path), "--visits", "0", "--portal", url, "--json")
    assert drained.returncode == 0
    for told in ("received", "accepted", "concluded"):
        assert [each["id"] for each in events(drained.stdout, told)] == [sealed["id"]]
    (row,) = portal_list(tmp_path / "portal")
    assert row["id"] == sealed["id"]


def test_two_visits_are_two_people(tmp_path: Path) -> None:
    code, said, complaints = _demo(tmp_path, "--visits", "2", "--path", "promise", "--seed", "4")
    assert code == 0, said[-800:] + complaints[-800:]
    rows: list[dict[str, Any]] = portal_list(tmp_path / "portal")
    assert len({row["id"] for row in rows}) == 2
    assert len({row["collection_no"] for row in rows}) == 2


def test_a_damaged_store_ends_the_run_with_its_code(tmp_path: Path) -> None:
    store = tmp_path / "state" / "store"
    store.mkdir(parents=True)
    (store / "store.sqlite").write_bytes(b"no database " * 1000)
    code, said, _ = _demo(tmp_path, "--offline")
    assert code == 1
    assert [each["failure"] for each in events(said, "failed")] == ["STORE_FAULT"]
    assert events(said, "sealed") == []
