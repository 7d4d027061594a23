"""A resident's rating from the result page into the portal's book."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from fault_proxy import Fault, FaultProxy, Plan
from portal_support import Served, listed, serving
from program import events, kiosk, lines
from program import portal as running_portal
from ratings_support import kept_by_portal, rate
from store_support import Store
from sync_support import Heard, open_store, uploading
from visit_support import Stand

from offline_cache.records import Stage

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]
_BREAKS = (Fault.ACK_LOST, Fault.DUPLICATE, Fault.CUT_HEADER, Fault.HTML_200, Fault.RESET_BEFORE)


def _state(store: Store, item: str) -> list[str]:
    return [row.state.value for row in store.outbox.rows() if row.item == item]


def _hear_changes(store: Store, heard: Heard) -> None:
    """Ratings are not told as acknowledgements: listen to the outbox itself."""

    def changed(_id: str) -> None:
        with heard.changed:
            heard.changed.notify_all()

    store.outbox.on_change(changed)


@contextmanager
def _desk(folder: Path, url: str) -> Iterator[Stand]:
    with open_store(folder / "state", url) as store:
        yield Stand(folder, store=store)


def _rated(stand: Stand, satisfaction: int) -> str:
    """One resident, collected, with paper and rating; gives the id of the application."""
    stand.to_done(Stage.COLLECTED)
    stand.paper()
    stand.acts.rate(satisfaction)
    stand.acts.leave()
    stand.pass_s(6)
    return str(stand.named("sealed")[-1]["id"])


def test_a_rating_given_online_arrives_once(tmp_path: Path) -> None:
    with serving(tmp_path / "portal") as portal, _desk(tmp_path, portal.url) as stand:
        with uploading(stand.store, portal.url) as (uploader, heard):
            _hear_changes(stand.store, heard)
            application = _rated(stand, 4)
            uploader.wake()
            assert heard.wait(lambda: _state(stand.store, "evaluation") == ["ACKED"], 30)
        kept = kept_by_portal(portal.folder)
    (one,) = kept.ratings
    assert kept.ratings == {one: 4}
    assert [each for each in kept.effects if each[0] == "rated"] == [("rated", one)]
    assert kept.effects.index(("received", application)) < kept.effects.index(("rated", one))
    assert [row["id"] for row in listed(portal.folder)] == [application]
    assert one not in heard.ids()


@pytest.mark.expects_log
def test_ratings_given_offline_arrive_after_their_applications_exactly_once(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "portal"
    with serving(folder) as portal:
        port = portal.url.rsplit(":", 1)[1]
        key_from = portal.url
        with _desk(tmp_path, key_from) as stand:
            portal.kill()
            applications = [_rated(stand, satisfaction) for satisfaction in (5, 4, 3, 2, 1, 5)]
            states = {row.state.value for row in stand.store.outbox.rows()}
            assert (len(stand.store.outbox.rows()), states) == (12, {"SEALED"})
            injected = _drain(stand.store, folder, port)
            ratings = [row.id for row in stand.store.outbox.rows() if row.item == "evaluation"]
    kept = kept_by_portal(folder)
    assert injected > 3
    assert sorted(kept.ratings.values()) == [1, 2, 3, 4, 5, 5]
    assert set(kept.ratings) == set(ratings)
    assert sorted(row["id"] for row in listed(folder)) == sorted(applications)
    for application, one in zip(applications, ratings, strict=True):
        order = [kept.effects.index(("received", application)), kept.effects.index(("rated", one))]
        assert order == sorted(order)


def _drain(store: Store, folder: Path, port: str) -> int:
    """Send everything through a network that breaks 40 % of the requests; counts the breaks."""
    with serving(folder, "--port", port) as portal, _broken(portal) as proxy:
        with uploading(store, proxy.url) as (_, heard):
            _hear_changes(store, heard)
            assert heard.wait(lambda: _state(store, "evaluation") == ["ACKED"] * 6, 90), (
                store.outbox.stats()
            )
        return sum(proxy.injected.values())


def _broken(portal: Served) -> FaultProxy:
    return FaultProxy(portal.url, Plan(0.4, 11, _BREAKS, delay_s=1.2))


@pytest.mark.expects_log
def test_a_case_that_is_rated_already_counts_as_done(tmp_path: Path) -> None:
    """The terminal's disk was set back to before the rating: the case keeps its first one."""
    with (
        serving(tmp_path / "portal") as portal,
        open_store(tmp_path / "s", portal.url) as store,
        uploading(store, portal.url) as (uploader, heard),
    ):
        _hear_changes(store, heard)
        ticket = store.put(pages=0)
        first = rate(store, ticket, 5)
        uploader.wake()
        assert heard.wait(lambda: _state(store, "evaluation") == ["ACKED"], 30)
        receipt = store.outbox.row(first).receipt_no
        store.database.write(lambda db: db.execute("DELETE FROM message"))
        second = rate(store, ticket, 1)
        uploader.wake()
        assert heard.wait(lambda: _state(store, "evaluation") == ["ACKED"], 30)
        assert (store.outbox.row(second).receipt_no, heard.alarms) == (receipt, [])
    assert kept_by_portal(tmp_path / "portal").ratings == {first: 5}


def test_the_demo_rates_and_tells_nothing_of_it(tmp_path: Path) -> None:
    flags = ("--out", str(tmp_path), "--item", "S1", "--path", "promise", "--json")
    offline = kiosk("demo", *flags, "--offline")
    assert offline.returncode == 0, offline.stdout[-800:] + offline.stderr[-800:]
    assert kept_by_portal(tmp_path / "portal").ratings == {}
    with running_portal(tmp_path / "portal") as url:
        drained = kiosk("demo", "--out", str(tmp_path), "--visits", "0", "--portal", url, "--json")
    assert drained.returncode == 0, drained.stdout[-800:] + drained.stderr[-800:]
    kept = kept_by_portal(tmp_path / "portal")
    (one,) = kept.ratings
    assert kept.ratings == {one: 5}
    assert len(events(drained.stdout, "received")) == 1
    assert one not in {each.get("id") for each in lines(offline.stdout + drained.stdout)}
    assert one not in {row["id"] for row in listed(tmp_path / "portal")}
