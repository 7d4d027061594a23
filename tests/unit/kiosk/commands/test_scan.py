"""`kiosk scan`: documents and exit codes."""

import argparse
import json
from pathlib import Path

import cv2
import page_pictures
import pytest

from kiosk.commands import scan


def run(*words: str) -> int:
    parser = argparse.ArgumentParser()
    scan.add(parser.add_subparsers())
    args = parser.parse_args(["scan", *words, "--json"])
    return int(args.run(args))


@pytest.fixture
def photograph(tmp_path: Path) -> Path:
    path = tmp_path / "desk.png"
    cv2.imwrite(str(path), page_pictures.photograph(11, (1280, 720), "mat", "plain").image)
    return path


def test_detect_gives_one_line_a_file_and_fails_for_what_is_no_picture(
    photograph: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = tmp_path / "text.jpg"
    text.write_text("no picture")

    code = run("detect", str(photograph), str(text))

    found, refused = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert code == 1
    assert (found["found"], len(found["corners"])) == (True, 4)
    assert found["quality"]["verdict"] in {"good", "warn", "reject"}
    assert found["ms"] > 0
    assert (refused["failure"], refused["corners"]) == ("IMAGE_INVALID", None)


def test_detect_says_plainly_when_there_is_no_page(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "empty.png"
    cv2.imwrite(str(path), page_pictures.empty_desk(5, (960, 540), "wood").image)

    code = run("detect", str(path))

    line = json.loads(capsys.readouterr().out)
    assert code == 0
    assert (line["found"], line["corners"]) == (False, None)
    assert line["quality"] == {"verdict": "reject", "reasons": ["no_page"]}


@pytest.mark.parametrize(("name", "magic"), [("a.jpg", b"\xff\xd8"), ("a.pdf", b"%PDF")])
def test_page_writes_the_kind_that_the_name_asks_for(
    photograph: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, magic: bytes
) -> None:
    out = tmp_path / name

    code = run("page", "--from", f"file:{photograph}", "--out", str(out), "--dpi", "100")

    document = json.loads(capsys.readouterr().out)
    assert code == 0
    assert out.read_bytes().startswith(magic)
    assert (document["dpi"], sorted(document["size"])) == (100, [827, 1169])


def test_page_without_a_file_fails_with_a_code(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = run("page", "--from", "file:/nowhere.png", "--out", str(tmp_path / "a.jpg"))

    assert code == 1
    assert json.loads(capsys.readouterr().out)["failure"] == "NOT_CONNECTED"


@pytest.mark.parametrize(
    ("source", "out", "named"),
    [
        ("file:x.png", "a.txt", "--out"),
        ("moon:x", "a.jpg", "moon"),
        ("camera:/dev/video0?widht=1", "a.jpg", "widht"),
        ("sane:test:0", "a.jpg", "not in this version"),
    ],
)
def test_wrong_usage_is_told_apart(
    source: str, out: str, named: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("page", "--from", source, "--out", out) == 2
    document = json.loads(capsys.readouterr().out)
    assert document["failure"] == "OPTION_REFUSED"
    assert named in document["message"]
