"""`kiosk queue export`: what waits, on a stick, for a terminal whose network stays away."""

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from kiosk.audit import Audit
from kiosk.commands.output import Exit, emit, failed, refused
from kiosk.settings import Settings
from kiosk.sync.signing import SigningKeyError, load_key
from offline_cache.database import Database
from offline_cache.export import Exporter


def run(target: Path, database: Database, settings: Settings, *, as_json: bool) -> int:
    """Write one export below `target`; 0 also when nothing waits.

    The JSON is `{export, submissions, messages, documents, bytes, signed, lost}`. It is
    signed where the settings name a key; a key that cannot be used is a failure, never a
    silently unsigned export. A submission that lost a page here is left out, named in
    `lost`, and makes the exit code 1.

    Raises:
        StoreError: the target or the store failed; no finished folder is left.
        OSError: the audit journal cannot be used; nothing was written.
    """
    if not target.is_dir():
        return refused(f"--to: no folder: {target}", as_json=as_json)
    try:
        sign = _signer(settings)
    except SigningKeyError as error:
        return failed("SETTING_INVALID", f"portal.key: {error}", as_json=as_json)
    # opened first: what cannot be recorded is not carried away
    journal = Audit(settings.state_dir / "audit.jsonl")
    done = Exporter(database, settings.terminal.id, sign).write(target)
    document = asdict(done)
    if done.export is not None:
        _note(journal, Path(done.export).name, done.submissions, done.messages)
    if not done.lost:
        emit(document, as_json=as_json)
        return Exit.DONE
    text = f"{len(done.lost)} submissions have lost a page and are not in the export"
    emit({"failure": "STORE_FAULT", "message": text, **document}, as_json=as_json)
    return Exit.NOT_DONE


def _signer(settings: Settings) -> Callable[[bytes], bytes] | None:
    return None if settings.portal.key is None else load_key(settings.portal.key).sign


def _note(journal: Audit, name: str, submissions: int, messages: int) -> None:
    facts: dict[str, str | int] = {
        "export": name,
        "submissions": submissions,
        "messages": messages,
    }
    journal.append("queue.export", facts)
