"""The frame around every screen: which one, what lies over it, how it is shown."""

from collections.abc import Callable
from typing import ClassVar

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QImage, QWindow
from PySide6.QtQml import QmlElement, QmlSingleton, QQmlEngine

from kiosk.visit.acts import Acts
from kiosk.visit.screens import Screen, View
from ui.qt_typing import Property
from ui.views.asking import QuestionView
from ui.views.checking import CheckView, PrecheckView, SignView
from ui.views.choosing import ElsewhereView, GuideView, HomeView, NoticeView
from ui.views.ending import DoneView, FaultView, SubmitView
from ui.views.identity import ExpiredView, IdentifyView
from ui.views.language import Languages
from ui.views.pages import Pages
from ui.views.scanning import MaterialsView, ScanView
from ui.views.stage import SOURCE_LANGUAGE, Stage

QML_IMPORT_NAME = "Kiosk.Views"
QML_IMPORT_MAJOR_VERSION = 1

NORMAL_TEXT = 0
LARGE_TEXT = 2
REFERENCE_PX_PER_MM = 4.03
REFERENCE_SIZE = (1080, 1920)

_NOBODY = frozenset({Screen.ATTRACT, Screen.HOME, Screen.CLEARED})


@QmlElement
@QmlSingleton
class Shell(QObject):
    """What QML sees of the program; made once, before the engine asks for it.

    Only `show` brings values of a visit in; each screen's view is emptied as soon as
    another screen is shown, and the presentation goes back to its defaults on ATTRACT.
    """

    changed = Signal()
    presented = Signal()
    sized = Signal()

    _made: ClassVar["Shell | None"] = None

    def __init__(self, acts: Acts | None = None, *, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._stage = Stage()
        self._stage.acts = acts
        self._languages = Languages()
        self._view = View(screen=Screen.ATTRACT, model=None, ready=acts is not None)
        self._text_step = NORMAL_TEXT
        self._px_per_mm = REFERENCE_PX_PER_MM
        self._size = REFERENCE_SIZE
        self._engine: QQmlEngine | None = None
        self._pages = Pages(self._stage, self)
        QQmlEngine.setObjectOwnership(self, QQmlEngine.ObjectOwnership.CppOwnership)
        Shell._made = self

    @staticmethod
    def create(engine: QQmlEngine) -> "Shell":
        """Give QML the one shell; called by the engine."""
        shell = Shell._made
        if shell is None:
            raise LookupError("no shell was made before the engine asked for it")
        shell.use_engine(engine)
        return shell

    def use_engine(self, engine: QQmlEngine) -> None:
        """Know the engine whose texts are changed and which shows the pictures."""
        self._engine = engine
        self._pages.pictures.install(engine)

    def attach(self, acts: Acts, catalogue_text: Callable[[str, str], str]) -> None:
        """Connect the visit once the rest of the program is there.

        Args:
            acts: where the slots go from now on.
            catalogue_text: gives a pack's Chinese text in a language (`zh_CN`, `en`).
        """
        self._stage.acts = acts
        self._stage.catalogue_text = catalogue_text
        self.show(acts.view)

    def show(self, view: View) -> None:
        """Show what the visit published; the view of the last screen forgets its values."""
        gone = self._view.screen
        self._view = view
        if view.screen is Screen.ATTRACT:
            self._present(SOURCE_LANGUAGE, NORMAL_TEXT)
        self._pages.show(view.screen, view.model)
        self.changed.emit()
        if gone is not view.screen:
            self._pages.clear_all_but(view.screen)

    def set_picture(self, name: str, seq: int, data: bytes) -> None:
        """Keep the newest JPEG or PNG picture `name`; QML asks for it by `seq`.

        A late picture, when nobody is at the terminal any more, is dropped.
        """
        if self._view.screen not in _NOBODY:
            self._pages.pictures.put(name, seq, data)

    def set_image(self, name: str, image: QImage) -> None:
        """Keep the newest picture `name`, already decoded; a late one is dropped as well."""
        if self._view.screen not in _NOBODY:
            self._pages.pictures.put_image(name, image)

    def forget_pages(self) -> None:
        """Empty the views of all screens but the one that is shown."""
        self._pages.clear_all_but(self._view.screen)

    def forget_pictures(self) -> None:
        """Drop every picture of the visit."""
        self._pages.pictures.clear()

    def reset_presentation(self) -> None:
        """Language and text size as they are for the next resident."""
        self._present(SOURCE_LANGUAGE, NORMAL_TEXT)

    def set_px_per_mm(self, px_per_mm: float) -> None:
        """Take over the measured density of the panel."""
        self._px_per_mm = px_per_mm
        self.sized.emit()

    def set_window(self, width: int, height: int) -> None:
        """Take over the window's size in pixels."""
        if (width, height) != self._size:
            self._size = (width, height)
            self.sized.emit()

    def follow(self, window: QWindow) -> None:
        """Take over the size of a window that something else sizes, now and later."""

        def resized(_length: int = 0) -> None:
            self.set_window(window.width(), window.height())

        window.widthChanged.connect(resized)
        window.heightChanged.connect(resized)
        resized()

    def _present(self, language: str, text_step: int) -> None:
        if text_step != self._text_step:
            self._text_step = text_step
            self.sized.emit()
        if language != self._stage.language:
            self._stage.language = language
            self._languages.use(language, self._engine)
            self._pages.retranslate()
            self.presented.emit()
            self.changed.emit()

    @Property(str, notify=changed)
    def screen(self) -> str:
        """Name of the screen, a value of `Screen`."""
        return self._view.screen.value

    @Property(str, notify=changed)
    def overlay(self) -> str:
        """What lies over it, a value of `Overlay`."""
        return self._view.overlay.value

    @Property(int, notify=changed)
    def overlaySeconds(self) -> int:
        """Seconds left on the idle warning."""
        return self._view.overlay_seconds

    @Property(int, notify=changed)
    def step(self) -> int:
        """The step, from 1."""
        return self._view.progress.step

    @Property(int, notify=changed)
    def steps(self) -> int:
        """How many steps; 0 = no progress shown."""
        return self._view.progress.of

    @Property(bool, notify=changed)
    def canGoBack(self) -> bool:
        """There is a page to go back to."""
        return self._view.can_go_back

    @Property(bool, notify=changed)
    def canCancel(self) -> bool:
        """There is something to cancel."""
        return self._view.can_cancel

    @Property(bool, notify=changed)
    def online(self) -> bool:
        """The portal answered lately."""
        return self._view.online

    @Property(bool, notify=changed)
    def simulated(self) -> bool:
        """At least one device is simulated."""
        return self._view.simulated

    @Property(bool, notify=changed)
    def demo(self) -> bool:
        """The catalogue is a demonstration."""
        return self._view.demo

    @Property(bool, notify=changed)
    def ready(self) -> bool:
        """The program is complete and a visit can start."""
        return self._view.ready

    @Property(str, notify=changed)
    def site(self) -> str:
        """Where the terminal stands."""
        return self._stage.say(self._view.site)

    @Property(str, notify=presented)
    def language(self) -> str:
        """`zh_CN` or `en`."""
        return self._stage.language

    @Property(int, notify=sized)
    def textStep(self) -> int:
        """0..3, the four text sizes."""
        return self._text_step

    @Property(bool, notify=sized)
    def largeText(self) -> bool:
        """The large text is on."""
        return self._text_step >= LARGE_TEXT

    @Property(float, notify=sized)
    def pxPerMm(self) -> float:
        """Pixels in a millimetre of the panel."""
        return self._px_per_mm

    @Property(int, notify=sized)
    def windowWidth(self) -> int:
        """Width of the window in pixels."""
        return self._size[0]

    @Property(int, notify=sized)
    def windowHeight(self) -> int:
        """Height of the window in pixels."""
        return self._size[1]

    @Property(bool, notify=sized)
    def landscape(self) -> bool:
        """The window is wider than high."""
        return self._size[0] > self._size[1]

    @Property(HomeView, constant=True)
    def homePage(self) -> HomeView:
        """The view of the screen `home`."""
        return self._pages.home

    @Property(GuideView, constant=True)
    def guidePage(self) -> GuideView:
        """The view of the screen `guide`."""
        return self._pages.guide

    @Property(NoticeView, constant=True)
    def noticePage(self) -> NoticeView:
        """The view of the screen `notice`."""
        return self._pages.notice

    @Property(ElsewhereView, constant=True)
    def elsewherePage(self) -> ElsewhereView:
        """The view of the screen `elsewhere`."""
        return self._pages.elsewhere

    @Property(IdentifyView, constant=True)
    def identifyPage(self) -> IdentifyView:
        """The view of the screen `identify`."""
        return self._pages.identify

    @Property(ExpiredView, constant=True)
    def expiredPage(self) -> ExpiredView:
        """The view of the screen `expired`."""
        return self._pages.expired

    @Property(MaterialsView, constant=True)
    def materialsPage(self) -> MaterialsView:
        """The view of the screen `materials`."""
        return self._pages.materials

    @Property(QuestionView, constant=True)
    def questionPage(self) -> QuestionView:
        """The view of the screen `question`."""
        return self._pages.question

    @Property(ScanView, constant=True)
    def scanPage(self) -> ScanView:
        """The view of the screen `scan`."""
        return self._pages.scan

    @Property(PrecheckView, constant=True)
    def precheckPage(self) -> PrecheckView:
        """The view of the screen `precheck`."""
        return self._pages.precheck

    @Property(CheckView, constant=True)
    def checkPage(self) -> CheckView:
        """The view of the screen `check`."""
        return self._pages.check

    @Property(SignView, constant=True)
    def signPage(self) -> SignView:
        """The view of the screen `sign`."""
        return self._pages.sign

    @Property(SubmitView, constant=True)
    def submitPage(self) -> SubmitView:
        """The view of the screen `submit`."""
        return self._pages.submit

    @Property(DoneView, constant=True)
    def donePage(self) -> DoneView:
        """The view of the screen `done`."""
        return self._pages.done

    @Property(FaultView, constant=True)
    def faultPage(self) -> FaultView:
        """The view of the screen `fault`."""
        return self._pages.fault

    @Slot()
    def touched(self) -> None:
        """Any touch or key."""
        self._stage.call(lambda acts: acts.touched())

    @Slot()
    def start(self) -> None:
        """Begin."""
        self._stage.call(lambda acts: acts.start())

    @Slot()
    def goHome(self) -> None:
        """Back to the items."""
        self._stage.call(lambda acts: acts.home())

    @Slot()
    def back(self) -> None:
        """The page before."""
        self._stage.call(lambda acts: acts.back())

    @Slot()
    def help(self) -> None:
        """Help is asked for."""
        self._stage.call(lambda acts: acts.help())

    @Slot()
    def dismiss(self) -> None:
        """Close what lies over the screen."""
        self._stage.call(lambda acts: acts.dismiss())

    @Slot()
    def askCancel(self) -> None:
        """Stop, with a question."""
        self._stage.call(lambda acts: acts.ask_cancel())

    @Slot()
    def confirmCancel(self) -> None:
        """Stop, really."""
        self._stage.call(lambda acts: acts.confirm_cancel())

    @Slot()
    def toggleText(self) -> None:
        """Large text on or off."""
        step = NORMAL_TEXT if self._text_step >= LARGE_TEXT else LARGE_TEXT
        self._present(self._stage.language, step)
        self.touched()

    @Slot()
    def toggleLanguage(self) -> None:
        """Chinese or English."""
        other = "en" if self._stage.language == SOURCE_LANGUAGE else SOURCE_LANGUAGE
        self._present(other, self._text_step)
        self.touched()
