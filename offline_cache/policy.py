"""What may be collected without the portal: the item's own rule, held by the store."""

from offline_cache.errors import PolicyError
from offline_cache.records import Intake

COLLECT = ("collect", "collect_unpaid")
ONLINE_ONLY = "online_only"


def check_policy(intake: Intake) -> None:
    """Refuse what the item's policy does not allow.

    What may be collected waits as long as it must, so it has no validity. What is worth
    nothing later (`online_only`) must say how long it is worth something; it is taken back
    by itself after that.

    Raises:
        PolicyError: an unknown policy, or a validity that does not go with it.
    """
    if intake.offline_policy in COLLECT:
        if intake.valid_for_s is not None:
            raise PolicyError(f"{intake.offline_policy} has no valid_for_s")
    elif intake.offline_policy != ONLINE_ONLY:
        raise PolicyError("offline_policy: collect, collect_unpaid or online_only")
    elif intake.valid_for_s is None or intake.valid_for_s <= 0:
        raise PolicyError("online_only needs valid_for_s above 0")
