import os
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from store_support import PORTAL_KEY, PRIVATE, PRIVATE_BYTES

from offline_cache.errors import SealBrokenError
from offline_cache.sealing import (
    FileKeyVault,
    PortalKey,
    new_dek,
    open_payload,
    seal_payload,
    unwrap_at_portal,
    wrap_for_portal,
)

DEK = bytes(range(32))
ID = "0192f000-0000-7000-8000-000000000001"
OTHER_ID = "0192f000-0000-7000-8000-000000000002"


def test_the_data_key_is_80_bytes_to_the_portal_and_opens_there() -> None:
    wrapped = wrap_for_portal(DEK, PORTAL_KEY, ID)
    assert len(wrapped) == 80
    assert unwrap_at_portal(wrapped, PRIVATE_BYTES, ID) == DEK


def test_the_info_is_the_documented_prefix_and_the_id_in_ascii() -> None:
    suite = hpke.Suite(hpke.KEM.X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)
    wrapped = wrap_for_portal(DEK, PORTAL_KEY, ID)
    assert suite.decrypt(wrapped, PRIVATE, info=b"quanban-dek-1" + ID.encode("ascii")) == DEK


def test_a_data_key_of_another_submission_does_not_open() -> None:
    with pytest.raises(SealBrokenError):
        unwrap_at_portal(wrap_for_portal(DEK, PORTAL_KEY, ID), PRIVATE_BYTES, OTHER_ID)


def test_a_data_key_does_not_open_with_another_private_key() -> None:
    stranger = X25519PrivateKey.generate().private_bytes_raw()
    with pytest.raises(SealBrokenError):
        unwrap_at_portal(wrap_for_portal(DEK, PORTAL_KEY, ID), stranger, ID)


def test_a_changed_or_cut_data_key_does_not_open() -> None:
    wrapped = wrap_for_portal(DEK, PORTAL_KEY, ID)
    flipped = [wrapped[:at] + bytes([wrapped[at] ^ 1]) + wrapped[at + 1 :] for at in range(80)]
    for changed in [*flipped, wrapped[:-1], wrapped[:10], b""]:
        with pytest.raises(SealBrokenError):
            unwrap_at_portal(changed, PRIVATE_BYTES, ID)


def test_a_portal_key_of_the_wrong_size_is_refused() -> None:
    with pytest.raises(ValueError, match="32 raw bytes"):
        PortalKey("2026a", b"short")


def test_a_payload_opens_again_and_shows_nothing() -> None:
    sealed = seal_payload(DEK, ID, {"applyer_name": "演示甲"})
    assert "演示甲".encode() not in sealed
    assert open_payload(DEK, ID, sealed) == {"applyer_name": "演示甲"}


def test_a_payload_of_another_submission_or_key_or_changed_does_not_open() -> None:
    sealed = seal_payload(DEK, ID, {"a": 1})
    changed = [
        sealed[:at] + bytes([sealed[at] ^ 128]) + sealed[at + 1 :] for at in range(len(sealed))
    ]
    for dek, submission_id, each in [
        (bytes(32), ID, sealed),
        (DEK, OTHER_ID, sealed),
        *(
            (DEK, ID, mutation)
            for mutation in [*changed, sealed[:-1], sealed[:12], sealed[:3], b""]
        ),
    ]:
        with pytest.raises(SealBrokenError):
            open_payload(dek, submission_id, each)


def test_data_keys_are_32_bytes_and_never_the_same() -> None:
    keys = {new_dek() for _ in range(50)}
    assert len(keys) == 50
    assert {len(key) for key in keys} == {32}


def test_the_vault_keeps_its_key_for_its_owner_alone_and_says_how_weak_it_is(
    tmp_path: Path,
) -> None:
    vault = FileKeyVault(tmp_path / "kek.key")
    assert (tmp_path / "kek.key").stat().st_mode & 0o777 == 0o600
    assert vault.status == "not hardware protected"


def test_a_vault_opened_again_unwraps_what_it_wrapped(tmp_path: Path) -> None:
    wrapped = FileKeyVault(tmp_path / "kek.key").wrap(DEK, ID)
    assert FileKeyVault(tmp_path / "kek.key").unwrap(wrapped, ID) == DEK


def test_a_vault_refuses_what_belongs_to_another_submission(tmp_path: Path) -> None:
    vault = FileKeyVault(tmp_path / "kek.key")
    with pytest.raises(SealBrokenError):
        vault.unwrap(vault.wrap(DEK, ID), OTHER_ID)


def test_a_vault_file_that_others_may_read_is_refused(tmp_path: Path) -> None:
    FileKeyVault(tmp_path / "kek.key")
    (tmp_path / "kek.key").chmod(0o644)
    with pytest.raises(SealBrokenError):
        FileKeyVault(tmp_path / "kek.key")


def test_a_vault_file_that_is_cut_is_refused(tmp_path: Path) -> None:
    FileKeyVault(tmp_path / "kek.key")
    os.truncate(tmp_path / "kek.key", 31)
    with pytest.raises(SealBrokenError):
        FileKeyVault(tmp_path / "kek.key")
