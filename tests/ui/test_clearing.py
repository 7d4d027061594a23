"""After a visit no view, picture or item on the glass holds anything of the resident."""

from collections.abc import Iterator

from english_pack import english
from gallery import COLLECTION_NO, MOBILE, NAME, NUMBER, gallery
from PySide6.QtCore import QObject
from screen_support import Glass, items, page_picture

from kiosk.visit.screens import Screen, View

MARKERS = (NAME, NUMBER, MOBILE, COLLECTION_NO, "501 室", "13800005678", "31010519", "YS1234")


def _values(thing: QObject) -> Iterator[str]:
    meta = thing.metaObject()
    own = range(meta.propertyOffset(), meta.propertyCount())
    for index in own:
        yield repr(thing.property(str(meta.property(index).name())))


def _pages(glass: Glass) -> list[QObject]:
    return list(glass.shell.children())


def _texts(glass: Glass) -> list[str]:
    return [
        str(item.property("text"))
        for item in items(glass.window.contentItem())
        if item.inherits("QQuickText")
    ]


def test_the_views_hold_the_markers_while_they_are_shown(glass: Glass) -> None:
    glass.show(gallery()["identify_read"])

    held = " ".join(value for page in _pages(glass) for value in _values(page))

    assert NAME in held
    assert NUMBER in held


def test_no_property_holds_anything_after_a_whole_visit(glass: Glass) -> None:
    for view in gallery().values():
        glass.show(view)

    glass.shell.show(View(Screen.CLEARED, None))
    glass.settle()

    held = " ".join(value for page in _pages(glass) for value in _values(page))
    shown = " ".join(_texts(glass))
    assert [marker for marker in MARKERS if marker in held or marker in shown] == []


def test_each_view_forgets_when_another_screen_comes(glass: Glass) -> None:
    glass.show(gallery()["identify_read"])

    glass.show(gallery()["materials_scan"])

    assert glass.shell.identifyPage.maskedName == ""
    assert glass.shell.identifyPage.maskedNumber == ""


def test_pictures_vanish_with_the_visit(glass: Glass) -> None:
    glass.show(gallery()["scan_live"])
    glass.show(gallery()["done_received"])
    assert glass.shell._pages.pictures.names() == {"scan", "qr"}

    glass.shell.show(View(Screen.CLEARED, None))

    assert glass.shell._pages.pictures.names() == frozenset()


def test_the_page_taken_is_gone_when_scanning_is_over(glass: Glass) -> None:
    glass.show(gallery()["scan_live"])

    glass.shell.show(gallery()["check"])

    assert "scan" not in glass.shell._pages.pictures.names()


def test_a_late_picture_is_dropped_when_nobody_is_there_any_more(glass: Glass) -> None:
    glass.show(gallery()["scan_live"])
    glass.shell.show(View(Screen.CLEARED, None))

    glass.shell.set_picture("scan", 9, page_picture())

    assert glass.shell._pages.pictures.names() == frozenset()


def test_language_and_size_return_to_their_defaults(glass: Glass) -> None:
    glass.shell._stage.catalogue_text = english
    glass.show(gallery()["home"])
    glass.shell.toggleLanguage()
    glass.shell.toggleText()

    glass.shell.show(View(Screen.ATTRACT, None))

    assert (glass.shell.language, glass.shell.textStep) == ("zh_CN", 0)
