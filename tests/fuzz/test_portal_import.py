"""Exports changed at random: a typed error or a named outcome, and no id taken twice."""

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from portal_support import Sealed, seal
from tls_support import write_export

from portal.assembly import Portal, assemble
from portal.importing import ExportError, Taken, take_export
from portal.tables.intake import effects, submissions

OUTCOMES = {"received", "known", "withdrawn", "damaged", "unsupported", "refused"}
REASONS = {"missing", "malformed", "unsigned", "signature", "suspended"}


class Bench:
    """One portal and one whole export, copied and spoiled for each example."""

    def __init__(self, folder: Path) -> None:
        self.portal: Portal = assemble(folder / "p")
        key = self.portal.keys.published()[0]
        self.made: list[Sealed] = [seal(key, {1: b"one" * 500}), seal(key)]
        self.whole = write_export(folder, self.made)
        self.list = (self.whole / "export.json").read_bytes()

    @contextmanager
    def copy(self) -> Iterator[Path]:
        """A copy of the export, gone afterwards."""
        with TemporaryDirectory() as place:
            yield Path(shutil.copytree(self.whole, Path(place) / "export"))

    def judge(self, folder: Path) -> None:
        """Take it in twice; nothing but what the module promises may come out."""
        for _ in range(2):
            told, reason = self._taken(folder)
            assert reason is None or reason in REASONS
            assert {each.outcome for each in told} <= OUTCOMES
            for each in told:
                assert (each.receipt_no is not None) == (each.outcome in {"received", "known"})
        with self.portal.store.transaction() as connection:
            rows = connection.execute(sa.select(submissions.c.id, submissions.c.sha256)).all()
            done = connection.scalars(sa.select(effects.c.id)).all()
        assert len({row.id for row in rows}) == len(rows)
        assert sorted(done) == sorted(row.id for row in rows)
        bodies = {each.id: each.sha256 for each in self.made}
        assert all(bodies[row.id] == row.sha256 for row in rows)

    def _taken(self, folder: Path) -> tuple[list[Taken], str | None]:
        try:
            return list(take_export(self.portal, folder)), None
        except ExportError as error:
            return [], error.reason


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    made = Bench(tmp_path_factory.mktemp("import"))
    yield made
    made.portal.store.close()


def often(normal: int) -> settings:
    return settings(
        max_examples=normal,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=12),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=6,
)


@often(120)
@given(data=st.data())
def test_a_list_with_changed_bytes(bench: Bench, data: st.DataObject) -> None:
    content = bytearray(bench.list)
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(content) - 1))
        content[at : at + data.draw(st.integers(0, 4))] = data.draw(st.binary(max_size=4))
    if data.draw(st.booleans()):
        del content[data.draw(st.integers(0, len(content))) :]
    with bench.copy() as folder:
        (folder / "export.json").write_bytes(bytes(content))
        bench.judge(folder)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place inside a JSON document."""
    found = [path] if path else []
    if isinstance(value, dict):
        for name, inner in value.items():
            found += places(inner, (*path, name))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            found += places(inner, (*path, number))
    return found


@often(120)
@given(data=st.data())
def test_a_list_with_another_value_somewhere(bench: Bench, data: st.DataObject) -> None:
    document = json.loads(bench.list)
    path = data.draw(st.sampled_from(places(document)))
    target = document
    for step in path[:-1]:
        target = target[step]
    target[path[-1]] = data.draw(JSON)
    with bench.copy() as folder:
        (folder / "export.json").write_text(json.dumps(document))
        bench.judge(folder)


@often(60)
@given(data=st.data())
def test_an_export_with_a_file_spoiled(bench: Bench, data: st.DataObject) -> None:
    with bench.copy() as folder:
        files = sorted(path for path in folder.rglob("*") if path.is_file())
        path = data.draw(st.sampled_from(files))
        content = path.read_bytes()
        act = data.draw(st.sampled_from(["gone", "cut", "more", "other", "folder"]))
        path.unlink()
        if act == "folder":
            path.mkdir()
        elif act != "gone":
            cut = content[: data.draw(st.integers(0, len(content)))]
            other = data.draw(st.binary(max_size=64))
            path.write_bytes({"cut": cut, "more": content + b"x", "other": other}[act])
        bench.judge(folder)


def test_the_whole_export_is_taken_so_that_the_changes_mean_something(bench: Bench) -> None:
    with bench.copy() as folder:
        told = list(take_export(bench.portal, folder))
    assert {each.id for each in told} == {each.id for each in bench.made}
    assert {each.outcome for each in told} <= {"received", "known"}
