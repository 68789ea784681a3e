# ruff: noqa: T201  # a script
"""The long comparison of the page's plain functions in Python with `as_source`, for which the gate has no time.

``PYTHONPATH=tests/tools python tests/tools/sweep_printed.py --seed 1``

Each kind and function twenty times, and 2,000 nested schedules, at steps of their knots and far away. It prints the
share of equal bits and the worst distance relative to the peak.
"""

from __future__ import annotations

import argparse
import random
import sys
from typing import Any

from drawn_schedules import CLASSES, ERRORS, call, schedule, steps, written
from javascript import ask

import lrkit
from lrkit.catalogue import FUNCTIONS

PRINTED = '  printed({ text }) { return { text: core.printed(parse(text), "python") }; },'


def function_of(text: str) -> Any:
    names: dict[str, Any] = {}
    exec(text, names)
    return names["learning_rate"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    rng = random.Random(parser.parse_args().seed)
    cases = []
    for name in [*CLASSES, *FUNCTIONS] * 20:
        given, made = call(rng, name, depth=1)
        cases.append((written(name, given), made))
    cases += [(repr(made), made) for made in (schedule(rng, 3) for _ in range(2000))]
    points = equal = lines = own_lines = refused = 0
    worst = 0.0
    for (text, made), answer in zip(
        cases, ask([{"what": "printed", "text": text} for text, _ in cases], PRINTED), strict=True
    ):
        if "refused" in answer:
            refused += 1
            print("refused", text[:100], answer["refused"])
            continue
        source = lrkit.as_source(made, "python")
        function, own = function_of(answer["text"]), function_of(source)
        lines, own_lines = lines + answer["text"].count("\n"), own_lines + source.count("\n")
        rates = []
        for step in (step for at in steps(rng, made, (), 16) for step in (int(at), at)):
            try:
                rates.append((own(step), function(step)))
            except ERRORS:
                continue
        peak = max((abs(rate) for rate, _ in rates), default=0.0)
        points, equal = points + len(rates), equal + sum(rate == found for rate, found in rates)
        for rate, found in rates:
            if rate != found:
                worst = max(worst, abs(rate - found) / peak)
                print("different", text[:100], rate, found)
                break
    print(f"{len(cases)} functions, {points} points, equal {equal / points:.6f}, worst {worst:.2g} of the peak")
    print(f"{refused} refused; {lines} lines, where as_source has {own_lines}")
    sys.exit(worst > 1e-12 or refused > 0)


if __name__ == "__main__":
    main()
