"""Items per second of the portal's client beside a loop of http.client, same server, same run.

Run: `python tests/bench/client_rate.py`; prints one JSON line. Demanded: ratio >= 0.15
and at most 1.5 ms of CPU per item of 4 KiB.
"""

import hashlib
import http.client  # noqa: TID251 - the baseline that the client is held against
import json
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))

from canned_portal import CannedPortal, Seen, answer

from kiosk.sync.client import PortalClient
from kiosk.sync.outcomes import Answered

ITEMS = 150
ROUNDS = 9
BODY = b"x" * 4096
ID = "0190a5c8-7b1e-7c3d-9e2f-000000000001"
ACK = {
    "id": ID,
    "sha256": hashlib.sha256(BODY).hexdigest(),
    "receipt_no": "Q-1",
    "received_at": "2026-11-22T01:02:03Z",
    "case_id": "c",
    "case_seq": 1,
    "stage": "received",
}


def _plain(url: str) -> float:
    host = url.removeprefix("http://")
    connection = http.client.HTTPConnection(host)  # noqa: TID251 - the baseline
    started = time.perf_counter()
    for _ in range(ITEMS):
        connection.request("PUT", f"/v1/submissions/{ID}", BODY)
        connection.getresponse().read()
    took_s = time.perf_counter() - started
    connection.close()
    return ITEMS / took_s


def _ours(url: str) -> tuple[float, float]:
    client = PortalClient(url, "SH-000001")
    client.put_submission(ID, BODY)
    started, cpu = time.perf_counter(), time.thread_time()
    good = sum(isinstance(client.put_submission(ID, BODY), Answered) for _ in range(ITEMS))
    took_s, cpu_s = time.perf_counter() - started, time.thread_time() - cpu
    client.close()
    if good != ITEMS:
        raise RuntimeError(f"only {good} of {ITEMS} were acknowledged")
    return ITEMS / took_s, cpu_s / ITEMS * 1000


def serve() -> None:
    """Answer every request with the ack until standard input ends."""
    given = answer(json.dumps(ACK).encode())

    def play(_seen: Seen) -> bytes:
        return given

    with CannedPortal(play) as portal:
        sys.stdout.write(portal.url + "\n")
        sys.stdout.flush()
        sys.stdin.read()


def measure() -> dict[str, float]:
    """Rates of both, in turns; the round with the median ratio counts."""
    rounds = []
    # a process of its own: a server thread here would share the interpreter with the client
    with subprocess.Popen(
        [sys.executable, __file__, "--serve"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as server:
        assert server.stdin is not None
        assert server.stdout is not None
        url = server.stdout.readline().strip()
        for _ in range(ROUNDS):
            plain = _plain(url)
            rounds.append((*_ours(url), plain))
        server.stdin.close()
    rate, cpu_ms, plain = sorted(rounds, key=lambda one: one[0] / one[2])[ROUNDS // 2]
    return {
        "client_items_s": round(rate, 1),
        "http_client_items_s": round(plain, 1),
        "ratio": round(rate / plain, 3),
        "cpu_ms_per_item": round(cpu_ms, 3),
    }


if __name__ == "__main__":
    if "--serve" in sys.argv:
        serve()
    else:
        sys.stdout.write(json.dumps(measure()) + "\n")
