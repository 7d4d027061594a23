"""Bar charts as one SVG file, from numbers alone."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

_WIDTH, _LEFT, _RIGHT, _BAR, _GAP = 960, 190, 250, 26, 14
_TOP, _CHART_HEAD, _CHART_FOOT = 84, 62, 64
_OURS, _FLOOR, _OTHER, _INK, _PALE = "#0b6e4f", "#8a8f98", "#b9c4d0", "#1d2733", "#5a6675"
_TICKS = 5


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar; `kind` is `ours`, `floor` or `other`, `note` stands behind its value."""

    label: str
    value: float
    note: str = ""
    kind: str = "other"


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars over one axis, such as `milliseconds, p50 (less is better)`."""

    title: str
    axis: str
    bars: tuple[Bar, ...]
    limit: float | None = None
    limit_label: str = ""


def svg(title: str, subtitle: str, charts: Sequence[Chart]) -> str:
    """The whole drawing."""
    y = _TOP
    body = [
        _text(32, 42, title, 24, weight="600"),
        _text(32, 66, subtitle, 13, colour=_PALE),
    ]
    for chart in charts:
        body += _chart(chart, y)
        y += _height(chart)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{y}"'
        f' viewBox="0 0 {_WIDTH} {y}" font-family="Noto Sans, DejaVu Sans, sans-serif">\n'
        f'<rect width="{_WIDTH}" height="{y}" fill="#ffffff"/>\n' + "\n".join(body) + "\n</svg>\n"
    )


def _height(chart: Chart) -> int:
    return _CHART_HEAD + len(chart.bars) * (_BAR + _GAP) + _CHART_FOOT


def _chart(chart: Chart, top: int) -> list[str]:
    longest = max([bar.value for bar in chart.bars] + [chart.limit or 0.0])
    step = _step(longest)
    ticks = math.ceil(longest / step)
    most = step * ticks
    scale = (_WIDTH - _LEFT - _RIGHT) / most
    start, end = top + _CHART_HEAD, top + _height(chart) - _CHART_FOOT
    parts = [_text(32, top + 36, chart.title, 17, weight="600")]
    for tick in range(ticks + 1):
        x = _LEFT + tick * step * scale
        parts.append(_line(x, start - 8, end, "#e3e8ee"))
        parts.append(_text(x, end + 18, _number(tick * step), 12, anchor="middle", colour=_PALE))
    middle = _LEFT + most * scale / 2
    parts.append(_text(middle, end + 38, chart.axis, 12, anchor="middle", colour=_PALE))
    if chart.limit is not None:
        x = _LEFT + chart.limit * scale
        parts.append(_line(x, start - 8, end, "#c0392b", dash=True))
        parts.append(_text(x + 5, start - 12, chart.limit_label, 12, colour="#c0392b"))
    for place, bar in enumerate(chart.bars):
        parts += _bar(bar, start + place * (_BAR + _GAP), scale)
    return parts


def _bar(bar: Bar, y: float, scale: float) -> list[str]:
    colour = {"ours": _OURS, "floor": _FLOOR}.get(bar.kind, _OTHER)
    long = max(1.5, bar.value * scale)
    weight = "600" if bar.kind == "ours" else "400"
    value = f"{_number(bar.value)}  {bar.note}".strip()
    behind = f'width="{8 * len(value) + 6}" height="{_BAR - 6}"'
    size = f'width="{long:.1f}" height="{_BAR}" rx="3"'
    return [
        _text(_LEFT - 12, y + 18, bar.label, 14, anchor="end", weight=weight),
        f'<rect x="{_LEFT}" y="{y:.1f}" {size} fill="{colour}"/>',
        # nothing drawn below may run through the figure
        f'<rect x="{_LEFT + long + 4:.1f}" y="{y + 3:.1f}" {behind} fill="#ffffff"/>',
        _text(_LEFT + long + 8, y + 18, value, 13, weight=weight),
    ]


def _step(most: float) -> float:
    """A round distance between ticks, so that _TICKS of them hold `most`."""
    step = 1e-6
    while True:
        for factor in (1, 2, 5):
            if step * factor * _TICKS >= most:
                return step * factor
        step *= 10


def _number(value: float) -> str:
    if value == 0 or value >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def _line(x: float, y1: float, y2: float, colour: str, *, dash: bool = False) -> str:
    dashes = ' stroke-dasharray="5 4" stroke-width="1.6"' if dash else ""
    return f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{y1}" y2="{y2}" stroke="{colour}"{dashes}/>'


def _text(
    x: float,
    y: float,
    words: str,
    size: int,
    **style: str,
) -> str:
    anchor, weight = style.get("anchor", "start"), style.get("weight", "400")
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" text-anchor="{anchor}"'
        f' font-weight="{weight}" fill="{style.get("colour", _INK)}">{escape(words)}</text>'
    )
