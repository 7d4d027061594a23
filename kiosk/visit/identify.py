"""The card: asking the reader, telling what it sees, taking what it read."""

from collections.abc import Callable

from devices.card.api import CardPresent, CardRead, CardReadFailed, DocType
from devices.errors import TRAITS, FailureCode, Level
from devices.events import DeviceState, Snapshot
from kiosk.visit.idle import CARD_TIPS_S
from kiosk.visit.masking import mask_name, mask_number
from kiosk.visit.pages import CardStage, ExpiredModel, IdentifyModel
from kiosk.visit.screens import Screen
from kiosk.visit.session import Session

ACCEPTED = frozenset({DocType.RESIDENT})
REQUEST_S = 120.0
_USABLE = frozenset({DeviceState.OK, DeviceState.WARN})
_BUSY = frozenset({CardStage.PREPARING, CardStage.WAITING, CardStage.READING, CardStage.TROUBLE})


class Identify:
    """IDENTIFY and EXPIRED."""

    def __init__(self, session: Session, go_on: Callable[[], None]) -> None:
        """Prepare; `go_on` follows the confirmation that it is the resident's own card."""
        self._session = session
        self._go_on = go_on
        self._stage = CardStage.PREPARING
        self._failure = ""
        self._since = 0.0
        self._valid_to = ""
        self._asking = False
        self._cancels = 0

    @property
    def is_read(self) -> bool:
        """A card was read and waits to be confirmed."""
        return self._stage is CardStage.READ

    def start(self) -> None:
        """Ask for a card, from the beginning; what another card told is forgotten."""
        session = self._session
        session.person.forget_record()
        self._stage = CardStage.PREPARING
        self._failure = ""
        self._valid_to = ""
        self._since = session.ports.now()
        session.go(Screen.IDENTIFY)
        self._ask()
        session.publish()

    def confirm(self) -> None:
        """是我，继续."""
        session = self._session
        if self._stage is CardStage.READ and session.person.record is not None:
            session.idle.start_visit(session.ports.now())
            session.note("visit.identified", method="card")
            self._go_on()

    def stop(self) -> None:
        """No card is wanted any more."""
        if self._asking:
            self._asking = False
            self._cancels += 1
            self._session.ports.reader.cancel()
        self._stage = CardStage.PREPARING
        self._failure = ""
        self._valid_to = ""

    def on_present(self, _event: CardPresent) -> None:
        """A card lies there."""
        if self._waits():
            self._show(CardStage.READING)

    def on_read(self, event: CardRead) -> None:
        """A card was read; if nobody waits for it, it is forgotten at once."""
        session = self._session
        if not self._waits():
            event.record.wipe()
            return
        self._asking = False
        accepts_expired = session.item is not None and session.item.accept_expired
        if event.record.expired and not accepts_expired:
            self._valid_to = event.record.valid_to.isoformat() if event.record.valid_to else ""
            event.record.wipe()
            session.go(Screen.EXPIRED)
            return
        session.person.record = event.record
        session.idle.touch(session.ports.now())
        self._show(CardStage.READ)

    def on_failed(self, event: CardReadFailed) -> None:
        """Nothing was read: the resident's matter, the time's, or the reader's."""
        if event.failure is FailureCode.CANCELLED and self._cancels:
            self._cancels -= 1
            return
        if not self._waits():
            return
        if event.final:
            self._asking = False
            self._cancels = 0
        if event.failure is FailureCode.NO_CARD or event.failure is FailureCode.CANCELLED:
            if event.final:
                self._ask()
            elif self._stage is CardStage.READING:
                # found, then gone before it was read: the resident lifted it too early
                self._show(CardStage.TROUBLE, FailureCode.CARD_LIFTED)
        elif event.final and (TRAITS[event.failure].level is Level.BLOCK or not self._usable()):
            self._show(CardStage.READER_FAULT, event.failure)
            self._session.tell("failed", failure=event.failure.value)
        else:
            self._show(CardStage.TROUBLE, event.failure)
            self._session.tell("failed", failure=event.failure.value)
            if event.final:
                self._ask(stage=CardStage.TROUBLE)

    def on_reader(self, snapshot: Snapshot) -> None:
        """The reader's state changed: when it is back, the asking goes on by itself."""
        waits = self._session.screen is Screen.IDENTIFY
        if waits and self._stage is CardStage.READER_FAULT and snapshot.state in _USABLE:
            self.start()

    def tip(self) -> int:
        """0, 1 after 30 s (picture tip), 2 after 60 s (换个办法)."""
        if self._stage not in {CardStage.WAITING, CardStage.TROUBLE, CardStage.PREPARING}:
            return 0
        waited = self._session.ports.now() - self._since
        return sum(1 for limit in CARD_TIPS_S if waited >= limit)

    def model(self) -> IdentifyModel:
        """The card page; name and number only masked."""
        record = self._session.person.record
        read = record if self._stage is CardStage.READ else None
        return IdentifyModel(
            stage=self._stage,
            masked_name=mask_name(read.name) if read else "",
            masked_number=mask_number(read.number) if read else "",
            failure=self._failure,
            tip=self.tip(),
            simulated=self._session.ports.reader.snapshot().simulated,
        )

    def expired_model(self) -> ExpiredModel:
        """The card is out of date: since when, and where else."""
        places = self._session.ports.catalogue.places
        return ExpiredModel(self._valid_to, tuple((place.name, place.address) for place in places))

    def _usable(self) -> bool:
        """Asking a reader that is down would fail again at once, without end."""
        return self._session.ports.reader.snapshot().state in _USABLE | {DeviceState.BUSY}

    def _waits(self) -> bool:
        return self._session.screen is Screen.IDENTIFY and self._stage in _BUSY

    def _ask(self, stage: CardStage = CardStage.WAITING) -> None:
        ports = self._session.ports
        self._asking = True
        self._stage = stage
        if stage is CardStage.WAITING:
            self._failure = ""
        ports.reader.begin(self._session.visit, ACCEPTED, ports.now() + REQUEST_S)

    def _show(self, stage: CardStage, failure: FailureCode | None = None) -> None:
        self._stage = stage
        self._failure = failure.value if failure else ""
        self._session.publish()
