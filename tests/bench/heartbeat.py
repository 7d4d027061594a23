"""The GUI thread's worst gap during a whole visit, as the program itself logs it.

Screenshots are part of the demo and not of a visit, so the second visit of a run is
measured as well: run with `--visits 2`, the figure is the worst of both. Prints JSON.
"""

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path


def main(visits: int = 2) -> int:
    """Play and read the log; exit 1 above 100 ms, the figure for a quiet machine."""
    with tempfile.TemporaryDirectory() as scratch:
        command = ["demo", "--out", scratch, "--visits", str(visits), "--json"]
        done = subprocess.run(
            [sys.executable, "-m", "kiosk", *command], check=False, capture_output=True, text=True
        )
        log = (Path(scratch) / "state" / "logs" / "kiosk.jsonl").read_text(encoding="utf-8")
    worst = [float(text) for text in re.findall(r"worst gap (\d+) ms", log)]
    late = re.findall(r"late in ([^\"]+)", log)
    figures = {"worst_ms": max(worst, default=-1.0), "asked_ms": 100, "late_in": late[:5]}
    sys.stdout.write(json.dumps({**figures, "visits": visits}) + "\n")
    return 0 if done.returncode == 0 and worst and max(worst) <= 100 else 1


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 2))
