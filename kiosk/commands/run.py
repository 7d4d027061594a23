"""`kiosk run`: start the terminal."""

import argparse
from dataclasses import replace
from datetime import UTC, datetime

from kiosk.commands.output import Exit, common_flags, failed, message
from kiosk.settings import Settings, SettingsError, load, make_simulated_folders


def add(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    parser = subparsers.add_parser("run", help="start the terminal")
    common_flags(parser)
    parser.add_argument(
        "--with-portal", action="store_true", help="start the reference portal as a child too"
    )
    parser.add_argument("--size", metavar="WxH", help="a window of this size, not the whole screen")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Run until the service manager or a person ends it."""
    try:
        settings = load(args.config, args.state)
        size = _size(args.size)
    except SettingsError as error:
        return failed("SETTING_INVALID", str(error), as_json=args.json)
    except ValueError:
        message(f"--size {args.size}: two numbers such as 1080x1920")
        return Exit.USAGE
    make_simulated_folders(settings)
    if not args.with_portal:
        return _start(settings, size)
    from kiosk.commands.portal_child import PortalNotStartedError  # noqa: PLC0415 - development only

    try:
        return _with_portal(settings, size)
    except PortalNotStartedError as error:
        return failed("PORTAL_UNREACHABLE", str(error), as_json=args.json)


def _size(text: str | None) -> tuple[int, int] | None:
    if not text:
        return None
    width, _, height = text.partition("x")
    return int(width), int(height)


def _with_portal(settings: Settings, size: tuple[int, int] | None) -> int:
    from kiosk.commands.portal_child import PortalChild  # noqa: PLC0415 - development only

    _lay_demo_papers(settings)
    with PortalChild(settings.state_dir / "portal") as portal:
        own = replace(settings.portal, url=portal.url)
        return _start(replace(settings, portal=own), size)


def _lay_demo_papers(settings: Settings) -> None:
    """Somebody at the window has no card to lay down: an invented one lies there already."""
    if not settings.built_in:
        return
    from ui.demo.hands import Hands  # noqa: PLC0415 - development only
    from ui.demo.people import draw  # noqa: PLC0415 - development only

    person = draw(0, datetime.now(UTC).date())
    hands = Hands(settings.devices)
    hands.lay_card(person)
    hands.bring_papers(person, 1)
    hands.lay_page(1)
    message("An invented card lies on the simulated reader, an invented lease under the camera.")


def _start(settings: Settings, size: tuple[int, int] | None) -> int:
    from ui.fonts import FontMissingError  # noqa: PLC0415 - Qt only where a screen is wanted
    from ui.program import Program  # noqa: PLC0415 - Qt only where a screen is wanted

    try:
        program = Program(settings, size=size)
    except FontMissingError as error:
        message(f"font missing: {error}")
        return Exit.ENVIRONMENT
    return program.run()
