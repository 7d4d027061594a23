"""The portal's rules in memory, with a network that breaks on purpose, for histories of a sender.

It keeps what the contract promises and writes down what it should never see: another body
under a known id, or a part of a case before the one that comes first.
"""

import copy
import json
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from scripted_portal import GONE, ScriptedPortal, ack_for, digest, hint, told

from kiosk.sync.outcomes import (
    Answered,
    Garbled,
    NewUpload,
    Outcome,
    Refused,
    UploadPlace,
    UploadState,
)
from kiosk.sync.outcomes_terminal import (
    Heartbeat,
    HeartbeatReply,
    Reconciled,
    ReconcileItem,
    Withdrawal,
    Withdrawn,
)
from offline_cache.records import Ack, Stage

_ANY = Withdrawal()
FAULTS = ("gone", "lost_answer", "garbled", "cut_ack", "twice", "busy", "broken", "suspended")
REFUSALS = ("strange", "refused", "skew", "in_progress", "pages_lost")


@dataclass
class Shelf:
    """What the portal has on its disk."""

    effects: dict[str, str] = field(default_factory=dict)
    arrivals: list[tuple[str, int, str]] = field(default_factory=list)
    withdrawn: set[str] = field(default_factory=set)
    over: set[tuple[str | None, int | None]] = field(default_factory=set)
    concluded: set[str] = field(default_factory=set)
    bodies: dict[str, bytes] = field(default_factory=dict)
    uploads: dict[str, bytearray] = field(default_factory=dict)
    sizes: dict[str, int] = field(default_factory=dict)


class ModelPortal(ScriptedPortal):
    """One seed gives one history of faults."""

    def __init__(self, seed: int, *, keeps_order: bool = True) -> None:
        """Start empty.

        Args:
            seed: of the faults.
            keeps_order: refuse what comes out of turn; else only write it down.
        """
        super().__init__()
        self.shelf = Shelf()
        self.dice = random.Random(seed)
        self.rate = 0.0
        self.kinds: tuple[str, ...] = FAULTS + REFUSALS
        self.injected: dict[str, int] = {}
        self.faults: list[str] = []
        self.look: tuple[str, ...] = ()
        self._keeps_order = keeps_order

    def backup(self) -> Shelf:
        """What a restore would bring back."""
        return copy.deepcopy(self.shelf)

    def restore(self, shelf: Shelf) -> None:
        """Set the portal back; it asks the terminals to compare."""
        self.shelf = copy.deepcopy(shelf)
        self.look = ("reconcile",)

    def _answer(self, do: Callable[[], Outcome[Any]], *, refusals: bool = False) -> Outcome[Any]:
        if self.dice.random() >= self.rate:
            return do()
        kind = self.dice.choice(self.kinds)
        if kind in REFUSALS and not refusals:
            return do()
        self.injected[kind] = self.injected.get(kind, 0) + 1
        if kind in {"lost_answer", "cut_ack", "twice"}:
            do()
            unheard: dict[str, Outcome[Any]] = {"lost_answer": GONE, "cut_ack": Garbled(200, "cut")}
            # a copy that a box on the way made: its answer is the one that comes back
            return unheard[kind] if kind in unheard else do()
        if kind == "pages_lost":
            self.shelf.uploads.clear()
            return do()
        return self._made_up(kind)

    def _made_up(self, kind: str) -> Outcome[Any]:
        made: dict[str, Outcome[Any]] = {
            "gone": GONE,
            "garbled": Garbled(200, "html"),
            "busy": Refused(503, None, self.dice.choice([None, 1.0, 30.0])),
            "broken": Refused(self.dice.choice([302, 429, 500, 502])),
            "suspended": told(403, "terminal-suspended"),
            "strange": Refused(self.dice.choice([418, 404, 422])),
            "refused": told(422, "refused"),
            "skew": told(401, "clock-skew"),
            "in_progress": told(409, "in-progress"),
        }
        return made[kind]

    def put_submission(self, submission_id: str, body: bytes) -> Outcome[Ack]:
        return self._answer(lambda: self._take(submission_id, body), refusals=True)

    def _take(self, identity: str, body: bytes) -> Outcome[Ack]:
        shelf = self.shelf
        if shelf.bodies.get(identity, body) != body:
            self.faults.append(f"{identity} came with another body")
            return told(422, "id-reuse")
        if identity in shelf.withdrawn:
            return told(409, "withdrawn")
        refusal = None if identity in shelf.bodies else self._gate(identity, body)
        if refusal is not None:
            return refusal
        if identity not in shelf.bodies:
            shelf.bodies[identity] = body
            shelf.effects[identity] = digest(body)
            document = json.loads(body)
            shelf.arrivals.append((document["case_id"], document["case_seq"], identity))
        return Answered(self._ack(identity))

    def _gate(self, identity: str, body: bytes) -> Refused | None:
        """Why a new submission cannot be taken yet."""
        shelf, document = self.shelf, json.loads(body)
        case, turn = document["case_id"], document["case_seq"]
        expected = 1 + max((seq for one, seq, _ in shelf.arrivals if one == case), default=0)
        while turn != expected and (case, expected) in shelf.over:
            expected += 1
        if turn != expected:
            if self._keeps_order:
                return told(409, "case-order", expected=expected)
            self.faults.append(f"{identity} came out of turn")
        missing = [
            page["ordinal"]
            for page in document["documents"]
            if len(shelf.uploads.get(_path(identity, page["ordinal"]), b"")) != page["size"]
        ]
        return told(409, "documents-incomplete", missing=missing) if missing else None

    def _ack(self, identity: str) -> Ack:
        done = identity in self.shelf.concluded
        legal = {"project_no": "P-1", "accept_date": "2026-11-22", "stage": Stage.CONCLUDED}
        return ack_for(identity, self.shelf.bodies[identity], **(legal if done else {}))

    def get_submission(self, submission_id: str, sha256: str | None = None) -> Outcome[Ack]:
        del sha256

        def look() -> Outcome[Ack]:
            if submission_id not in self.shelf.effects:
                return told(404, "unknown-id")
            return Answered(self._ack(submission_id))

        return self._answer(look)

    def put_withdrawal(
        self, submission_id: str, withdrawal: Withdrawal = _ANY
    ) -> Outcome[Withdrawn]:
        return self._answer(lambda: self._withdraw(submission_id, withdrawal))

    def _withdraw(self, identity: str, withdrawal: Withdrawal) -> Outcome[Withdrawn]:
        if identity in self.shelf.concluded:
            ack = self._ack(identity)
            document = {name: getattr(ack, name) for name in ack.__slots__}
            return told(409, "concluded", ack=document)
        known = self.shelf.effects.pop(identity, None) is not None
        self.shelf.withdrawn.add(identity)
        self.shelf.over.add((withdrawal.case_id, withdrawal.case_seq))
        return Answered(Withdrawn(identity, "0" * 64, "withdrawn", known))

    def reconcile(self, items: Sequence[ReconcileItem]) -> Outcome[Reconciled]:
        def compare() -> Outcome[Reconciled]:
            known: list[str] = []
            unknown: list[str] = []
            mismatch: list[str] = []
            for item in items:
                have = self.shelf.effects.get(item.id)
                lists = {None: unknown, item.sha256: known}
                (known if item.id in self.shelf.withdrawn else lists.get(have, mismatch)).append(
                    item.id
                )
            self.look = ()
            return Answered(Reconciled(tuple(known), tuple(unknown), tuple(mismatch)))

        return self._answer(compare)

    def post_heartbeat(self, beat: Heartbeat) -> Outcome[HeartbeatReply]:
        del beat
        return self._answer(lambda: hint(look=self.look))

    def get_time(self) -> Outcome[Any]:
        return self._answer(super().get_time)

    def create_upload(self, upload: NewUpload) -> Outcome[UploadPlace]:
        def create() -> Outcome[UploadPlace]:
            path = _path(upload.submission_id, upload.ordinal)
            fresh = path not in self.shelf.uploads
            self.shelf.uploads.setdefault(path, bytearray())
            self.shelf.sizes[path] = upload.size
            return Answered(UploadPlace(path, fresh))

        return self._answer(create)

    def ask_upload(self, path: str) -> Outcome[UploadState]:
        def ask() -> Outcome[UploadState]:
            if path not in self.shelf.uploads:
                return told(404, "upload-gone")
            return Answered(UploadState(len(self.shelf.uploads[path]), self.shelf.sizes[path]))

        return self._answer(ask)

    def append_upload(self, path: str, offset: int, chunk: bytes) -> Outcome[int]:
        def append() -> Outcome[int]:
            page = self.shelf.uploads.get(path)
            if page is None:
                return told(404, "upload-gone")
            if offset != len(page):
                return told(409, "offset-mismatch", offset=len(page))
            page += chunk
            return Answered(len(page))

        return self._answer(append)


def _path(identity: str, ordinal: int) -> str:
    return f"/v1/uploads/{identity}-{ordinal}"
