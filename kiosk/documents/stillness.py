"""Whether a page lies still, and whether it is still the one that was taken."""

from collections import deque
from statistics import median

from kiosk.documents.values import Corners

STILL_S = 1.0
_MOVE = 0.012
_ANOTHER_PLACE = 0.02
_ANOTHER_PAGE = 12.0
_GONE_LOOKS = 2
_PUT_OFF_S = 1.0


class Stillness:
    """Remembers the last five looks; corners are in 0..1 of the frame."""

    def __init__(self) -> None:
        self._recent: deque[Corners] = deque(maxlen=5)
        self._since: float | None = None
        self._missing = 0
        self._thumb = b""
        self._kept: tuple[Corners, bytes] | None = None
        self._not_before = 0.0

    @property
    def corners(self) -> Corners | None:
        """The median of the last looks; None without a page."""
        if not self._recent:
            return None
        points = [
            (median(c[k][0] for c in self._recent), median(c[k][1] for c in self._recent))
            for k in range(4)
        ]
        return points[0], points[1], points[2], points[3]

    @property
    def waits_for_change(self) -> bool:
        """The page on the desk was taken already."""
        return self._kept is not None

    def add(self, corners: Corners | None, thumb: bytes, now: float) -> bool:
        """One look; true when the page has lain still for a second and is a new one."""
        steady = self.corners
        if corners is None:
            self._lose()
            return False
        self._missing = 0
        if steady is None or _distance(steady, corners) > _MOVE:
            self._recent.clear()
            self._since = now
        self._recent.append(corners)
        self._thumb = thumb
        self._compare(corners, thumb)
        still = self._since is not None and now - self._since >= STILL_S
        return still and self._kept is None and now >= self._not_before

    def taken(self) -> None:
        """This page was taken: wait for another one."""
        steady = self.corners
        self._kept = None if steady is None else (steady, self._thumb)

    def put_off(self, now: float) -> None:
        """A closer look found it not fine: look again in a second."""
        self._not_before = now + _PUT_OFF_S

    def _lose(self) -> None:
        self._missing += 1
        if self._missing >= _GONE_LOOKS:
            self._recent.clear()
            self._since = None
            self._kept = None

    def _compare(self, corners: Corners, thumb: bytes) -> None:
        if self._kept is None:
            return
        place, before = self._kept
        if _distance(place, corners) > _ANOTHER_PLACE or _difference(before, thumb) > _ANOTHER_PAGE:
            self._kept = None


def _distance(one: Corners, other: Corners) -> float:
    """Largest move of a corner."""
    pairs = zip(one, other, strict=True)
    return max(max(abs(a[0] - b[0]), abs(a[1] - b[1])) for a, b in pairs)


def _difference(one: bytes, other: bytes) -> float:
    """Mean difference of grey values; 255 when the shapes differ."""
    if len(one) != len(other) or not one:
        return 255.0
    return sum(abs(a - b) for a, b in zip(one, other, strict=True)) / len(one)
