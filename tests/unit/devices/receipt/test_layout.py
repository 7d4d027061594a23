import json
from datetime import UTC, datetime

import pytest

from devices.errors import DeviceError, FailureCode
from devices.receipt.api import Align, Line, Pair, Qr, ReceiptLayout, Rule, Space
from devices.receipt.layout import layout_from_json, layout_from_text, with_reprint_head


def document(*blocks: object) -> str:
    return json.dumps({"blocks": blocks})


def test_every_kind_of_block_is_read() -> None:
    text = document(
        {"kind": "line", "text": "收件凭条", "size_pt": 24, "bold": True, "align": "centre"},
        {"kind": "pair", "label": "姓名", "value": "张*三"},
        {"kind": "rule"},
        {"kind": "space", "height_mm": 4},
        {"kind": "qr", "data": "3101", "caption": "3101"},
    )

    assert layout_from_json(text) == ReceiptLayout(
        (
            Line("收件凭条", 24.0, bold=True, align=Align.CENTRE),
            Pair("姓名", "张*三"),
            Rule(),
            Space(4.0),
            Qr("3101", "3101"),
        )
    )


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("{", "$"),
        ("[]", "$"),
        ("{}", "$.blocks"),
        ('{"blocks": 1}', "$.blocks"),
        ('{"blocks": [], "more": 1}', "$.more"),
        (document(1), "$.blocks[0]"),
        (document({"kind": "picture"}), "$.blocks[0].kind"),
        (document({"kind": "rule"}, {"kind": "line"}), "$.blocks[1].text"),
        (document({"kind": "line", "text": 7}), "$.blocks[0].text"),
        (document({"kind": "line", "text": "x", "size_pt": 9.9}), "$.blocks[0].size_pt"),
        (document({"kind": "line", "text": "x", "size_pt": True}), "$.blocks[0].size_pt"),
        (document({"kind": "line", "text": "x", "bold": 1}), "$.blocks[0].bold"),
        (document({"kind": "line", "text": "x", "align": "right"}), "$.blocks[0].align"),
        (document({"kind": "line", "text": "x", "colour": 1}), "$.blocks[0].colour"),
        (document({"kind": "qr", "data": "x", "size_mm": 20}), "$.blocks[0].size_mm"),
        (document({"kind": "space", "height_mm": -1}), "$.blocks[0].height_mm"),
        ('{"blocks": [{"kind": "space", "height_mm": NaN}]}', "$.blocks[0].height_mm"),
    ],
)
def test_a_fault_names_its_place(text: str, place: str) -> None:
    with pytest.raises(DeviceError) as caught:
        layout_from_json(text)

    assert caught.value.code is FailureCode.RENDER_ERROR
    assert caught.value.detail.startswith(f"{place}: ")


def test_a_fault_never_repeats_the_receipts_text() -> None:
    with pytest.raises(DeviceError) as caught:
        layout_from_json(document({"kind": "line", "text": ["张三丰"]}))

    assert "张" not in str(caught.value)


def test_plain_text_becomes_lines_and_blank_paper() -> None:
    assert layout_from_text("\ufeff一\n\n二\n") == ReceiptLayout(
        (Line("一"), Space(3.0), Line("二"))
    )


def test_a_second_print_says_so_on_top() -> None:
    now = datetime(2026, 11, 21, 9, 32, tzinfo=UTC)

    marked = with_reprint_head(ReceiptLayout((Line("凭条"),)), "0123456789ab", 2, now)

    assert [block.text for block in marked.blocks if isinstance(block, Line)] == [
        "【补打 第2次】",
        "01234567  2026-11-21 09:32",
        "凭条",
    ]
