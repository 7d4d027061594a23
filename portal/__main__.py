"""The `portal` command: the reference central portal and its operator's tools."""

import argparse
import importlib
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from portal.commands.output import LACKING, broke, failed, not_in_this_version
from portal.places import ScaleMissingError

_WORDS: Final[Mapping[str, str]] = {
    "serve": "serve the contract: on loopback, or with --tls for terminals with certificates",
    "list": "one line per submission, or what is lost",
    "faults": "switch a fault, or show what is on",
    "certificates": "make, revoke or list the certificates of terminals",
    "import": "take in a sealed export of a terminal, once",
    "backup": "the portal's own state into a new folder",
    "restore": "the portal's own state from a backup",
}
_MODULES: Final[Mapping[str, str]] = {"list": "listing", "import": "importing"}
_LATER: Final = ("enrol", "release")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one word; returns the exit code: 0 done, 1 did not work, 2 wrong usage, 3 lacking.

    Whatever a word does not expect ends in a failure code as well, never in a traceback.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        return _run(given)
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 - told with its code
        return broke(error, as_json="--json" in given)


def _run(given: Sequence[str]) -> int:
    word = given[0] if given else ""
    if word in _LATER:
        return not_in_this_version(word)
    parser = argparse.ArgumentParser(prog="portal", description=__doc__)
    words = parser.add_subparsers(dest="word", required=True)
    parsers = {name: words.add_parser(name, help=about) for name, about in _WORDS.items()}
    for name in _LATER:
        words.add_parser(name, help="not in this version")
    if word not in parsers:
        parser.parse_args(given)
    # only the module of the word that is said: `serve` alone costs half a second
    module = importlib.import_module(f"portal.commands.{_MODULES.get(word, word)}")
    module.add_to(parsers[word])
    parsers[word].add_argument("--dir", type=Path, required=True, help="the portal's folder")
    parsers[word].add_argument("--json", action="store_true", help="JSON on standard output")
    parsed = parser.parse_args(given)
    try:
        return int(module.run(parsed))
    except ScaleMissingError as error:
        failed("STORE_FAULT", str(error), as_json=parsed.json)
        return LACKING


if __name__ == "__main__":
    sys.exit(main())
