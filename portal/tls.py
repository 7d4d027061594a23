"""Mutual TLS: nobody is answered who shows no certificate of this portal's authority.

uvicorn hands an application nothing of the peer's certificate, so the protocol class
reads it when the connection is made and puts it into the state of every request.
"""

import asyncio
import hashlib
import ssl
from dataclasses import dataclass
from typing import Any, Final, cast

from cryptography import x509
from cryptography.x509.oid import NameOID
from uvicorn.protocols.http.h11_impl import H11Protocol

from portal.authority import Authority

PEER: Final = "peer"


@dataclass(frozen=True, slots=True)
class Peer:
    """The certificate behind a connection, already checked against the authority by TLS.

    Attributes:
        name: its common name, empty when it has none or several.
        fingerprint: SHA-256 of the certificate in hex.
    """

    name: str
    fingerprint: str


class CertificateProtocol(H11Protocol):
    """HTTP/1.1 whose requests carry the `Peer` of their connection in `state`."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the connection and remember who is at the other end."""
        super().connection_made(cast("asyncio.Transport", transport))
        self.app_state: dict[str, Any] = {**self.app_state, PEER: _peer_of(transport)}


def read_peer(certificate: bytes) -> Peer:
    """Name and fingerprint of a certificate (DER)."""
    subject = x509.load_der_x509_certificate(certificate).subject
    names = subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    name = str(names[0].value) if len(names) == 1 else ""
    return Peer(name, hashlib.sha256(certificate).hexdigest())


def server_context(authority: Authority) -> ssl.SSLContext:
    """TLS 1.2 or newer that demands a client certificate of the authority.

    Raises:
        OSError: a certificate or key cannot be read.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(authority.server_certificate, authority.server_key)
    context.load_verify_locations(cafile=authority.certificate)
    context.verify_mode = ssl.CERT_REQUIRED
    return context


def _peer_of(transport: asyncio.BaseTransport) -> Peer | None:
    tls = transport.get_extra_info("ssl_object")
    shown = tls.getpeercert(binary_form=True) if tls is not None else None
    return read_peer(shown) if shown else None
