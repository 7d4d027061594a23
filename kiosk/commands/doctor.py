"""`kiosk doctor`: is everything there that the terminal needs?"""

import argparse

from kiosk.commands.output import Exit, common_flags, emit, failed
from kiosk.settings import SettingsError, load


def add(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    parser = subparsers.add_parser("doctor", help="check environment, devices, queue and portal")
    common_flags(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print the findings; exit 0 when all is well, 3 when the environment lacks something."""
    try:
        settings = load(args.config, args.state, files=False)
    except SettingsError as error:
        return failed("SETTING_INVALID", str(error), as_json=args.json)
    from kiosk.commands.examination import examine  # noqa: PLC0415 - slow imports

    document = examine(settings)
    emit(document, as_json=args.json)
    if any(not each["ok"] for each in document["environment"]):
        return Exit.ENVIRONMENT
    return Exit.DONE if document["ok"] else Exit.NOT_DONE
