"""`portal faults`."""

import argparse

from portal.commands.output import DONE, USAGE, failed, say, show
from portal.fault_names import NAMES, switch_of
from portal.faults import Faults


def add_to(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of the word."""
    parser.add_argument("group", nargs="?")
    parser.add_argument("fault", nargs="?")
    parser.add_argument("switch", nargs="?", choices=("on", "off"))


def run(arguments: argparse.Namespace) -> int:
    """Switch one fault on or off, or show what is on; returns the exit code."""
    if not arguments.dir.is_dir():
        return failed("STORE_FAULT", "no such folder", as_json=arguments.json)
    faults = Faults(arguments.dir)
    if arguments.group is not None:
        group, name = arguments.group, arguments.fault
        if name not in NAMES.get(group, ()) or arguments.switch is None:
            known = (
                f"faults of {group}: {sorted(NAMES[group])}" if group in NAMES else sorted(NAMES)
            )
            say(f"portal: GROUP FAULT on|off; {known}")
            return USAGE
        faults.switch(switch_of(group, name), {} if arguments.switch == "on" else None)
    elif not faults.enabled:
        faults.clear()
    show(faults.all())
    return DONE
