"""`portal list`: what arrived, one line per submission; works beside a running portal."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from portal.contents import open_contents
from portal.documents import Documents, open_documents
from portal.intake import sealed_body
from portal.keys import Keyring, load_keys
from portal.store import read_store
from portal.tables.intake import documents, submissions

Line = dict[str, Any]


def list_submissions(folder: Path) -> Iterator[Line]:
    """Every submission in the order of its arrival.

    A submission that the office has not opened yet is opened here, in memory.
    `sha256` and `size` are the opened page's, null when it does not open.

    Raises:
        StoreError: no portal ever ran in the folder.
        DocumentsError: the store of pages does not answer.
    """
    store = read_store(folder)
    keys, kept = load_keys(folder), open_documents(folder)
    try:
        with store.transaction() as connection:
            rows = (
                connection.execute(sa.select(submissions).order_by(submissions.c.n))
                .mappings()
                .all()
            )
            pages = (
                connection.execute(sa.select(documents).order_by(documents.c.ordinal))
                .mappings()
                .all()
            )
    finally:
        store.close()
    by_submission: dict[int, list[Line]] = {}
    for page in pages:
        by_submission.setdefault(page["submission"], []).append(_document(page))
    for row in rows:
        lines = by_submission.get(row["n"], [])
        if not row["opened"]:
            _open_here(kept, keys, row, lines)
        yield _line(row, lines)


def _line(row: sa.RowMapping, pages: list[Line]) -> Line:
    names = ("id", "terminal", "stage", "case_id", "collection_no", "receipt_no", "project_no")
    line = {name: row[name] for name in names}
    return {**line, "item": row["task_code"], "documents": pages}


def _document(page: sa.RowMapping) -> Line:
    return {
        "ordinal": page["ordinal"],
        "sha256": page["sha256"],
        "sealed_sha256": page["sealed_sha256"],
        "size": page["size"],
    }


def _open_here(kept: Documents, keys: Keyring, row: sa.RowMapping, lines: list[Line]) -> None:
    contents = open_contents(row["id"], sealed_body(row), keys, kept.get)
    opened = {page.ordinal: page for page in contents.pages}
    for line in lines:
        page = opened.get(line["ordinal"])
        if page is not None:
            line["sha256"], line["size"] = page.sha256, len(page.content)
