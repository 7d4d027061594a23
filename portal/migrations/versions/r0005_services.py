"""Reserved: adapters of room G2."""

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Nothing yet."""
