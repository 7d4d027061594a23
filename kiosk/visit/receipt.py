"""The words on paper: receipt and one-time notice, as blocks and as a list of lines.

Words follow the case's stage alone. While it is `collected` or `received`, 受理 stands
only in the phrases of the word rule, and the title says 尚未受理.
"""

from dataclasses import dataclass
from datetime import datetime

from devices.receipt.api import Align, Block, Line, Pair, Qr, ReceiptLayout, Rule, Space
from kiosk.catalogue.items import Item
from kiosk.visit.materials import Resolved
from kiosk.visit.pages import MaterialWay

HOTLINE = "12345"
_LONG_NUMBER = 18
DEMO = "演示数据，不是办事依据"
_TITLES = {
    "collected": "收件凭条（尚未受理）",
    "received": "收件凭条（尚未受理）",
    "accepted": "办件凭条",
    "concluded": "办结凭条",
    "correction": "补正通知条",
    "not_accepted": "结果通知条",
    "withdrawn": "撤回通知条",
}
_HAPPENED = {
    "received": "材料已送到受理平台，尚未受理。",
    "accepted": "已受理，正在办理。",
    "concluded": "已办好。",
    "correction": "材料还差一些，请补上。",
    "not_accepted": "这次不能受理。",
    "withdrawn": "已撤回。",
}
_NEXT = {
    "collected": "会自动送出，不用再交一次。凭这个编号查进度。",
    "received": "受理平台收到后会再答复，请留好这张凭条。",
    "accepted": "办好后凭这个编号查询结果。",
    "concluded": "请留好这张凭条。",
    "correction": "请凭这个编号到任一办事点补上。",
    "not_accepted": "请按上面的原因准备后再来，或打12345询问。",
    "withdrawn": "需要时可以重新办理。",
}
_DECIDED = frozenset({"accepted", "concluded"})
_WAYS = {
    MaterialWay.EXEMPT: "不用带",
    MaterialWay.PROMISE: "签承诺书代替",
    MaterialWay.SCAN: "请带来扫描",
}


@dataclass(frozen=True, slots=True)
class Slip:
    """What a receipt is made of; the name is masked already.

    Attributes:
        number: project_no from `accepted` on, else collection_no.
        collected_at: wall time of the commit.
        later: names and days of materials that are brought later.
    """

    stage: str
    item: Item
    number: str
    masked_name: str
    collected_at: datetime
    site: str
    demo: bool
    collection_no: str = ""
    reasons: tuple[str, ...] = ()
    later: tuple[tuple[str, int], ...] = ()


def grouped(number: str) -> str:
    """A number in groups of four."""
    return " ".join(number[place : place + 4] for place in range(0, len(number), 4))


def title(stage: str) -> str:
    """What this paper is."""
    return _TITLES[stage]


def layout(slip: Slip) -> ReceiptLayout:
    """The receipt: what it is, the number, what comes next, where to ask, then the rest."""
    blocks: list[Block] = [
        Line(_TITLES[slip.stage], 18, bold=True, align=Align.CENTRE),
        *_demo(on=slip.demo),
        Rule(),
        Line(_happened(slip), 14, bold=True),
        *(Line(f"· {reason}") for reason in slip.reasons),
        Space(3),
        Line(_number_label(slip), align=Align.CENTRE),
        Line(grouped(slip.number), _number_size(slip.number), bold=True, align=Align.CENTRE),
        Qr(slip.number),
        Line(_NEXT[slip.stage]),
        *(Line(f"请在{days}天内补交：{name}") for name, days in slip.later),
        Line(f"有疑问请拨打{HOTLINE}"),
        Rule(),
        *_old_number(slip),
        Pair("姓名", slip.masked_name),
        Pair("事项", slip.item.name),
        Pair("收件时间", f"{slip.collected_at:%Y-%m-%d %H:%M}"),
        Pair("地点", slip.site),
        Space(1),
        *_demo(on=slip.demo),
    ]
    return ReceiptLayout(tuple(blocks))


def _number_size(number: str) -> float:
    """The number stands on one line: 22 characters in groups of four need 12 pt on 72 mm."""
    return 12 if len(number) > _LONG_NUMBER else 14


def notice(
    item: Item, materials: tuple[Resolved, ...], when: datetime, site: str, *, demo: bool
) -> ReceiptLayout:
    """一次性告知单: conditions, papers, fee, time, all at once and before identification."""
    days = "当场办结" if item.promise_days == 0 else f"{item.promise_days}个工作日"
    fee = "不收费" if item.fee_fen == 0 else f"{item.fee_fen / 100:.2f}元"
    blocks: list[Block] = [
        Line("一次性告知单", 16, bold=True, align=Align.CENTRE),
        *_demo(on=demo),
        Line(item.name, 14, bold=True),
        Rule(),
        Line("办理条件", bold=True),
        *(Line(f"· {each}") for each in item.conditions),
        Line("材料", bold=True),
        *(Line(f"· {each.material.name}：{_WAYS[each.way]}") for each in materials),
        Rule(),
        Pair("办理时限", days),
        Pair("费用", fee),
        Pair("结果", item.result_name),
        Pair("打印时间", f"{when:%Y-%m-%d %H:%M}"),
        Pair("地点", site),
        Line(f"有疑问请拨打{HOTLINE}"),
    ]
    return ReceiptLayout(tuple(blocks))


def lines(layout_: ReceiptLayout) -> tuple[str, ...]:
    """The texts of a layout: the same words for screen and speech."""
    return tuple(text for text in (_text(block) for block in layout_.blocks) if text)


def _happened(slip: Slip) -> str:
    return slip.item.offline_text if slip.stage == "collected" else _HAPPENED[slip.stage]


def _number_label(slip: Slip) -> str:
    return "办件编号" if slip.stage in _DECIDED else "收件编号"


def _old_number(slip: Slip) -> list[Block]:
    if slip.collection_no in {"", slip.number}:
        return []
    # small, so that it stays on one line
    return [Line("收件编号"), Line(grouped(slip.collection_no), 11)]


def _demo(*, on: bool) -> list[Block]:
    return [Line(DEMO, 10, align=Align.CENTRE)] if on else []


def _text(block: Block) -> str:
    if isinstance(block, Line):
        return block.text
    if isinstance(block, Pair):
        return f"{block.label}：{block.value}"
    return block.caption if isinstance(block, Qr) else ""
