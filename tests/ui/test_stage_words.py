"""No text on the result's page says more than the case's stage allows."""

import re
from collections.abc import Iterable
from dataclasses import replace

import pytest
from english_pack import english
from gallery import gallery
from screen_support import PORTRAIT, Glass, items, present, tap

_DONE = ("已办好", "办好了", "办理成功", "办结")
_ACCEPTED = ("已受理", "受理成功", "受理完成")
_ALLOWED = re.compile("尚未受理|受理平台|受理时起|受理后|不能受理|不予受理")
_DONE_EN = r"\b(done|finished|completed?|concluded|success\w*|approved)\b"
_ACCEPTED_EN = r"\baccept(ed|s)?\b"
_ALLOWED_EN = re.compile(
    r"not (yet )?accepted|once (it is )?accepted|when (it is )?accepted", re.IGNORECASE
)

STATES = {
    "done_collected": "collected",
    "done_received": "received",
    "done_accepted": "accepted",
    "done_concluded": "concluded",
    "done_correction": "correction",
    "done_not_accepted": "not_accepted",
    "done_paper_doubt": "received",
    "done_paper_out": "received",
    "submit_sealing": "collected",
    "submit_sealed": "collected",
}
_EARLY = ("collected", "received")


def _too_much(texts: Iterable[str], stage: str) -> list[str]:
    """Give the Chinese texts with words of a later stage."""
    later = () if stage == "concluded" else _DONE
    claims = later if stage in {"accepted", "concluded"} else later + _ACCEPTED
    return [
        text
        for text in texts
        if any(claim in text for claim in claims)
        or (stage in _EARLY and "受理" in _ALLOWED.sub("", text))
    ]


def _too_much_english(texts: Iterable[str], stage: str) -> list[str]:
    """Give the English texts with words of a later stage."""
    claims = [] if stage == "concluded" else [_DONE_EN]
    claims += [] if stage in {"accepted", "concluded"} else [_ACCEPTED_EN]
    return [
        text
        for text in texts
        if any(re.search(claim, _ALLOWED_EN.sub("", text), flags=re.IGNORECASE) for claim in claims)
    ]


def _texts(glass: Glass) -> list[str]:
    """Everything that is written on all pages of what is shown."""
    found = []
    for _ in range(12):
        found += [
            str(item.property("text"))
            for item in items(glass.window.contentItem())
            if item.inherits("QQuickText")
        ]
        try:
            tap(glass, "page_next")
        except LookupError:
            return found
    raise AssertionError("the pages never end")


def _said(glass: Glass, state: str, language: str) -> list[str]:
    glass.shell._stage.catalogue_text = english
    glass.show(gallery()[state])
    present(glass, PORTRAIT, large=False, language=language)
    return _texts(glass)


@pytest.mark.parametrize("state", STATES)
def test_no_text_of_a_stage_belongs_to_a_later_one(glass: Glass, state: str) -> None:
    texts = _said(glass, state, "zh_CN")

    assert len(texts) > 5
    assert _too_much(texts, STATES[state]) == []


@pytest.mark.parametrize("state", STATES)
def test_no_english_text_of_a_stage_belongs_to_a_later_one(glass: Glass, state: str) -> None:
    texts = _said(glass, state, "en")

    assert len(texts) > 5
    assert _too_much_english(texts, STATES[state]) == []


@pytest.mark.parametrize("state", ["done_accepted", "done_concluded"])
def test_the_words_of_a_late_stage_are_found_on_an_early_one(glass: Glass, state: str) -> None:
    chinese = _said(glass, state, "zh_CN")
    translated = _said(glass, state, "en")

    assert _too_much(chinese, "received") != []
    assert _too_much_english(translated, "received") != []


@pytest.mark.parametrize(
    ("planted", "stage"),
    [
        ("办好了，离开", "received"),
        ("材料已受理", "collected"),
        ("受理完成", "correction"),
        ("受理", "received"),
        ("已办好", "accepted"),
    ],
)
def test_a_planted_claim_is_found(planted: str, stage: str) -> None:
    assert _too_much(["材料已送到受理平台，尚未受理", planted], stage) == [planted]


@pytest.mark.parametrize(
    ("planted", "stage"),
    [("Done, leave", "received"), ("Accepted", "collected"), ("Completed", "accepted")],
)
def test_a_planted_english_claim_is_found(planted: str, stage: str) -> None:
    honest = "Handed to the platform, not yet accepted"

    assert _too_much_english([honest, planted], stage)[-1:] == [planted]


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("home", "网络断了，照样可以办"),
        ("question_choice", "网络断了，可以继续填"),
        ("submit_sealed", "网络断了，材料会存在本机"),
        ("elsewhere_online_only", "网络断了"),
        ("done_collected", None),
        ("cleared", None),
    ],
)
def test_the_offline_bar_promises_what_the_page_can_keep(
    glass: Glass, state: str, words: str | None
) -> None:
    glass.show(replace(gallery()[state], online=False))

    said = [text for text in _texts(glass) if text.startswith("网络断了")]

    assert said == ([] if words is None else [words])


def test_a_paper_that_is_needed_now_cannot_be_put_off(glass: Glass) -> None:
    glass.show(gallery()["scan_live_needed"])
    needed = _texts(glass)
    glass.show(gallery()["scan_live"])

    assert "先不扫，以后再补交" not in needed
    assert "先不扫，以后再补交" in _texts(glass)
