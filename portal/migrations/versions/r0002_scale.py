"""Events of the outbox for every kind of act, the office's work as rows, a counter for all."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add what several processes share; what is unfinished becomes work of the office."""
    op.create_index("ix_submissions_collection_no", "submissions", ["collection_no"])
    op.create_index("ix_submissions_project_no", "submissions", ["project_no"])
    _events()
    _tasks()
    connection = op.get_bind()
    if connection.dialect.name == "postgresql":
        connection.execute(sa.schema.CreateSequence(sa.Sequence("portal_serial")))
    # a portal of the first version must not open this store
    op.execute("UPDATE meta SET value = '2' WHERE name = 'schema'")


def _events() -> None:
    op.create_table(
        "outbox_events",
        sa.Column("n", _BIG, primary_key=True, autoincrement=True),
        sa.Column("at", sa.String, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("terminal", sa.String, nullable=False),
        sa.Column("id", sa.String, nullable=False),
        sa.Column("detail", sa.JSON),
        sa.Column("exported_at", sa.String),
    )
    op.create_index("ix_outbox_events_exported_at", "outbox_events", ["exported_at", "n"])
    op.execute(
        "INSERT INTO outbox_events (at, kind, terminal, id)"
        " SELECT events.at, 'submission.' || events.stage, submissions.terminal, submissions.id"
        " FROM events JOIN submissions ON submissions.n = events.submission ORDER BY events.n"
    )
    op.drop_table("events")


def _tasks() -> None:
    op.create_table(
        "tasks",
        sa.Column("submission", _BIG, sa.ForeignKey("submissions.n"), primary_key=True),
        sa.Column("due_ms", _BIG, nullable=False),
        sa.Column("owner", sa.String),
    )
    op.create_index("ix_tasks_due_ms", "tasks", ["due_ms"])
    op.execute(
        "INSERT INTO tasks (submission, due_ms)"
        " SELECT n, 0 FROM submissions WHERE stage IN ('received', 'accepted')"
    )
