"""统一物流快递: how the resident gets the result.

A refused address is a stage of the delivery (`correction`), never the loss of the
case. The address stays sealed in the stored body; it is opened to be looked at once.
"""

import secrets
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from portal.acts import (
    Act,
    Row,
    answer,
    find_row,
    known_row,
    open_sealed,
    plain_ack,
    read_act,
    reason,
    told,
)
from portal.bodies import DeliveryBody
from portal.demo_words import CARRIER, COUNTER_EVENT, PARCEL_EVENTS, PARCEL_LOST
from portal.faults import Faults
from portal.headers import id_of, terminal_of
from portal.intake import Ack, receipt_number
from portal.keys import Keyring
from portal.moments import WallClock, milliseconds, stamp
from portal.opening import OpeningError
from portal.problems import ProblemError
from portal.results import note_pickup
from portal.store import Store, emit, lock_key, next_serial, record_effect
from portal.tables.acts import deliveries

_CODE_LETTERS: Final = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_CODE_LENGTH: Final = 8
_COURIER: Final = "courier"
_ADDRESS: Final = ("contact_name", "contact_mobile", "address")
_NOTHING: Final = dict.fromkeys(("waybill_no", "carrier", "pickup_code"))


class Deliveries:
    """The counter of the carrier."""

    def __init__(self, store: Store, keys: Keyring, clock: WallClock, faults: Faults) -> None:
        self._store = store
        self._keys = keys
        self._clock = clock
        self._faults = faults

    def take(self, act: Act, path: str = "") -> tuple[Ack, bool]:
        """Take a wish over, or repeat what was said; and whether it is a replay.

        Raises:
            ProblemError: `id-reuse`, `malformed`, `schema`, `sealing-key-gone`.
        """
        with self._store.transaction() as connection:
            lock_key(connection, "delivery", act.terminal, act.identity)
            row = known_row(connection, deliveries, act)
            if row is not None:
                ack: Ack = row["ack"]
                return ack, True
            wish = act.read(DeliveryBody)
            ack = self._ack(connection, act, wish, path)
            connection.execute(
                deliveries.insert().values(
                    **act.key,
                    sha256=act.sha256,
                    body=act.body,
                    case_id=wish.case_id,
                    way=wish.way,
                    ack=ack,
                    begun_ms=milliseconds(self._clock()),
                )
            )
            at = ack["received_at"]
            record_effect(connection, act.terminal, act.identity, "delivery", at)
            emit(connection, f"delivery.{ack['stage']}", (act.terminal, act.identity), at)
        return ack, False

    def ask(self, terminal: str, identity: str, path: str = "") -> dict[str, Any]:
        """The ack with the waybill and what happened so far.

        Raises:
            ProblemError: `unknown-id`.
        """
        with self._store.transaction() as connection:
            row = find_row(connection, deliveries, terminal, identity)
        if row is None:
            raise ProblemError("unknown-id", 404)
        return {**row["ack"], "events": self._events(row, path)}

    def _ack(self, connection: sa.Connection, act: Act, wish: DeliveryBody, path: str) -> Ack:
        now = self._clock()
        receipt_no = receipt_number(connection, now)
        ack = plain_ack(act, receipt_no, stamp(now), wish.case_id) | _NOTHING
        if wish.way != _COURIER:
            code = "".join(secrets.choice(_CODE_LETTERS) for _ in range(_CODE_LENGTH))
            note_pickup(connection, code, act.terminal, wish.case_id)
            return ack | {"pickup_code": code}
        if not self._deliverable(act, wish, path):
            return ack | {
                "stage": "correction",
                "result": {"reasons": [reason("address-refused")]},
            }
        if self._faults.take("no_waybill", path) is not None:
            return ack
        return ack | {"waybill_no": f"DEMO{next_serial(connection):012d}", "carrier": CARRIER}

    def _deliverable(self, act: Act, wish: DeliveryBody, path: str) -> bool:
        if wish.address is None:
            return False
        try:
            address = open_sealed(wish.address, act.identity, self._keys)
        except OpeningError:
            return False  # the resident is asked for it again, the case goes on
        whole = all(isinstance(address.get(name), str) and address[name] for name in _ADDRESS)
        return whole and self._faults.take("address_refused", path) is None

    def _events(self, row: Row, path: str) -> list[dict[str, str]]:
        begun = datetime.fromtimestamp(row["begun_ms"] / 1000, UTC)
        if row["ack"]["stage"] == "correction":
            return []
        if row["way"] != _COURIER:
            return [{"at": stamp(begun), "text": COUNTER_EVENT}]
        if row["ack"]["waybill_no"] is None:
            return []
        events = [(begun + timedelta(seconds=after_s), text) for after_s, text in PARCEL_EVENTS]
        if self._faults.take("parcel_lost", path) is not None:
            events = [events[0], (begun + timedelta(seconds=1), PARCEL_LOST)]
        now = self._clock()
        past = [(at, text) for at, text in events if at <= now] or events[:1]
        return [{"at": stamp(at), "text": text} for at, text in past]


class DeliveryDesk:
    """The routes of the group `logistics`."""

    def __init__(self, deliveries_: Deliveries) -> None:
        self._deliveries = deliveries_

    def routes(self) -> list[Route]:
        """Wish and question."""
        return [
            Route("/v1/deliveries/{id}", self.put, methods=["PUT"]),
            Route("/v1/deliveries/{id}", self.get, methods=["GET"]),
        ]

    async def put(self, request: Request) -> Response:
        """`PUT /v1/deliveries/{id}`."""
        act = await read_act(request)
        ack, replayed = await run_in_threadpool(self._deliveries.take, act, request.url.path)
        return answer(ack, replayed=replayed)

    async def get(self, request: Request) -> Response:
        """`GET /v1/deliveries/{id}`."""
        terminal, identity = terminal_of(request), id_of(request)
        ask = self._deliveries.ask
        return told(await run_in_threadpool(ask, terminal, identity, request.url.path))
