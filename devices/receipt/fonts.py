"""Which installed font draws which character.

Debian's `fonts-noto-cjk` draws nearly everything; `fonts-hanazono` helps with the
rare characters of names. Coverage is fontconfig's reading of each font's character
map, so a character that no font has is found before anything is printed.
"""

import subprocess
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from PIL import ImageFont

from devices.errors import DeviceError, FailureCode

_REGULAR = ("Noto Sans CJK SC:style=Regular", "HanaMinA", "HanaMinB")
_BOLD = ("Noto Sans CJK SC:style=Bold", "HanaMinA", "HanaMinB")
_FORMAT = "%{file}|%{index}|%{charset}\n"


@dataclass(frozen=True, slots=True)
class FontFace:
    """One face of a font file and the code points that it draws.

    Attributes:
        starts: first code points of the covered ranges, ascending.
        ends: last code points of the same ranges, inclusive.
    """

    path: str
    index: int
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def draws(self, character: str) -> bool:
        """Tell whether the face has a glyph for the character."""
        at = bisect_right(self.starts, ord(character)) - 1
        return at >= 0 and ord(character) <= self.ends[at]


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text that one face draws."""

    text: str
    font: ImageFont.FreeTypeFont


class FontBook:
    """The faces of one weight in order of preference, opened once per size."""

    def __init__(self, faces: Sequence[FontFace]) -> None:
        self._faces = tuple(faces)
        self._opened: dict[tuple[int, int], ImageFont.FreeTypeFont] = {}
        self._chosen: dict[str, int] = {}

    def runs(self, text: str, size_dots: int) -> list[Run]:
        """Split a text into stretches of one face each.

        Raises:
            DeviceError: UNPRINTABLE_TEXT naming the code point only.
        """
        runs: list[Run] = []
        start = 0
        for end in range(1, len(text) + 1):
            face = self._face_of(text[start])
            if end == len(text) or self._face_of(text[end]) != face:
                runs.append(Run(text[start:end], self._open(face, size_dots)))
                start = end
        return runs

    def width(self, text: str, size_dots: int) -> float:
        """Advance width in dots."""
        return sum(run.font.getlength(run.text) for run in self.runs(text, size_dots))

    def _face_of(self, character: str) -> int:
        known = self._chosen.get(character)
        if known is None:
            known = self._choose(character)
            self._chosen[character] = known
        return known

    def _choose(self, character: str) -> int:
        for number, face in enumerate(self._faces):
            if face.draws(character):
                return number
        raise DeviceError(FailureCode.UNPRINTABLE_TEXT, f"U+{ord(character):04X}")

    def _open(self, face: int, size_dots: int) -> ImageFont.FreeTypeFont:
        key = (face, size_dots)
        if key not in self._opened:
            chosen = self._faces[face]
            # The basic layout engine draws the same dots on every machine, with or without Raqm.
            self._opened[key] = ImageFont.truetype(
                chosen.path, size_dots, chosen.index, layout_engine=ImageFont.Layout.BASIC
            )
        return self._opened[key]


@lru_cache(maxsize=2)
def font_book(*, bold: bool) -> FontBook:
    """The installed fonts of one weight; looked up once per process.

    Raises:
        DeviceError: RENDER_ERROR when fontconfig or the first font is missing.
    """
    patterns = _BOLD if bold else _REGULAR
    faces = [face for pattern in patterns if (face := _find(pattern)) is not None]
    if not faces or "NotoSansCJK" not in faces[0].path:
        raise DeviceError(FailureCode.RENDER_ERROR, "font missing: install fonts-noto-cjk")
    return FontBook(faces)


def _find(pattern: str) -> FontFace | None:
    command = ["fc-list", "--format", _FORMAT, f":family={pattern}"]
    try:
        listed = subprocess.run(command, capture_output=True, text=True, check=True, timeout=10)  # noqa: S603 - fixed arguments
    except (OSError, subprocess.SubprocessError) as error:
        raise DeviceError(FailureCode.RENDER_ERROR, f"fc-list: {type(error).__name__}") from error
    lines = sorted(line for line in listed.stdout.splitlines() if line.count("|") == 2)
    if not lines:
        return None
    path, index, charset = lines[0].split("|")
    ranges = [_range(text) for text in charset.split()]
    return FontFace(path, int(index), tuple(a for a, _ in ranges), tuple(b for _, b in ranges))


def _range(text: str) -> tuple[int, int]:
    first, _, last = text.partition("-")
    return int(first, 16), int(last or first, 16)
