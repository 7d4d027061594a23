"""Who may speak, what was taken back, what a restore lost, and who is alive."""

from typing import Final

import sqlalchemy as sa

from portal.tables.base import BIG, metadata

certificates: Final = sa.Table(
    "certificates",
    metadata,
    sa.Column("fingerprint", sa.String, primary_key=True),
    sa.Column("terminal", sa.String, nullable=False),
    sa.Column("serial", sa.String, nullable=False),
    sa.Column("pem", sa.Text, nullable=False),
    sa.Column("not_after", sa.String, nullable=False),
    sa.Column("issued_at", sa.String, nullable=False),
    sa.Column("revoked_at", sa.String),
    sa.Index("ix_certificates_terminal", "terminal"),
)

nonces: Final = sa.Table(
    "nonces",
    metadata,
    sa.Column("terminal", sa.String, primary_key=True),
    sa.Column("nonce", sa.String, primary_key=True),
    sa.Column("expires_s", BIG, nullable=False),
    sa.Index("ix_nonces_expires_s", "expires_s"),
)

withdrawals: Final = sa.Table(
    "withdrawals",
    metadata,
    sa.Column("terminal", sa.String, primary_key=True),
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("sha256", sa.String, nullable=False),
    sa.Column("known", sa.Boolean, nullable=False),
    sa.Column("reason", sa.String, nullable=False),
    sa.Column("at", sa.String, nullable=False),
    sa.Column("case_id", sa.String),
    sa.Column("case_seq", sa.Integer),
    sa.Index("ix_withdrawals_terminal_case_id", "terminal", "case_id"),
)

lost: Final = sa.Table(
    "lost",
    metadata,
    sa.Column("terminal", sa.String, primary_key=True),
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("sha256", sa.String, nullable=False),
    sa.Column("receipt_no", sa.String),
    sa.Column("generation", sa.Integer, nullable=False),
    sa.Column("named_at", sa.String, nullable=False),
)

heartbeats: Final = sa.Table(
    "heartbeats",
    metadata,
    sa.Column("terminal", sa.String, primary_key=True),
    sa.Column("at", sa.String, nullable=False),
    sa.Column("boot", BIG, nullable=False),
    sa.Column("up_s", BIG, nullable=False),
    sa.Column("body", sa.JSON, nullable=False),
    sa.Column("generation", sa.Integer, nullable=False),
    sa.Column("asked_at", sa.String),
    sa.Column("since", sa.String),
    sa.Column("reconciled_at", sa.String),
)

restores: Final = sa.Table(
    "restores",
    metadata,
    sa.Column("generation", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("at", sa.String, nullable=False),
    sa.Column("since", sa.String, nullable=False),
)
