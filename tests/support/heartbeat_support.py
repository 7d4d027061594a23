"""A terminal's heartbeat for tests."""

from kiosk.sync.outcomes_terminal import BeatClock, BeatOutbox, Heartbeat


def vitals() -> Heartbeat:
    """How an invented terminal is."""
    return Heartbeat(
        terminal="SH-000001",
        app="0.0.0",
        boot=1,
        up_s=60,
        clock=BeatClock("synced", 0.4),
        outbox=BeatOutbox(sealed=(1, 60)),
        disk_free_mb=5000,
        devices={"card": 0, "receipt": 1},
    )
