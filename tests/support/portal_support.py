"""The terminal's side of the portal's contract, for tests: seals, uploads, submits, serves.

Written from `docs/integration.md` and `portal/openapi.yaml` alone; shares no
code with the terminal's own store, so that each side checks the other.
"""

import base64
import hashlib
import json
import os
import signal
import struct
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests
from cryptography.hazmat.primitives import hashes, hpke
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

TERMINAL = "SH-000001"
PNG = b"\x89PNG\r\n\x1a\n demo signature"
CHUNK = 65536
COLLECTION_NO = "310115A1B2261121000423"


def new_id() -> str:
    """A UUIDv7 in lower case."""
    millis = time.time_ns() // 1_000_000
    tail = int.from_bytes(os.urandom(10), "big")
    value = (millis << 80) | (7 << 76) | (((tail >> 62) & 0xFFF) << 64) | (2 << 62)
    return str(uuid.UUID(int=value | (tail & ((1 << 62) - 1))))


def content_digest(body: bytes) -> str:
    """The RFC 9530 header of a body."""
    return f"sha-256=:{base64.b64encode(hashlib.sha256(body).digest()).decode()}:"


def hexdigest(content: bytes) -> str:
    """SHA-256 in hex."""
    return hashlib.sha256(content).hexdigest()


def derive(dek: bytes, info: bytes) -> bytes:
    """HKDF-SHA256 without salt, 32 bytes."""
    return HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=info).derive(dek)


def seal_page(dek: bytes, submission: str, ordinal: int, plain: bytes) -> bytes:
    """A page file of version 1, suite 1."""
    prefix = os.urandom(7)
    header = b"QBD1\x01\x01\x00\x00" + uuid.UUID(submission).bytes
    header += struct.pack(">HHI", ordinal, 0, CHUNK) + prefix + bytes(25)
    cipher = AESGCM(derive(dek, b"quanban-blob-1" + header))
    parts = [plain[start : start + CHUNK] for start in range(0, len(plain), CHUNK)] or [b""]
    sealed = header
    for index, part in enumerate(parts):
        nonce = prefix + struct.pack(">IB", index, index == len(parts) - 1)
        sealed += cipher.encrypt(nonce, part, header)
    return sealed


def seal_payload(dek: bytes, submission: str, payload: Mapping[str, Any]) -> bytes:
    """The payload: nonce, ciphertext, tag."""
    nonce = os.urandom(12)
    key = derive(dek, b"quanban-payload-1" + submission.encode())
    return nonce + AESGCM(key).encrypt(nonce, json.dumps(payload).encode(), submission.encode())


def wrap_key(dek: bytes, public: str, submission: str) -> bytes:
    """The data key for the portal, 80 bytes."""
    suite = hpke.Suite(hpke.KEM.X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)
    key = X25519PublicKey.from_public_bytes(base64.b64decode(public))
    return suite.encrypt(dek, key, info=b"quanban-dek-1" + submission.encode())


@dataclass
class Sealed:
    """A submission ready to be sent, with its pages."""

    id: str
    body: bytes
    pages: dict[int, bytes]
    plain: dict[int, bytes]
    dek: bytes = field(repr=False)

    @property
    def sha256(self) -> str:
        """Digest of the exact body."""
        return hexdigest(self.body)


def demo_payload(pages: Mapping[int, bytes]) -> dict[str, Any]:
    """演示数据: an invented person; one scanned material per page."""
    materials = [
        {
            "material_name": f"材料{ordinal}",
            "get_type": 3,
            "get_num": 1,
            "trust_level": "C",
            "ordinals": [ordinal],
            "sha256": [hexdigest(page)],
        }
        for ordinal, page in pages.items()
    ]
    return {
        "applyer_name": "演示甲",
        "applyer_type": "1",
        "applyer_page_type": "111",
        "applyer_page_code": "11010519491231002X",
        "answers": {"address_changed": "yes"},
        "materials": materials,
        "promises": [
            {"text_sha256": "0" * 64, "read_to_end": True, "signature_sha256": hexdigest(PNG)}
        ],
        "grants": [],
        "identity": {"method": "card", "assurance": "chip"},
        "demo": True,
        "signature": {
            "media_type": "image/png",
            "sha256": hexdigest(PNG),
            "data": base64.b64encode(PNG).decode(),
        },
    }


def seal(
    key: Mapping[str, str],
    plain: Mapping[int, bytes] | None = None,
    *,
    identity: str | None = None,
    payload: Mapping[str, Any] | None = None,
    **members: object,
) -> Sealed:
    """A submission sealed to a portal key `{"id", "public"}`; members override the body's."""
    identity = identity or new_id()
    pages = dict(plain or {})
    dek = os.urandom(32)
    sealed = {ordinal: seal_page(dek, identity, ordinal, page) for ordinal, page in pages.items()}
    inside = demo_payload(pages) if payload is None else payload
    body: dict[str, Any] = {
        "schema": 1,
        "kind": "application",
        "case_id": new_id(),
        "case_seq": 1,
        "collection_no": COLLECTION_NO,
        "channel": "KIOSK",
        "task_code": "SH-DEMO-S1-01",
        "task_handle_item": "",
        "task_version": 1,
        "pack_sha256": "0" * 64,
        "apply_date": "2026-11-22T01:02:03Z",
        "clock": {"state": "synced", "offset_s": 0.4},
        "valid_for_s": None,
        "suite": "intl-1",
        "portal_key_id": key["id"],
        "dek": base64.b64encode(wrap_key(dek, key["public"], identity)).decode(),
        "payload": base64.b64encode(seal_payload(dek, identity, inside)).decode(),
        "documents": [
            {
                "ordinal": ordinal,
                "get_type": 3,
                "media_type": "image/jpeg",
                "size": len(page),
                "sha256": hexdigest(page),
            }
            for ordinal, page in sealed.items()
        ],
    }
    body |= members
    return Sealed(identity, json.dumps(body).encode(), sealed, pages, dek)


class Terminal:
    """A terminal that speaks the contract with plain requests."""

    def __init__(self, url: str, name: str = TERMINAL) -> None:
        self.url = url
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.headers["Terminal-Id"] = name

    def close(self) -> None:
        """Close the connections."""
        self.session.close()

    def key(self) -> dict[str, str]:
        """The portal's newest sealing key."""
        answer = self.session.get(f"{self.url}/v1/keys", timeout=10)
        found: dict[str, str] = answer.json()["sealing"][0]
        return found

    def put(
        self, kind: str, identity: str, body: bytes, headers: Mapping[str, str | None] | None = None
    ) -> requests.Response:
        """PUT a resident's act; a header of None is left out."""
        sent: dict[str, str | None] = {
            "Content-Type": "application/json",
            "Idempotency-Key": f'"{identity}"',
            "Content-Digest": content_digest(body),
        }
        sent |= headers or {}
        kept = {name: value for name, value in sent.items() if value is not None}
        url = f"{self.url}/v1/{kind}/{identity}"
        return self.session.put(url, data=body, headers=kept, timeout=20)

    def submit(self, sealed: Sealed) -> requests.Response:
        """PUT the submission without its pages."""
        return self.put("submissions", sealed.id, sealed.body)

    def create(self, sealed: Sealed, page: int, /, **changes: str) -> requests.Response:
        """Create the upload of a page."""
        content = sealed.pages[page]
        values = {
            "submission": sealed.id,
            "ordinal": str(page),
            "sha256": hexdigest(content),
            "filetype": "image/jpeg",
        }
        values |= changes
        metadata = ",".join(
            f"{name} {base64.b64encode(value.encode()).decode()}" for name, value in values.items()
        )
        return self.tus("POST", "/v1/uploads", Upload_Length=len(content), Upload_Metadata=metadata)

    def tus(
        self, method: str, path: str, data: bytes | None = None, **headers: object
    ) -> requests.Response:
        """A tus request; header names with `_` for `-`; Tus-Resumable unless it is None."""
        sent = {"Tus_Resumable": "1.0.0", **headers}
        kept = {
            name.replace("_", "-"): str(value) for name, value in sent.items() if value is not None
        }
        return self.session.request(
            method, self.url + path, data=data, headers=kept, timeout=20, allow_redirects=False
        )

    def patch(self, path: str, offset: int, data: bytes, **headers: object) -> requests.Response:
        """Append bytes to an upload."""
        sent: dict[str, object] = {
            "Content_Type": "application/offset+octet-stream",
            "Upload_Offset": offset,
            "Content_Digest": content_digest(data),
        }
        return self.tus("PATCH", path, data, **{**sent, **headers})

    def upload(self, sealed: Sealed, step: int = 256 * 1024) -> None:
        """Upload every page of a submission."""
        for ordinal, page in sealed.pages.items():
            path = self.create(sealed, ordinal).headers["Location"]
            for start in range(0, len(page), step):
                answer = self.patch(path, start, page[start : start + step])
                answer.raise_for_status()

    def upload_rest(self, sealed: Sealed, step: int = 256 * 1024) -> None:
        """Upload what the portal lacks of every page, as a terminal does after a cut."""
        for ordinal, page in sealed.pages.items():
            path = self.create(sealed, ordinal).headers["Location"]
            asked = self.tus("HEAD", path)
            asked.raise_for_status()
            for start in range(int(asked.headers["Upload-Offset"]), len(page), step):
                answer = self.patch(path, start, page[start : start + step])
                if answer.status_code != 409:
                    answer.raise_for_status()

    def forget_connections(self) -> None:
        """Begin again with new connections."""
        self.session.close()

    def stage_of(self, identity: str) -> dict[str, Any]:
        """The ack as it stands now."""
        answer = self.session.get(f"{self.url}/v1/submissions/{identity}", timeout=10)
        answer.raise_for_status()
        ack: dict[str, Any] = answer.json()
        return ack


@dataclass
class Served:
    """A portal process and its folder."""

    folder: Path
    url: str
    process: "subprocess.Popen[str]"

    def kill(self) -> None:
        """As a power cut would end it."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(10)


def portal_command(*words: str) -> list[str]:
    """The command line of the portal."""
    return [sys.executable, "-m", "portal", *words]


def listed(folder: Path) -> list[dict[str, Any]]:
    """What `portal list --json` says."""
    done = subprocess.run(
        portal_command("list", "--dir", str(folder), "--json"),
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


@contextmanager
def serving(folder: Path, *flags: str, program: Path | None = None) -> Iterator[Served]:
    """A portal as a child process until the block ends; its output is checked to be one line.

    `program` is a broken build of the portal that is started instead.
    """
    words = portal_command("serve", "--dir", str(folder), *flags)
    process = subprocess.Popen(
        words if program is None else [sys.executable, str(program), *words[3:]],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        first = json.loads(process.stdout.readline())
        assert first["event"] == "listening"
        yield Served(folder, first["url"], process)
    finally:
        if process.poll() is None:
            process.terminate()
        process.communicate(timeout=60)
