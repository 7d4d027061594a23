"""The documents tell the truth: failure codes, named modules, linked files."""

import re
from pathlib import Path

import pytest

from devices.errors import TRAITS, FailureCode

_BANNED = ("系统", "异常", "错误", "非法", "失败", "故障")
_ROW = re.compile(r"^\| `([A-Z_]+)` \| (.+) \|$")


def rows(repository: Path) -> dict[str, list[str]]:
    """The table of `docs/failure-codes.md`: code to its cells."""
    text = (repository / "docs" / "failure-codes.md").read_text(encoding="utf-8")
    found = [match for line in text.splitlines() if (match := _ROW.match(line))]
    return {match[1]: [cell.strip() for cell in match[2].split(" | ")] for match in found}


def test_the_table_and_the_enum_hold_the_same_codes(repository: Path) -> None:
    assert list(rows(repository)) == [code.value for code in FailureCode]


def test_the_table_tells_level_retry_and_actor_as_the_program_does(repository: Path) -> None:
    told = {code: cells[:3] for code, cells in rows(repository).items()}
    meant = {
        code.value: [trait.level.value, "yes" if trait.retry else "no", trait.who.value]
        for code, trait in TRAITS.items()
    }
    assert told == meant


def test_resident_words_keep_their_rules(repository: Path) -> None:
    for code, (_, _, _, title, text, technician) in rows(repository).items():
        sentences = [each for each in text.split("。") if each]
        assert len(title) <= 18, code
        assert 1 <= len(sentences) <= 2, code
        assert all(len(each) <= 30 for each in sentences), code
        assert not any(word in title + text for word in _BANNED), code
        assert technician, code


@pytest.mark.parametrize(
    "name", ["README.md", "README.zh-CN.md", "CONTRIBUTING.md", "docs/walks.md", "docs/state.md"]
)
def test_linked_files_exist(repository: Path, name: str) -> None:
    page = repository / name
    links = re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8"))
    missing = [link for link in links if not (page.parent / link).exists()]
    assert missing == []


def test_modules_named_in_the_walks_exist(repository: Path) -> None:
    text = "".join(
        (repository / "docs" / name).read_text(encoding="utf-8")
        for name in ("walks.md", "architecture.md")
    )
    named = set(re.findall(r"`((?:kiosk|ui|devices|offline_cache|portal)/[\w/*.-]+)`", text))
    missing = [name for name in named if "*" not in name and not (repository / name).exists()]
    missing.remove("kiosk/updates")  # announced as not built yet, in that sentence
    assert len(named) > 15
    assert missing == []


def test_the_changelog_knows_the_version(repository: Path) -> None:
    from kiosk import __version__  # noqa: PLC0415 - only here

    assert f"## {__version__} " in (repository / "docs" / "changelog.md").read_text()


def test_every_decision_has_context_decision_and_consequences(repository: Path) -> None:
    pages = sorted((repository / "docs" / "adr").glob("0*.md"))
    assert len(pages) >= 5
    for page in pages:
        text = page.read_text(encoding="utf-8")
        assert all(f"**{part}.**" in text for part in ("Context", "Decision", "Consequences")), page


def test_every_figure_of_the_state_names_what_measures_it(repository: Path) -> None:
    text = (repository / "docs" / "state.md").read_text(encoding="utf-8")
    rows_ = [line for line in text.splitlines() if line.startswith("| ") and "---" not in line]
    named = set(re.findall(r"`(tests/[\w/.-]+)", text))
    assert len(rows_) > 15
    assert len(named) > 8
    assert [name for name in named if not (repository / name).exists()] == []
