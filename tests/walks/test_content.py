"""A whole terminal keeps what its portal offers, and shows its built-in catalogue on."""

from pathlib import Path

import pytest
from content_support import lay
from terminal_support import Stage, gear, office

from kiosk.catalogue.pack import built_in
from offline_cache.content import Content

pytestmark = [pytest.mark.slow, pytest.mark.timeout(150)]


def test_a_terminal_keeps_the_packs_of_its_portal_and_shows_its_own(tmp_path: Path) -> None:
    with office(tmp_path / "portal") as there:
        sha256 = lay(there.folder, b"demo pack " * 100_000)
        with (
            gear(tmp_path / "t", portal=there.url, key=there.key) as around,
            Stage(around) as stage,
        ):
            content = Content(stage.terminal.database)
            stage.until(lambda: content.pack("sh-demo") is not None, "a pack")
            kept = content.pack("sh-demo")
            assert kept is not None
            assert kept.sha256 == sha256
            assert stage.terminal.catalogue == built_in()
        with Stage(around) as stage:
            assert Content(stage.terminal.database).read("sh-demo") == b"demo pack " * 100_000
