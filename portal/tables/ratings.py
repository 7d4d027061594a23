"""Ratings (好差评)."""

from typing import Final

import sqlalchemy as sa

from portal.tables.base import BIG, metadata

evaluations: Final = sa.Table(
    "evaluations",
    metadata,
    sa.Column("n", BIG, primary_key=True, autoincrement=True),
    sa.Column("terminal", sa.String, nullable=False),
    sa.Column("id", sa.String, nullable=False),
    sa.Column("sha256", sa.String, nullable=False),
    sa.Column("subject", sa.String, nullable=False, unique=True),
    sa.Column("satisfaction", sa.Integer, nullable=False),
    sa.Column("reasons", sa.JSON, nullable=False),
    sa.Column("at", sa.String, nullable=False),
    sa.Column("channel", sa.String, nullable=False),
    sa.Column("ack", sa.JSON, nullable=False),
    sa.UniqueConstraint("terminal", "id"),
)
