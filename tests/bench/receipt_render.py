"""Times drawing and packing of a receipt beside python-escpos; prints one JSON line.

Run: `python tests/bench/receipt_render.py [ROUNDS]` from the repository's root.
"""

import contextlib
import io
import json
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "support")]

from escpos.printer import Dummy  # noqa: E402 - found through the path above
from receipts_support import receipt_layout  # noqa: E402 - as above

from devices.receipt.raster import pack, render, to_image  # noqa: E402 - as above


def milliseconds(call: Callable[[], object], rounds: int) -> dict[str, float]:
    """Median and worst of so many calls, in process CPU time and on the clock."""
    wall, cpu = [], []
    for _ in range(rounds):
        began, began_cpu = time.perf_counter(), time.process_time()
        call()
        cpu.append((time.process_time() - began_cpu) * 1e3)
        wall.append((time.perf_counter() - began) * 1e3)
    return {
        "median_ms": round(statistics.median(wall), 2),
        "worst_ms": round(max(wall), 2),
        "cpu_ms": round(statistics.median(cpu), 2),
    }


def main(rounds: int) -> dict[str, object]:
    """Measure; the first drawing, which opens the fonts, is told apart."""
    layout = receipt_layout()
    began = time.perf_counter()
    bitmap = render(layout)
    first_ms = round((time.perf_counter() - began) * 1e3, 1)
    picture = to_image(bitmap)

    def theirs() -> None:
        with contextlib.redirect_stdout(io.StringIO()):  # it tells about its profile each time
            Dummy().image(picture, impl="bitImageRaster")

    return {
        "rows": len(bitmap),
        "bytes": len(pack(bitmap)),
        "first_render_ms": first_ms,
        "render": milliseconds(lambda: render(layout), rounds),
        "pack": milliseconds(lambda: pack(bitmap), rounds),
        "python_escpos_raster": milliseconds(theirs, rounds),
    }


if __name__ == "__main__":
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    sys.stdout.write(json.dumps(main(count)) + "\n")
