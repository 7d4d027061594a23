"""How every word of the `portal` command answers: JSON or text on standard output, and a code."""

import errno
import json
import os
import sys
import traceback
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

DONE: Final = 0
NOT_DONE: Final = 1
USAGE: Final = 2
LACKING: Final = 3
INTERRUPTED: Final = 130
_NO_ROOM: Final = frozenset({errno.ENOSPC, errno.EDQUOT})


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


def broke(error: BaseException, *, as_json: bool) -> int:
    """Report what no word expected, in the same form as every other failure.

    A mistake of the program is told by its type and place, never by its text, which may
    quote what somebody handed in. A reader of the output that went away is told nothing.

    Returns:
        the exit code.
    """
    if isinstance(error, KeyboardInterrupt):
        return INTERRUPTED
    if isinstance(error, BrokenPipeError):
        # what is still in the buffer would be tried again at the end, with a traceback
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return NOT_DONE
    if isinstance(error, OSError):
        failure = "STORE_FULL" if error.errno in _NO_ROOM else "STORE_FAULT"
        place = "" if error.filename is None else f": {os.fspath(error.filename)!a}"
        return failed(failure, f"{error.strerror or type(error).__name__}{place}", as_json=as_json)
    frames = traceback.extract_tb(error.__traceback__)
    place = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "nowhere"
    text = f"a mistake of the program: {type(error).__name__} at {place}"
    return failed("PROGRAM_FAULT", text, as_json=as_json)


def not_in_this_version(what: str) -> int:
    """Say that a later version brings it."""
    say(f"portal: {what}: not in this version")
    return USAGE
