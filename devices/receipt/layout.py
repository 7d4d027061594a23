"""Receipts as JSON and as plain text, and the head of a second print.

A layout file is one JSON object with exactly one key:

```
{"blocks": [
  {"kind": "line",  "text": "...", "size_pt": 12, "bold": false, "align": "left" | "centre"},
  {"kind": "pair",  "label": "...", "value": "...", "size_pt": 12},
  {"kind": "rule"},
  {"kind": "space", "height_mm": 2},
  {"kind": "qr",    "data": "...", "caption": "...", "size_mm": 28}
]}
```

`text`, `label`, `value` and `data` are required, everything else has the default shown
(`caption` is empty). Unknown keys and wrong types are refused with the place where they
stand. Sizes: at least 10 pt on paper, a QR code at least 25 mm.
"""

import json
import math
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from devices.errors import DeviceError, FailureCode
from devices.receipt.api import Align, Block, Line, Pair, Qr, ReceiptLayout, Rule, Space

MINIMUM_PT = 10.0
MINIMUM_QR_MM = 25.0
_MAXIMUM_PT = 72.0
_MAXIMUM_SPACE_MM = 100.0
_MAXIMUM_QR_MM = 70.0
_MAXIMUM_TEXT = 4000
_MAXIMUM_BLOCKS = 500


def layout_from_json(text: str) -> ReceiptLayout:
    """Read a layout file.

    Raises:
        DeviceError: RENDER_ERROR naming the place, never the text that stands there.
    """
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _refused("$", f"no JSON: {type(error).__name__}") from None
    top = _Fields("$", document)
    blocks = top.take("blocks")
    top.finish()
    if not isinstance(blocks, list):
        raise _refused("$.blocks", "not a list")
    if len(blocks) > _MAXIMUM_BLOCKS:
        raise _refused("$.blocks", f"more than {_MAXIMUM_BLOCKS} blocks")
    return ReceiptLayout(
        tuple(_block(f"$.blocks[{number}]", block) for number, block in enumerate(blocks))
    )


def layout_from_text(text: str) -> ReceiptLayout:
    """Lay out plain text: one `Line` per line, an empty line becomes blank paper."""
    lines = text.removeprefix("\ufeff").rstrip("\n").splitlines()
    blocks: list[Block] = [Line(line) if line.strip() else Space(3.0) for line in lines]
    return ReceiptLayout(tuple(blocks))


def with_reprint_head(
    layout: ReceiptLayout, job_id: str, reprint: int, now: datetime
) -> ReceiptLayout:
    """Put the mark of a second print, the job's id and the time on top."""
    head: tuple[Block, ...] = (
        Line(f"【补打 第{reprint}次】", size_pt=14, bold=True, align=Align.CENTRE),
        Line(f"{job_id[:8]}  {now:%Y-%m-%d %H:%M}", size_pt=10, align=Align.CENTRE),
        Rule(),
    )
    return ReceiptLayout(head + layout.blocks)


def _refused(place: str, reason: str) -> DeviceError:
    return DeviceError(FailureCode.RENDER_ERROR, f"{place}: {reason}")


class _Fields:
    """The keys of one JSON object, each to be taken exactly once."""

    def __init__(self, place: str, value: object) -> None:
        if not isinstance(value, Mapping):
            raise _refused(place, "not an object")
        self._place = place
        self._left: dict[str, Any] = dict(value)

    def take(self, key: str) -> Any:
        if key not in self._left:
            raise _refused(f"{self._place}.{key}", "missing")
        return self._left.pop(key)

    def text(self, key: str, default: str | None = None) -> str:
        if default is not None and key not in self._left:
            return default
        value = self.take(key)
        if not isinstance(value, str):
            raise _refused(f"{self._place}.{key}", "not a text")
        if len(value) > _MAXIMUM_TEXT:
            raise _refused(f"{self._place}.{key}", f"longer than {_MAXIMUM_TEXT}")
        return value

    def number(self, key: str, default: float, low: float, high: float) -> float:
        value = self._left.pop(key, default)
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise _refused(f"{self._place}.{key}", "not a number")
        if not (math.isfinite(value) and low <= value <= high):
            raise _refused(f"{self._place}.{key}", f"not in {low:g}..{high:g}")
        return float(value)

    def flag(self, key: str, *, default: bool) -> bool:
        value = self._left.pop(key, default)
        if not isinstance(value, bool):
            raise _refused(f"{self._place}.{key}", "not true or false")
        return value

    def finish(self) -> None:
        for key in self._left:
            raise _refused(f"{self._place}.{key[:40]}", "unknown key")


def _block(place: str, value: object) -> Block:
    fields = _Fields(place, value)
    block = _typed_block(place, fields, fields.text("kind"))
    fields.finish()
    return block


def _typed_block(place: str, fields: _Fields, kind: str) -> Block:
    match kind:
        case "line":
            text, size_pt = fields.text("text"), _size(fields)
            return Line(text, size_pt, fields.flag("bold", default=False), _align(place, fields))
        case "pair":
            return Pair(fields.text("label"), fields.text("value"), _size(fields))
        case "rule":
            return Rule()
        case "space":
            return Space(fields.number("height_mm", 2.0, 0.0, _MAXIMUM_SPACE_MM))
        case "qr":
            size_mm = fields.number("size_mm", 28.0, MINIMUM_QR_MM, _MAXIMUM_QR_MM)
            return Qr(fields.text("data"), fields.text("caption", ""), size_mm)
        case _:
            raise _refused(f"{place}.kind", "not line, pair, rule, space or qr")


def _size(fields: _Fields) -> float:
    return fields.number("size_pt", 12.0, MINIMUM_PT, _MAXIMUM_PT)


def _align(place: str, fields: _Fields) -> Align:
    try:
        return Align(fields.text("align", "left"))
    except ValueError:
        raise _refused(f"{place}.align", "not left or centre") from None
