"""I9: in a whole visit with its paper and its receipt, nothing is committed on the main thread."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from terminal_support import Stage, gear, office

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]


class Commits:
    """The threads on which transactions begin; each ends with an fsync."""

    def __init__(self, stage: Stage) -> None:
        self.threads: list[str] = []
        connection = stage.terminal.database._connection
        assert connection is not None
        connection.exec_trace = self._note

    def _note(self, _cursor: object, sql: str, _values: object) -> bool:
        if sql.startswith("BEGIN"):
            self.threads.append(threading.current_thread().name)
        return True


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    with (
        office(tmp_path / "portal") as there,
        gear(tmp_path / "at", portal=there.url, key=there.key) as made,
        Stage(made) as stage,
    ):
        yield stage
        stage.until_received(there)


def test_a_whole_visit_commits_on_other_threads_alone(stage: Stage) -> None:
    commits = Commits(stage)
    stage.to_check()
    stage.to_done()
    stage.leave()
    main = threading.current_thread().name
    assert len(commits.threads) > 5
    assert main not in commits.threads

    # the control: a commit on the main thread would have been seen
    stage.terminal.database.write(lambda db: db.execute("SELECT 1"))
    assert main in commits.threads
