"""The words on paper at each stage: what must stand there, and what never may."""

import dataclasses
from datetime import datetime

import pytest

from devices.receipt.api import Qr
from kiosk.catalogue.items import Item
from kiosk.catalogue.pack import built_in
from kiosk.catalogue.wording import banned, overclaims
from kiosk.visit import receipt
from kiosk.visit.materials import resolve
from offline_cache.clock import CHINA_TIME
from offline_cache.records import Stage

NUMBER = "310115A1B2261121000423"
WHEN = datetime(2026, 11, 22, 10, 30, tzinfo=CHINA_TIME)


def slip(stage: str, item: Item | None = None) -> receipt.Slip:
    return receipt.Slip(
        stage=stage,
        item=item or built_in().items()[0],
        number=NUMBER,
        masked_name="马*标",
        collected_at=WHEN,
        site="徐汇区漕河泾社区",
        demo=True,
        collection_no=NUMBER,
        reasons=("居住证",) if stage in {"correction", "not_accepted"} else (),
        later=(("房屋租赁合同备案或居住登记凭证", 10),),
    )


@pytest.mark.parametrize("stage", list(Stage))
@pytest.mark.parametrize("item", built_in().items(), ids=lambda item: item.id)
def test_every_paper_keeps_the_word_rule(stage: Stage, item: Item) -> None:
    lines = receipt.lines(receipt.layout(slip(stage.value, item)))

    assert [overclaims(line, stage.value) for line in lines if overclaims(line, stage.value)] == []
    assert [line for line in lines if banned(line)] == []


@pytest.mark.parametrize("stage", list(Stage))
def test_every_paper_says_who_what_where_when_and_whom_to_ask(stage: Stage) -> None:
    layout = receipt.layout(slip(stage.value))
    text = "\n".join(receipt.lines(layout))

    for needed in (
        "马*标",
        "居住证签注",
        "徐汇区漕河泾社区",
        "2026-11-22 10:30",
        "12345",
        "演示数据",
        "3101 15A1 B226 1121 0004 23",
        "请在10天内补交",
    ):
        assert needed in text
    assert [block.data for block in layout.blocks if isinstance(block, Qr)] == [NUMBER]


@pytest.mark.parametrize("stage", ["collected", "received"])
def test_what_is_only_taken_in_says_so_in_its_title(stage: str) -> None:
    assert receipt.lines(receipt.layout(slip(stage)))[0] == "收件凭条（尚未受理）"


def test_a_later_number_is_printed_beside_the_first_one() -> None:
    with_project = dataclasses.replace(slip("concluded"), number="SH26112200000001")
    text = "\n".join(receipt.lines(receipt.layout(with_project)))

    assert "办件编号\nSH26 1122 0000 0001" in text
    assert "收件编号\n3101 15A1 B226 1121 0004 23" in text


@pytest.mark.parametrize("stage", ["collected", "received"])
@pytest.mark.parametrize(
    "planted", ["受理成功", "您的申请已受理", "受理完成", "办理成功", "受理编号1"]
)
def test_a_planted_claim_is_caught(stage: str, planted: str) -> None:
    assert overclaims(f"材料已收下，{planted}。", stage)


@pytest.mark.parametrize(
    "allowed", ["材料已收下，尚未受理", "已送到受理平台", "自受理时起生效", "受理后通知您"]
)
def test_the_four_phrases_of_the_rule_are_allowed(allowed: str) -> None:
    assert overclaims(allowed, "collected") == ()


def test_after_acceptance_the_word_may_stand() -> None:
    assert overclaims("已受理", "accepted") == ()


@pytest.mark.parametrize("item", built_in().items(), ids=lambda item: item.id)
def test_the_notice_lists_everything_at_once(item: Item) -> None:
    materials = resolve(item, {}, {})
    layout = receipt.notice(item, materials, WHEN, "演示地点", demo=True)
    text = "\n".join(receipt.lines(layout))

    wanted = [*item.conditions, *(each.material.name for each in materials), item.result_name]
    assert [each for each in wanted if each not in text] == []
    assert "演示数据" in text
    assert not banned(text)
    assert not overclaims(text, "collected")
