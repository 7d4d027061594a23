"""JSON-lines logs without personal data.

Levels: DEBUG for developers, INFO for what happened (ids, codes, counts,
milliseconds), WARNING for what a technician should look at, ERROR for what is
broken. Personal data has no place in a log call; the redaction below is the second
line of defence, for texts that come from libraries.
"""

import logging
import re
import sys
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any

import structlog

_NUMBERS = re.compile(r"(?<![0-9A-Za-z])(\d{17}[\dXx]|\d{15}|1[3-9]\d{9})(?![0-9A-Za-z])")
_HAN_RUN = re.compile(r"[\u3400-\u9fff\U00020000-\U000323af]{2,}")
_MAX_BYTES = 5_000_000


def redact(text: str) -> str:
    """Blank what looks like a citizen number, a mobile number or Chinese text.

    The program logs in English, so a run of Chinese characters can only be content.
    """
    return _HAN_RUN.sub("<text>", _NUMBERS.sub("<number>", text))


def _redact_all(
    _logger: object, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    for key, value in event.items():
        if isinstance(value, str):
            event[key] = redact(value)
    return event


def _without_values(
    _logger: object, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Keep an exception's type and place; its text may quote content."""
    info = event.pop("exc_info", None)
    if info is True:
        info = sys.exc_info()
    if isinstance(info, BaseException):
        info = (type(info), info, info.__traceback__)
    if isinstance(info, tuple) and info[0] is not None:
        event["exception"] = info[0].__name__
        trace = info[2]
        while trace is not None and trace.tb_next is not None:
            trace = trace.tb_next
        if trace is not None:
            code = trace.tb_frame.f_code
            event["place"] = f"{Path(code.co_filename).name}:{trace.tb_lineno} {code.co_name}"
    return event


def configure(path: Path | None, level: int = logging.INFO) -> None:
    """Send every log record as one JSON line to a rotating file, or to standard error.

    Args:
        path: the log file; its folder is made. None = standard error.
        level: the lowest level that is kept.
    """
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[structlog.stdlib.add_log_level, structlog.stdlib.add_logger_name],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _without_values,
            _redact_all,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
    )
    handler = _handler(path)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    for old in list(root.handlers):
        root.removeHandler(old)
        old.close()
    root.addHandler(handler)
    root.setLevel(level)


def _handler(path: Path | None) -> logging.Handler:
    if path is None:
        return logging.StreamHandler()
    from logging.handlers import RotatingFileHandler  # noqa: PLC0415 - pulls in socket modules

    path.parent.mkdir(parents=True, exist_ok=True)
    return RotatingFileHandler(path, maxBytes=_MAX_BYTES, backupCount=3, encoding="utf-8")
