"""The schema of the portal of version 0.1, as it was before there were revisions."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables of the first version."""
    op.create_table(
        "meta",
        sa.Column("name", sa.String, primary_key=True),
        sa.Column("value", sa.String, nullable=False),
    )
    _submissions()
    _pages()
    _outcomes()


def _submissions() -> None:
    op.create_table(
        "submissions",
        sa.Column("n", _BIG, primary_key=True, autoincrement=True),
        sa.Column("terminal", sa.String, nullable=False),
        sa.Column("id", sa.String, nullable=False),
        sa.Column("sha256", sa.String, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("receipt_no", sa.String, nullable=False, unique=True),
        sa.Column("received_at", sa.String, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("case_id", sa.String, nullable=False),
        sa.Column("case_seq", sa.Integer, nullable=False),
        sa.Column("task_code", sa.String, nullable=False),
        sa.Column("collection_no", sa.String, nullable=False),
        sa.Column("stage", sa.String, nullable=False),
        sa.Column("opened", sa.Boolean, nullable=False),
        sa.Column("project_no", sa.String),
        sa.Column("accept_date", sa.String),
        sa.Column("promise_date", sa.String),
        sa.Column("result", sa.JSON),
        sa.UniqueConstraint("terminal", "id"),
        sa.UniqueConstraint("terminal", "case_id", "case_seq"),
    )


def _pages() -> None:
    op.create_table(
        "documents",
        sa.Column("submission", _BIG, sa.ForeignKey("submissions.n"), primary_key=True),
        sa.Column("ordinal", sa.Integer, primary_key=True),
        sa.Column("get_type", sa.Integer, nullable=False),
        sa.Column("media_type", sa.String, nullable=False),
        sa.Column("sealed_sha256", sa.String, nullable=False),
        sa.Column("sealed_size", sa.Integer, nullable=False),
        sa.Column("sha256", sa.String),
        sa.Column("size", sa.Integer),
    )
    op.create_table(
        "uploads",
        sa.Column("name", sa.String, primary_key=True),
        sa.Column("terminal", sa.String, nullable=False),
        sa.Column("submission", sa.String, nullable=False),
        sa.Column("ordinal", sa.Integer, nullable=False),
        sa.Column("sha256", sa.String, nullable=False),
        sa.Column("length", sa.Integer, nullable=False),
        sa.Column("filetype", sa.String, nullable=False),
        sa.Column("expires_at", _BIG, nullable=False),
        sa.Column("done", sa.Boolean, nullable=False),
        sa.UniqueConstraint("terminal", "submission", "ordinal", "sha256"),
    )


def _outcomes() -> None:
    op.create_table(
        "effects",
        sa.Column("n", _BIG, primary_key=True, autoincrement=True),
        sa.Column("terminal", sa.String, nullable=False),
        sa.Column("id", sa.String, nullable=False),
        sa.Column("what", sa.String, nullable=False),
        sa.Column("at", sa.String, nullable=False),
        sa.UniqueConstraint("terminal", "id", "what"),
    )
    op.create_table(
        "events",
        sa.Column("n", _BIG, primary_key=True, autoincrement=True),
        sa.Column("submission", _BIG, sa.ForeignKey("submissions.n"), nullable=False),
        sa.Column("stage", sa.String, nullable=False),
        sa.Column("at", sa.String, nullable=False),
    )
    op.create_table(
        "evaluations",
        sa.Column("n", _BIG, primary_key=True, autoincrement=True),
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
