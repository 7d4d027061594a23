"""统一身份认证: is this the person, and the right that follows from it until the visit ends.

The reference portal has no city behind it: it believes a readable evidence and says
how far each way goes. A grant is opaque, stands in the database as a digest only, and
ends by revocation or by time. A 随申码 is looked at once and never kept.
"""

import hashlib
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from portal.acts import open_sealed, read_question, refused, told
from portal.bodies import IdentityCheckBody, RevocationBody
from portal.faults import Faults
from portal.headers import terminal_of
from portal.holders import person_key
from portal.keys import Keyring
from portal.moments import WallClock, milliseconds
from portal.opening import OpeningError
from portal.problems import ProblemError
from portal.store import Store
from portal.tables.acts import grants

GRANT_S: Final = 1800
_SHORT_S: Final = 5
_LEVELS: Final[Mapping[str, int]] = {"card": 2, "staff": 2, "suishenma": 3, "face": 4}
_LOW: Final = 1
_RESIDENT_CARD: Final = "111"
_CERT_TYPE: Final = re.compile(r"[0-9A-Za-z]{1,16}")
_WANTED: Final[Mapping[str, tuple[str, ...]]] = {
    "card": ("applyer_name", "applyer_page_type", "applyer_page_code"),
    "staff": ("applyer_name", "applyer_page_type", "applyer_page_code", "staff"),
    "suishenma": ("code",),
    "face": ("applyer_page_code", "picture"),
}


@dataclass(frozen=True, slots=True)
class Grant:
    """The right of an identified resident.

    Attributes:
        visit: the visit in which it was given.
        method: how the resident identified: card, suishenma, face, staff.
        level: `user_real_lvl`, 1 to 4.
        cert_key: keyed hash of the person's number, the same in every visit.
    """

    terminal: str
    visit: str
    method: str
    level: int
    cert_type: str
    cert_key: str


class Identity:
    """The counter that says who somebody is."""

    def __init__(
        self, store: Store, keys: Keyring, secret: bytes, clock: WallClock, faults: Faults
    ) -> None:
        """`secret` keys the hash of a person's number; the same in all workers."""
        self._store = store
        self._keys = keys
        self._secret = secret
        self._clock = clock
        self._faults = faults

    def check(self, terminal: str, asked: IdentityCheckBody, path: str = "") -> dict[str, Any]:
        """What the city says about an evidence; confirmed comes with a grant.

        Raises:
            ProblemError: `sealing-key-gone`; `refused` when the evidence does not open.
        """
        try:
            evidence = open_sealed(asked.evidence, asked.visit, self._keys)
        except OpeningError as error:
            raise refused("payload-unreadable") from error
        wanted = [evidence.get(name) for name in _WANTED[asked.method]]
        kind = _CERT_TYPE.fullmatch(str(evidence.get("applyer_page_type", _RESIDENT_CARD)))
        if kind is None or not all(isinstance(value, str) and value for value in wanted):
            return _outcome("more", None)
        if self._faults.take("not_confirmed", path) is not None:
            return _outcome("not_confirmed", None)
        if self._faults.take("level_low", path) is not None:
            return _outcome("more", _LOW)
        short = self._faults.take("grant_short", path) is not None
        return self._confirm(terminal, asked, evidence, _SHORT_S if short else GRANT_S)

    def revoke(self, terminal: str, visit: str | None) -> None:
        """End the grants of a visit, or all of the terminal; none left is done as well."""
        mine = grants.c.terminal == terminal
        query = grants.delete().where(mine if visit is None else mine & (grants.c.visit == visit))
        with self._store.transaction() as connection:
            connection.execute(query)

    def grant(self, terminal: str, token: str | None) -> Grant:
        """What a `Resident-Grant` stands for.

        Raises:
            ProblemError: `grant-expired` when it is missing, foreign, over or revoked.
        """
        query = sa.select(grants).where(
            grants.c.digest == _digest(token or ""),
            grants.c.terminal == terminal,
            grants.c.expires_ms > milliseconds(self._clock()),
        )
        with self._store.transaction() as connection:
            row = connection.execute(query).mappings().one_or_none()
        if row is None:
            raise ProblemError("grant-expired", 403)
        names = ("terminal", "visit", "method", "level", "cert_type", "cert_key")
        return Grant(**{name: row[name] for name in names})

    def _confirm(
        self, terminal: str, asked: IdentityCheckBody, evidence: Mapping[str, Any], life_s: int
    ) -> dict[str, Any]:
        token = secrets.token_urlsafe(32)
        now_ms = milliseconds(self._clock())
        row = {
            "digest": _digest(token),
            "terminal": terminal,
            "visit": asked.visit,
            "method": asked.method,
            "level": _LEVELS[asked.method],
            "cert_type": str(evidence.get("applyer_page_type", _RESIDENT_CARD)),
            "cert_key": self._person(evidence),
            "expires_ms": now_ms + life_s * 1000,
        }
        with self._store.transaction() as connection:
            connection.execute(grants.delete().where(grants.c.expires_ms <= now_ms))
            connection.execute(grants.insert().values(**row))
        told_names = {"cert_type": row["cert_type"], "cert_key": row["cert_key"]}
        return (
            _outcome("confirmed", _LEVELS[asked.method])
            | told_names
            | {
                "grant": token,
                "expires_in": life_s,
            }
        )

    def _person(self, evidence: Mapping[str, Any]) -> str:
        number = str(evidence.get("applyer_page_code") or evidence.get("code"))
        return person_key(self._secret, number)


class IdentityDesk:
    """The routes of the group `identity`."""

    def __init__(self, identity: Identity, faults: Faults) -> None:
        self._identity = identity
        self._faults = faults

    def routes(self) -> list[Route]:
        """Check and revocation."""
        return [
            Route("/v1/identity/checks", self.check, methods=["POST"]),
            Route("/v1/identity/grants:revoke", self.revoke, methods=["POST"]),
        ]

    async def check(self, request: Request) -> Response:
        """`POST /v1/identity/checks`."""
        terminal, asked = await read_question(request, IdentityCheckBody)
        check = self._identity.check
        return told(await run_in_threadpool(check, terminal, asked, request.url.path))

    async def revoke(self, request: Request) -> Response:
        """`POST /v1/identity/grants:revoke`."""
        terminal, asked = await read_question(request, RevocationBody)
        if self._faults.take("revoke_fails", request.url.path) is not None:
            extension = {"group": "identity"}
            raise ProblemError("group-down", 503, extension=extension, headers={"Retry-After": "1"})
        await run_in_threadpool(self._identity.revoke, terminal, asked.visit)
        return Response(status_code=204)


async def resident_of(identity: Identity, request: Request) -> Grant:
    """The resident whose `Resident-Grant` a request carries.

    Raises:
        ProblemError: `unauthenticated`, `grant-expired`.
    """
    terminal = terminal_of(request)
    token = request.headers.get("resident-grant")
    return await run_in_threadpool(identity.grant, terminal, token)


def _outcome(outcome: str, level: int | None) -> dict[str, Any]:
    nothing = dict.fromkeys(("grant", "cert_type", "cert_key"))
    return {"outcome": outcome, **nothing, "user_real_lvl": level, "expires_in": 0}


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
