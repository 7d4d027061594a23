"""The words on the screens: complete, polite, short, in both languages."""

import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from gallery import gallery
from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QGuiApplication
from PySide6.QtQml import QQmlComponent
from screen_support import QML, Glass, find, present

from devices.errors import FailureCode
from ui.fonts import missing_glyphs

BANNED = ("系统", "异常", "错误", "非法", "失败", "故障")
ASKING = """
import QtQuick
import Kiosk
QtObject {
    function pair(code: string, device: string): list<string> {
        return [FailureWords.title(code, device), FailureWords.advice(code, device)];
    }
}
"""


def _pair(glass: Glass, code: str, device: str) -> list[str]:
    component = QQmlComponent(glass.engine)
    component.setData(ASKING.encode(), "file:///asking.qml")
    thing = component.create()
    assert thing is not None, component.errorString()
    pair: list[str] = thing.pair(code, device)  # type: ignore[attr-defined] # a function of QML
    thing.deleteLater()
    return list(pair)


def _sources(repository: Path) -> dict[str, str]:
    tree = ET.parse(repository / "ui/translations/kiosk_en.ts")  # noqa: S314 - our own file
    return {
        message.findtext("source", ""): "".join(message.find("translation").itertext()).strip()  # type: ignore[union-attr] # each message has one
        for message in tree.iter("message")
    }


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_every_failure_has_words_of_its_own(glass: Glass, language: str) -> None:
    glass.shell._present(language, 0)
    unknown = _pair(glass, "NO_SUCH_CODE", "")

    pairs = {code: _pair(glass, code.value, "camera") for code in FailureCode}

    assert [code for code, pair in pairs.items() if pair == unknown or "" in pair] == []
    assert [
        code
        for code, pair in pairs.items()
        if language == "en" and re.search("[\u4e00-\u9fff]", "".join(pair))
    ] == []


def test_failures_keep_the_lengths_of_the_copy_rules(glass: Glass) -> None:
    faults = []
    for code in FailureCode:
        title, advice = _pair(glass, code.value, "receipt")
        sentences = [part for part in advice.split("。") if part]
        if len(title) > 18 or len(sentences) > 2 or max(map(len, sentences)) > 30:
            faults.append((code, title, advice))

    assert faults == []


def test_no_screen_text_uses_a_banned_word(repository: Path) -> None:
    used = [source for source in _sources(repository) for word in BANNED if word in source]

    assert used == []


def test_acceptance_is_never_claimed_for_what_is_only_collected(glass: Glass) -> None:
    for state in ("done_collected", "done_received", "submit_sealed"):
        glass.show(gallery()[state])
        title = str(find(glass, "title").property("text"))
        for claim in ("受理成功", "已受理", "受理完成", "办理成功"):
            assert claim not in title


def test_no_translation_is_unfinished(repository: Path) -> None:
    text = (repository / "ui/translations/kiosk_en.ts").read_text(encoding="utf-8")

    assert 'type="unfinished"' not in text
    assert 'type="vanished"' not in text
    assert [source for source, english in _sources(repository).items() if not english] == []


def test_lupdate_finds_nothing_new(repository: Path, tmp_path: Path) -> None:
    committed = repository / "ui/translations/kiosk_en.ts"
    copy = tmp_path / "kiosk_en.ts"
    copy.write_bytes(committed.read_bytes())
    files = sorted(str(path) for path in QML.rglob("*.qml"))
    tool = str(Path(sys.executable).parent / "pyside6-lupdate")

    subprocess.run(
        [
            *(tool, *files, "-no-obsolete", "-locations", "none", "-source-language", "zh_CN"),
            *("-target-language", "en", "-silent", "-ts", str(copy)),
        ],
        check=True,
        capture_output=True,
    )

    assert _messages(copy) == _messages(committed)


def _messages(path: Path) -> set[tuple[str, str]]:
    return {
        (context.findtext("name", ""), message.findtext("source", ""))
        for context in ET.parse(path).iter("context")  # noqa: S314 - our own file
        for message in context.iter("message")
    }


def test_switching_language_and_back_changes_the_texts_that_are_shown(glass: Glass) -> None:
    glass.show(gallery()["home"])
    chinese = str(find(glass, "title").property("text"))

    present(glass, (1080, 1920), large=False, language="en")
    english = str(find(glass, "title").property("text"))
    present(glass, (1080, 1920), large=False, language="zh_CN")

    assert (chinese, english) == ("您想办什么？", "What do you need?")
    assert str(find(glass, "title").property("text")) == chinese


def test_the_fonts_have_every_character_of_the_screens(
    qapp: QGuiApplication, repository: Path
) -> None:
    assert isinstance(qapp, QCoreApplication)
    texts = [text for pair in _sources(repository).items() for text in pair]

    assert missing_glyphs(texts) == ()
    assert missing_glyphs(["\U000e0100"]) == ("\U000e0100",)


def test_a_rare_character_of_a_name_is_covered(qapp: QGuiApplication) -> None:
    assert isinstance(qapp, QCoreApplication)
    assert missing_glyphs(["王𠮷", "㐀龘镕玥"]) == ()
