from collections.abc import Iterator
from pathlib import Path

import pytest
from portal_engines import Engines, engines
from portal_support import Served, Terminal, serving


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A module with `ENGINES = ("alone", "scale")` runs each of its tests on both."""
    kinds = getattr(metafunc.module, "ENGINES", ())
    if kinds and "served" in metafunc.fixturenames:
        metafunc.parametrize("served", kinds, indirect=True, scope="module")


@pytest.fixture(scope="session")
def scale() -> Iterator[Engines]:
    """A private PostgreSQL and a real S3 server; both start at once and wait at their first use."""
    with engines(durable=False) as found:
        yield found


@pytest.fixture(scope="module")
def served(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    """One portal process per module; tests of one module use their own ids.

    The kind `scale` is two workers on PostgreSQL and S3.
    """
    flags: list[str] = []
    if getattr(request, "param", "alone") == "scale":
        found: Engines = request.getfixturevalue("scale")
        flags = ["--database", found.postgres.database(), "--documents", found.s3.bucket()]
        flags += ["--workers", "2"]
    with serving(tmp_path_factory.mktemp("portal") / "p", *flags) as portal:
        yield portal


@pytest.fixture
def terminal(served: Served) -> Iterator[Terminal]:
    """A terminal that speaks to it."""
    speaker = Terminal(served.url)
    yield speaker
    speaker.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An empty folder of a portal."""
    path = tmp_path / "portal"
    path.mkdir(mode=0o700)
    return path
