"""Whose case it is, results and their copies, grants of licences, appointments, misses."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add the tables of progress, results, licences and appointments."""
    _cases()
    _results()
    _licences()
    _appointments()


def _cases() -> None:
    op.create_table(
        "holders",
        sa.Column("submission", _BIG, sa.ForeignKey("submissions.n"), primary_key=True),
        sa.Column("cert_key", sa.String, nullable=False),
    )
    op.create_index("ix_holders_cert_key", "holders", ["cert_key"])
    op.create_table(
        "search_misses",
        sa.Column("n", _BIG, primary_key=True, autoincrement=True),
        sa.Column("terminal", sa.String, nullable=False),
        sa.Column("at_ms", _BIG, nullable=False),
    )
    op.create_index("ix_search_misses_terminal_at_ms", "search_misses", ["terminal", "at_ms"])


def _results() -> None:
    op.create_table(
        "pickups",
        sa.Column("code", sa.String, primary_key=True),
        sa.Column("terminal", sa.String, nullable=False),
        sa.Column("case_id", sa.String, nullable=False),
        sa.Column("sha256", sa.String),
    )
    op.create_index("ix_pickups_sha256", "pickups", ["sha256"])
    op.create_table(
        "result_files",
        sa.Column("sha256", sa.String, primary_key=True),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Column("cert_key", sa.String, nullable=False),
        sa.Column("verify_code", sa.String, nullable=False, unique=True),
    )
    op.create_table(
        "prints",
        sa.Column("n", _BIG, primary_key=True, autoincrement=True),
        sa.Column("terminal", sa.String, nullable=False),
        sa.Column("id", sa.String, nullable=False),
        sa.Column("sha256", sa.String, nullable=False),
        sa.Column("file_sha256", sa.String, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("is_copy", sa.Boolean, nullable=False),
        sa.Column("ack", sa.JSON, nullable=False),
        sa.UniqueConstraint("terminal", "id"),
    )
    op.create_index("ix_prints_file_sha256", "prints", ["file_sha256"])


def _licences() -> None:
    op.create_table(
        "licence_grants",
        sa.Column("n", _BIG, primary_key=True, autoincrement=True),
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
        sa.Column("expires_ms", _BIG, nullable=False),
        sa.Column("at", sa.String, nullable=False),
        sa.UniqueConstraint("terminal", "id"),
    )
    op.create_index("ix_licence_grants_cert_key", "licence_grants", ["cert_key"])


def _appointments() -> None:
    op.create_table(
        "appointments",
        sa.Column("n", _BIG, primary_key=True, autoincrement=True),
        sa.Column("terminal", sa.String, nullable=False),
        sa.Column("id", sa.String, nullable=False),
        sa.Column("sha256", sa.String, nullable=False),
        sa.Column("slot_id", sa.String, nullable=False),
        sa.Column("task_code", sa.String, nullable=False),
        sa.Column("ticket_no", sa.String, nullable=False, unique=True),
        sa.Column("released_at", sa.String),
        sa.UniqueConstraint("terminal", "id"),
    )
    op.create_index("ix_appointments_slot_id", "appointments", ["slot_id"])
