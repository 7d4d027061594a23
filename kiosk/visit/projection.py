"""From the state of the visit to the one view that is on the glass."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from kiosk.visit import checking, materials, steps
from kiosk.visit.pages import MaterialWay, SignModel
from kiosk.visit.screens import Model, Overlay, Screen, View
from kiosk.visit.session import Session

if TYPE_CHECKING:
    from kiosk.visit.crew import Crew


def build(crew: "Crew") -> View:
    """Everything that is on the glass now."""
    session = crew.session
    screen, ports = session.screen, session.ports
    idle = crew.waiting.warning > 0
    return View(
        screen=screen,
        model=_model(crew, screen),
        progress=steps.progress(screen, scans=_scans(crew)),
        overlay=Overlay.IDLE if idle else session.overlay,
        overlay_seconds=crew.waiting.warning,
        can_go_back=_can_go_back(crew, screen),
        can_cancel=steps.STEPS[screen].cancel,
        online=session.online,
        simulated=any(each.simulated for each in crew.devices.values()),
        demo=ports.catalogue.demo,
        site=ports.place.site,
    )


def _model(crew: "Crew", screen: Screen) -> Model:
    builders: dict[Screen, Callable[[], Model]] = {
        Screen.HOME: crew.choosing.home_model,
        Screen.GUIDE: crew.choosing.guide_model,
        Screen.NOTICE: crew.choosing.notice_model,
        Screen.ELSEWHERE: crew.choosing.elsewhere_model,
        Screen.IDENTIFY: crew.identify.model,
        Screen.EXPIRED: crew.identify.expired_model,
        Screen.MATERIALS: lambda: materials.model(crew.session.materials()),
        Screen.QUESTION: lambda: _question(crew),
        Screen.SCAN: crew.journey.scan.model,
        Screen.PRECHECK: crew.journey.findings_model,
        Screen.CHECK: lambda: checking.model(crew.session.form, crew.session.materials()),
        Screen.SIGN: lambda: sign_model(crew.session),
        Screen.SUBMIT: crew.submitting.model,
        Screen.DONE: crew.finishing.model,
        Screen.FAULT: lambda: crew.session.fault.model if crew.session.fault else None,
    }
    builder = builders.get(screen)
    return builder() if builder else None


def _question(crew: "Crew") -> Model:
    return crew.journey.asking.model() if crew.journey.asking else None


def sign_model(session: Session) -> SignModel:
    """The signature page, and whether submitting is possible."""
    promises = tuple(each.promise for each in session.form.promises())
    read = session.person.read_to_end or not promises
    strokes = len(session.person.strokes)
    return SignModel(
        item_name=session.form.item.short_name,
        promise=promises,
        read_to_end=read,
        strokes=strokes,
        can_submit=read and strokes > 0,
    )


def _can_go_back(crew: "Crew", screen: Screen) -> bool:
    early = {Screen.GUIDE, Screen.NOTICE, Screen.ELSEWHERE, Screen.IDENTIFY}
    return screen in early or crew.journey.can_go_back()


def _scans(crew: "Crew") -> bool:
    ways = {each.way for each in crew.session.materials()}
    return MaterialWay.SCAN in ways
