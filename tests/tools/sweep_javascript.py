# ruff: noqa: T201  # a script
"""The long comparison of the schedules in JavaScript with Python, for which the gate has no time.

``PYTHONPATH=tests/tools python tests/tools/sweep_javascript.py --seed 1``

10,000 points of each kind and 2,000 of each function, fields drawn from their domains, a third of them over nine
decades. It prints the worst distance relative to the peak and the share of equal bits for each.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections import defaultdict

import numpy as np
from drawn_schedules import CLASSES, call, knots_of, rates, steps, written
from javascript import ask, packed, unpacked

from lrkit import catalogue

POINTS = 100
"""Points of one schedule."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    rng = random.Random(parser.parse_args().seed)
    cases = []
    for name in [*CLASSES, *catalogue.FUNCTIONS]:
        for _ in range(100 if name in CLASSES else 20):
            given, made = call(rng, name, depth=1)
            knots = knots_of(made)
            cases.append((name, written(name, given), made, knots, steps(rng, made, knots, POINTS)))
    jobs = [
        {"what": "schedule", "text": text, "at": packed(at), "knots": knots is not None}
        for _, text, _, knots, at in cases
    ]
    worst: dict[str, float] = defaultdict(float)
    equal: dict[str, list[bool]] = defaultdict(list)
    wrong = {"text": 0, "knots": 0, "horizon": 0, "refused": 0}
    for (name, text, made, knots, at), answer in zip(cases, ask(jobs), strict=True):
        if "refused" in answer:
            wrong["refused"] += 1
            print("refused", text[:100], answer["refused"])
            continue
        expected, found = rates(made, at), unpacked(answer["rates"])
        known = np.isfinite(expected)
        if known.any() and (peak := np.abs(expected[known]).max()) > 0:
            distance = float(np.nan_to_num(np.abs(found - expected)[known] / peak, nan=np.inf).max())
            worst[name] = max(worst[name], distance)
            equal[name] += list(found[known] == expected[known])
        wrong["text"] += answer["expanded"] != repr(made)
        wrong["horizon"] += answer["horizon"] != made.horizon
        wrong["knots"] += knots is not None and not np.array_equal(unpacked(answer["knots"]), knots)
    for name in sorted(equal, key=lambda name: worst[name]):
        print(f"{name:25} {len(equal[name]):6} points, worst {worst[name]:.2g}, equal {np.mean(equal[name]):.4f}")
    every = [bit for bits in equal.values() for bit in bits]
    print(f"{len(every)} points, worst {max(worst.values()):.2g}, equal {np.mean(every):.4f}; different: {wrong}")
    sys.exit(max(worst.values()) > 1e-12)


if __name__ == "__main__":
    main()
