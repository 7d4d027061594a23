"""Who speaks: certificate, signature and header must agree, and the strictest rule counts."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from asgi_support import Answer, Call, send
from cryptography.hazmat.primitives.serialization import Encoding
from portal_support import new_id
from starlette.types import Scope

from portal.app import create_app
from portal.assembly import Portal, assemble
from portal.authority import Issued, ensure_authority
from portal.credentials import Policy
from portal.moments import wall_clock
from portal.tls import PEER, Peer, read_peer

NAME = "SH-000001"


@dataclass
class OverTls(Call):
    """A request on a connection that showed a certificate."""

    peer: Peer | None = None

    def scope(self) -> Scope:
        """The scope as `portal/tls.py` makes it."""
        return {**super().scope(), "state": {PEER: self.peer}}


@pytest.fixture
def portal(tmp_path: Path) -> Iterator[Portal]:
    made = assemble(tmp_path)
    yield made
    made.store.close()


@pytest.fixture
def issued(portal: Portal, tmp_path: Path) -> Issued:
    made = ensure_authority(tmp_path / "tls", wall_clock()).issue(NAME, wall_clock())
    portal.upkeep.register.add(NAME, made.certificate)
    return made


def shown(issued: Issued) -> Peer:
    return read_peer(issued.certificate.public_bytes(Encoding.DER))


def asked(portal: Portal, policy: Policy, peer: Peer | None, *headers: tuple[str, str]) -> Answer:
    pairs = [(name.encode(), value.encode()) for name, value in headers]
    call = OverTls("GET", f"/v1/submissions/{new_id()}", pairs, peer=peer)
    return asyncio.run(send(create_app(portal, policy), call))


def test_with_both_rules_a_certificate_alone_is_not_enough(portal: Portal, issued: Issued) -> None:
    peer = shown(issued)
    assert asked(portal, Policy(tls=True), peer).status == 404
    assert asked(portal, Policy(tls=True, signed=True), peer).status == 401


@pytest.mark.parametrize(
    "headers",
    [
        [("Terminal-Id", "SH-000002")],
        [("terminal-id", "SH-000002"), ("TERMINAL-ID", NAME)],
        [("terminal-id", "nobody")],
    ],
)
def test_a_header_names_nobody_but_the_owner_of_the_certificate(
    portal: Portal, issued: Issued, headers: list[tuple[str, str]]
) -> None:
    assert asked(portal, Policy(tls=True), shown(issued), *headers).status == 403


def test_without_a_certificate_no_header_helps(portal: Portal) -> None:
    nobody = asked(portal, Policy(tls=True), None, ("Terminal-Id", NAME))
    assert (nobody.status, nobody.json()["type"][-18:]) == (403, "terminal-suspended")
