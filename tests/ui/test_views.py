"""What the views make of the models: translated, grouped, split; and what they never do."""

from dataclasses import replace

import pytest
from english_pack import english
from gallery import PROMISE, gallery
from PySide6.QtGui import QGuiApplication
from PySide6.QtQml import QQmlEngine

from kiosk.visit.pages import DetailPart, HomeModel, QuestionKind, QuestionModel
from kiosk.visit.screens import Screen, View
from ui.views.pictures import Pictures
from ui.views.rows import grouped, pad_for, points_of, sentences_of, shown_value, text_after
from ui.views.shell import Shell
from ui.views.stage import Stage

TEL = QuestionModel("contact_mobile", QuestionKind.TEL, "手机号码", "")


def test_a_number_stands_in_groups_of_four() -> None:
    assert grouped("310115A1B2261121000423") == "3101 15A1 B226 1121 0004 23"
    assert grouped("") == ""


@pytest.mark.parametrize(
    ("typed", "shown"),
    [("", ""), ("138", "138"), ("1380", "138 0"), ("13800005678", "138 0000 5678")],
)
def test_a_telephone_number_is_shown_in_its_groups(typed: str, shown: str) -> None:
    assert shown_value(replace(TEL, value=typed)) == shown


def test_a_key_adds_to_the_whole_text_and_a_telephone_number_ends_at_eleven() -> None:
    assert text_after(replace(TEL, value="138"), "0") == "1380"
    assert text_after(replace(TEL, value="13800005678"), "9") == "13800005678"


def test_a_key_of_an_address_goes_to_the_active_part_only() -> None:
    detail = replace(
        TEL,
        kind=QuestionKind.DETAIL,
        parts=(
            DetailPart("lane", "12", optional=True),
            DetailPart("number", "3", optional=False),
        ),
        active_part="number",
    )

    assert text_after(detail, "4") == "34"


def test_each_kind_of_question_has_its_pad() -> None:
    assert pad_for(TEL) == "digits"
    assert pad_for(replace(TEL, kind=QuestionKind.TEXT)) == "letters"
    assert pad_for(replace(TEL, kind=QuestionKind.TEXT, key="delegate_id_number")) == "id"


def test_a_promise_is_split_into_sentences_and_nothing_is_lost() -> None:
    sentences = sentences_of(PROMISE, Stage())

    assert len(sentences) == 4
    assert "".join(str(each) for each in sentences) == "".join(PROMISE)


def test_points_that_are_none_are_left_out() -> None:
    assert points_of([{"x": 0.5, "y": 1}, {"x": 1}, "nonsense"]) == [(0.5, 1.0)]


def test_pack_texts_are_given_in_the_language_that_holds(qapp: QGuiApplication) -> None:
    assert qapp is not None
    shell = Shell()
    shell._stage.catalogue_text = english
    shell.show(gallery()["home"])

    shell.toggleLanguage()
    names = [row["name"] for row in shell.homePage.items if isinstance(row, dict)]
    shell.toggleLanguage()

    assert names[0] == "Residence permit renewal"
    assert shell.language == "zh_CN"


def test_a_list_is_announced_only_when_it_differs(qapp: QGuiApplication) -> None:
    assert qapp is not None
    shell = Shell()
    heard: list[str] = []
    shell.homePage.listed.connect(lambda: heard.append("listed"))
    view = gallery()["home"]

    shell.show(view)
    shell.show(replace(view, online=False))
    shell.show(replace(view, model=HomeModel(items=())))

    assert heard == ["listed", "listed"]


def test_a_picture_that_is_none_leaves_a_transparent_point() -> None:
    pictures = Pictures()
    pictures.put("scan", 1, b"no picture at all")

    assert pictures.get("scan").size().width() == 1
    assert pictures.get("qr").pixelColor(0, 0).alpha() == 0


def test_the_code_follows_the_number_when_the_case_is_accepted(qapp: QGuiApplication) -> None:
    assert qapp is not None
    shell = Shell()
    shell.show(gallery()["done_received"])
    collected = shell._pages.pictures.get("qr").copy()

    shell.show(gallery()["done_accepted"])

    assert shell._pages.pictures.get("qr") != collected


def test_the_engine_gets_the_one_shell_that_was_made(qapp: QGuiApplication) -> None:
    assert qapp is not None
    shell = Shell()
    engine = QQmlEngine()

    assert Shell.create(engine) is shell

    shell.show(View(Screen.CLEARED, None))
    engine.deleteLater()
