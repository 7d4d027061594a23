"""Certificates, signed requests and exports of terminals, for tests of who may speak."""

import base64
import hashlib
import json
import secrets
import subprocess
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from portal_support import Sealed, hexdigest, portal_command


@dataclass(frozen=True)
class Papers:
    """What `portal certificates new` made."""

    terminal: str
    cert: Path
    key: Path
    ca: Path

    def private(self) -> Ed25519PrivateKey:
        """The terminal's key."""
        key = load_pem_private_key(self.key.read_bytes(), None)
        assert isinstance(key, Ed25519PrivateKey)
        return key


def run_portal(*words: str, code: int | None = 0) -> list[dict[str, Any]]:
    """A `portal` command that must end with that code; its JSON lines."""
    done = subprocess.run(
        portal_command(*words), capture_output=True, text=True, check=False, timeout=120
    )
    assert code is None or done.returncode == code, (done.returncode, done.stdout, done.stderr)
    return [json.loads(line) for line in done.stdout.splitlines()]


def papers_for(folder: Path, terminal: str) -> Papers:
    """A new certificate of a terminal."""
    (told,) = run_portal("certificates", "new", terminal, "--dir", str(folder))
    return Papers(terminal, Path(told["cert"]), Path(told["key"]), Path(told["ca"]))


def sign(
    key: Ed25519PrivateKey,
    parts: dict[str, str],
    *,
    terminal: str = "SH-000001",
    created: int | None = None,
    nonce: str | None = None,
) -> dict[str, str]:
    """The two headers of RFC 9421 over the parts (`@method`, `@target-uri`, headers)."""
    names = " ".join(f'"{name}"' for name in parts)
    told = f"({names});created={int(time.time()) if created is None else created}"
    told += f';nonce="{nonce or secrets.token_hex(16)}";keyid="{terminal}";alg="ed25519"'
    lines = [f'"{name}": {value}' for name, value in parts.items()]
    base = "\n".join([*lines, f'"@signature-params": {told}']).encode()
    signature = base64.b64encode(key.sign(base)).decode()
    return {"Signature-Input": f"sig1={told}", "Signature": f"sig1=:{signature}:"}


def write_export(
    folder: Path,
    submissions: Iterable[Sealed],
    *,
    terminal: str = "SH-000001",
    key: Ed25519PrivateKey | None = None,
    ratings: dict[str, bytes] | None = None,
) -> Path:
    """A sealed export as a terminal writes it; signed when there is a key."""
    target = folder / f"quanban-{terminal}-{secrets.token_hex(4)}"
    for name in ("submissions", "documents", "messages"):
        (target / name).mkdir(parents=True)
    document = {
        "schema": 1,
        "terminal": terminal,
        "made_at": "2026-11-22T01:02:03Z",
        "submissions": [_exported(target, each) for each in submissions],
        "messages": [
            {"id": identity, "kind": "evaluation", **_put(target, "messages", identity, body)}
            for identity, body in (ratings or {}).items()
        ],
    }
    write_list(target, document, key)
    return target


def write_list(target: Path, document: dict[str, Any], key: Ed25519PrivateKey | None) -> None:
    """`export.json`, and `export.sig` when there is a key."""
    content = json.dumps(document).encode()
    (target / "export.json").write_bytes(content)
    if key is not None:
        (target / "export.sig").write_bytes(base64.b64encode(key.sign(content)))


def _exported(target: Path, sealed: Sealed) -> dict[str, Any]:
    body = json.loads(sealed.body)
    pages = []
    for line in body["documents"]:
        content = sealed.pages[line["ordinal"]]
        (target / "documents" / hexdigest(content)).write_bytes(content)
        names = ("ordinal", "media_type", "size", "sha256")
        path = f"documents/{line['sha256']}"
        pages.append({name: line[name] for name in names} | {"path": path})
    named = {name: body[name] for name in ("kind", "case_id", "case_seq")}
    put = _put(target, "submissions", sealed.id, sealed.body)
    return {"id": sealed.id, **named, **put, "documents": pages}


def _put(target: Path, kind: str, identity: str, body: bytes) -> dict[str, Any]:
    path = f"{kind}/{identity}.json"
    (target / path).write_bytes(body)
    return {"path": path, "sha256": hashlib.sha256(body).hexdigest(), "size": len(body)}
