"""Submissions, their pages, uploads, effects, events of the outbox and the office's work."""

from typing import Final

import sqlalchemy as sa

from portal.tables.base import BIG, metadata

submissions: Final = sa.Table(
    "submissions",
    metadata,
    sa.Column("n", BIG, primary_key=True, autoincrement=True),
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
    sa.Column("opened", sa.Boolean, nullable=False, default=False),
    sa.Column("project_no", sa.String),
    sa.Column("accept_date", sa.String),
    sa.Column("promise_date", sa.String),
    sa.Column("result", sa.JSON),
    sa.UniqueConstraint("terminal", "id"),
    sa.UniqueConstraint("terminal", "case_id", "case_seq"),
    sa.Index("ix_submissions_collection_no", "collection_no"),
    sa.Index("ix_submissions_project_no", "project_no"),
)

documents: Final = sa.Table(
    "documents",
    metadata,
    sa.Column("submission", sa.ForeignKey("submissions.n"), primary_key=True),
    sa.Column("ordinal", sa.Integer, primary_key=True),
    sa.Column("get_type", sa.Integer, nullable=False),
    sa.Column("media_type", sa.String, nullable=False),
    sa.Column("sealed_sha256", sa.String, nullable=False),
    sa.Column("sealed_size", sa.Integer, nullable=False),
    sa.Column("sha256", sa.String),
    sa.Column("size", sa.Integer),
)

uploads: Final = sa.Table(
    "uploads",
    metadata,
    sa.Column("name", sa.String, primary_key=True),
    sa.Column("terminal", sa.String, nullable=False),
    sa.Column("submission", sa.String, nullable=False),
    sa.Column("ordinal", sa.Integer, nullable=False),
    sa.Column("sha256", sa.String, nullable=False),
    sa.Column("length", sa.Integer, nullable=False),
    sa.Column("filetype", sa.String, nullable=False),
    sa.Column("expires_at", BIG, nullable=False),
    sa.Column("done", sa.Boolean, nullable=False, default=False),
    sa.UniqueConstraint("terminal", "submission", "ordinal", "sha256"),
)

effects: Final = sa.Table(
    "effects",
    metadata,
    sa.Column("n", BIG, primary_key=True, autoincrement=True),
    sa.Column("terminal", sa.String, nullable=False),
    sa.Column("id", sa.String, nullable=False),
    sa.Column("what", sa.String, nullable=False),
    sa.Column("at", sa.String, nullable=False),
    sa.UniqueConstraint("terminal", "id", "what"),
)

events: Final = sa.Table(
    "outbox_events",
    metadata,
    sa.Column("n", BIG, primary_key=True, autoincrement=True),
    sa.Column("at", sa.String, nullable=False),
    sa.Column("kind", sa.String, nullable=False),
    sa.Column("terminal", sa.String, nullable=False),
    sa.Column("id", sa.String, nullable=False),
    sa.Column("detail", sa.JSON),
    sa.Column("exported_at", sa.String),
    sa.Index("ix_outbox_events_exported_at", "exported_at", "n"),
)

tasks: Final = sa.Table(
    "tasks",
    metadata,
    sa.Column("submission", sa.ForeignKey("submissions.n"), primary_key=True),
    sa.Column("due_ms", BIG, nullable=False),
    sa.Column("owner", sa.String),
    sa.Index("ix_tasks_due_ms", "due_ms"),
)
