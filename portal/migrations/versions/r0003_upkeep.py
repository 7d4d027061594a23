"""Certificates, nonces, withdrawals, what a restore lost, heartbeats and restores."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add the tables of who may speak and of the portal's own upkeep."""
    _speakers()
    _withdrawals()
    _heartbeats()


def _speakers() -> None:
    op.create_table(
        "certificates",
        sa.Column("fingerprint", sa.String, primary_key=True),
        sa.Column("terminal", sa.String, nullable=False),
        sa.Column("serial", sa.String, nullable=False),
        sa.Column("pem", sa.Text, nullable=False),
        sa.Column("not_after", sa.String, nullable=False),
        sa.Column("issued_at", sa.String, nullable=False),
        sa.Column("revoked_at", sa.String),
    )
    op.create_index("ix_certificates_terminal", "certificates", ["terminal"])
    op.create_table(
        "nonces",
        sa.Column("terminal", sa.String, primary_key=True),
        sa.Column("nonce", sa.String, primary_key=True),
        sa.Column("expires_s", _BIG, nullable=False),
    )
    op.create_index("ix_nonces_expires_s", "nonces", ["expires_s"])


def _withdrawals() -> None:
    op.create_table(
        "withdrawals",
        sa.Column("terminal", sa.String, primary_key=True),
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("sha256", sa.String, nullable=False),
        sa.Column("known", sa.Boolean, nullable=False),
        sa.Column("reason", sa.String, nullable=False),
        sa.Column("at", sa.String, nullable=False),
    )
    op.create_table(
        "lost",
        sa.Column("terminal", sa.String, primary_key=True),
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("sha256", sa.String, nullable=False),
        sa.Column("receipt_no", sa.String),
        sa.Column("generation", sa.Integer, nullable=False),
        sa.Column("named_at", sa.String, nullable=False),
    )


def _heartbeats() -> None:
    op.create_table(
        "heartbeats",
        sa.Column("terminal", sa.String, primary_key=True),
        sa.Column("at", sa.String, nullable=False),
        sa.Column("boot", _BIG, nullable=False),
        sa.Column("up_s", _BIG, nullable=False),
        sa.Column("body", sa.JSON, nullable=False),
        sa.Column("generation", sa.Integer, nullable=False),
        sa.Column("asked_at", sa.String),
        sa.Column("since", sa.String),
        sa.Column("reconciled_at", sa.String),
    )
    op.create_table(
        "restores",
        sa.Column("generation", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("at", sa.String, nullable=False),
        sa.Column("since", sa.String, nullable=False),
    )
