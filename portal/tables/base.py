"""What every table declaration shares."""

from typing import Final

import sqlalchemy as sa

metadata: Final = sa.MetaData()

# 64 bit everywhere; SQLite counts by itself only in a column of type INTEGER
BIG: Final = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

# PostgreSQL's counter; SQLite keeps the same number in `meta`
SERIAL: Final = sa.Sequence("portal_serial", metadata=metadata)

meta: Final = sa.Table(
    "meta",
    metadata,
    sa.Column("name", sa.String, primary_key=True),
    sa.Column("value", sa.String, nullable=False),
)
