"""The way of a submission between real store and real portal: down, up, backlog, contract."""

import logging
import re
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from portal_support import demo_payload, listed, serving
from store_support import PAGE, Store, intake
from sync_support import open_store, portal_key, uploading

from kiosk.sync.client import PortalClient
from kiosk.sync.sealing_keys import SealingKeys
from offline_cache.records import Stage


def _operations(repository: Path) -> set[str]:
    contract = yaml.safe_load((repository / "portal/openapi.yaml").read_text())
    return {
        re.sub("([A-Z])", r"_\1", operation["operationId"]).lower()
        for path in contract["paths"].values()
        for operation in path.values()
        if isinstance(operation, dict) and "operationId" in operation
    }


def test_the_client_has_one_method_for_each_operation_of_the_contract(repository: Path) -> None:
    methods = {
        name
        for name in dir(PortalClient)
        if callable(getattr(PortalClient, name)) and not name.startswith("_")
    } - {"close", "interrupt"}
    assert methods == _operations(repository)


def _put_like_a_visit(store: Store) -> str:
    draft = store.draft(pages=1)
    pages = {1: PAGE}
    made = replace(intake(), task_code="SH-DEMO-S1-01", payload=demo_payload(pages))
    return store.outbox.put(draft, made).id


@pytest.mark.slow
@pytest.mark.expects_log
def test_what_was_put_while_the_portal_was_down_arrives_by_itself(tmp_path: Path) -> None:
    folder = tmp_path / "portal"
    with serving(folder) as portal:
        port = portal.url.rsplit(":", 1)[1]
        store = open_store(tmp_path / "state", portal.url)
    with store, uploading(store, portal.url) as (uploader, heard):
        ids = [store.put(pages=1).id for _ in range(20)]
        uploader.wake()
        assert heard.wait(lambda: heard.online == [False], 20)
        with serving(folder, "--port", port):
            assert heard.wait(lambda: len(heard.ids()) == 20, 60)
            assert uploader.online is True
    assert sorted(row["id"] for row in listed(folder)) == sorted(ids)


@pytest.mark.slow
def test_a_case_goes_on_behind_a_part_that_was_taken_back_before_it_arrived(tmp_path: Path) -> None:
    case = "0190a5c8-7b1e-7c3d-9e2f-000000000009"
    with (
        serving(tmp_path / "portal") as portal,
        open_store(tmp_path / "s", portal.url) as store,
    ):
        first, second, third = (store.put(pages=1, case_id=case).id for _ in range(3))
        store.outbox.withdraw(second, "staff-7", "the resident asked for it")
        with uploading(store, portal.url) as (_, heard):
            assert heard.wait(lambda: {first, third} <= heard.ids(), 30)
        assert heard.alarms == []
        assert store.outbox.row(second).stage is Stage.WITHDRAWN
        arrived = [row["id"] for row in listed(tmp_path / "portal")]
    assert sorted(arrived) == sorted([first, third])


@pytest.mark.slow
def test_a_followed_submission_is_told_to_be_accepted_within_seconds(tmp_path: Path) -> None:
    with (
        serving(tmp_path / "portal") as portal,
        open_store(tmp_path / "s", portal.url) as store,
        uploading(store, portal.url) as (uploader, heard),
    ):
        one = _put_like_a_visit(store)
        uploader.follow(one)
        assert heard.wait(lambda: one in heard.ids(), 20)
        assert heard.wait(lambda: any(ack.stage is not Stage.RECEIVED for ack in heard.acks), 20)
        uploader.unfollow(one)


@pytest.mark.slow
def test_the_key_of_the_portal_is_kept_for_days_without_a_network(tmp_path: Path) -> None:
    with serving(tmp_path / "portal") as portal:
        keys = SealingKeys(tmp_path / "state", tmp_path / "portal/sealing.pub")
        known = keys.current()
        client = PortalClient(portal.url, "SH-000001")
        refreshed = keys.refresh(client)
        unchanged = keys.refresh(client)
        client.close()
        assert known == portal_key(portal.url)
    assert (refreshed, unchanged) == (None, None)
    assert SealingKeys(tmp_path / "state").current() == known


@pytest.mark.slow
def test_no_personal_data_comes_into_a_log_or_a_path(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with (
        caplog.at_level(logging.DEBUG),
        serving(tmp_path / "portal") as portal,
        open_store(tmp_path / "state", portal.url) as store,
        uploading(store, portal.url) as (_, heard),
    ):
        one = store.put(pages=2).id
        assert heard.wait(lambda: one in heard.ids(), 20)
    assert one in caplog.text
    for marker in ("演示甲", "MARKER-PAYLOAD", PAGE[:11].decode()):
        assert marker not in caplog.text
