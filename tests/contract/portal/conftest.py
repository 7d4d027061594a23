from collections.abc import Iterator

import pytest
from portal_support import Served, Terminal, serving


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One portal process per module; tests of one module use their own ids."""
    with serving(tmp_path_factory.mktemp("portal") / "p") as portal:
        yield portal


@pytest.fixture
def terminal(served: Served) -> Iterator[Terminal]:
    """A terminal that speaks to it."""
    speaker = Terminal(served.url)
    yield speaker
    speaker.close()
