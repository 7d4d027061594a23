from store_support import PORTAL_KEY, PRIVATE_BYTES

from offline_cache.digests import Digests
from offline_cache.envelope import Envelope
from offline_cache.sealing import PortalKey, new_dek, open_payload, unwrap_at_portal

ID = "0192f000-0000-7000-8000-000000000001"


def test_a_key_is_wrapped_once_and_again_only_for_another_key() -> None:
    dek = new_dek()
    envelope = Envelope(dek, ID)
    first = envelope.dek_for(PORTAL_KEY)
    assert envelope.dek_for(PORTAL_KEY) is first
    assert envelope.dek_for(PortalKey("2027a", PORTAL_KEY.public)) != first
    assert unwrap_at_portal(first, PRIVATE_BYTES, ID) == dek


def test_what_the_ready_cipher_seals_opens_with_the_data_key() -> None:
    dek = new_dek()
    assert open_payload(dek, ID, Envelope(dek, ID).seal({"a": "演示"})) == {"a": "演示"}


def test_digests_come_in_the_order_of_their_parts() -> None:
    with Digests(b"") as digests:
        digests.add(b"abc")
    empty, abc = digests.hexadecimal()
    assert empty.startswith("e3b0c442")
    assert abc.startswith("ba7816bf")
