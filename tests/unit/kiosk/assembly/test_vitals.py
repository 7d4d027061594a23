"""How the terminal is: numbers within the contract, and starts that are counted."""

from dataclasses import replace
from pathlib import Path

import pytest
from portal_support import serving
from store_support import Store
from sync_support import TERMINAL
from tls_support import papers_for

from devices.registry import Registry
from kiosk.assembly.vitals import Vitals, count_start, days_left
from kiosk.audit import Audit
from kiosk.settings import Portal, demo
from kiosk.sync.client import PortalClient
from kiosk.sync.outcomes import Answered
from kiosk.sync.portal_time import PortalTime
from kiosk.sync.wire_terminal import HEARTBEAT_LIMIT, heartbeat_body
from offline_cache.clock import SystemClock


def test_each_start_counts_one_and_the_installation_stays(tmp_path: Path) -> None:
    first, second = count_start(tmp_path), count_start(tmp_path)
    assert (first.boot, second.boot) == (1, 2)
    assert first.id == second.id
    assert len(first.id) == 36


@pytest.mark.parametrize("content", ["", "{}", '{"install": "x", "boot": 4}', "[1]"])
def test_a_broken_file_begins_a_new_installation(tmp_path: Path, content: str) -> None:
    (tmp_path / "install.json").write_text(content)
    assert count_start(tmp_path).boot == 1


def test_a_certificate_tells_its_days_and_none_is_no_number(tmp_path: Path) -> None:
    papers = papers_for(tmp_path, TERMINAL)
    days = days_left(papers.cert)
    assert days is not None
    assert days > 30
    assert days_left(None) is None
    assert days_left(papers.key) is None
    assert days_left(tmp_path / "none.pem") is None


@pytest.mark.slow
def test_the_portal_takes_the_heartbeat_of_a_real_store(tmp_path: Path) -> None:
    settings = replace(demo(tmp_path / "state"), portal=Portal(url="http://127.0.0.1:9"))
    registry = Registry((), lambda _: None)
    audit = Audit(settings.state_dir / "audit.jsonl")
    head = audit.append("test.ran", {"count": 1})
    with Store(tmp_path / "store", clock=SystemClock()) as store:
        store.put(pages=0)
        beat = Vitals(settings, store.database, lambda: registry, audit, PortalTime())()
    assert beat.outbox.sealed[0] == 1
    assert beat.audit_head == head
    assert len(heartbeat_body(beat)) <= HEARTBEAT_LIMIT
    with serving(tmp_path / "portal") as portal:
        client = PortalClient(portal.url, TERMINAL)
        outcome = client.post_heartbeat(beat)
        client.close()
    assert isinstance(outcome, Answered), outcome
    assert outcome.value.submissions_per_min > 0
