"""The opened copy of a submission, for the operator's eyes: `DIR/opened/<id>/`."""

import base64
import json
from pathlib import Path
from typing import Any, Final

from portal.contents import Contents
from portal.files import write_durably, write_file

_ENDINGS: Final = {"image/jpeg": "jpg", "image/png": "png", "application/pdf": "pdf"}


def keep(folder: Path, terminal: str, identity: str, contents: Contents) -> None:
    """Write what was opened, readable by the owner only; doing it again changes nothing.

    Files: `application.json`, `page-<ordinal>.<ending>`, `signature.png`.

    Raises:
        OSError: no space, or no right to write.
    """
    target = _target(folder / "opened", terminal, identity)
    for directory in (folder / "opened", target):
        directory.mkdir(mode=0o700, exist_ok=True)
    document = {**contents.payload, "terminal": terminal}
    signature = _signature(contents.payload)
    if signature is not None:
        write_file(target / "signature.png", signature)
        document["signature"] = {**document["signature"], "data": "signature.png"}
    for page in contents.pages:
        ending = _ENDINGS.get(page.media_type, "bin")
        write_file(target / f"page-{page.ordinal}.{ending}", page.content)
    text = json.dumps(document, ensure_ascii=False, indent=2)
    # the last one: its directory sync makes all names durable
    write_durably(target / "application.json", text.encode() + b"\n")


def _target(opened: Path, terminal: str, identity: str) -> Path:
    # two terminals may use the same id; the second one's copy must not hide the first one's
    present = opened / identity / "application.json"
    if present.exists() and json.loads(present.read_bytes()).get("terminal") != terminal:
        return opened / f"{identity}-{terminal}"
    return opened / identity


def _signature(payload: dict[str, Any]) -> bytes | None:
    signature = payload.get("signature")
    if not isinstance(signature, dict) or not isinstance(signature.get("data"), str):
        return None
    try:
        return base64.b64decode(signature["data"], validate=True)
    except ValueError:
        return None
