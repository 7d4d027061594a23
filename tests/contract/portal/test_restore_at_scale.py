"""Backup and restore of a portal on PostgreSQL and S3, also from one kind of store to the other."""

import os
from pathlib import Path

import pytest
from portal_engines import Engines
from portal_support import Terminal, listed, new_id, seal, serving
from tls_support import run_portal

pytestmark = pytest.mark.slow


def at_scale(scale: Engines) -> list[str]:
    return ["--database", scale.postgres.database(), "--documents", scale.s3.bucket()]


def test_a_backup_of_either_store_is_restored_into_the_other(
    tmp_path: Path, scale: Engines
) -> None:
    first, plain, last = (tmp_path / name for name in ("first", "plain", "last"))
    with serving(first, *at_scale(scale), "--workers", "2") as portal:
        terminal = Terminal(portal.url)
        made = [seal(terminal.key(), {1: os.urandom(3000)}) for _ in range(5)]
        for sealed in made:
            terminal.upload(sealed)
            terminal.submit(sealed).raise_for_status()
        path, key = f"{made[0].id}/withdrawal", {"Idempotency-Key": f'"{made[0].id}"'}
        terminal.put("submissions", path, b'{"reason":"resident"}', key)
        run_portal("backup", str(tmp_path / "b1"), "--dir", str(first))
        terminal.close()
    run_portal("restore", str(tmp_path / "b1"), "--dir", str(plain))
    run_portal("backup", str(tmp_path / "b2"), "--dir", str(plain))
    run_portal("restore", str(tmp_path / "b2"), "--dir", str(last), *at_scale(scale))
    for folder in (plain, last):
        there = {line["id"]: line for line in listed(folder)}
        assert set(there) == {sealed.id for sealed in made}
        assert [line["documents"][0]["size"] for line in there.values()] == [3000] * 5
    numbers = {line["receipt_no"] for line in listed(last)}
    with serving(last) as portal:
        terminal = Terminal(portal.url)
        fresh = seal(terminal.key(), {1: b"page"}, identity=new_id())
        terminal.upload(fresh)
        answer = terminal.submit(fresh)
        assert answer.status_code == 201
        assert answer.json()["receipt_no"] not in numbers
        replay = terminal.submit(made[1])
        assert (replay.status_code, replay.json()["receipt_no"] in numbers) == (200, True)
        terminal.close()
