"""Grants of residents, payments and refunds, deliveries, messages to the clerks."""

from typing import Final

import sqlalchemy as sa

from portal.tables.base import BIG, metadata

grants: Final = sa.Table(
    "grants",
    metadata,
    sa.Column("digest", sa.String, primary_key=True),
    sa.Column("terminal", sa.String, nullable=False),
    sa.Column("visit", sa.String, nullable=False),
    sa.Column("method", sa.String, nullable=False),
    sa.Column("level", sa.Integer, nullable=False),
    sa.Column("cert_type", sa.String, nullable=False),
    sa.Column("cert_key", sa.String, nullable=False),
    sa.Column("expires_ms", BIG, nullable=False),
    sa.Index("ix_grants_expires_ms", "expires_ms"),
    sa.Index("ix_grants_terminal_visit", "terminal", "visit"),
)

payments: Final = sa.Table(
    "payments",
    metadata,
    sa.Column("n", BIG, primary_key=True, autoincrement=True),
    sa.Column("terminal", sa.String, nullable=False),
    sa.Column("id", sa.String, nullable=False),
    sa.Column("sha256", sa.String, nullable=False),
    sa.Column("case_id", sa.String, nullable=False),
    sa.Column("fee_name", sa.String, nullable=False),
    sa.Column("amount_fen", BIG, nullable=False),
    sa.Column("refunded_fen", BIG, nullable=False, default=0),
    sa.Column("state", sa.String, nullable=False),
    sa.Column("pay_token", sa.String, nullable=False),
    # while it holds money or may still get some: no second one for the same case and fee
    sa.Column("open_key", sa.String, unique=True),
    sa.Column("expires_ms", BIG, nullable=False),
    sa.Column("money_ms", BIG),
    sa.Column("paid_at", sa.String),
    sa.Column("closing_sha256", sa.String),
    sa.UniqueConstraint("terminal", "id"),
    sa.Index("ix_payments_case_id", "case_id"),
)

refunds: Final = sa.Table(
    "refunds",
    metadata,
    sa.Column("n", BIG, primary_key=True, autoincrement=True),
    sa.Column("terminal", sa.String, nullable=False),
    sa.Column("id", sa.String, nullable=False),
    sa.Column("sha256", sa.String, nullable=False),
    sa.Column("payment", sa.ForeignKey("payments.n"), nullable=False),
    sa.Column("amount_fen", BIG, nullable=False),
    sa.Column("reason", sa.String, nullable=False),
    sa.Column("state", sa.String, nullable=False),
    sa.Column("done_ms", BIG),
    sa.Column("refunded_at", sa.String),
    sa.UniqueConstraint("terminal", "id"),
    sa.Index("ix_refunds_payment", "payment"),
)

deliveries: Final = sa.Table(
    "deliveries",
    metadata,
    sa.Column("n", BIG, primary_key=True, autoincrement=True),
    sa.Column("terminal", sa.String, nullable=False),
    sa.Column("id", sa.String, nullable=False),
    sa.Column("sha256", sa.String, nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.Column("case_id", sa.String, nullable=False),
    sa.Column("way", sa.String, nullable=False),
    sa.Column("ack", sa.JSON, nullable=False),
    sa.Column("begun_ms", BIG, nullable=False),
    sa.UniqueConstraint("terminal", "id"),
)

support_messages: Final = sa.Table(
    "support_messages",
    metadata,
    sa.Column("n", BIG, primary_key=True, autoincrement=True),
    sa.Column("terminal", sa.String, nullable=False),
    sa.Column("id", sa.String, nullable=False),
    sa.Column("sha256", sa.String, nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.Column("ack", sa.JSON, nullable=False),
    sa.UniqueConstraint("terminal", "id"),
)
