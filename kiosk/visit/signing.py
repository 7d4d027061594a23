"""The handwritten signature: strokes in, a PNG and digests out."""

import hashlib
import io
import math
from collections.abc import Sequence

from kiosk.visit.person import Stroke

SIZE_PX = (900, 300)
_PEN_PX = 6
_MOST_STROKES = 200
_MOST_POINTS = 2000


def clean_stroke(points: Sequence[tuple[float, float]]) -> Stroke:
    """A stroke inside the field: no number that is none, nothing outside 0..1, at most 2000 points.

    Empty where nothing is left.
    """
    return tuple(
        (min(1.0, max(0.0, x)), min(1.0, max(0.0, y)))
        for x, y in list(points)[:_MOST_POINTS]
        if math.isfinite(x) and math.isfinite(y)
    )


def has_room(strokes: Sequence[Stroke]) -> bool:
    """Tell whether one more stroke is taken."""
    return len(strokes) < _MOST_STROKES


def text_digest(text: str) -> str:
    """SHA-256 of a promise's text in UTF-8, as hex: what the signature is bound to."""
    return hashlib.sha256(text.encode()).hexdigest()


def draw(strokes: Sequence[Stroke]) -> bytes:
    """Draw the signature black on white as a PNG; takes some milliseconds, so in the background.

    Coordinates 0..1 of the field become `SIZE_PX`; a stroke of one point is a dot.
    """
    from PIL import Image, ImageDraw  # noqa: PLC0415 - only a visit that signs needs it

    width, height = SIZE_PX
    image = Image.new("L", SIZE_PX, 255)
    pen = ImageDraw.Draw(image)
    for stroke in strokes:
        points = [(x * (width - 1), y * (height - 1)) for x, y in stroke]
        if len(points) > 1:
            pen.line(points, fill=0, width=_PEN_PX, joint="curve")
        for x, y in points[:1] + points[-1:]:
            radius = _PEN_PX / 2
            pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=0)
    out = io.BytesIO()
    image.save(out, "PNG", optimize=True)
    return out.getvalue()
