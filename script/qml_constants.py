# ruff: noqa: INP001 - a script beside the shell scripts, not a package
"""Mark the constant properties in the dumps of the views, which the dump tool forgets.

A property without a notify signal is constant in this project: a test of the views
demands one of the two.
"""

import json
import sys
from pathlib import Path


def mark(path: Path) -> None:
    """Set `constant` on each property that cannot notify."""
    document = json.loads(path.read_text(encoding="utf-8"))
    for unit in document if isinstance(document, list) else [document]:
        for kind in unit["classes"]:
            for each in kind.get("properties", ()):
                if "notify" not in each:
                    each["constant"] = True
    path.write_text(json.dumps(document), encoding="utf-8")


if __name__ == "__main__":
    for name in sys.argv[1:]:
        mark(Path(name))
