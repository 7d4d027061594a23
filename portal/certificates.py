"""The register of terminal certificates and of the nonces that were used with their keys.

Both stand in the portal's database, so that every worker knows of a revocation at
once and a nonce counts everywhere. A certificate that the register does not know is
refused although the authority signed it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import sqlalchemy as sa
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding

from portal.moments import WallClock, stamp, wall_clock
from portal.problems import ProblemError
from portal.store import Store, insert_if_new, open_store
from portal.tables.upkeep import certificates, nonces

# longer than any clock is set back by hand: a nonce must not come alive again
_KEEP_S: Final = 3600


@dataclass(frozen=True, slots=True)
class Registered:
    """A certificate as the register knows it; times are RFC 3339 in UTC."""

    fingerprint: str
    terminal: str
    serial: str
    not_after: str
    issued_at: str
    revoked_at: str | None


class CertificateRegister:
    """The certificates of all terminals."""

    def __init__(self, store: Store, clock: WallClock) -> None:
        self._store = store
        self._clock = clock

    def add(self, terminal: str, certificate: x509.Certificate) -> Registered:
        """Write a certificate down; one that is known already stays as it is."""
        row = {
            "fingerprint": certificate.fingerprint(SHA256()).hex(),
            "terminal": terminal,
            "serial": f"{certificate.serial_number:x}",
            "pem": certificate.public_bytes(Encoding.PEM).decode(),
            "not_after": stamp(certificate.not_valid_after_utc),
            "issued_at": stamp(self._clock()),
            "revoked_at": None,
        }
        with self._store.transaction() as connection:
            insert_if_new(connection, certificates, row)
            query = sa.select(certificates).where(certificates.c.fingerprint == row["fingerprint"])
            return _registered(connection.execute(query).mappings().one())

    def all(self) -> list[Registered]:
        """Every certificate, by terminal and age."""
        query = sa.select(certificates).order_by(certificates.c.terminal, certificates.c.issued_at)
        with self._store.transaction() as connection:
            return [_registered(row) for row in connection.execute(query).mappings()]

    def revoke(self, terminal: str) -> int:
        """Take every certificate of a terminal back, from the next request on; tells how many."""
        now = stamp(self._clock())
        with self._store.transaction() as connection:
            return connection.execute(
                certificates.update()
                .where(certificates.c.terminal == terminal, certificates.c.revoked_at.is_(None))
                .values(revoked_at=now)
            ).rowcount

    def check_shown(self, name: str, fingerprint: str) -> None:
        """A certificate that a connection showed must be in force and carry that name.

        Raises:
            ProblemError: `terminal-suspended` when it is unknown, over, revoked or another's.
        """
        names = (certificates.c.terminal, certificates.c.revoked_at, certificates.c.not_after)
        query = sa.select(*names).where(certificates.c.fingerprint == fingerprint)
        with self._store.transaction() as connection:
            row = connection.execute(query).one_or_none()
        if row is None or row.revoked_at is not None or row.terminal != name:
            raise suspended()
        # TLS looked when the connection began, which may be long ago
        if row.not_after <= stamp(self._clock()):
            raise suspended()

    def keys_of(self, terminal: str) -> list[Ed25519PublicKey]:
        """The public keys of a terminal that are in force, for signatures; none for a stranger.

        Raises:
            ProblemError: `terminal-suspended` when all of its certificates are over.
        """
        query = sa.select(certificates.c.pem, certificates.c.revoked_at).where(
            certificates.c.terminal == terminal
        )
        with self._store.transaction() as connection:
            rows = connection.execute(query).all()
        now = self._clock()
        held = [x509.load_pem_x509_certificate(row.pem.encode()) for row in rows if not row[1]]
        keys = [each.public_key() for each in held if each.not_valid_after_utc > now]
        if rows and not keys:
            raise suspended()
        return [key for key in keys if isinstance(key, Ed25519PublicKey)]

    def use_nonce(self, terminal: str, nonce: str, expires_s: int) -> bool:
        """Remember a nonce until that Unix time; False when it was used before.

        What is over for long is dropped on the way.
        """
        row = {"terminal": terminal, "nonce": nonce, "expires_s": expires_s}
        over = int(self._clock().timestamp()) - _KEEP_S
        with self._store.transaction() as connection:
            connection.execute(nonces.delete().where(nonces.c.expires_s < over))
            return insert_if_new(connection, nonces, row)


@contextmanager
def opened_register(folder: Path) -> Iterator[CertificateRegister]:
    """The register of a portal's folder, for a command beside a running portal.

    Raises:
        StoreError: the database cannot be used.
    """
    store = open_store(folder)
    try:
        yield CertificateRegister(store, wall_clock)
    finally:
        store.close()


def suspended() -> ProblemError:
    """The refusal of a terminal whose certificate does not count."""
    return ProblemError("terminal-suspended", 403, "no certificate in force is registered")


def _registered(row: sa.RowMapping) -> Registered:
    names = ("fingerprint", "terminal", "serial", "not_after", "issued_at", "revoked_at")
    return Registered(**{name: row[name] for name in names})
