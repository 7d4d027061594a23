"""Line breaking for Chinese mixed with Latin words and numbers.

A Han character may end a line anywhere; a run of Latin letters and digits stays
whole as long as it fits a line; closing punctuation never starts a line and opening
punctuation never ends one.
"""

import re
from collections.abc import Callable

_ATOM = re.compile(r"[!-\u024f]+|[ \t]+|.", re.DOTALL)
_CLOSING = frozenset("，。、；：？！）》〉】」』”\u2019…\uff05℃")
_OPENING = frozenset("（《〈【「『“\u2018")

Measure = Callable[[str], float]


def wrap(text: str, width_dots: float, measure: Measure) -> list[str]:
    """Break a text into lines of at most `width_dots`; a newline in it always breaks.

    An atom that is wider than a whole line is cut between two characters.
    """
    lines: list[str] = []
    for paragraph in text.split("\n"):
        lines.extend(_wrap_paragraph(paragraph.replace("\t", " "), width_dots, measure))
    return lines


def wrap_balanced(text: str, width_dots: float, measure: Measure) -> list[str]:
    """Break a text into as few lines as `wrap`, all of them about equally long.

    For centred lines: a number of six groups becomes three and three, not four and two.
    """
    lines = wrap(text, width_dots, measure)
    low, high = width_dots / 2, width_dots
    while len(lines) > 1 and high - low > 4:
        middle = (low + high) / 2
        tried = wrap(text, middle, measure)
        if len(tried) == len(lines):
            lines, high = tried, middle
        else:
            low = middle
    return lines


def _wrap_paragraph(text: str, width_dots: float, measure: Measure) -> list[str]:
    lines: list[str] = []
    line = ""
    for atom in _atoms(text):
        if measure((line + atom).rstrip()) <= width_dots:
            line += atom
            continue
        if line.strip():
            lines.append(line.rstrip())
        pieces = _cut(atom.lstrip(), width_dots, measure)
        lines.extend(pieces[:-1])
        line = pieces[-1]
    lines.append(line.rstrip())
    return lines


def _atoms(text: str) -> list[str]:
    """The unbreakable pieces, with punctuation glued to the neighbour that it belongs to."""
    atoms: list[str] = []
    for piece in _ATOM.findall(text):
        if atoms and (piece in _CLOSING or atoms[-1][-1] in _OPENING):
            atoms[-1] += piece
        else:
            atoms.append(piece)
    return atoms


def _cut(atom: str, width_dots: float, measure: Measure) -> list[str]:
    pieces = [""]
    for character in atom:
        if pieces[-1] and measure(pieces[-1] + character) > width_dots:
            pieces.append("")
        pieces[-1] += character
    return pieces
