"""`kiosk config check` and `kiosk config show`."""

import argparse
from dataclasses import asdict
from pathlib import Path

from kiosk.commands.output import Exit, common_flags, emit, failed
from kiosk.settings import Settings, SettingsError, load, read, whole


def add(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the two commands."""
    words = subparsers.add_parser("config", help="check or show the settings")
    below = words.add_subparsers(dest="act", required=True, metavar="ACT")
    check = below.add_parser("check", help="check one settings file")
    check.add_argument("file")
    common_flags(check)
    check.set_defaults(run=run_check)
    show = below.add_parser("show", help="show the values in force")
    show.add_argument("--sources", action="store_true", help="say where each value comes from")
    common_flags(show)
    show.set_defaults(run=run_show)


def run_check(args: argparse.Namespace) -> int:
    """Check a file; the JSON is `{ok, faults: [{key, reason}]}`."""
    try:
        whole(read(Path(args.file)))
    except SettingsError as error:
        faults = [asdict(fault) for fault in error.faults]
        document = {
            "ok": False,
            "faults": faults,
            "failure": "SETTING_INVALID",
            "message": str(error),
        }
        emit(document, as_json=args.json)
        return Exit.NOT_DONE
    emit({"ok": True, "faults": []}, as_json=args.json)
    return Exit.DONE


def values(settings: Settings) -> dict[str, object]:
    """Every setting by its key; key files are named, never read."""
    portal = settings.portal
    flat: dict[str, object] = {
        **{f"terminal.{key}": value for key, value in asdict(settings.terminal).items()},
        "state.dir": str(settings.state_dir),
        "state.old_sqlite": settings.old_sqlite,
        "portal.url": portal.url,
        "portal.sealing_key": str(portal.sealing_key or ""),
        "portal.ca": str(portal.ca or ""),
        "portal.cert": str(portal.cert or ""),
        "portal.key": f"file:{portal.key}" if portal.key else "",
        "portal.signatures": portal.signatures,
        **{f"limits.{key}": value for key, value in asdict(settings.limits).items()},
    }
    for device in settings.devices:
        flat[f"devices.{device.device_id}.uri"] = str(device.uri)
        flat[f"devices.{device.device_id}.enabled"] = device.enabled
    return flat


def run_show(args: argparse.Namespace) -> int:
    """Show the values; with `--sources` each has its layer, generation and author."""
    try:
        settings = load(args.config, args.state, files=False)
    except SettingsError as error:
        return failed("SETTING_INVALID", str(error), as_json=args.json)
    shown: dict[str, object] = values(settings)
    if args.sources:
        shown = {
            key: {
                "value": value,
                "layer": "file" if key in settings.sources else "default",
                "generation": None,
                "author": settings.sources.get(key),
            }
            for key, value in shown.items()
        }
    emit(shown, as_json=args.json)
    return Exit.DONE
