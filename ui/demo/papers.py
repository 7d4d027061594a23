"""Pages that an invented resident brings: a lease as a flat A4 picture."""

from PIL import Image, ImageDraw, ImageFont

from devices.receipt.fonts import font_book
from ui.demo.people import Person

_SIZE_PX = (1240, 1754)
_MARGIN_PX = 130
_INK = (35, 35, 40)


def _font(size: int) -> ImageFont.FreeTypeFont:
    return font_book(bold=False).runs("圈", size)[0].font


def _lines(person: Person, page: int) -> list[str]:
    first = [
        "出租方（甲方）：演示房屋租赁有限公司",
        f"承租方（乙方）：{person.name}",
        f"身份证号码：{person.number}",
        "房屋坐落：上海市徐汇区演示路 88 弄 6 号 301 室",
        "租赁期限：自 2026 年 3 月 1 日起至 2028 年 2 月 29 日止",
        "月租金：人民币 4200 元，按季支付",
        "一、甲方保证对该房屋有合法的出租权利。",
        "二、乙方只将该房屋作居住使用，不得擅自转租。",
        "三、水、电、燃气、网络等费用由乙方承担。",
        "四、租赁期满，双方可以协商续租。",
    ]
    second = [
        "五、任何一方违约，应按月租金的一倍支付违约金。",
        "六、本合同一式三份，双方各执一份，备案一份。",
        "七、未尽事宜由双方协商，协商不成依法解决。",
        "备案登记：演示字第 2026-000123 号",
        "备案机关：徐汇区演示社区事务受理服务中心",
        "甲方（盖章）：演示房屋租赁有限公司",
        f"乙方（签字）：{person.name}",
        "签订日期：2026 年 2 月 20 日",
    ]
    return first if page == 1 else second


def draw_lease(person: Person, page: int) -> Image.Image:
    """Draw one page of a lease.

    Args:
        person: the tenant.
        page: 1 or 2.

    Returns:
        An RGB picture of 1240 x 1754 pixels: A4 at 150 dpi.
    """
    sheet = Image.new("RGB", _SIZE_PX, (252, 252, 250))
    pen = ImageDraw.Draw(sheet)
    title, body, small = (_font(size) for size in (56, 33, 24))
    pen.text((_SIZE_PX[0] / 2, 170), "房屋租赁合同", font=title, fill=_INK, anchor="mm")
    pen.text((_SIZE_PX[0] - 110, 90), "演示数据", font=small, fill=(120, 60, 0), anchor="rm")
    top = 290
    for line in _lines(person, page):
        pen.text((_MARGIN_PX, top), line, font=body, fill=_INK)
        pen.line((_MARGIN_PX, top + 58, _SIZE_PX[0] - _MARGIN_PX, top + 58), fill=(190, 190, 190))
        top += 104
    if page == 2:
        _seal(pen, small)
    pen.text((_SIZE_PX[0] / 2, 1680), f"第 {page} 页，共 2 页", font=small, fill=_INK, anchor="mm")
    return sheet


def _seal(pen: ImageDraw.ImageDraw, font: ImageFont.FreeTypeFont) -> None:
    """A round red seal: colour must survive the capture."""
    centre_x, centre_y, radius = 900, 1290, 130
    box = (centre_x - radius, centre_y - radius, centre_x + radius, centre_y + radius)
    pen.ellipse(box, outline=(196, 40, 40), width=7)
    pen.text(
        (centre_x, centre_y - 14), "演示备案专用章", font=font, fill=(196, 40, 40), anchor="mm"
    )
    pen.text((centre_x, centre_y + 34), "★", font=font, fill=(196, 40, 40), anchor="mm")
