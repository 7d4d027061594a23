"""Groups `identity` and `progress`."""

from kiosk.sync.client_content import ContentCalls
from kiosk.sync.outcomes import Outcome
from kiosk.sync.outcomes_content import Part
from kiosk.sync.outcomes_resident import (
    Case,
    CaseSearch,
    Collect,
    Collected,
    IdentityCheck,
    IdentityOutcome,
    Revocation,
)
from kiosk.sync.values import encode, read
from kiosk.sync.wire_content import PART_BYTES
from kiosk.sync.wire_resident import COLLECTED, read_cases, read_identity
from offline_cache.records import Ack


class ResidentCalls(ContentCalls):
    """What is asked for one resident, under the grant of one visit."""

    def check_identity(self, check: IdentityCheck) -> Outcome[IdentityOutcome]:
        """Ask the city whether this is the person; `not_confirmed` and `more` are answers."""
        return self._post("/v1/identity/checks", encode(check), read_identity)

    def revoke_grants(self, visit: str | None) -> Outcome[None]:
        """End the grants of a visit, or of this terminal; what is not heard expires by itself."""
        body = encode(Revocation(visit), keep_none=True)
        return self._post("/v1/identity/grants:revoke", body, lambda _: None, good=204)

    def search_cases(
        self, search: CaseSearch, grant: str | None = None
    ) -> Outcome[tuple[Case, ...]]:
        """Ask how far cases are; nothing found is an empty tuple."""
        return self._post("/v1/cases/search", encode(search), read_cases, grant)

    def collect_result(self, collect: Collect, grant: str) -> Outcome[Collected]:
        """Ask which file belongs to a pick-up code."""
        return self._post(
            "/v1/results/collect", encode(collect), lambda got: read(got, COLLECTED), grant
        )

    def get_result(
        self, sha256: str, grant: str, start: int = 0, length: int = PART_BYTES
    ) -> Outcome[Part]:
        """Ask for bytes of a result from `start` on; fewer than `length` may come."""
        return self._get_part(f"/v1/results/{sha256}", sha256, start, length, grant)

    def put_print(self, print_id: str, body: bytes) -> Outcome[Ack]:
        """Report a print job; every attempt sends the same bytes."""
        return self._put_acked(f"/v1/prints/{print_id}", print_id, body)
