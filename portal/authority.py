"""The portal's own certificate authority: a folder with one Ed25519 key and what it signed.

`ca.pem`, `ca.key`; `server.pem`, `server.key` for `portal serve --tls`; and below
`terminals/` what `portal certificates new` makes for each terminal. Keys are readable
by their owner only.
"""

import ipaddress
import re
import socket
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from portal.files import write_durably

CA_LIFETIME: Final = timedelta(days=3650)
LIFETIME: Final = timedelta(days=398)
RENEW_BEFORE: Final = timedelta(days=30)
# a terminal's clock may be behind: a certificate of today must hold there too
_BACKDATE: Final = timedelta(days=1)
_LOCAL_NAMES: Final = ("localhost", "127.0.0.1", "::1")
_TERMINAL = re.compile(r"[A-Z]{2}-[0-9]{6}")


class AuthorityError(Exception):
    """The authority's files cannot be used, or the name is none of a terminal."""


@dataclass(frozen=True, slots=True)
class Issued:
    """A terminal's certificate and the files that it lies in."""

    terminal: str
    certificate: x509.Certificate
    certificate_path: Path
    key_path: Path


class Authority:
    """Signs certificates with the key of one folder."""

    def __init__(self, folder: Path, key: Ed25519PrivateKey, own: x509.Certificate) -> None:
        self.folder = folder
        self._key = key
        self._own = own

    @property
    def certificate(self) -> Path:
        """The authority's certificate: the terminal's `portal.ca`."""
        return self.folder / "ca.pem"

    @property
    def server_certificate(self) -> Path:
        """What the portal shows."""
        return self.folder / "server.pem"

    @property
    def server_key(self) -> Path:
        """The key of what the portal shows."""
        return self.folder / "server.key"

    def issue(self, terminal: str, now: datetime) -> Issued:
        """Make a key and a certificate for a terminal; the files of an older one are kept aside.

        Raises:
            AuthorityError: the name is none of a terminal.
            OSError: the folder cannot be written.
        """
        if not _TERMINAL.fullmatch(terminal):
            raise AuthorityError("a terminal is two capital letters, a hyphen, six digits")
        directory = self.folder / "terminals"
        directory.mkdir(mode=0o700, exist_ok=True)
        paths = (directory / f"{terminal}.pem", directory / f"{terminal}.key")
        _set_aside(*paths)
        key = Ed25519PrivateKey.generate()
        made = self._sign(key, terminal, now, (), ExtendedKeyUsageOID.CLIENT_AUTH)
        _write_key(paths[1], key)
        _write_certificate(paths[0], made)
        return Issued(terminal, made, *paths)

    def terminals(self) -> Iterator[tuple[str, x509.Certificate]]:
        """The certificates in the folder that this authority signed, with their names.

        Raises:
            AuthorityError: one cannot be read.
        """
        for path in sorted((self.folder / "terminals").glob("*.pem")):
            certificate = _read_certificate(path)
            names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
            if len(names) == 1 and _signed_by(certificate, self._own):
                yield str(names[0].value), certificate

    def ensure_server(self, names: Iterable[str], now: datetime) -> None:
        """Make the portal's own certificate, or again when it ends soon or lacks a name.

        A `server.pem` of another authority is the operator's own and stays as it is.

        Raises:
            AuthorityError: the certificate is there and cannot be read.
        """
        wanted = list(dict.fromkeys((*_LOCAL_NAMES, socket.gethostname(), *filter(None, names))))
        if self.server_certificate.exists() and self.server_key.exists():
            present = _read_certificate(self.server_certificate)
            foreign = present.issuer != self._own.subject
            fresh = present.not_valid_after_utc - now > RENEW_BEFORE
            if foreign or (fresh and set(wanted) <= _names_of(present)):
                return
        key = Ed25519PrivateKey.generate()
        made = self._sign(key, wanted[-1], now, wanted, ExtendedKeyUsageOID.SERVER_AUTH)
        _write_key(self.server_key, key)
        _write_certificate(self.server_certificate, made)

    def _sign(
        self,
        key: Ed25519PrivateKey,
        name: str,
        now: datetime,
        alternatives: Sequence[str],
        usage: x509.ObjectIdentifier,
    ) -> x509.Certificate:
        builder = (
            _builder(name, self._own.subject, now, LIFETIME)
            .public_key(key.public_key())
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(x509.ExtendedKeyUsage([usage]), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()),
                critical=False,
            )
        )
        if alternatives:
            names = x509.SubjectAlternativeName([_general(each) for each in alternatives])
            builder = builder.add_extension(names, critical=False)
        return builder.sign(self._key, None)


def open_authority(folder: Path, now: datetime) -> Authority:
    """The authority of a portal's folder (`DIR/tls`) or of the folder `tls` itself.

    Where there is none it is made: below a folder that is a portal's, else right there.

    Raises:
        AuthorityError: its files cannot be used.
        OSError: the folder cannot be written.
    """
    below = folder / "tls"
    if not (folder / "ca.pem").exists() and (below.is_dir() or (folder / "keys").is_dir()):
        return ensure_authority(below, now)
    return ensure_authority(folder, now)


def ensure_authority(folder: Path, now: datetime) -> Authority:
    """The authority of the folder; the first use makes it.

    Raises:
        AuthorityError: its files cannot be used.
        OSError: the folder cannot be written.
    """
    if (folder / "ca.pem").exists():
        return _load(folder)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    key = Ed25519PrivateKey.generate()
    # several portals of a city have several authorities: the name tells them apart
    mark = key.public_key().public_bytes_raw().hex()[:8]
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"Quanban portal CA {mark}")])
    usage = x509.KeyUsage(
        digital_signature=False,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=True,
        crl_sign=True,
        encipher_only=False,
        decipher_only=False,
    )
    own = (
        _builder(f"Quanban portal CA {mark}", name, now, CA_LIFETIME)
        .public_key(key.public_key())
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, None)
    )
    _write_key(folder / "ca.key", key)
    _write_certificate(folder / "ca.pem", own)
    return Authority(folder, key, own)


def _load(folder: Path) -> Authority:
    own = _read_certificate(folder / "ca.pem")
    try:
        key = load_pem_private_key((folder / "ca.key").read_bytes(), None)
    except (OSError, ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise AuthorityError("ca.key cannot be used") from error
    if not isinstance(key, Ed25519PrivateKey) or key.public_key() != own.public_key():
        raise AuthorityError("ca.key is not the key of ca.pem")
    return Authority(folder, key, own)


def _builder(
    subject: str, issuer: x509.Name, now: datetime, lifetime: timedelta
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, subject[:64])]))
        .issuer_name(issuer)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _BACKDATE)
        .not_valid_after(now + lifetime)
    )


def _general(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _signed_by(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def _names_of(certificate: x509.Certificate) -> set[str]:
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return set()
    return {str(each.value) for each in names}


def _set_aside(certificate: Path, key: Path) -> None:
    if certificate.exists():
        mark = f"{_read_certificate(certificate).serial_number:x}"[:8]
        for path in (certificate, key):
            if path.exists():
                path.replace(path.with_name(f"{path.stem}-{mark}{path.suffix}"))


def _read_certificate(path: Path) -> x509.Certificate:
    try:
        return x509.load_pem_x509_certificate(path.read_bytes())
    except (OSError, ValueError) as error:
        raise AuthorityError(f"{path.name} cannot be used") from error


def _write_certificate(path: Path, certificate: x509.Certificate) -> None:
    write_durably(path, certificate.public_bytes(Encoding.PEM))
    path.chmod(0o644)


def _write_key(path: Path, key: Ed25519PrivateKey) -> None:
    write_durably(path, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
