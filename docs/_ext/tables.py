"""`equals`: what a framework calls a schedule beside what lrkit calls it, once both have been run and agree."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

import lrkit


def equals(
    framework: str, rows: dict[str, str], fresh: Callable[[], dict[str, Any]], *, steps: int = 250, tolerance: float
) -> str:
    """A table of Markdown: `rows` maps the framework's calls to lrkit's.

    Both are evaluated, with the names that `fresh` gives, and their rates compared at the first `steps` steps, which
    are more than either needs to end. Rates that differ by more than `tolerance` of the highest are an error.
    """
    lines = [f"| {framework} | lrkit |", "| --- | --- |"]
    for theirs, ours in rows.items():
        names = fresh() | {"lrkit": lrkit} | vars(lrkit) | {name: getattr(lrkit, name) for name in lrkit.__all__}
        schedule = eval(ours, names)
        recorded = np.array(lrkit.record(eval(theirs, names | fresh()), steps=steps).to_list(steps))
        expected = np.array(schedule.to_list(steps))
        gap = np.abs(recorded - expected).max() / np.abs(expected).max()
        if not gap <= tolerance:
            raise AssertionError(f"{theirs} is not {ours}: they differ by {gap:.3g} of the peak")
        lines.append(f"| `{theirs}` | `{ours}` |")
    lines += [
        "",
        f"Each row was run when this page was built, and compared at {steps} steps, those past the end included:",
    ]
    return "\n".join([*lines, f"they differ by at most {tolerance:g} of the highest rate."])


def golden(name: str) -> dict[str, Any]:
    """What MindSpore 2.10.0 answered, as recorded in ``tests/golden``."""
    return json.loads((Path(__file__).parents[2] / "tests" / "golden" / f"{name}.json").read_text(encoding="utf-8"))


def recorded_lists() -> str:
    """How many of MindSpore's recorded lists each of lrkit's functions gives to the last bit: all of them."""
    counts: Counter[str] = Counter()
    for case in golden("dynamic_lr")["cases"]:
        name = case["call"].removeprefix("nn.")
        if not isinstance(case["output"], list) or "$" in json.dumps(case["kwargs"]):
            continue
        if getattr(lrkit, name)(**case["kwargs"]) != case["output"]:
            raise AssertionError(f"{case['name']}: not MindSpore's list")
        counts[name] += 1
    rows = [f"| `nn.{name}` | `lrkit.{name}` | {count} of {count} |" for name, count in counts.items()]
    return "\n".join(["| MindSpore | lrkit | recorded lists that are equal to the bit |", "| --- | --- | --- |", *rows])


def recorded_objects() -> str:
    """How far lrkit's step objects are from MindSpore's recorded ones, as a part of the first recorded rate."""
    recorded = golden("lr_schedules")
    gaps: list[float] = []
    for case in recorded["cases"]:
        name, output = case["call"].removeprefix("nn.").partition("(")[0], case["output"]
        if "$" in json.dumps(case["kwargs"]) or not isinstance(output.get("f64"), list):
            continue
        rates = np.array([rate if isinstance(rate, float) else np.nan for rate in output["f64"]])
        steps = output["steps"] if isinstance(output["steps"], list) else recorded["steps"][output["steps"]]
        try:
            ours = getattr(lrkit, name)(**case["kwargs"])(steps)
        except (TypeError, ValueError):
            continue
        if len(steps) == len(rates) and np.isfinite(rates).all() and rates.any():
            gaps.append(float(np.abs(ours - rates).max() / np.abs(rates).max()))
    return (
        f"Of {len(gaps)} recorded objects half differ from lrkit's by at most {np.median(gaps):.2g} of their highest "
        f"rate, nine tenths by at most {np.quantile(gaps, 0.9):.2g}, and all by at most {max(gaps):.2g}."
    )
