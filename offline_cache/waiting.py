"""Who waits for another try: due times in memory, by the monotonic clock."""

import heapq
import threading
from collections.abc import Callable, Collection
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Turn:
    """When something is sent: the smallest first."""

    priority: int
    due: float
    id: str


class Waiting:
    """What failed and waits; thread-safe.

    Two heaps, so that neither a deep backlog that sleeps nor one that woke up is looked
    through: by due time until that is over, by turn from then on. What is replaced stays in
    a heap until it comes up.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._turns: dict[str, Turn] = {}
        self._asleep: list[tuple[float, str]] = []
        self._awake: list[Turn] = []

    def __contains__(self, key: object) -> bool:
        with self._lock:
            return key in self._turns

    def ids(self) -> list[str]:
        """All that wait or are due again."""
        with self._lock:
            return list(self._turns)

    def due_of(self, key: str) -> float | None:
        """The monotonic time it waits for, or None."""
        with self._lock:
            turn = self._turns.get(key)
            return None if turn is None else turn.due

    def put(self, turn: Turn) -> None:
        """Let it wait until its due time; an earlier one is replaced."""
        with self._lock:
            self._turns[turn.id] = turn
            heapq.heappush(self._asleep, (turn.due, turn.id))

    def wake(self, key: str) -> None:
        """End its waiting time."""
        with self._lock:
            turn = self._turns.get(key)
            if turn is not None:
                self._turns[key] = Turn(turn.priority, 0.0, key)
                heapq.heappush(self._awake, self._turns[key])

    def forget(self, key: str) -> None:
        """It is no longer sent, or never failed."""
        with self._lock:
            self._turns.pop(key, None)

    def first(
        self, now_mono: float, skip: Collection[str], may_go: Callable[[str], bool | None]
    ) -> Turn | None:
        """The turn that comes first of those whose time is over.

        Args:
            now_mono: monotonic seconds.
            skip: ids that are in flight.
            may_go: whether it may be sent now; None when it is not sent any more.
        """
        seen: list[Turn] = []
        found = None
        while found is None and (turn := self._take(now_mono)) is not None:
            seen.append(turn)
            if turn.id in skip:
                continue
            answer = may_go(turn.id)
            if answer is None:
                self.forget(turn.id)
            elif answer:
                found = turn
        with self._lock:
            for turn in seen:
                heapq.heappush(self._awake, turn)
        return found

    def _take(self, now_mono: float) -> Turn | None:
        with self._lock:
            while self._asleep and self._asleep[0][0] <= now_mono:
                due, key = heapq.heappop(self._asleep)
                turn = self._turns.get(key)
                if turn is not None and turn.due == due:
                    heapq.heappush(self._awake, turn)
            while self._awake:
                turn = heapq.heappop(self._awake)
                if self._turns.get(turn.id) == turn:
                    return turn
            return None
