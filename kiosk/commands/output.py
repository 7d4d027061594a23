"""What every command says: results on standard output, messages on standard error."""

import argparse
import errno
import json
import os
import sys
from collections.abc import Mapping
from enum import IntEnum
from pathlib import Path
from typing import Any

_NO_ROOM = {errno.ENOSPC, errno.EDQUOT}
_OF_A_DISK = {*_NO_ROOM, errno.EIO, errno.EROFS, errno.EACCES, errno.EPERM}
_HERE = Path(__file__).parents[2]


class Exit(IntEnum):
    """Exit codes of `kiosk` and `portal`; 130 is a shell's for Ctrl-C."""

    DONE = 0
    NOT_DONE = 1
    USAGE = 2
    ENVIRONMENT = 3
    INTERRUPTED = 130


def common_flags(parser: argparse.ArgumentParser) -> None:
    """Add the flags that every command takes."""
    parser.add_argument("--json", action="store_true", help="one JSON document on standard output")
    parser.add_argument("--config", metavar="FILE", help="settings (default: kiosk.toml here)")
    parser.add_argument("--state", metavar="DIR", help="state folder; wins over the settings")


def emit(document: Mapping[str, Any], *, as_json: bool) -> None:
    """Print one result, flushed: a JSON line, or `key: value` lines for a person."""
    if as_json:
        sys.stdout.write(json.dumps(document, ensure_ascii=False, default=str) + "\n")
    else:
        for key, value in document.items():
            sys.stdout.write(f"{key}: {_plain(value)}\n")
    sys.stdout.flush()


def emit_line(document: Mapping[str, Any], *, as_json: bool) -> None:
    """Print one of many results: a JSON line, or one line of words and values for a person."""
    if as_json:
        emit(document, as_json=True)
        return
    words = [
        _plain(value) if key == "event" else f"{key}={_plain(value)}"
        for key, value in document.items()
    ]
    sys.stdout.write("  ".join(words) + "\n")
    sys.stdout.flush()


def message(text: str) -> None:
    """Say something to the person at the keyboard, never to the program that reads the result."""
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


def failed(failure: str, text: str, *, as_json: bool) -> int:
    """Report that it did not work; returns the exit code 1."""
    if as_json:
        emit({"failure": failure, "message": text}, as_json=True)
    else:
        message(f"{failure}: {text}")
    return Exit.NOT_DONE


def refused(text: str, *, as_json: bool, **beside: object) -> int:
    """Report wrong usage: an argument was refused; returns the exit code 2.

    Args:
        text: what is wrong with which argument.
        as_json: the same as a document.
        beside: keys that the command's document has in any case.
    """
    message(text)
    if as_json:
        emit({**beside, "failure": "OPTION_REFUSED", "message": text}, as_json=True)
    return Exit.USAGE


def broke(error: BaseException, *, as_json: bool) -> int:
    """Report what no command expected, in the same words as every other failure.

    A disk or folder that cannot be used is `STORE_FULL` or `STORE_FAULT`; anything else is a
    mistake of the program, told by its type and place, never by its text, which may quote
    content. A reader of the output that went away is told nothing.

    Returns:
        the exit code.
    """
    if isinstance(error, KeyboardInterrupt):
        return Exit.INTERRUPTED
    if isinstance(error, BrokenPipeError):
        # what is still in the buffer would be tried again at the end, with a traceback
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return Exit.NOT_DONE
    if isinstance(error, OSError) and (error.filename or error.errno in _OF_A_DISK):
        failure = "STORE_FULL" if error.errno in _NO_ROOM else "STORE_FAULT"
        place = "" if error.filename is None else f": {os.fspath(error.filename)!a}"
        return failed(failure, f"{error.strerror or type(error).__name__}{place}", as_json=as_json)
    text = f"a mistake of the program: {type(error).__name__} at {_place(error)}"
    return failed("PROGRAM_FAULT", text, as_json=as_json)


def _place(error: BaseException) -> str:
    """The innermost file and line of this program, not of a library below it."""
    place, trace = "an unknown place", error.__traceback__
    while trace is not None:
        file = Path(trace.tb_frame.f_code.co_filename)
        if file.is_relative_to(_HERE):
            place = f"{file.relative_to(_HERE)}:{trace.tb_lineno}"
        trace = trace.tb_next
    return place


def _plain(value: object) -> str:
    if isinstance(value, (dict, list, tuple)):
        return json.dumps(value, ensure_ascii=False, default=str)
    return "-" if value is None else str(value)
