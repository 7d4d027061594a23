"""What every command says: results on standard output, messages on standard error."""

import argparse
import json
import sys
from collections.abc import Mapping
from enum import IntEnum
from typing import Any


class Exit(IntEnum):
    """Exit codes of `kiosk` and `portal`."""

    DONE = 0
    NOT_DONE = 1
    USAGE = 2
    ENVIRONMENT = 3


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


def _plain(value: object) -> str:
    if isinstance(value, (dict, list, tuple)):
        return json.dumps(value, ensure_ascii=False, default=str)
    return "-" if value is None else str(value)
