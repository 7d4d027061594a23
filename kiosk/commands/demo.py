"""`kiosk demo`: a scripted resident drives the real screens."""

import argparse
import os
from dataclasses import replace
from pathlib import Path

from kiosk.commands.output import Exit, common_flags, emit_line, failed, message
from kiosk.settings import Settings, SettingsError, address_fault, demo, load

_ITEMS = ("S1",)
_PATHS = ("changed", "promise")


def add(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    parser = subparsers.add_parser("demo", help="a scripted resident drives the real screens")
    common_flags(parser)
    parser.add_argument("--out", metavar="DIR", default="build/demo", help="state and pictures")
    parser.add_argument("--visits", type=int, default=1, help="0 only drains the queue")
    parser.add_argument("--item", default="S1", metavar="ID")
    parser.add_argument("--path", default="changed", metavar="NAME", help="changed or promise")
    parser.add_argument("--seed", type=int, default=0, help="draws the invented people")
    parser.add_argument("--offline", action="store_true", help="no portal runs, none is awaited")
    parser.add_argument("--portal", metavar="URL", help="use this portal instead of an own one")
    parser.add_argument("--identity", metavar="DIR", help="certificates of the terminal")
    parser.add_argument("--wait", type=float, default=60.0, metavar="S", help="for what is sealed")
    parser.add_argument("--window", action="store_true", help="show the window")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Play the visits; exit 0 when all reached their expected end."""
    wrong = _wrong(args)
    if wrong:
        message(f"kiosk demo {wrong}")
        return Exit.USAGE
    if not args.window:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    try:
        settings = _settings(args)
    except SettingsError as error:
        return failed("SETTING_INVALID", str(error), as_json=args.json)
    from kiosk.commands.portal_child import PortalNotStartedError  # noqa: PLC0415 - after the checks

    try:
        return _with_portal(args, settings)
    except PortalNotStartedError as error:
        return failed("PORTAL_UNREACHABLE", str(error), as_json=args.json)


def _wrong(args: argparse.Namespace) -> str | None:
    """What is wrong with the words of the command, or None."""
    if args.item not in _ITEMS:
        return f"--item {args.item}: not in this version"
    if args.path not in _PATHS or args.visits < 0 or (args.offline and args.portal):
        return "takes --path changed|promise, --visits >= 0, --offline or --portal"
    fault = address_fault(args.portal) if args.portal else None
    if fault:
        return f"--portal: {fault}"
    if args.identity and not Path(args.identity).is_dir():
        return f"--identity {args.identity}: no such folder"
    return None


def _settings(args: argparse.Namespace) -> Settings:
    """The configuration with its state in `DIR/state`, devices in `DIR/devices`."""
    out = Path(args.out)
    state = args.state or str(out / "state")
    if args.config or Path("kiosk.toml").is_file():
        return load(args.config, state)
    settings = demo(out)
    return replace(settings, state_dir=Path(state))


def _with_portal(args: argparse.Namespace, settings: Settings) -> int:
    """Run with the portal that was asked for: an own child, a named one, or none."""
    from kiosk.commands.portal_child import PortalChild  # noqa: PLC0415 - after the checks

    folder = Path(args.out) / "portal"
    own = replace(
        settings.portal, sealing_key=settings.portal.sealing_key or folder / "sealing.pub"
    )
    if args.offline:
        if not (folder / "sealing.pub").is_file():
            with PortalChild(folder):
                pass  # its first start makes the keys
        return _play(args, replace(settings, portal=replace(own, url="")))
    if args.portal or settings.portal.url:
        return _play(args, _named(args, settings))
    with PortalChild(folder) as portal:
        return _play(args, replace(settings, portal=replace(own, url=portal.url)))


def _named(args: argparse.Namespace, settings: Settings) -> Settings:
    """The portal of `--portal` or of the settings, with the certificates of `--identity`."""
    portal = replace(settings.portal, url=args.portal or settings.portal.url)
    if args.identity:
        from kiosk.assembly.adapters import identity_files  # noqa: PLC0415 - only with the flag

        folder = Path(args.identity)
        ca, pair = identity_files(folder)
        key = folder / "sealing.pub"
        portal = replace(
            portal,
            ca=ca,
            cert=pair[0] if pair else None,
            key=pair[1] if pair else None,
            sealing_key=key if key.is_file() else portal.sealing_key,
        )
    return replace(settings, portal=portal)


def _play(args: argparse.Namespace, settings: Settings) -> int:
    from ui.demo.performance import Orders, Performance  # noqa: PLC0415 - Qt
    from ui.fonts import FontMissingError  # noqa: PLC0415 - Qt

    orders = Orders(
        out=Path(args.out),
        path=args.path,
        item=args.item,
        visits=args.visits,
        seed=args.seed,
        wait_s=0.0 if args.offline else args.wait,
    )
    try:
        performance = Performance(
            settings, orders, lambda event: emit_line(event, as_json=args.json)
        )
    except FontMissingError as error:
        message(f"font missing: {error}")
        return Exit.ENVIRONMENT
    return Exit.DONE if performance.run() else Exit.NOT_DONE
