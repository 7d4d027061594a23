"""A store with one submission in every state that there is, for what may not change in a crash."""

from pathlib import Path

from crash_child import LIMITS, page_of
from store_support import ScriptedClock, Store, intake

from offline_cache.portal_clock import PortalClock
from offline_cache.records import PrintState

# What the life of a terminal may make of a state; anything else stays as it was.
NEXT = {
    "SEALED": {"SEALED", "ACKED", "PURGED"},
    "ACKED": {"ACKED", "PURGED"},
    "WITHDRAWING": {"WITHDRAWING", "PURGED"},
}
DAYS_S = 8 * 86400.0


def hang(folder: Path) -> dict[str, str]:
    """Make the store; returns the state of each submission by id.

    A draft of a dead process hangs there as well: the next start shreds it.
    """
    clock = ScriptedClock()
    with Store(folder, clock=clock, limits=LIMITS) as store:
        portal_time = PortalClock(store.database)
        expired = _put(store)
        portal_time.set_offset(0.0)
        clock.pass_s(DAYS_S)
        store.outbox.expire(expired, "demo", "older than the cap")
        _purged(store)
        store.outbox.hold(_put(store), "demo", "hung up")
        store.outbox.mark_rejected(_put(store), "schema")
        store.outbox.withdraw(_put(store), "demo", "changed their mind")
        acked = _put(store)
        store.outbox.mark_received(acked, store.ack(acked, receipt_no=_receipt(acked)))
        _put(store)
        store.documents.begin("0192f000-0000-7000-8000-00000000000d", "application", "S1")
        return {row.id: row.state.value for row in store.outbox.rows()}


def changed(before: dict[str, str], after: dict[str, str]) -> dict[str, str]:
    """What became of the gallery against the rules."""
    return {
        name: f"{state} became {after.get(name)}"
        for name, state in before.items()
        if after.get(name) not in NEXT.get(state, {state})
    }


def _receipt(name: str) -> str:
    return f"R-{name[-12:].upper()}"


def _put(store: Store) -> str:
    draft = store.draft(pages=0)
    for ordinal in (1, 2):
        draft.add_page(page_of(draft.id, ordinal), "image/jpeg", material="m1")
    return store.outbox.put(draft, intake()).id


def _purged(store: Store) -> None:
    name = _put(store)
    store.outbox.mark_received(name, store.ack(name, receipt_no=_receipt(name)))
    store.journal.queue(f"job-{name}", name, "receipt")
    store.journal.sending(f"job-{name}", "printer-1")
    store.journal.settle(f"job-{name}", PrintState.PRINTED, "A")
    store.retention.purge()
