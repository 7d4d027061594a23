"""Whose case it is, results and copies, grants of licences, appointments, misses of a search."""

from typing import Final

import sqlalchemy as sa

from portal.tables.base import BIG, metadata

holders: Final = sa.Table(
    "holders",
    metadata,
    sa.Column("submission", sa.ForeignKey("submissions.n"), primary_key=True),
    sa.Column("cert_key", sa.String, nullable=False),
    sa.Index("ix_holders_cert_key", "cert_key"),
)

pickups: Final = sa.Table(
    "pickups",
    metadata,
    sa.Column("code", sa.String, primary_key=True),
    sa.Column("terminal", sa.String, nullable=False),
    sa.Column("case_id", sa.String, nullable=False),
    sa.Column("sha256", sa.String),
    sa.Index("ix_pickups_sha256", "sha256"),
)

result_files: Final = sa.Table(
    "result_files",
    metadata,
    sa.Column("sha256", sa.String, primary_key=True),
    sa.Column("content", sa.LargeBinary, nullable=False),
    sa.Column("cert_key", sa.String, nullable=False),
    sa.Column("verify_code", sa.String, nullable=False, unique=True),
)

prints: Final = sa.Table(
    "prints",
    metadata,
    sa.Column("n", BIG, primary_key=True, autoincrement=True),
    sa.Column("terminal", sa.String, nullable=False),
    sa.Column("id", sa.String, nullable=False),
    sa.Column("sha256", sa.String, nullable=False),
    sa.Column("file_sha256", sa.String, nullable=False),
    sa.Column("state", sa.String, nullable=False),
    sa.Column("is_copy", sa.Boolean, nullable=False),
    sa.Column("ack", sa.JSON, nullable=False),
    sa.UniqueConstraint("terminal", "id"),
    sa.Index("ix_prints_file_sha256", "file_sha256"),
)

licence_grants: Final = sa.Table(
    "licence_grants",
    metadata,
    sa.Column("n", BIG, primary_key=True, autoincrement=True),
    sa.Column("terminal", sa.String, nullable=False),
    sa.Column("id", sa.String, nullable=False),
    sa.Column("sha256", sa.String, nullable=False),
    sa.Column("cert_key", sa.String, nullable=False),
    sa.Column("source_id", sa.String, nullable=False),
    sa.Column("task_code", sa.String, nullable=False),
    sa.Column("material_name", sa.String, nullable=False),
    sa.Column("case_id", sa.String, nullable=False),
    sa.Column("consent_sha256", sa.String, nullable=False),
    sa.Column("grant_no", sa.String, nullable=False, unique=True),
    sa.Column("file_sha256", sa.String, nullable=False),
    sa.Column("content", sa.LargeBinary, nullable=False),
    sa.Column("watermark", sa.String, nullable=False),
    sa.Column("expires_ms", BIG, nullable=False),
    sa.Column("at", sa.String, nullable=False),
    sa.UniqueConstraint("terminal", "id"),
    sa.Index("ix_licence_grants_cert_key", "cert_key"),
)

appointments: Final = sa.Table(
    "appointments",
    metadata,
    sa.Column("n", BIG, primary_key=True, autoincrement=True),
    sa.Column("terminal", sa.String, nullable=False),
    sa.Column("id", sa.String, nullable=False),
    sa.Column("sha256", sa.String, nullable=False),
    sa.Column("slot_id", sa.String, nullable=False),
    sa.Column("task_code", sa.String, nullable=False),
    sa.Column("ticket_no", sa.String, nullable=False, unique=True),
    sa.Column("released_at", sa.String),
    sa.UniqueConstraint("terminal", "id"),
    sa.Index("ix_appointments_slot_id", "slot_id"),
)

misses: Final = sa.Table(
    "search_misses",
    metadata,
    sa.Column("n", BIG, primary_key=True, autoincrement=True),
    sa.Column("terminal", sa.String, nullable=False),
    sa.Column("at_ms", BIG, nullable=False),
    sa.Index("ix_search_misses_terminal_at_ms", "terminal", "at_ms"),
)
