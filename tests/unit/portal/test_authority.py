"""The portal's own authority: what it signs, and when the server's certificate is made again."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from portal.authority import AuthorityError, ensure_authority, open_authority

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)


def test_the_authority_is_made_once(tmp_path: Path) -> None:
    ensure_authority(tmp_path, NOW)
    first = (tmp_path / "ca.pem").read_bytes()
    ensure_authority(tmp_path, NOW + timedelta(days=9))
    assert (tmp_path / "ca.pem").read_bytes() == first


def test_the_servers_certificate_is_kept_until_it_lacks_a_name_or_ends_soon(
    tmp_path: Path,
) -> None:
    authority = ensure_authority(tmp_path, NOW)
    made = []
    for names, days in (
        (["portal.example"], 0),
        (["portal.example"], 300),
        (["10.0.0.1", "portal.example"], 300),
        (["10.0.0.1"], 680),
    ):
        authority.ensure_server(names, NOW + timedelta(days=days))
        made.append(authority.server_certificate.read_bytes())
    assert made[0] == made[1]
    assert len(set(made)) == 3


def test_a_servers_certificate_of_another_authority_stays_as_it_is(tmp_path: Path) -> None:
    other = ensure_authority(tmp_path / "other", NOW)
    other.ensure_server(["portal.example"], NOW)
    mine = ensure_authority(tmp_path / "mine", NOW)
    for name in ("server.pem", "server.key"):
        (tmp_path / "mine" / name).write_bytes((tmp_path / "other" / name).read_bytes())
    mine.ensure_server(["somewhere.else"], NOW + timedelta(days=9999))
    assert mine.server_certificate.read_bytes() == other.server_certificate.read_bytes()


def test_only_what_this_authority_signed_is_told(tmp_path: Path) -> None:
    mine, other = (ensure_authority(tmp_path / name, NOW) for name in ("mine", "other"))
    mine.issue("SH-000001", NOW)
    foreign = other.issue("SH-000002", NOW).certificate_path
    (tmp_path / "mine" / "terminals" / "SH-000002.pem").write_bytes(foreign.read_bytes())
    assert [name for name, _ in mine.terminals()] == ["SH-000001"]


@pytest.mark.parametrize("name", ["", "sh-000001", "SH-1", "SH-000001\n", "../../SH-000001"])
def test_a_name_that_is_no_terminals_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(AuthorityError):
        ensure_authority(tmp_path, NOW).issue(name, NOW)


@pytest.mark.parametrize("content", [None, b"", b"-----BEGIN PRIVATE KEY-----\n"])
def test_a_key_that_cannot_be_used_is_said(tmp_path: Path, content: bytes | None) -> None:
    ensure_authority(tmp_path, NOW)
    (tmp_path / "ca.key").unlink()
    if content is not None:
        (tmp_path / "ca.key").write_bytes(content)
    with pytest.raises(AuthorityError, match=r"ca\.key"):
        ensure_authority(tmp_path, NOW)


def test_the_key_of_another_authority_is_refused(tmp_path: Path) -> None:
    for name in ("one", "two"):
        ensure_authority(tmp_path / name, NOW)
    (tmp_path / "one" / "ca.key").write_bytes((tmp_path / "two" / "ca.key").read_bytes())
    with pytest.raises(AuthorityError, match="not the key"):
        ensure_authority(tmp_path / "one", NOW)


def test_the_folder_may_be_named_or_the_portals_above_it(tmp_path: Path) -> None:
    (tmp_path / "p" / "keys").mkdir(parents=True)
    first = open_authority(tmp_path / "p", NOW).folder
    assert first == tmp_path / "p" / "tls"
    assert open_authority(tmp_path / "p" / "tls", NOW).folder == first
    assert open_authority(tmp_path / "elsewhere", NOW).folder == tmp_path / "elsewhere"
