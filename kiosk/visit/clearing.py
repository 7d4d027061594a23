"""The CLEAR list: everything that must be gone before the next resident comes.

Each line is a named act of its own; one that breaks is reported and the others follow.
The surfaces of the screens are told by name what to forget.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass

from kiosk.visit.session import Session, failure_of

SURFACES = (
    "text_fields",
    "input_history",
    "pictures",
    "speech",
    "clipboard",
    "mirror",
    "preferences",
)
"""What the screens hold beside the views; `Surfaces.clear` is called with each name."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Clearing:
    """One line of the list."""

    name: str
    run: Callable[[], None]


def clear_list(session: Session, steps: Callable[[], None]) -> tuple[Clearing, ...]:
    """The list in its order.

    Args:
        session: what is emptied.
        steps: makes every step of the journey forget its own state.
    """
    ports = session.ports

    def surface(name: str) -> Clearing:
        return Clearing(name, lambda: ports.surfaces.clear(name))

    return (
        Clearing("late_results", lambda: _renew_visit(session)),
        Clearing("card_request", ports.reader.cancel),
        Clearing("camera_frame", ports.scanning.close),
        Clearing("steps", steps),
        Clearing("scan_folder", lambda: discard_draft(session)),
        Clearing("visit_object", session.person.wipe),
        Clearing("item", lambda: _forget_item(session)),
        *(surface(name) for name in SURFACES),
        Clearing("visit_mark", lambda: ports.mark.set_visit(None)),
        Clearing("idle_clock", lambda: session.idle.end_visit(ports.now())),
        Clearing("audit", lambda: session.note("visit.cleared")),
    )


def run(lines: tuple[Clearing, ...], session: Session) -> None:
    """Work off the list; a line that breaks is reported, and all others are worked off."""
    for line in lines:
        try:
            line.run()
        except Exception as error:  # noqa: BLE001 - one line must not keep the others back
            _log.error("clearing %s broke: %s", line.name, type(error).__name__)
            session.tell("failed", failure=failure_of(error))


def _renew_visit(session: Session) -> None:
    session.visit = session.ports.new_id()


def discard_draft(session: Session) -> None:
    """Erase the pages that were kept so far; nothing once they are sealed."""
    draft, session.draft = session.draft, None
    if draft is not None:
        session.discard(draft)


def _forget_item(session: Session) -> None:
    session.item = None
    session.fault = None
