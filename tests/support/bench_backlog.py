"""How long a start takes with much to send: opens a store and asks for the first item.

`bench_backlog.py FOLDER` prints one JSON object: milliseconds and the peak memory of a
process that does nothing else.
"""

import json
import resource
import subprocess
import sys
import time
from pathlib import Path

import apsw
from bench_peers import UNCAPPED
from store_support import IDENTITY, PORTAL_KEY, Store

from offline_cache.clock import SystemClock
from offline_cache.database import Database
from offline_cache.documents import Documents
from offline_cache.outbox import Outbox

_ROOT = Path(__file__).resolve().parents[2]
# the first of all is what `build` put; the others come after it by id
_CHANGED = {
    "id": "printf('ffffffff-0000-7000-8000-%012x', n.value)",
    "case_id": "printf('ffffffff-0000-7000-9000-%012x', n.value)",
    "collection_no": "printf('%022d', n.value)",
}
_COPY = """
WITH RECURSIVE n(value) AS (SELECT 2 UNION ALL SELECT value + 1 FROM n WHERE value < ?)
INSERT INTO submission ({names}) SELECT {values} FROM submission s, n WHERE s.id = ?
"""


def build(folder: Path, rows: int, body_bytes: int = 4096) -> str:
    """Make a store with `rows` sealed submissions; returns the id that is due first."""
    with Store(folder, clock=SystemClock(), limits=UNCAPPED) as store:
        first = store.put(pages=0).id

        def copy(connection: apsw.Connection) -> None:
            body = bytes(body_bytes)
            connection.execute("UPDATE submission SET body=? WHERE id=?", (body, first))
            table = connection.execute("SELECT name FROM pragma_table_info('submission')")
            names = [str(row[0]) for row in table]
            values = ", ".join(_CHANGED.get(name, f"s.{name}") for name in names)
            sql = _COPY.format(names=", ".join(names), values=values)
            connection.execute(sql, (rows, first))

        store.database.write(copy)
        store.database.checkpoint()
        return first


def start(folder: Path) -> tuple[float, str]:
    """Milliseconds from nothing to the first item, and its id; as the terminal starts."""
    began = time.perf_counter()
    with Database.open(folder, clock=SystemClock(), limits=UNCAPPED) as database:
        documents = Documents(database)
        documents.shred_drafts()
        outbox = Outbox(database, documents, IDENTITY, lambda: PORTAL_KEY)
        due = outbox.next_due(database.clock.monotonic())
        spent = (time.perf_counter() - began) * 1000
    return spent, due.id if due else ""


def measured(folder: Path) -> dict[str, float]:
    """`start` in a fresh process: `ms`, and `peak_kib` of memory."""
    done = subprocess.run(
        [sys.executable, str(Path(__file__)), str(folder)],
        check=True,
        capture_output=True,
        env={"PYTHONPATH": f"{_ROOT}:{Path(__file__).parent}", "PATH": "/usr/bin:/bin"},
        timeout=300,
    )
    result: dict[str, float] = json.loads(done.stdout)
    return result


if __name__ == "__main__":
    took, _first = start(Path(sys.argv[1]))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    sys.stdout.write(json.dumps({"ms": took, "peak_kib": peak}) + "\n")
