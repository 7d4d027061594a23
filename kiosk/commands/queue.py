"""`kiosk queue`: the outbox as staff see it; works while the terminal runs."""

import argparse
import re
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.audit import Audit
from kiosk.commands.output import Exit, common_flags, emit, failed, message, refused
from kiosk.settings import SettingsError, load
from offline_cache.errors import StoreError, UnknownSubmissionError, WrongStateError

if TYPE_CHECKING:
    from offline_cache.database import Database
    from offline_cache.desk import QueueDesk
    from offline_cache.records import QueueRow

_EMPTY = ("list", "stats")
_STAFF = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,31}")


def add(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the parser of `queue` and of its words."""
    parser = subparsers.add_parser("queue", help="submissions on their way to the portal")
    words = parser.add_subparsers(dest="queue_word", required=True, metavar="WORD")
    _leaf(words, "list", "one line per submission")
    _leaf(words, "show", "one submission").add_argument("id", metavar="ID")
    _leaf(words, "stats", "numbers over the whole queue")
    _leaf(words, "verify", "check the store")
    for word in ("retry", "hold", "release"):
        leaf = _leaf(words, word, f"{word} one submission by a named decision")
        leaf.add_argument("id", metavar="ID")
        leaf.add_argument("--by", metavar="WHO", required=True, help="staff id, ASCII")
        leaf.add_argument("--why", metavar="TEXT", required=True)


def run(args: argparse.Namespace) -> int:
    """Run one word; 0 done, 1 with a failure code, 2 wrong usage (also an unknown id)."""
    from offline_cache.database import Database  # noqa: PLC0415 - keeps the start fast

    try:
        state_dir = load(args.config, args.state, files=False).state_dir
    except SettingsError as error:
        return failed("SETTING_INVALID", str(error), as_json=args.json)
    store = state_dir / "store"
    if not store.exists() and args.queue_word in _EMPTY:
        return _nothing(args)
    try:
        with Database.open_second(store) as database:
            return _WORDS[args.queue_word](args, database, state_dir)
    except (UnknownSubmissionError, WrongStateError) as error:
        return refused(str(error), as_json=args.json)
    except StoreError as error:
        return failed(error.failure, str(error), as_json=args.json)


def _leaf(
    words: "argparse._SubParsersAction[argparse.ArgumentParser]", word: str, text: str
) -> argparse.ArgumentParser:
    leaf = words.add_parser(word, help=text)
    common_flags(leaf)
    leaf.set_defaults(run=run)
    return leaf


def _nothing(args: argparse.Namespace) -> int:
    """A terminal that never ran has an empty queue."""
    message("no store here yet")
    if args.queue_word == "stats":
        numbers = {"depth": 0, "oldest_s": 0.0, "by_state": {}, "bytes": 0, "disk_free": None}
        emit(numbers, as_json=args.json)
    return Exit.DONE


def _desk(database: "Database") -> "QueueDesk":
    from offline_cache.desk import QueueDesk  # noqa: PLC0415 - keeps the start fast

    return QueueDesk(database)


def _list(args: argparse.Namespace, database: "Database", _state_dir: Path) -> int:
    for row in _desk(database).rows():
        emit(_shown(row), as_json=args.json)
    return Exit.DONE


def _shown(row: "QueueRow") -> dict[str, object]:
    """A message has no collection number of its own."""
    return {**asdict(row), "collection_no": row.collection_no or None}


def _show(args: argparse.Namespace, database: "Database", _state_dir: Path) -> int:
    emit(_shown(_desk(database).row(args.id)), as_json=args.json)
    return Exit.DONE


def _stats(args: argparse.Namespace, database: "Database", _state_dir: Path) -> int:
    emit(asdict(_desk(database).stats()), as_json=args.json)
    return Exit.DONE


def _verify(args: argparse.Namespace, database: "Database", _state_dir: Path) -> int:
    from offline_cache.documents import missing_pages  # noqa: PLC0415 - keeps the start fast

    findings = database.verify()
    missing = missing_pages(database)
    faults = [*findings.faults, *(f"page missing or cut off: {each}" for each in missing)]
    document = {**asdict(findings), "ok": not faults, "faults": faults}
    if not faults:
        emit(document, as_json=args.json)
        return Exit.DONE
    emit({"failure": "STORE_FAULT", "message": faults[0], **document}, as_json=args.json)
    return Exit.NOT_DONE


def _decide(args: argparse.Namespace, database: "Database", state_dir: Path) -> int:
    if not _STAFF.fullmatch(args.by) or not args.why.strip():
        text = "--by: a staff id of A-Z a-z 0-9 . _ -; --why: some text"
        return refused(text, as_json=args.json)
    desk = _desk(database)
    row = desk.row(args.id)
    word = args.queue_word
    act: Callable[[str, str, str], None] = getattr(desk, word)
    act(row.id, args.by, args.why)
    Audit(state_dir / "audit.jsonl").append(f"queue.{word}", {"id": row.id, "by": args.by})
    emit(_shown(desk.row(row.id)), as_json=args.json)
    return Exit.DONE


_WORDS: dict[str, Callable[[argparse.Namespace, "Database", Path], int]] = {
    "list": _list,
    "show": _show,
    "stats": _stats,
    "verify": _verify,
    "retry": _decide,
    "hold": _decide,
    "release": _decide,
}
