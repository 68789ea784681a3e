"""How often `lrkit.identify` finds the schedule behind a log, over thousands of logs whose schedule is known.

python benchmarks/identify.py                      # all of them, in two processes
python benchmarks/identify.py --every 9            # each ninth
python benchmarks/identify.py --family cosine      # the families whose names begin so
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "tools"))

from judging import GOOD, judge
from synthetic_logs import SyntheticLog, all_logs

import lrkit

WORDS = ("right", "open", "unsure", "wrong", "missed", "refused")


@dataclass(frozen=True)
class Score:
    """One answer, and how long the processor took for it."""

    log: str
    family: str
    precision: str
    seen: float
    rows: int
    interval: int
    offset: int
    skips: bool
    scale: int
    word: str
    reason: str
    answer: str
    seconds: float


def score(log: SyntheticLog) -> Score:
    with tempfile.TemporaryDirectory() as folder:
        read = lrkit.read_log(log.write(Path(folder)))
    begun = time.process_time()
    matches = lrkit.identify(read)
    seconds = time.process_time() - begun
    verdict = judge(log, matches)
    answer = " | ".join(f"{match.schedule!r} at {match.offset:+g}" for match in matches[:3])
    return Score(
        log.name, log.curve.family, log.precision, log.seen, len(log.x), log.interval, log.offset, bool(log.lag.any()),
        log.scale, verdict.word, verdict.reason, answer, seconds,
    )  # fmt: skip


def table(title: str, scores: Iterable[Score], of: Callable[[Score], object]) -> str:
    groups: dict[object, list[Score]] = defaultdict(list)
    for one in scores:
        groups[of(one)].append(one)
    lines = [
        f"| {title} | logs | {' | '.join(WORDS)} | right or open, % | s: median | 90 % | max |",
        "|" + " --- |" * 12,
    ]
    for name, group in groups.items():
        counts = Counter(one.word for one in group)
        seconds = np.array([one.seconds for one in group])
        cells = [
            name,
            len(group),
            *(counts[word] for word in WORDS),
            f"{100 * sum(counts[word] for word in GOOD) / len(group):.1f}",
        ]
        cells += [f"{s:.3f}" for s in (np.median(seconds), np.quantile(seconds, 0.9), seconds.max())]
        lines.append(f"| {' | '.join(map(str, cells))} |")
    return "\n".join(lines)


def rows_of(one: Score) -> str:
    return "up to 6 rows" if one.rows <= 6 else "up to 12 rows" if one.rows <= 12 else "more rows"


TABLES: dict[str, Callable[[Score], object]] = {
    "all": lambda one: "all",
    "family": lambda one: one.family,
    "precision": lambda one: one.precision,
    "part of the run": lambda one: f"{one.seen:.0%}",
    "updates between rows": lambda one: one.interval,
    "offset": lambda one: one.offset,
    "rows": rows_of,
    "skipped updates": lambda one: "3" if one.skips else "none",
    "clock": lambda one: "epochs" if one.scale > 1 else "updates",
}


def main() -> None:
    parser = argparse.ArgumentParser(description="Score identify on logs whose schedule is known.")
    parser.add_argument("--every", type=int, default=1, help="take only each n-th log")
    parser.add_argument("--family", default="", help="only families whose names begin so")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--failures", type=Path, default=Path(os.devnull), help="a file for the rest, as JSON lines")
    options = parser.parse_args()
    logs = [log for log in all_logs() if log.curve.family.startswith(options.family)][:: options.every]
    scores = []
    with ProcessPoolExecutor(options.processes) as pool, options.failures.open("w", encoding="utf-8") as failures:
        for one in pool.map(score, logs, chunksize=2):
            scores.append(one)
            if one.word not in GOOD:
                print(json.dumps(vars(one)), file=failures, flush=True)
    for title, of in TABLES.items():
        print(table(title, scores, of), end="\n\n")


if __name__ == "__main__":
    main()
