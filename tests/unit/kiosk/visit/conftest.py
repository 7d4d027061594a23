"""A stand for each test, with its store closed afterwards."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from visit_support import Stand


@pytest.fixture
def stand(tmp_path: Path) -> Iterator[Stand]:
    """A desk on ATTRACT with scripted devices and a real store."""
    made = Stand(tmp_path)
    yield made
    made.store.database.close()
