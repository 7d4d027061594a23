"""Find the page in a frame: lines and outlines of four channels, judged by one score.

The whole frame is never guessed: without enough evidence there is no page.
"""

import numpy as np

from kiosk.documents.arrays import Floats, Picture, Quads
from kiosk.documents.edges import Edges, edges_of
from kiosk.documents.evidence import clockwise, evidence
from kiosk.documents.lines import find_lines
from kiosk.documents.outlines import outline_quads
from kiosk.documents.quads import line_quads, plausible
from kiosk.documents.values import Corners, Page

ACCEPT = 1.85
_MIN_FRAME = 64


def find(frame: Picture) -> Page | None:
    """The page in a frame, roughly (within some frame pixels), or None.

    Args:
        frame: HxWx3 BGR; under 64 px no page is looked for.
    """
    if min(frame.shape[:2]) < _MIN_FRAME:
        return None
    edges = edges_of(frame)
    quads = candidates(edges)
    if not len(quads):
        return None
    scores = total(evidence(edges, quads))
    best = int(np.argmax(scores))
    if scores[best] < ACCEPT:
        return None
    corners = (clockwise(quads[best : best + 1])[0] + 0.5) * edges.scale - 0.5
    return Page(ordered(corners), float(scores[best] - ACCEPT))


def candidates(edges: Edges) -> Quads:
    """All quads worth a closer look, Nx4x2 in working pixels."""
    by_lines, _ = line_quads(find_lines(edges), edges.size)
    by_outline = outline_quads(edges)
    by_outline = by_outline[plausible(by_outline, edges.size)]
    return np.concatenate([by_lines, by_outline])


def total(figures: dict[str, Floats]) -> Floats:
    """One score of N quads; see `evidence` for the figures."""
    score = figures["weakest"] + figures["mean"] + 0.5 * np.sqrt(figures["share"])
    score = score - 0.008 * figures["skew"] - 0.02 * np.minimum(figures["even"], 30.0)
    score = score + 0.2 * np.minimum(figures["step"] / 20.0, 1.0) - 0.5 * figures["border"]
    score = score - 0.5 * figures["beyond"] - 0.03 * np.clip(figures["rough"] - 2.0, 0.0, 15.0)
    result: Floats = score + 0.2 * figures["brighter"]
    return result


def ordered(corners: Floats) -> Corners:
    """Clockwise corners as TL, TR, BR, BL of the picture: the one nearest the origin first."""
    first = int(np.argmin(corners.sum(axis=1)))
    turned = np.roll(corners, -first, axis=0)
    a, b, c, d = ((float(x), float(y)) for x, y in turned)
    return a, b, c, d
