"""Logs are JSON lines, and hold nothing of a resident even when somebody slips."""

import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.logs import configure, redact


@pytest.fixture
def log_file(tmp_path: Path) -> Iterator[Path]:
    root = logging.getLogger()
    kept, level = list(root.handlers), root.level
    root.handlers = []
    path = tmp_path / "logs" / "kiosk.jsonl"
    configure(path)
    yield path
    for handler in root.handlers:
        handler.close()
    root.handlers, root.level = kept, level


def _only(path: Path) -> dict[str, str]:
    (line,) = path.read_text(encoding="utf-8").splitlines()
    record: dict[str, str] = json.loads(line)
    return record


@pytest.mark.parametrize(
    "text", ["11010519491231002X", "110105491231002", "13812345678", "张演示", "李𠮷演"]
)
def test_numbers_and_chinese_text_are_blanked(text: str) -> None:
    assert text not in redact(f"card {text} read")


@pytest.mark.parametrize("text", ["3101040017261122", "0190a5c8-7b1e-7c3d-9e2f-000000000001"])
def test_ids_stay_readable(text: str) -> None:
    assert text in redact(f"case {text}")


def test_a_record_is_one_json_line_with_time_level_and_name(log_file: Path) -> None:
    logging.getLogger("sync").info("case %s received", "0190")
    record = _only(log_file)
    assert record["event"] == "case 0190 received"
    assert (record["level"], record["logger"]) == ("info", "sync")
    assert "timestamp" in record


def test_an_exception_leaves_its_type_and_place_but_not_its_text(log_file: Path) -> None:
    try:
        int("张演示 11010519491231002X")
    except ValueError:
        logging.getLogger("visit").info("failed", exc_info=True)
    text = log_file.read_text(encoding="utf-8")
    assert _only(log_file)["exception"] == "ValueError"
    assert "test_logs.py" in _only(log_file)["place"]
    assert "张演示" not in text
    assert "11010519491231002X" not in text
