"""How every word of the `portal` command answers: JSON or text on standard output, and a code."""

import json
import sys
from collections.abc import Mapping
from typing import Any, Final

DONE: Final = 0
NOT_DONE: Final = 1
USAGE: Final = 2
LACKING: Final = 3


def show(result: Mapping[str, Any] | str) -> None:
    """One line on standard output: text as it is, a mapping as JSON."""
    text = result if isinstance(result, str) else json.dumps(result, ensure_ascii=False)
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def say(text: str) -> None:
    """One line for people on standard error."""
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


def failed(failure: str, text: str, *, as_json: bool) -> int:
    """Say that it did not work; `failure` is a code of `docs/failure-codes.md`."""
    if as_json:
        show({"failure": failure, "message": text})
    else:
        say(f"{failure}: {text}")
    return NOT_DONE


def not_in_this_version(what: str) -> int:
    """Say that a later version brings it."""
    say(f"portal: {what}: not in this version")
    return USAGE
