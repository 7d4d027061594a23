"""What a screen must keep, measured on its items and its pixels.

Every check gives sentences, one a fault, so that a test can show all of them at once.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QAccessible, QAccessibleInterface, QColor, QImage
from PySide6.QtQuick import QQuickItem, QQuickWindow

TARGET_MM = 15.0
GAP_MM = 4.0
TEXT_CONTRAST = 7.0
EDGE_CONTRAST = 3.0
_SLACK = 1.0
# Antialiased strokes of the smallest text do not always reach the full colour in one pixel.
_PIXEL_SLACK = 0.95


@dataclass(frozen=True, slots=True)
class Piece:
    """One thing on the glass.

    Attributes:
        kind: `text` or `target`.
        rect: what it covers, in pixels of the window; of a text what is drawn.
    """

    kind: str
    name: str
    rect: QRectF
    item: QQuickItem


def pieces(window: QQuickWindow) -> list[Piece]:
    """Give all texts and targets that can be seen; only the overlay's where one is open."""
    stage = _named(window.contentItem(), "stage")
    overlay = _named(stage, "overlay") if stage is not None else None
    root = overlay if overlay is not None and overlay.childItems() else window.contentItem()
    return list(_walk(root))


def geometry(window: QQuickWindow, px_per_mm: float) -> list[str]:
    """Check the place, size, distance and names of everything on the glass."""
    found = pieces(window)
    whole = QRectF(0, 0, window.width(), window.height())
    faults = []
    for piece in found:
        if not _inside(piece.rect, whole):
            faults.append(f"outside the window: {piece.name} {_box(piece.rect)}")
        faults += _text_faults(piece) if piece.kind == "text" else _target_faults(piece, px_per_mm)
        faults += _room_faults(piece)
    for one, other in combinations(found, 2):
        faults += _pair_faults(one, other, px_per_mm)
    return faults


def contrast(window: QQuickWindow, image: QImage) -> list[str]:
    """Check texts and edges of controls in a picture of the window."""
    pixels = _luminances(image)
    faults = []
    for piece in pieces(window):
        ratio, least = _measured(piece, pixels)
        if ratio < least:
            faults.append(f"contrast {ratio:.1f} below {least:.0f}: {piece.name}")
    return faults


def ratio_of(one: QColor, other: QColor) -> float:
    """Give the contrast of two colours by the formula of WCAG 2.2."""
    lights = sorted((_luminance(one), _luminance(other)))
    return (lights[1] + 0.05) / (lights[0] + 0.05)


def _walk(item: QQuickItem) -> Iterator[Piece]:
    if not item.isVisible() or item.opacity() == 0:
        return
    kind = _kind(item)
    if kind == "text" and item.property("text"):
        yield Piece("text", _short(item), _drawn(item), item)
    elif kind == "target":
        yield Piece("target", item.objectName() or "(no objectName)", _scene(item), item)
    for child in item.childItems():
        yield from _walk(child)


def _kind(item: QQuickItem) -> str:
    if item.inherits("QQuickText"):
        return "text"
    taps = item.inherits("QQuickAbstractButton") or (
        item.inherits("QQuickMouseArea") and bool(item.objectName())
    )
    return "target" if taps else ""


def _short(item: QQuickItem) -> str:
    return f"“{str(item.property('text'))[:24]}”"


def _scene(item: QQuickItem) -> QRectF:
    return item.mapRectToScene(QRectF(0, 0, item.width(), item.height()))


def _drawn(item: QQuickItem) -> QRectF:
    """The rectangle that the glyph lines really cover, aligned as the text is."""
    width, height = float(item.property("contentWidth")), float(item.property("contentHeight"))
    left = {4: (item.width() - width) / 2, 2: item.width() - width}
    top = {128: (item.height() - height) / 2, 64: item.height() - height}
    x = left.get(int(item.property("alignedAcross")), 0.0)
    y = top.get(int(item.property("alignedDown")), 0.0)
    return item.mapRectToScene(QRectF(x, y, width, height))


def _inside(inner: QRectF, outer: QRectF) -> bool:
    return outer.adjusted(-_SLACK, -_SLACK, _SLACK, _SLACK).contains(inner)


def _box(rect: QRectF) -> str:
    return f"[{rect.x():.0f} {rect.y():.0f} {rect.width():.0f}x{rect.height():.0f}]"


def _text_faults(piece: Piece) -> list[str]:
    faults = []
    if piece.item.property("truncated"):
        faults.append(f"truncated: {piece.name}")
    if not _inside(piece.rect, _scene(piece.item)):
        faults.append(f"clipped: {piece.name} {_box(piece.rect)} in {_box(_scene(piece.item))}")
    return faults


def _target_faults(piece: Piece, px_per_mm: float) -> list[str]:
    faults = []
    for length, word in ((piece.rect.width(), "wide"), (piece.rect.height(), "high")):
        if length / px_per_mm < TARGET_MM:
            faults.append(f"target {length / px_per_mm:.1f} mm {word}: {piece.name}")
    if not piece.item.objectName():
        faults.append(f"no objectName at {_box(piece.rect)}")
    if piece.item.inherits("QQuickAbstractButton"):
        faults += _accessible_faults(piece)
    return faults


def _accessible_faults(piece: Piece) -> list[str]:
    interface: QAccessibleInterface | None = QAccessible.queryAccessibleInterface(piece.item)
    if interface is None or not interface.isValid():
        return [f"not in the accessibility tree: {piece.name}"]
    if interface.role() != QAccessible.Role.Button:
        return [f"not a button for assistive technology: {piece.name}"]
    return [] if interface.text(QAccessible.Text.Name) else [f"no name: {piece.name}"]


def _room_faults(piece: Piece) -> list[str]:
    """A piece stays inside each frame around it that has a body of its own."""
    faults = []
    parent: QQuickItem | None = piece.item.parentItem()
    while parent is not None:
        frames = parent.objectName() in {"work", "picture", "panel"} or parent.inherits(
            "QQuickAbstractButton"
        )
        if (frames or parent.inherits("QQuickRectangle")) and not _inside(
            piece.rect, _scene(parent)
        ):
            where = parent.objectName() or parent.metaObject().className().split("_")[0]
            faults.append(f"over the edge of {where}: {piece.name} {_box(piece.rect)}")
        parent = parent.parentItem()
    return faults


def _pair_faults(one: Piece, other: Piece, px_per_mm: float) -> list[str]:
    if one.item.isAncestorOf(other.item) or other.item.isAncestorOf(one.item):
        return []
    if _overlap(one.rect, other.rect):
        return [f"overlap: {one.name} {_box(one.rect)} and {other.name} {_box(other.rect)}"]
    if one.kind == other.kind == "target":
        gap = _gap(one.rect, other.rect) / px_per_mm
        if gap < GAP_MM:
            return [f"gap {gap:.1f} mm: {one.name} and {other.name}"]
    return []


def _overlap(one: QRectF, other: QRectF) -> bool:
    common = one.intersected(other)
    return common.width() > _SLACK and common.height() > _SLACK


def _gap(one: QRectF, other: QRectF) -> float:
    across = max(one.left(), other.left()) - min(one.right(), other.right())
    down = max(one.top(), other.top()) - min(one.bottom(), other.bottom())
    return max(across, down)


def _named(item: QQuickItem, name: str) -> QQuickItem | None:
    return next((each for each in item.childItems() if each.objectName() == name), None)


def _channel(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else float(((value + 0.055) / 1.055) ** 2.4)


def _luminance(colour: QColor) -> float:
    parts = (colour.redF(), colour.greenF(), colour.blueF())
    return float(np.dot((0.2126, 0.7152, 0.0722), [_channel(part) for part in parts]))


def _luminances(image: QImage) -> np.ndarray:
    """Height x width, relative luminance 0..1."""
    image = image.convertToFormat(QImage.Format.Format_RGB32)
    raw = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), -1, 4)
    table = np.array([_channel(step / 255) for step in range(256)], np.float32)
    blue, green, red = (table[raw[:, : image.width(), part]] for part in range(3))
    light: np.ndarray = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    return light


def _measured(piece: Piece, pixels: np.ndarray) -> tuple[float, float]:
    if piece.kind == "text":
        return _text_ratio(piece.rect, pixels), TEXT_CONTRAST * _PIXEL_SLACK
    if not piece.item.isEnabled() or piece.item.property("kind") == "quiet":
        return EDGE_CONTRAST, EDGE_CONTRAST
    return _edge_ratio(piece.rect, pixels), EDGE_CONTRAST


def _text_ratio(rect: QRectF, pixels: np.ndarray) -> float:
    box = rect.toAlignedRect()
    part = pixels[max(0, box.top()) : box.bottom() + 1, max(0, box.left()) : box.right() + 1]
    ground = float(np.median(part))
    lights = (part.max() + 0.05, ground + 0.05, part.min() + 0.05)
    return float(max(lights[0] / lights[1], lights[1] / lights[2]))


def _edge_ratio(rect: QRectF, pixels: np.ndarray) -> float:
    y = int(rect.center().y())
    left = int(rect.left())
    ground = float(pixels[y, max(0, left - 4)])
    edge = pixels[y, left : left + 4]
    darker, lighter = np.minimum(edge, ground), np.maximum(edge, ground)
    return float(((lighter + 0.05) / (darker + 0.05)).max())
