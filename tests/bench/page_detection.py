"""Page detection by class, beside the tutorial's detector in the same run; prints JSON.

Run it as `PYTHONPATH=tests/support python tests/bench/page_detection.py [FIRST [COUNT]]`.
Seeds below 9000 were used to choose constants; report others.
"""

import json
import sys

import page_baselines
import page_figures

from kiosk.documents.detect import warm_up


def main(first: int, count: int) -> None:
    """Measure `count` photographs of each generator from seed `first`."""
    warm_up()
    detectors = {"product": page_figures.product, "tutorial": page_baselines.tutorial_corners}
    seeds = range(first, first + count)
    report: dict[str, object] = {"first": first, "count": count}
    kinds = {
        "drawn": page_figures.drawn,
        "posed": page_figures.posed,
        "scenes": page_figures.scenes,
    }
    for name, shots in kinds.items():
        found = page_figures.measure(shots(seeds), detectors)
        report[name] = {
            detector: {kind: figures.summary() for kind, figures in classes.items()}
            for detector, classes in found.items()
        }
    wrong = [
        kind
        for kind, frame, _ in page_figures.empty(range(first, first + count // 2))
        if page_figures.product(frame) is not None
    ]
    report["reference_ms"] = round(page_figures.reference_ms(), 1)
    report["empty"] = {"n": 3 * (count // 2), "found": wrong}
    sys.stdout.write(json.dumps(report, indent=1) + "\n")


if __name__ == "__main__":
    numbers = [int(text) for text in sys.argv[1:]]
    main(numbers[0] if numbers else 20_000, numbers[1] if len(numbers) > 1 else 30)
