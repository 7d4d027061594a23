"""The faults that the reference portal can play, by group, and where each group lives.

The names are those of the contract's companion (`docs/integration.md`); they
are no part of `openapi.yaml`.
"""

from collections.abc import Mapping
from typing import Final

GROUPS: Final[Mapping[str, tuple[str, ...]]] = {
    "all": ("/v1",),
    "terminal": (
        *("/v1/keys", "/v1/time", "/v1/heartbeat"),
        *("/v1/desired", "/v1/reported", "/v1/enrolments", "/v1/certificates"),
    ),
    "intake": ("/v1/submissions", "/v1/uploads"),
    "uploads": ("/v1/uploads",),
    "identity": ("/v1/identity",),
    "support": ("/v1/support",),
    "payment": ("/v1/payments", "/v1/refunds"),
    "logistics": ("/v1/deliveries",),
    "progress": ("/v1/cases", "/v1/results", "/v1/prints"),
    "e_licence": ("/v1/e-licences",),
    "appointment": ("/v1/appointments",),
    "evaluation": ("/v1/evaluations",),
    "catalogue": ("/v1/catalogue", "/v1/packs"),
}
"""Group -> beginnings of its paths. `uploads` is a part of `intake` that has faults of its own."""

ANYWHERE: Final = frozenset(
    {"down", "status", "delay", "empty_200", "html_200", "redirect"}
    | {"date_skew", "no_date", "unknown_problem", "wrong_type"}
)
"""Faults that every group can have."""

_OWN: Final[Mapping[str, frozenset[str]]] = {
    "intake": frozenset(
        {"ack_other_id", "ack_other_sha", "ack_no_receipt", "ack_accepted_without_date"}
        | {"in_progress", "order_gap", "documents_lost", "forget_before", "slow_acceptance"}
        | {"not_accepted", "correction", "key_gone", "late_conclusion"}
    ),
    "uploads": frozenset({"drop_partial", "offset_wrong", "gone", "storage_full", "second_url"}),
    "identity": frozenset({"not_confirmed", "level_low", "grant_short", "revoke_fails"}),
    "progress": frozenset({"no_match", "stale_stage", "many", "result_bad_hash", "result_cut"}),
    "e_licence": frozenset({"none", "expired_licence", "file_bad_hash", "slow", "holder_differs"}),
    "payment": frozenset(
        {"paid_no_answer", "paid_after_close", "wrong_amount", "never_paid", "refund_stuck"}
        | {"pay_url_empty"}
    ),
    "logistics": frozenset({"no_waybill", "address_refused", "parcel_lost"}),
    "appointment": frozenset({"slot_race", "no_slots", "ticket_lost_answer"}),
    "evaluation": frozenset({"already_rated", "ack_other_id"}),
    "support": frozenset({"no_clerk", "call_drops"}),
    "catalogue": frozenset(
        {"weak_etag", "etag_ignored", "not_modified_without_pack", "pack_bad_hash", "pack_cut"}
        | {"generation_back", "item_retired"}
    ),
}

NAMES: Final[Mapping[str, frozenset[str]]] = {
    group: ANYWHERE | _OWN.get(group, frozenset()) for group in GROUPS
}
"""Group -> the faults that can be switched on for it."""

ALL_NAMES: Final = frozenset().union(*NAMES.values())


def own_names(group: str) -> frozenset[str]:
    """The faults that a group has beside those of every group."""
    return _OWN.get(group, frozenset())


def group_of(path: str) -> str:
    """The group that a path of the contract belongs to, `all` where it belongs to none."""
    for group, prefixes in GROUPS.items():
        if group not in {"all", "uploads"} and path.startswith(prefixes):
            return group
    return "all"


def split(switch: str) -> tuple[str, str]:
    """The group and the fault of a switch: `payment.down` or plainly `down` (group empty)."""
    group, dot, name = switch.rpartition(".")
    return (group, name) if dot else ("", switch)


def known(switch: str) -> bool:
    """Whether there is such a switch: a fault, or a fault of one group."""
    group, name = split(switch)
    return name in (NAMES.get(group, frozenset()) if group else ALL_NAMES)


def switch_of(group: str, name: str) -> str:
    """The switch of one group's fault: the plain name where only that group has it."""
    holders = [each for each in GROUPS if name in NAMES[each]]
    return name if group == "all" or holders == [group] else f"{group}.{name}"
