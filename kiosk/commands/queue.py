"""`kiosk queue`: the outbox as staff see it; works while the terminal runs."""

import argparse
import re
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.audit import Audit, check
from kiosk.commands.output import Exit, common_flags, emit, emit_line, failed, message, refused
from kiosk.settings import Settings, SettingsError, load
from offline_cache.errors import StoreError, UnknownSubmissionError, WrongStateError
from offline_cache.files import as_store_error

if TYPE_CHECKING:
    from offline_cache.database import Database
    from offline_cache.desk import QueueDesk
    from offline_cache.records import QueueRow

_EMPTY = ("list", "stats", "export")
_DECISIONS = ("retry", "hold", "release", "withdraw", "expire")
_STAFF = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,31}")


def add(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the parser of `queue` and of its words."""
    parser = subparsers.add_parser("queue", help="submissions on their way to the portal")
    words = parser.add_subparsers(dest="queue_word", required=True, metavar="WORD")
    _leaf(words, "list", "one line per submission")
    _leaf(words, "show", "one submission").add_argument("id", metavar="ID")
    _leaf(words, "stats", "numbers over the whole queue")
    _leaf(words, "verify", "check the store")
    leaf = _leaf(words, "export", "what waits, sealed as it is, to carry by hand")
    leaf.add_argument("--to", metavar="DIR", required=True, help="a folder that is there")
    for word in _DECISIONS:
        leaf = _leaf(words, word, f"{word} one submission by a named decision")
        leaf.add_argument("id", metavar="ID")
        leaf.add_argument("--by", metavar="WHO", required=True, help="staff id, ASCII")
        leaf.add_argument("--why", metavar="TEXT", required=True)


def run(args: argparse.Namespace) -> int:
    """Run one word; 0 done, 1 with a failure code, 2 wrong usage (also an unknown id)."""
    try:
        settings = load(args.config, args.state, files=False)
    except SettingsError as error:
        return failed("SETTING_INVALID", str(error), as_json=args.json)
    if not (settings.state_dir / "store").exists() and args.queue_word in _EMPTY:
        return _nothing(args)
    try:
        with open_store(settings) as database:
            return _WORDS[args.queue_word](args, database, settings)
    except (UnknownSubmissionError, WrongStateError) as error:
        return refused(str(error), as_json=args.json)
    except StoreError as error:
        return failed(error.failure, str(error), as_json=args.json)


def open_store(settings: Settings) -> "Database":
    """The store as a second process sees it, with the caps of the settings.

    Raises:
        StoreError: there is none, or it cannot be used.
    """
    from offline_cache.database import Database, Limits  # noqa: PLC0415 - keeps the start fast

    limits = settings.limits
    return Database.open_second(
        settings.state_dir / "store",
        limits=Limits(queue_items=limits.queue_items, queue_days=limits.queue_days),
        old_library_allowed=settings.old_sqlite == "rollback",
    )


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
    if args.queue_word == "export":
        emit({"export": None, "submissions": 0, "messages": 0}, as_json=args.json)
    return Exit.DONE


def _desk(database: "Database") -> "QueueDesk":
    from offline_cache.desk import QueueDesk  # noqa: PLC0415 - keeps the start fast

    return QueueDesk(database)


def _list(args: argparse.Namespace, database: "Database", _settings: Settings) -> int:
    for row in _desk(database).rows():
        emit_line(_shown(row), as_json=args.json)
    return Exit.DONE


def _shown(row: "QueueRow") -> dict[str, object]:
    """A message has no collection number of its own."""
    return {**asdict(row), "collection_no": row.collection_no or None}


def _show(args: argparse.Namespace, database: "Database", _settings: Settings) -> int:
    desk = _desk(database)
    row = desk.row(args.id)
    decision = desk.decision(row.id)
    document = {
        **_shown(row),
        "decision": asdict(decision) if decision else None,
        "tries": [asdict(each) for each in desk.tries(row.id)],
    }
    emit(document, as_json=args.json)
    return Exit.DONE


def _stats(args: argparse.Namespace, database: "Database", _settings: Settings) -> int:
    emit(asdict(_desk(database).stats()), as_json=args.json)
    return Exit.DONE


def _verify(args: argparse.Namespace, database: "Database", _settings: Settings) -> int:
    from offline_cache.library import owners  # noqa: PLC0415 - keeps the start fast
    from offline_cache.recovery import missing_pages  # noqa: PLC0415 - keeps the start fast

    findings, brought = database.verify(), owners()
    missing = missing_pages(database)
    faults = [*findings.faults, *(f"page missing or cut off: {each}" for each in missing)]
    if len(brought) > 1:
        faults.append(f"several packages bring apsw: {', '.join(brought)}")
    document = {**asdict(findings), "ok": not faults, "faults": faults}
    if not faults:
        emit(document, as_json=args.json)
        return Exit.DONE
    emit({"failure": "STORE_FAULT", "message": faults[0], **document}, as_json=args.json)
    return Exit.NOT_DONE


def _export(args: argparse.Namespace, database: "Database", settings: Settings) -> int:
    from kiosk.commands import queue_export  # noqa: PLC0415 - keeps the start fast

    return queue_export.run(Path(args.to), database, settings, as_json=args.json)


def _decide(args: argparse.Namespace, database: "Database", settings: Settings) -> int:
    word, desk = args.queue_word, _desk(database)
    if not _STAFF.fullmatch(args.by):
        return refused("--by: a staff id of A-Z a-z 0-9 . _ -", as_json=args.json)
    if not args.why.strip():
        return refused("--why: may not be empty", as_json=args.json)
    row = desk.row(args.id)
    facts = {"id": row.id, "by": args.by, "why": args.why.strip()}
    try:
        check(f"queue.{word}", facts)
    except ValueError as error:
        return refused(f"--{error}", as_json=args.json)
    act: Callable[[str, str, str], None] = getattr(desk, word)
    try:
        # a journal that cannot be opened must be known before anything is decided
        journal = Audit(settings.state_dir / "audit.jsonl")
        act(row.id, args.by, args.why.strip())
        journal.append(f"queue.{word}", facts)
    except OSError as error:
        failure = as_store_error(error)
        return failed(failure.failure, f"the audit journal: {failure}", as_json=args.json)
    emit(_shown(desk.row(row.id)), as_json=args.json)
    return Exit.DONE


_WORDS: dict[str, Callable[[argparse.Namespace, "Database", Settings], int]] = {
    "list": _list,
    "show": _show,
    "stats": _stats,
    "verify": _verify,
    "export": _export,
    **dict.fromkeys(_DECISIONS, _decide),
}
