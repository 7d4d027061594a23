"""电子证照: what a resident has, one consent for one licence and one use, and who used what."""

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Final

import sqlalchemy as sa
from pydantic import Field

from portal.acts import Act, find_row, known_row
from portal.bodies import TaskCode, ValidFor
from portal.faults import Faults
from portal.identity import Grant
from portal.licence_types import Licence, licences_of, of_other, run_out
from portal.moments import WallClock, milliseconds, office_date, stamp
from portal.paper import page
from portal.problems import ProblemError
from portal.store import Store, emit, lock_key, next_serial, record_effect
from portal.tables.results import licence_grants
from portal.wire import Hex64, Strict, Uuid

GRANT_LIFE: Final = timedelta(minutes=30)
SourceId = Annotated[str, Field(pattern=r"^[0-9A-Za-z._-]{1,64}$")]


class LicenceSearchBody(Strict):
    """`POST /v1/e-licences/search`."""

    certificate_type_code: Annotated[str, Field(pattern=r"^[0-9A-Za-z-]{1,32}$")] | None = None
    task_code: TaskCode | None = None


class LicenceGrantBody(Strict):
    """`PUT /v1/e-licences/grants/{id}`."""

    certificate_source_id: SourceId
    task_code: TaskCode
    # no control characters: PostgreSQL keeps no NUL
    material_name: Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f]*$")]
    case_id: Uuid
    consent_sha256: Hex64
    valid_for_s: ValidFor | None = None


class LicenceUseBody(Strict):
    """`POST /v1/e-licences/uses`."""

    certificate_source_id: SourceId | None = None


class Licences:
    """The directory of a portal."""

    def __init__(self, store: Store, clock: WallClock, faults: Faults) -> None:
        self._store = store
        self._clock = clock
        self._faults = faults

    def search(
        self, resident: Grant, asked: LicenceSearchBody, path: str = ""
    ) -> list[dict[str, Any]]:
        """The licences of a resident, of one kind if it is named."""
        if self._faults.take("none", path) is not None:
            return []
        today = office_date(self._clock())
        found = list(licences_of(resident.cert_key, today).values())
        if self._faults.take("expired_licence", path) is not None:
            found = [run_out(each, today) for each in found]
        if self._faults.take("holder_differs", path) is not None:
            found = [of_other(each) for each in found]
        wanted = asked.certificate_type_code
        return [each.told() for each in found if wanted in {None, each.type.code}]

    def grant(self, resident: Grant, act: Act) -> tuple[dict[str, Any], bool]:
        """Give one licence for one use, or repeat what was given; and whether it is a replay.

        Raises:
            ProblemError: `id-reuse`, `malformed`, `schema`, `unknown-id` for no such licence.
        """
        with self._store.transaction() as connection:
            lock_key(connection, "licence", act.terminal, act.identity)
            known = known_row(connection, licence_grants, act)
            if known is not None:
                return _told(known), True
            wish = act.read(LicenceGrantBody)
            licence = self._licence(resident, wish.certificate_source_id)
            row = self._row(connection, act, wish, licence) | {"cert_key": resident.cert_key}
            connection.execute(licence_grants.insert().values(**row))
            record_effect(connection, act.terminal, act.identity, "licence", row["at"])
            emit(connection, "licence.granted", (act.terminal, act.identity), row["at"])
        return _told(row), False

    def ask(self, terminal: str, identity: str) -> dict[str, Any]:
        """What was given under an id.

        Raises:
            ProblemError: `unknown-id`.
        """
        return _told(self._found(terminal, identity))

    def file(self, resident: Grant, identity: str, path: str = "") -> tuple[bytes, str]:
        """The bytes of a granted licence and their digest, while the grant runs.

        Raises:
            ProblemError: `unknown-id`, also for another resident's; `grant-expired`.
        """
        row = self._found(resident.terminal, identity)
        if row["cert_key"] != resident.cert_key:
            raise ProblemError("unknown-id", 404)
        if row["expires_ms"] <= milliseconds(self._clock()):
            raise ProblemError("grant-expired", 403)
        content: bytes = row["content"]
        if self._faults.take("file_bad_hash", path) is not None:
            content = content[:-1] + bytes([content[-1] ^ 1])
        return content, row["file_sha256"]

    def uses(self, resident: Grant, asked: LicenceUseBody) -> list[dict[str, Any]]:
        """Who used which licence of this resident for what, newest first."""
        query = sa.select(licence_grants).where(licence_grants.c.cert_key == resident.cert_key)
        if asked.certificate_source_id is not None:
            query = query.where(licence_grants.c.source_id == asked.certificate_source_id)
        with self._store.transaction() as connection:
            rows = connection.execute(query.order_by(licence_grants.c.n.desc())).mappings().all()
        names = licences_of(resident.cert_key, office_date(self._clock()))
        return [
            {
                "grant_no": row["grant_no"],
                "certificate_source_id": row["source_id"],
                "certificate_name": names[row["source_id"]].type.name,
                "task_code": row["task_code"],
                "material_name": row["material_name"],
                "at": row["at"],
                "channel": "KIOSK",
            }
            for row in rows
            if row["source_id"] in names
        ]

    def _licence(self, resident: Grant, source_id: str) -> Licence:
        licence = licences_of(resident.cert_key, office_date(self._clock())).get(source_id)
        if licence is None:
            raise ProblemError("unknown-id", 404, "no such licence")
        return licence

    def _found(self, terminal: str, identity: str) -> dict[str, Any]:
        with self._store.transaction() as connection:
            row = find_row(connection, licence_grants, terminal, identity)
        if row is None:
            raise ProblemError("unknown-id", 404)
        return dict(row)

    def _row(
        self, connection: sa.Connection, act: Act, wish: LicenceGrantBody, licence: Licence
    ) -> dict[str, Any]:
        now = self._clock()
        watermark = _watermark(licence, now + GRANT_LIFE)
        grant_no = f"ZZ{office_date(now):%y%m%d}-{next_serial(connection):08d}"
        lines = [
            f"证照编号：{licence.number}",
            f"持证人：{licence.holder}",
            f"发证机关：{licence.type.dept}",
            f"发证日期：{licence.issued.isoformat()}",
            f"授权编号：{grant_no}",
        ]
        content = page(licence.type.name, lines, watermark)
        return {
            **act.key,
            "sha256": act.sha256,
            "source_id": licence.source_id,
            "task_code": wish.task_code,
            "material_name": wish.material_name,
            "case_id": wish.case_id,
            "consent_sha256": wish.consent_sha256,
            "grant_no": grant_no,
            "file_sha256": hashlib.sha256(content).hexdigest(),
            "content": content,
            "watermark": watermark,
            "expires_ms": milliseconds(now + GRANT_LIFE),
            "at": stamp(now),
        }


def _watermark(licence: Licence, until: datetime) -> str:
    """The words of 国办函 2016 No. 108 for a copy."""
    day = office_date(until)
    return (
        f"此件由{licence.type.dept}提供，仅供办理政务服务事项时使用，"
        f"有效期至{day.year}年{day.month}月{day.day}日"
    )


def _told(row: Any) -> dict[str, Any]:
    expires = datetime.fromtimestamp(row["expires_ms"] / 1000, UTC)
    names = ("id", "sha256", "grant_no", "file_sha256", "watermark")
    rest = {"size": len(row["content"]), "expires_at": stamp(expires)}
    return {name: row[name] for name in names} | rest
