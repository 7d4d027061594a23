"""Grants of residents, payments and refunds, deliveries, messages to the clerks."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add the tables of the services beside the intake."""
    _grants()
    _payments()
    _refunds()
    _messages()


def _grants() -> None:
    op.create_table(
        "grants",
        sa.Column("digest", sa.String, primary_key=True),
        sa.Column("terminal", sa.String, nullable=False),
        sa.Column("visit", sa.String, nullable=False),
        sa.Column("method", sa.String, nullable=False),
        sa.Column("level", sa.Integer, nullable=False),
        sa.Column("cert_type", sa.String, nullable=False),
        sa.Column("cert_key", sa.String, nullable=False),
        sa.Column("expires_ms", _BIG, nullable=False),
    )
    op.create_index("ix_grants_expires_ms", "grants", ["expires_ms"])
    op.create_index("ix_grants_terminal_visit", "grants", ["terminal", "visit"])


def _payments() -> None:
    op.create_table(
        "payments",
        sa.Column("n", _BIG, primary_key=True, autoincrement=True),
        sa.Column("terminal", sa.String, nullable=False),
        sa.Column("id", sa.String, nullable=False),
        sa.Column("sha256", sa.String, nullable=False),
        sa.Column("case_id", sa.String, nullable=False),
        sa.Column("fee_name", sa.String, nullable=False),
        sa.Column("amount_fen", _BIG, nullable=False),
        sa.Column("refunded_fen", _BIG, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("pay_token", sa.String, nullable=False),
        sa.Column("open_key", sa.String, unique=True),
        sa.Column("expires_ms", _BIG, nullable=False),
        sa.Column("money_ms", _BIG),
        sa.Column("paid_at", sa.String),
        sa.Column("closing_sha256", sa.String),
        sa.UniqueConstraint("terminal", "id"),
    )
    op.create_index("ix_payments_case_id", "payments", ["case_id"])


def _refunds() -> None:
    op.create_table(
        "refunds",
        sa.Column("n", _BIG, primary_key=True, autoincrement=True),
        sa.Column("terminal", sa.String, nullable=False),
        sa.Column("id", sa.String, nullable=False),
        sa.Column("sha256", sa.String, nullable=False),
        sa.Column("payment", _BIG, sa.ForeignKey("payments.n"), nullable=False),
        sa.Column("amount_fen", _BIG, nullable=False),
        sa.Column("reason", sa.String, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("done_ms", _BIG),
        sa.Column("refunded_at", sa.String),
        sa.UniqueConstraint("terminal", "id"),
    )
    op.create_index("ix_refunds_payment", "refunds", ["payment"])


def _messages() -> None:
    op.create_table(
        "deliveries",
        sa.Column("n", _BIG, primary_key=True, autoincrement=True),
        sa.Column("terminal", sa.String, nullable=False),
        sa.Column("id", sa.String, nullable=False),
        sa.Column("sha256", sa.String, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("case_id", sa.String, nullable=False),
        sa.Column("way", sa.String, nullable=False),
        sa.Column("ack", sa.JSON, nullable=False),
        sa.Column("begun_ms", _BIG, nullable=False),
        sa.UniqueConstraint("terminal", "id"),
    )
    op.create_table(
        "support_messages",
        sa.Column("n", _BIG, primary_key=True, autoincrement=True),
        sa.Column("terminal", sa.String, nullable=False),
        sa.Column("id", sa.String, nullable=False),
        sa.Column("sha256", sa.String, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("ack", sa.JSON, nullable=False),
        sa.UniqueConstraint("terminal", "id"),
    )
