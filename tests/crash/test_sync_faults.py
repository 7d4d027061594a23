"""Real store, real portal, and a proxy that breaks 40 % of the requests."""

from pathlib import Path

import pytest
from fault_proxy import FaultProxy, Plan
from portal_support import listed, new_id, serving
from store_support import Store
from sync_support import open_store, uploading


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
