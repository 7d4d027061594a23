"""Find the page in a frame: lines and outlines of four channels, judged by one score.

The whole frame is never guessed: without enough evidence there is no page.
"""

import cv2
import numpy as np

from kiosk.documents.arrays import Floats, Picture, Quads
from kiosk.documents.edges import WORK_SIZE, Edges, edges_of
from kiosk.documents.evidence import evidence
from kiosk.documents.lines import find_lines
from kiosk.documents.outlines import outline_quads
from kiosk.documents.polish import polished
from kiosk.documents.quads import clockwise, line_quads, plausible
from kiosk.documents.scaling import shrink
from kiosk.documents.values import Corners, Page

ACCEPT = 1.85
SURE = 0.6
_GOOD = 0.2
_HOPELESS = -0.5
_POLISHED = 5
_LOOKS = ((WORK_SIZE, False), (480, True))
_MIN_FRAME = 64


def find(frame: Picture, *, thorough: bool = True) -> Page | None:
    """The page in a frame, roughly (within some frame pixels), or None.

    Args:
        frame: HxWx3 BGR; under 64 px no page is looked for.
        thorough: look a second time, closer, unless the first look is sure; otherwise
            only where the first look saw something like a page.
    """
    if min(frame.shape[:2]) < _MIN_FRAME:
        return None
    frame, step = shrink(frame, _LOOKS[-1][0])
    best: Page | None = None
    for long, thin_lines in _LOOKS:
        found = _best(edges_of(frame, long, thin_lines=thin_lines))
        if found is not None and (best is None or _better(found, best)):
            best = found
        if best is not None and best.score >= SURE:
            break
        if not thorough and (best is None or best.score < _HOPELESS):
            break
    if best is None or best.score < 0.0:
        return None
    return Page(ordered((np.array(best.corners) + 0.5) * step - 0.5), best.score)


def _better(found: Page, before: Page) -> bool:
    """Whether a later look's page is the better one.

    A printed frame is drawn more clearly than the sheet around it, so a page inside
    one that is good enough is not taken.
    """
    if found.score <= before.score:
        return False
    outline = np.array(before.corners, np.float32)
    depths = [cv2.pointPolygonTest(outline, corner, measureDist=True) for corner in found.corners]
    return before.score < _GOOD or min(depths) < 0.0


def _best(edges: Edges) -> Page | None:
    """The best quad of one working picture, whatever its score."""
    quads = candidates(edges)
    if not len(quads):
        return None
    figures = evidence(edges, quads)
    scores = total(figures)
    cut = np.flatnonzero(_cut_off(figures))
    if len(cut) and scores.max() < ACCEPT:
        chosen = int(cut[np.argmax(scores[cut])])
        return _page(edges, quads[chosen], 0.0)
    first = np.argsort(-scores)[:_POLISHED]
    better = polished(edges, quads[first])
    better = better[plausible(better, edges.size)]
    if len(better):
        quads = np.concatenate([better, quads[first]])
        scores = np.concatenate([total(evidence(edges, better)), scores[first]])
    best = int(np.argmax(scores))
    return _page(edges, quads[best], float(scores[best] - ACCEPT))


def _page(edges: Edges, quad: Floats, score: float) -> Page:
    corners = (clockwise(quad[None])[0] + 0.5) * edges.scale - 0.5
    return Page(ordered(corners), score)


def _cut_off(figures: dict[str, Floats]) -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
    """A large bright printed sheet of which one side lies outside: three clear ones, one border."""
    three = (4.0 * figures["mean"] - figures["weakest"]) / 3.0
    clear = (three > 0.9) & (figures["beyond"] < 0.4) & (figures["step"] > 20.0)
    sheet = (figures["brighter"] > 0.55) & (figures["inked"] > 0.02) & (figures["share"] > 0.12)
    return np.asarray(clear & sheet & (figures["border"] == 1), np.bool_)


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
    score = score - 0.8 * np.maximum(figures["beyond"] - 0.4, 0.0)
    result: Floats = score + 0.2 * figures["brighter"] + _by_print(figures)
    return result


def _by_print(figures: dict[str, Floats]) -> Floats:
    """What print says: some inside, none on the sides; a sheet without any must look like one."""
    printed = np.minimum(figures["inked"] / 0.06, 1.0)
    score = 0.4 * printed - np.minimum(figures["margin"], 0.6)
    score = score - 0.5 * np.minimum(figures["through"] / 0.1, 1.0)
    mixed = figures["brighter"] > 0.2
    score = score - 0.3 * np.minimum(figures["darker"] / 30.0, 1.0) * mixed
    dark = np.clip((figures["step"] - 20.0) / 20.0, 0.0, 1.0) * ~mixed
    small = np.clip((0.12 - figures["share"]) / 0.06, 0.0, 1.0)
    result: Floats = score - (1.0 - printed) * (0.6 * dark + 0.4 * small)
    return result


def ordered(corners: Floats) -> Corners:
    """Clockwise corners as TL, TR, BR, BL of the picture: the one nearest the origin first."""
    first = int(np.argmin(corners.sum(axis=1)))
    turned = np.roll(corners, -first, axis=0)
    a, b, c, d = ((float(x), float(y)) for x, y in turned)
    return a, b, c, d
