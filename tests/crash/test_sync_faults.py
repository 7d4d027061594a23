"""Real store, real portal, and a proxy that breaks 40 % of the requests."""

import hashlib
import json
from pathlib import Path

import pytest
from fault_proxy import Fault, FaultProxy, Plan
from portal_support import listed, new_id, serving
from store_support import Store
from sync_support import open_store, uploading

from kiosk.sync.client import PortalClient
from kiosk.sync.outcomes import Answered, Garbled, Outcome
from offline_cache.records import Ack, Stage


def _put_many(store: Store, count: int) -> list[str]:
    """Cases with one to three submissions in order, each with 0 to 3 pages."""
    ids, case = [], new_id()
    for number in range(count):
        if number % 3 == 0:
            case = new_id()
        ids.append(store.put(pages=number % 4, case_id=case).id)
    return ids


def _run(tmp_path: Path, count: int, timeout_s: float) -> None:
    with (
        serving(tmp_path / "portal") as portal,
        open_store(tmp_path / "state", portal.url) as store,
    ):
        with FaultProxy(portal.url, Plan(seed=count, delay_s=1.2)) as proxy:
            ids = _put_many(store, count)
            with uploading(store, proxy.url) as (_, heard):
                assert heard.wait(lambda: len(heard.ids()) == count, timeout_s), (
                    store.outbox.stats()
                )
        states = {store.state(each) for each in ids}
    rows = listed(tmp_path / "portal")
    sequences: dict[str, list[int]] = {}
    for row in rows:
        sequences.setdefault(row["case_id"], []).append(ids.index(row["id"]))

    assert states == {"ACKED"}
    assert sorted(row["id"] for row in rows) == sorted(ids)
    assert len({row["receipt_no"] for row in rows}) == count
    assert {row["id"]: len(row["documents"]) for row in rows} == {
        each: number % 4 for number, each in enumerate(ids)
    }
    assert all(found == sorted(found) for found in sequences.values())
    assert len(proxy.injected) == 9
    assert sum(proxy.injected.values()) > 0.25 * proxy.requests


@pytest.mark.slow
@pytest.mark.expects_log
def test_thirty_submissions_arrive_exactly_once_and_in_order_through_a_broken_network(
    tmp_path: Path,
) -> None:
    _run(tmp_path, 30, 100.0)


@pytest.mark.deep
@pytest.mark.timeout(1800)
@pytest.mark.expects_log
def test_three_hundred_submissions_arrive_exactly_once_and_in_order(tmp_path: Path) -> None:
    _run(tmp_path, 300, 1500.0)


class TrustsSuccess(PortalClient):
    """The broken build: whatever comes with a 2xx counts as taken."""

    def put_submission(self, submission_id: str, body: bytes) -> Outcome[Ack]:
        outcome = super().put_submission(submission_id, body)
        if not isinstance(outcome, Garbled):
            return outcome
        place = json.loads(body)
        digest = hashlib.sha256(body).hexdigest()
        told = (submission_id, digest, "X-1", "2026-11-22T00:00:00Z")
        return Answered(Ack(*told, place["case_id"], place["case_seq"], Stage.RECEIVED))


@pytest.mark.slow
@pytest.mark.expects_log
@pytest.mark.parametrize("trusting", [False, True])
def test_a_client_that_trusts_a_status_loses_what_this_suite_would_notice(
    tmp_path: Path, *, trusting: bool
) -> None:
    kind = TrustsSuccess if trusting else PortalClient
    plan = Plan(0.4, 5, (Fault.HTML_200,))
    with (
        serving(tmp_path / "portal") as portal,
        open_store(tmp_path / "state", portal.url) as store,
    ):
        with FaultProxy(portal.url, plan) as proxy:
            ids = [store.put(pages=0).id for _ in range(12)]
            with uploading(store, proxy.url, client_type=kind) as (_, heard):
                heard.wait(lambda: len(heard.ids()) == 12, 60.0)
        told = {each for each in ids if store.state(each) == "ACKED"}
    lost = told - {row["id"] for row in listed(tmp_path / "portal")}
    assert proxy.injected[Fault.HTML_200] > 0
    assert len(told) == 12 or trusting
    assert bool(lost) is trusting


class NewIdPerTry(PortalClient):
    """The broken build: each try is a submission of its own, of a case of its own."""

    def put_submission(self, submission_id: str, body: bytes) -> Outcome[Ack]:
        other = json.dumps({**json.loads(body), "case_id": new_id()}).encode()
        outcome = super().put_submission(new_id(), other)
        if not isinstance(outcome, Answered):
            return outcome
        place = json.loads(body)
        digest = hashlib.sha256(body).hexdigest()
        told = (submission_id, digest, outcome.value.receipt_no, outcome.value.received_at)
        return Answered(Ack(*told, place["case_id"], place["case_seq"], Stage.RECEIVED))


@pytest.mark.slow
@pytest.mark.expects_log
@pytest.mark.parametrize("renaming", [False, True])
def test_a_client_that_names_each_try_anew_doubles_what_this_suite_would_notice(
    tmp_path: Path, *, renaming: bool
) -> None:
    kind = NewIdPerTry if renaming else PortalClient
    plan = Plan(0.5, 5, (Fault.ACK_LOST,))
    with (
        serving(tmp_path / "portal") as portal,
        open_store(tmp_path / "state", portal.url) as store,
    ):
        with FaultProxy(portal.url, plan) as proxy:
            ids = [store.put(pages=0).id for _ in range(8)]
            with uploading(store, proxy.url, client_type=kind) as (_, heard):
                assert heard.wait(lambda: len(heard.ids()) == 8, 100.0)
        assert proxy.injected[Fault.ACK_LOST] > 0
        assert {store.state(each) for each in ids} == {"ACKED"}
    assert (len(listed(tmp_path / "portal")) > 8) is renaming
