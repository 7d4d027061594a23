"""Which drafts there are, told without an index that each `put` would have to change.

The list is written when a draft begins, in the same transaction, and may name more than are
left: the row itself says whether it is still a draft.
"""

import apsw

from offline_cache.database import Database

_NOTE = """
INSERT INTO meta (key, value) VALUES ('drafts', json_array(?1)) ON CONFLICT (key) DO UPDATE
SET value = (SELECT json_group_array(id) FROM (
  SELECT s.id FROM json_each(meta.value) d JOIN submission s ON s.id=d.value
  WHERE s.state='DRAFT' AND s.id<>?1 UNION ALL SELECT ?1))
"""
_ADOPT = """
INSERT OR REPLACE INTO meta (key, value)
SELECT 'drafts', json_group_array(id) FROM submission WHERE state='DRAFT'
"""
# An earlier version has these, makes the second one at each start, and keeps no list.
_FOREIGN = "SELECT 1 FROM sqlite_master WHERE name IN ('submission_due', 'submission_fresh')"
_DROP = "DROP INDEX IF EXISTS submission_due; DROP INDEX IF EXISTS submission_fresh"
_ALL = "SELECT id FROM submission WHERE state='DRAFT' AND run_id<>?"
_LISTED = """
SELECT s.id FROM meta m, json_each(m.value) d JOIN submission s ON s.id=d.value
WHERE m.key='drafts' AND s.state='DRAFT' AND s.run_id<>?
"""


def note_begun(connection: apsw.Connection, draft_id: str) -> None:
    """List a draft, inside the transaction that begins it."""
    connection.execute(_NOTE, (draft_id,))


def take_over(connection: apsw.Connection) -> None:
    """List the drafts of an earlier version and drop its indexes, inside a transaction."""
    if connection.execute(_FOREIGN).fetchone() is not None:
        connection.execute(_ADOPT)
        connection.execute(_DROP)


def dead_drafts(database: Database) -> list[str]:
    """Ids of the drafts of other processes; never a walk over what waits."""
    sql = _ALL if database.read(_FOREIGN) else _LISTED
    return [str(row[0]) for row in database.read(sql, (database.run_id,))]
