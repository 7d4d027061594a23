"""Which turn of its case a withdrawal takes away, so that the parts behind it may come."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Withdrawals of before do not know their turn."""
    op.add_column("withdrawals", sa.Column("case_id", sa.String))
    op.add_column("withdrawals", sa.Column("case_seq", sa.Integer))
    op.create_index("ix_withdrawals_terminal_case_id", "withdrawals", ["terminal", "case_id"])
