"""Whose case it is, as a keyed hash: noted when a submission is opened, never a number in clear."""

import hmac
import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa

from portal.files import write_durably
from portal.store import insert_if_new
from portal.tables.intake import submissions
from portal.tables.results import holders

_SECRET_BYTES: Final = 32


def person_secret(folder: Path) -> bytes:
    """The key of the hashes of persons' numbers: made once below `keys/`, the same in all workers.

    Raises:
        OSError: the folder cannot be written.
    """
    path = folder / "keys" / "person.key"
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = path.with_name(f".person.{os.getpid()}.key")
        write_durably(fresh, secrets.token_bytes(_SECRET_BYTES))
        try:
            path.hardlink_to(fresh)
        except FileExistsError:
            pass  # another worker was first: its key counts
        finally:
            fresh.unlink()
    return path.read_bytes()


def person_key(secret: bytes, number: str) -> str:
    """Keyed hash of a person's number; a bare one is found by trying all numbers."""
    return hmac.new(secret, number.encode("utf-8", "replace"), "sha256").hexdigest()


class Holders:
    """The people of the cases."""

    def __init__(self, secret: bytes) -> None:
        """`secret` is that of the residents' grants, so that both hashes agree."""
        self._secret = secret

    def note(self, connection: sa.Connection, number: int, payload: Mapping[str, Any]) -> None:
        """Remember whose the submission of that row is; a payload without a number is nobody's."""
        code = payload.get("applyer_page_code")
        if isinstance(code, str) and code:
            values = {"submission": number, "cert_key": person_key(self._secret, code)}
            insert_if_new(connection, holders, values)


def cases_of(connection: sa.Connection, cert_key: str, limit: int) -> list[tuple[str, str]]:
    """(terminal, case id) of a person's cases, the newest first."""
    newest = sa.func.max(submissions.c.n)
    query = (
        sa.select(submissions.c.terminal, submissions.c.case_id)
        .join(holders, holders.c.submission == submissions.c.n)
        .where(holders.c.cert_key == cert_key)
        .group_by(submissions.c.terminal, submissions.c.case_id)
        .order_by(newest.desc())
        .limit(limit)
    )
    return [(row.terminal, row.case_id) for row in connection.execute(query)]


def is_of(connection: sa.Connection, terminal: str, case_id: str, cert_key: str) -> bool:
    """Whether a case is that person's."""
    query = (
        sa.select(sa.func.count())
        .select_from(submissions.join(holders, holders.c.submission == submissions.c.n))
        .where(
            submissions.c.terminal == terminal,
            submissions.c.case_id == case_id,
            holders.c.cert_key == cert_key,
        )
    )
    return bool(connection.scalar(query))
