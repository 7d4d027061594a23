"""Group `e_licence`."""

from typing import Final

from pydantic import TypeAdapter

from kiosk.sync.client_content import ContentCalls
from kiosk.sync.outcomes import Outcome
from kiosk.sync.outcomes_content import Part
from kiosk.sync.outcomes_licence import (
    LicenceGranted,
    Licences,
    LicenceSearch,
    LicenceUses,
    LicenceUseSearch,
)
from kiosk.sync.values import encode, read
from kiosk.sync.wire_content import PART_BYTES

_LICENCES: Final = TypeAdapter(Licences)
_GRANTED: Final = TypeAdapter(LicenceGranted)
_USES: Final = TypeAdapter(LicenceUses)


class LicenceCalls(ContentCalls):
    """What is asked of the licence store, under the grant of one visit."""

    def search_licences(self, search: LicenceSearch, grant: str) -> Outcome[Licences]:
        """Ask which licences the resident has."""
        return self._post(
            "/v1/e-licences/search", encode(search), lambda got: read(got, _LICENCES), grant
        )

    def put_licence_grant(self, grant_id: str, body: bytes, grant: str) -> Outcome[LicenceGranted]:
        """Send a consent; every attempt sends the same bytes."""
        path = f"/v1/e-licences/grants/{grant_id}"
        return self._put_echoed(path, grant_id, body, _GRANTED, grant)

    def get_licence_grant(
        self, grant_id: str, sha256: str | None = None
    ) -> Outcome[LicenceGranted]:
        """Ask what became of a consent; with its digest the answer is held against it."""
        return self._get_echoed(f"/v1/e-licences/grants/{grant_id}", grant_id, _GRANTED, sha256)

    def get_licence_file(
        self, grant_id: str, grant: str, start: int = 0, length: int = PART_BYTES
    ) -> Outcome[Part]:
        """Ask for bytes of a licence from `start` on; fewer than `length` may come."""
        return self._get_part(f"/v1/e-licences/grants/{grant_id}/file", None, start, length, grant)

    def search_licence_uses(self, search: LicenceUseSearch, grant: str) -> Outcome[LicenceUses]:
        """Ask who used which licence of the resident."""
        return self._post(
            "/v1/e-licences/uses", encode(search), lambda got: read(got, _USES), grant
        )
