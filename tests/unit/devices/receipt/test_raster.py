import numpy as np
import pytest
import zxingcpp
from escpos.printer import Dummy
from PIL import Image
from receipts_support import layouts, receipt_layout

from devices.errors import DeviceError, FailureCode
from devices.receipt.api import Align, Block, Line, Pair, Qr, ReceiptLayout, Rule, Space
from devices.receipt.raster import Bitmap, dots, pack, render, to_image

LAYOUTS = layouts()


def drawn(*blocks: Block) -> Bitmap:
    return render(ReceiptLayout(blocks))


def ink_columns(bitmap: Bitmap) -> tuple[int, int]:
    """First and last column with ink."""
    columns = np.flatnonzero(bitmap.any(axis=0))
    return int(columns[0]), int(columns[-1])


@pytest.mark.parametrize("number", range(len(LAYOUTS)))
def test_the_bytes_are_those_of_python_escpos(number: int) -> None:
    bitmap = render(LAYOUTS[number])
    theirs = Dummy()

    theirs.image(to_image(bitmap), impl="bitImageRaster")

    assert pack(bitmap) == theirs.output


def test_the_paper_is_576_dots_wide_and_long_receipts_come_in_bands() -> None:
    bitmap = render(receipt_layout())

    assert bitmap.shape[1] == 576
    assert len(bitmap) > 960
    assert pack(bitmap).count(b"\x1dv0\x00\x48\x00\xc0\x03") == 1


@pytest.mark.parametrize(
    "data", ["3101150017B2261121000423", "https://example.cn/q/中文", "x" * 120]
)
def test_a_qr_code_reads_back_exactly_and_is_large_enough(data: str) -> None:
    bitmap = drawn(Qr(data, "caption"))
    picture = np.asarray(to_image(bitmap).convert("L"))

    found = zxingcpp.read_barcodes(picture)

    assert [code.text for code in found] == [data]
    corner = found[0].position
    assert corner.top_right.x - corner.top_left.x >= 25 * 203 / 25.4 - 2


def test_the_qr_code_of_a_whole_receipt_reads_back() -> None:
    picture = np.asarray(to_image(render(receipt_layout())).convert("L"))
    assert [code.text for code in zxingcpp.read_barcodes(picture)] == ["3101150017B2261121000423"]


def test_sizes_are_dots_at_203_per_inch() -> None:
    assert [dots(size) for size in (10, 12, 18)] == [28, 34, 51]


@pytest.mark.parametrize("size", [9.99, 0, -1, float("nan")])
def test_type_below_ten_points_is_refused(size: float) -> None:
    with pytest.raises(DeviceError) as caught:
        drawn(Line("字", size))
    assert caught.value.code is FailureCode.RENDER_ERROR


def test_a_qr_code_below_25_mm_is_refused() -> None:
    with pytest.raises(DeviceError) as caught:
        drawn(Qr("1", size_mm=24.9))
    assert caught.value.code is FailureCode.RENDER_ERROR


def test_a_code_with_too_much_data_is_refused() -> None:
    with pytest.raises(DeviceError) as caught:
        drawn(Qr("字" * 2000))
    assert caught.value.code is FailureCode.RENDER_ERROR


def test_an_endless_receipt_is_refused() -> None:
    with pytest.raises(DeviceError) as caught:
        drawn(*[Space(100.0)] * 30)
    assert caught.value.code is FailureCode.RENDER_ERROR


@pytest.mark.parametrize("name", ["王㛃", "𠮷田", "䶮", "鿭", "李𫚈", "龦", "€ ¥"])
def test_rare_characters_of_names_are_drawn(name: str) -> None:
    for character in name.replace(" ", ""):
        assert drawn(Line(character)).sum() > 40


@pytest.mark.parametrize(("text", "point"), [("王\ue000", "U+E000"), ("a\x07", "U+0007")])
def test_a_character_in_no_font_stops_the_receipt_and_names_only_itself(
    text: str, point: str
) -> None:
    with pytest.raises(DeviceError) as caught:
        drawn(Line(text))
    assert caught.value.code is FailureCode.UNPRINTABLE_TEXT
    assert caught.value.detail == point


def test_sixteen_han_characters_of_twelve_points_fit_a_line() -> None:
    one = drawn(Line("字" * 16))
    assert len(one) == len(drawn(Line("字")))
    assert len(drawn(Line("字" * 17))) > len(one)


def test_eleven_han_characters_of_eighteen_points_fit_a_line() -> None:
    assert len(drawn(Line("字" * 11, 18))) == len(drawn(Line("字", 18)))


def test_a_centred_line_stands_in_the_middle() -> None:
    first, last = ink_columns(drawn(Line("凭条", 18, align=Align.CENTRE)))
    assert abs((first + last) / 2 - 287.5) < 4


def test_values_of_neighbouring_pairs_share_a_column_and_wrap_inside_it() -> None:
    narrow = drawn(Pair("事", "一"))
    rows = drawn(Pair("事项名称", "字" * 30), Pair("事", "一"))
    column = ink_columns(drawn(Pair("事项名称", "字")))[1]

    assert ink_columns(narrow)[1] < ink_columns(rows[-80:-24])[1]
    assert abs(ink_columns(rows[-80:-24])[1] - column) <= 3


def test_nothing_is_drawn_outside_the_paper() -> None:
    for layout in LAYOUTS:
        first, last = ink_columns(render(layout))
        assert first >= 4
        assert last <= 571


def test_bold_has_more_ink_and_a_rule_is_a_thin_line() -> None:
    assert drawn(Line("凭条", bold=True)).sum() > drawn(Line("凭条")).sum() * 1.15
    assert drawn(Rule()).sum() == 2 * (576 - 14)


def test_the_same_layout_gives_the_same_dots() -> None:
    assert (render(receipt_layout()) == render(receipt_layout())).all()


def test_the_picture_is_black_on_white() -> None:
    picture = to_image(np.array([[True, False]]))
    assert picture.mode == "1"
    assert [picture.getpixel((x, 0)) for x in (0, 1)] == [0, 255]
    assert isinstance(picture, Image.Image)
