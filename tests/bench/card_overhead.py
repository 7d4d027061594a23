"""What the `sam` driver adds to the reader's own time, as one JSON line.

Run: `python tests/bench/card_overhead.py [READS]`. Each read is find, select, read and
decode over a pty against the reader that ships, with and without a delay of its own.
"""

import json
import queue
import statistics
import sys
import time
from dataclasses import replace
from datetime import date

from devices.card.api import CardRead, CardReadFailed, DocType, IdentityRecord
from devices.card.peer import Faults, ReaderPeer
from devices.card.sam_serial import open_reader
from devices.config import DeviceConfig, DeviceUri

CARD = IdentityRecord(
    doc_type=DocType.RESIDENT,
    number="11010519491231002X",
    name="演示张三",
    name_latin="",
    sex="2",
    nation="01",
    birth=date(1949, 12, 31),
    address="上海市徐汇区演示路1号",
    issuer="演示公安局",
    valid_from=date(2020, 1, 1),
    valid_to=None,
)


def overheads_ms(reads: int, delay_s: float) -> list[float]:
    """From the request to the record, less the three delays of the reader."""
    ends: queue.SimpleQueue[object] = queue.SimpleQueue()

    def report(event: object) -> None:
        if isinstance(event, (CardRead, CardReadFailed)):
            ends.put(event)

    found = []
    with ReaderPeer(faults=Faults(delay_s=delay_s)) as peer:
        peer.insert(replace(CARD))
        reader = open_reader(DeviceConfig("card", DeviceUri.parse(f"sam:{peer.path}")))
        reader.start(report)
        for _ in range(reads + 1):
            began = time.monotonic()
            reader.begin("bench", frozenset(DocType), began + 10.0)
            end = ends.get(timeout=12.0)
            if not isinstance(end, CardRead):
                raise SystemExit(f"no record: {end}")
            found.append((end.at - began - 3 * delay_s) * 1000.0)
        reader.stop()
    return found[1:]  # the first one waits for the line to open


def main() -> None:
    reads = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    plain, slow = overheads_ms(reads, 0.0), overheads_ms(max(10, reads // 10), 0.1)
    document = {
        "bench": "card_overhead",
        "reads": reads,
        "p50_ms": round(statistics.median(plain), 2),
        "max_ms": round(max(plain), 2),
        "p50_delayed_ms": round(statistics.median(slow), 2),
        "max_delayed_ms": round(max(slow), 2),
        "limit_ms": 200.0,
    }
    sys.stdout.write(json.dumps(document) + "\n")


if __name__ == "__main__":
    main()
