"""Which portal a store belongs to: random, made once, kept in every backup."""

import secrets
from typing import Final

import sqlalchemy as sa

from portal.store import insert_if_new
from portal.tables.base import meta

NAME: Final = "portal"


def ensure_identity(connection: sa.Connection) -> str:
    """The portal's identity, 32 hex digits; made at the first question."""
    insert_if_new(connection, meta, {"name": NAME, "value": secrets.token_hex(16)})
    return str(connection.scalar(sa.select(meta.c.value).where(meta.c.name == NAME)))


def present_identity(connection: sa.Connection) -> str | None:
    """The portal's identity, or None when nobody asked yet."""
    found = connection.scalar(sa.select(meta.c.value).where(meta.c.name == NAME))
    return None if found is None else str(found)
