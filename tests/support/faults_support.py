"""Switching faults of a running portal, and proving that they were played."""

import json
from collections.abc import Iterator
from contextlib import contextmanager

import requests
from portal_support import Served


def allow_switching(served: Served) -> None:
    """Make `faults.json`, without which nothing can be switched over HTTP."""
    path = served.folder / "faults.json"
    if not path.exists():
        path.write_text("{}")


@contextmanager
def fault(served: Served, name: str, /, **arguments: object) -> Iterator[None]:
    """A fault that is on during the block and must have been played at least once."""
    allow_switching(served)
    before = len(injections(served))
    url = f"{served.url}/_faults/{name}"
    assert requests.put(url, data=json.dumps(arguments), timeout=10).json()["on"]
    try:
        yield
    finally:
        assert not requests.delete(url, timeout=10).json()["on"]
    assert name.rpartition(".")[2] in injections(served)[before:]


def injections(served: Served) -> list[str]:
    """The names of all faults that were played, oldest first."""
    journal = served.folder / "faults.jsonl"
    lines = journal.read_text().splitlines() if journal.exists() else []
    return [json.loads(line)["fault"] for line in lines]
