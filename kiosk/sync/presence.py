"""Whether the portal answers: from every outcome, for the breaker and for the screens."""

from devices.errors import FailureCode
from kiosk.sync.channel import Channel
from kiosk.sync.outcomes import Answered, Garbled, Outcome, Refused, Unreachable
from kiosk.sync.ports import Clock, Reports

_MISSES = 2


class Presence:
    """Hears every outcome; only what the portal alone can say counts as a sign of it."""

    def __init__(self, channel: Channel, reports: Reports, clock: Clock) -> None:
        """Know nothing yet.

        Args:
            channel: the breaker.
            reports: told when the portal comes and goes.
            clock: monotonic seconds.
        """
        self._channel = channel
        self._reports = reports
        self._clock = clock
        self._misses = 0
        self._told = ""
        self.online: bool | None = None
        self.heard_at = float("-inf")
        self.came_back = False
        self.away_s = 0.0
        self._good_at = clock()

    def heard(self, outcome: Outcome[object]) -> None:
        """Take one outcome in."""
        self.heard_at = self._clock()
        if isinstance(outcome, Answered) or (
            isinstance(outcome, Refused) and outcome.name and outcome.status < 500
        ):
            self._good()
        else:
            self._bad(outcome)

    def take_return(self) -> bool:
        """Whether the portal came back since the last call."""
        came, self.came_back = self.came_back, False
        return came

    def _good(self) -> None:
        self._misses, self._told = 0, ""
        before, self._good_at = self._good_at, self._clock()
        if self.online is not True or not self._channel.is_open_for_work:
            self.came_back, self.away_s = True, self._good_at - before
        if not self._channel.paused_why:
            self._channel.answered()
        self._set(online=True)

    def _bad(self, outcome: Outcome[object]) -> None:
        no_answer = isinstance(outcome, Unreachable)
        if isinstance(outcome, Unreachable) and outcome.failure is FailureCode.SETTING_INVALID:
            self._tell_setting(outcome.detail)
        failed = isinstance(outcome, Refused) and not 400 <= outcome.status < 500
        if no_answer or failed:
            self._channel.broke(self._clock())
        if no_answer or failed or isinstance(outcome, Garbled):
            self._misses += 1
            if self._misses >= _MISSES or self.online is None:
                self._set(online=False)

    def _tell_setting(self, detail: str) -> None:
        """No retry of ours ends it: say it once, until the portal answers or the fault changes."""
        if self._told != detail:
            self._told = detail
            self._reports.on_alarm(FailureCode.SETTING_INVALID, detail)

    def _set(self, *, online: bool) -> None:
        if self.online is not online:
            self.online = online
            self._reports.on_online(online)
