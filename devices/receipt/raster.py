"""Draws a receipt as black and white dots and packs them for `GS v 0`.

203 dots per inch: dots = pt * 203 / 72. Everything is drawn block by block, so that no
single call keeps the other threads waiting.
"""

from collections.abc import Sequence

import numpy as np
import qrcode
import qrcode.exceptions
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from devices.errors import DeviceError, FailureCode
from devices.receipt.api import Align, Block, Line, Pair, Qr, ReceiptLayout, Rule, Space
from devices.receipt.fonts import FontBook, font_book
from devices.receipt.layout import MINIMUM_PT, MINIMUM_QR_MM
from devices.receipt.wrapping import wrap, wrap_balanced

Bitmap = NDArray[np.bool_]
"""Rows x dots; True is black."""

DOTS_PER_MM = 203 / 25.4
BAND_ROWS = 960
MAXIMUM_ROWS = 16_000
_SIDE = 7  # keeps 11 characters of 18 pt and 16 of 12 pt on a line of 576 dots
_TOP = 16
_BOTTOM = 24
_LINE_HEIGHT = 1.3
_PARAGRAPH_GAP = 0.22
_BASELINE = 1.0
_QUIET_MODULES = 4
_INK_BELOW = 150  # grey level: a little more ink than half keeps thin strokes whole on paper


def dots(size_pt: float) -> int:
    """Height of a type size in dots.

    Raises:
        DeviceError: RENDER_ERROR below 10 pt.
    """
    if not size_pt >= MINIMUM_PT:
        raise DeviceError(FailureCode.RENDER_ERROR, f"size below {MINIMUM_PT:g} pt")
    return round(size_pt * 203 / 72)


def render(layout: ReceiptLayout, width_dots: int = 576) -> Bitmap:
    """Draw a receipt.

    Raises:
        DeviceError: UNPRINTABLE_TEXT for a character that no font has, RENDER_ERROR for
            a size or a code that does not fit.
    """
    paper = _Paper(width_dots)
    parts = [np.zeros((_TOP, width_dots), dtype=np.bool_)]
    blocks = layout.blocks
    for number, block in enumerate(blocks):
        parts.append(paper.draw(block, _label_width(blocks, number)))
        if sum(len(part) for part in parts) > MAXIMUM_ROWS:
            raise DeviceError(FailureCode.RENDER_ERROR, f"longer than {MAXIMUM_ROWS} dots")
    parts.append(np.zeros((_BOTTOM, width_dots), dtype=np.bool_))
    return np.concatenate(parts)


def pack(bitmap: Bitmap) -> bytes:
    """Pack a bitmap into `GS v 0` commands of at most 960 rows each.

    The same bytes as python-escpos's `bitImageRaster` makes of the same picture.
    """
    bands = (bitmap[top : top + BAND_ROWS] for top in range(0, len(bitmap), BAND_ROWS))
    return b"".join(_band(band) for band in bands)


def to_image(bitmap: Bitmap) -> Image.Image:
    """The bitmap as a 1-bit picture, black on white."""
    return Image.fromarray(np.where(bitmap, 0, 255).astype(np.uint8)).convert("1")


def _band(band: Bitmap) -> bytes:
    rows, width_dots = band.shape
    width_bytes = (width_dots + 7) // 8
    size = int(width_bytes).to_bytes(2, "little") + int(rows).to_bytes(2, "little")
    data = bytes(np.packbits(band, axis=1).tobytes())
    return b"\x1dv0\x00" + size + data


def _label_width(blocks: Sequence[Block], number: int) -> float:
    """The widest label among the neighbouring pairs of the same size: they share a column."""
    block = blocks[number]
    if not isinstance(block, Pair):
        return 0.0
    first = number
    while first > 0 and _same_column(blocks[first - 1], block):
        first -= 1
    size = dots(block.size_pt)
    widest = 0.0
    for other in blocks[first:]:
        if not (isinstance(other, Pair) and _same_column(other, block)):
            break
        widest = max(widest, font_book(bold=False).width(other.label, size))
    return widest


def _same_column(other: Block, block: Pair) -> bool:
    return isinstance(other, Pair) and other.size_pt == block.size_pt


class _Paper:
    """Draws one block after the other; each becomes its own strip of rows."""

    def __init__(self, width_dots: int) -> None:
        self._width = width_dots
        self._inner = width_dots - 2 * _SIDE

    def draw(self, block: Block, label_width: float) -> Bitmap:
        match block:
            case Line():
                return self._line(block)
            case Pair():
                return self._pair(block, label_width)
            case Rule():
                return self._rule()
            case Space():
                return self._blank(max(0, round(block.height_mm * DOTS_PER_MM)))
            case Qr():
                return self._qr(block)

    def _blank(self, rows: int) -> Bitmap:
        return np.zeros((rows, self._width), dtype=np.bool_)

    def _rule(self) -> Bitmap:
        strip = self._blank(26)
        strip[12:14, _SIDE : self._width - _SIDE] = True
        return strip

    def _line(self, block: Line) -> Bitmap:
        book, size = font_book(bold=block.bold), dots(block.size_pt)
        breaker = wrap_balanced if block.align is Align.CENTRE else wrap
        lines = breaker(block.text, self._inner, lambda text: book.width(text, size))
        strips = []
        for text in lines:
            left = float(_SIDE)
            if block.align is Align.CENTRE:
                left = (self._width - book.width(text, size)) / 2
            strips.append(self._text(book, size, [(left, text)]))
        return np.concatenate([*strips, self._blank(round(size * _PARAGRAPH_GAP))])

    def _pair(self, block: Pair, label_width: float) -> Bitmap:
        book, size = font_book(bold=False), dots(block.size_pt)
        column = min(label_width, self._inner * 0.45)
        start = _SIDE + column + size * 0.6
        labels = wrap(block.label, column + 0.5, lambda text: book.width(text, size))
        values = wrap(block.value, self._width - _SIDE - start, lambda text: book.width(text, size))
        strips = []
        for row in range(max(len(labels), len(values))):
            placed = [(float(_SIDE), labels[row])] if row < len(labels) else []
            placed += [(start, values[row])] if row < len(values) else []
            strips.append(self._text(book, size, placed))
        return np.concatenate([*strips, self._blank(round(size * _PARAGRAPH_GAP))])

    def _text(self, book: FontBook, size: int, placed: list[tuple[float, str]]) -> Bitmap:
        """One line of paper with texts at their left edges."""
        height = round(size * _LINE_HEIGHT)
        picture = Image.new("L", (self._width, height), 255)
        pen = ImageDraw.Draw(picture)
        for left, text in placed:
            at = left
            for run in book.runs(text, size):
                pen.text((round(at), size * _BASELINE), run.text, 0, run.font, anchor="ls")
                at += run.font.getlength(run.text)
        ink: Bitmap = np.asarray(picture) < _INK_BELOW
        return ink

    def _qr(self, block: Qr) -> Bitmap:
        modules = _modules(block)
        side = len(modules)
        scale = -(-round(block.size_mm * DOTS_PER_MM) // side)
        quiet = _QUIET_MODULES * scale
        if side * scale + 2 * quiet > self._width:
            scale = self._width // (side + 2 * _QUIET_MODULES)
            quiet = _QUIET_MODULES * scale
        if side * scale < MINIMUM_QR_MM * DOTS_PER_MM or scale < 3:
            raise DeviceError(FailureCode.RENDER_ERROR, "QR code does not fit the paper")
        strip = self._blank(side * scale + 2 * quiet)
        left = (self._width - side * scale) // 2
        drawn = np.kron(modules, np.ones((scale, scale), dtype=np.bool_))
        strip[quiet : quiet + len(drawn), left : left + len(drawn)] = drawn
        if not block.caption:
            return strip
        return np.concatenate([strip, self._line(Line(block.caption, 12.0, align=Align.CENTRE))])


def _modules(block: Qr) -> Bitmap:
    if not block.size_mm >= MINIMUM_QR_MM:
        raise DeviceError(FailureCode.RENDER_ERROR, f"QR code below {MINIMUM_QR_MM:g} mm")
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, border=0)
    code.add_data(block.data)
    try:
        code.make(fit=True)
    except (ValueError, qrcode.exceptions.DataOverflowError):
        raise DeviceError(FailureCode.RENDER_ERROR, "too much data for a QR code") from None
    return np.array(code.get_matrix(), dtype=np.bool_)
