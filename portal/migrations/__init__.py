"""Bringing a database to this version's schema, and telling quickly that it is there.

alembic is imported only when there is something to migrate: a new database is made
from the declarations and stamped, a present one is asked for its stamp.
"""

from pathlib import Path
from typing import Final

import sqlalchemy as sa

from portal.tables import metadata
from portal.tables.base import meta

HEAD: Final = "0006"
FIRST: Final = "0001"
_UNVERSIONED_SCHEMA: Final = "1"
_STAMP: Final = sa.Table(
    "alembic_version",
    sa.MetaData(),
    sa.Column("version_num", sa.String(32), nullable=False),
    sa.PrimaryKeyConstraint("version_num", name="alembic_version_pkc"),
)
SCRIPTS: Final = Path(__file__).parent


class UnknownSchemaError(Exception):
    """The database was written by a version that this one does not know."""


def migrate(connection: sa.Connection) -> None:
    """Make or upgrade the schema inside the given transaction.

    The caller lets one process at a time in. A store from before the revisions is
    stamped as the first one.

    Raises:
        UnknownSchemaError: a later version wrote it.
    """
    tables = set(sa.inspect(connection).get_table_names())
    if _STAMP.name in tables:
        if stamp_of(connection) != HEAD:
            upgrade(connection)
    elif meta.name in tables:
        _check_unversioned(connection)
        put_stamp(connection, FIRST)
        upgrade(connection)
    else:
        metadata.create_all(connection)
        # a portal of the first version must not open this store
        connection.execute(meta.insert().values(name="schema", value="2"))
        put_stamp(connection, HEAD)


def stamp_of(connection: sa.Connection) -> str:
    """The revision of a database that has one."""
    return str(connection.execute(sa.select(_STAMP.c.version_num)).scalar_one())


def put_stamp(connection: sa.Connection, revision: str) -> None:
    """Mark a database that has no mark yet, as alembic itself would."""
    _STAMP.create(connection)
    connection.execute(_STAMP.insert().values(version_num=revision))


def _check_unversioned(connection: sa.Connection) -> None:
    schema = connection.scalar(sa.select(meta.c.value).where(meta.c.name == "schema"))
    if schema != _UNVERSIONED_SCHEMA:
        raise UnknownSchemaError(f"schema {schema}, this version knows {_UNVERSIONED_SCHEMA}")


def upgrade(connection: sa.Connection) -> None:
    """Run the revisions that the database does not have yet.

    Raises:
        UnknownSchemaError: a later version wrote it.
    """
    from alembic import command  # noqa: PLC0415 - half a second that only a migration pays
    from alembic.config import Config  # noqa: PLC0415 - half a second that only a migration pays
    from alembic.util import CommandError  # noqa: PLC0415 - only a migration pays for it

    config = Config()
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        present = stamp_of(connection)
        raise UnknownSchemaError(f"schema {present}, this version knows {HEAD}") from error
