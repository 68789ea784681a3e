"""transformers: the dicts that its Trainer prints.

They have no step. The rows are counted; how many updates are between two is told by the epochs beside them, where the
length of the run is printed too.
"""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from .._containers import Container, Text
from .._raw import Raw, columns_of, number
from ..precision import precisions

PRINTED = re.compile(r"\{['\"][^{}]*\}")
PAIR = re.compile(r"['\"](\w+)['\"]: ['\"]?([^,'\"{}]+)")
STATED = {
    "total": re.compile(r"\bTotal optimization steps = ([\d,]+)"),
    "epochs": re.compile(r"\bNum Epochs = ([\d,]+)"),
}
"""What the Trainer prints at its start."""
HALF = 0.5
DECIMALS, DIGITS = 0.005, 5e-4
"""Half a unit of an epoch: of two decimals, as older versions print it; of four digits, in quotes, since."""


def read(container: Container) -> Raw | None:
    """The dicts with a rate."""
    if not isinstance(container, Text):
        return None
    rows: list[dict[str, Any]] = []
    stated: dict[str, float] = {"total": container.total} if container.total else {}
    for line in container.lines:
        for name, pattern in STATED.items():
            if match := pattern.search(line):
                stated[name] = float(match[1].replace(",", ""))
        for found in PRINTED.finditer(line):
            row = dict(PAIR.findall(found[0]))
            if number(row.get("learning_rate")) is not None:
                rows.append(row | {"row": str(len(rows) + 1), "quoted": "'epoch': '" in found[0]})
            elif (total := _updates(row)) is not None:
                stated = {"total": total, "epochs": number(row.get("epoch")) or 0} | stated
    if not rows:
        return None
    interval = _interval(rows, stated)
    if interval:
        rows = [row | {"step": str(k * interval)} for k, row in enumerate(rows, 1)]
    told = f"{interval:,} updates, as the epochs beside them tell" if interval else "`logging_steps` updates"
    note = f"the printed rows have no step: they are counted, and each stands for {told}"
    facts: dict[str, Any] = {"trainer": "transformers"} | {name: int(value) for name, value in stated.items() if value}
    clocks = {unit: unit for unit in (("step",) if interval else ()) + ("row", "epoch")}
    return Raw(
        "transformers console", columns_of(rows, {"learning_rate": "lr"}, clocks, offsets=(-1, 0, 1)), facts, [note]
    )


def _updates(row: dict[str, Any]) -> int | None:
    """How many updates a run had, from the row at its end, if its digits suffice."""
    seconds, speed = number(row.get("train_runtime")), number(row.get("train_steps_per_second"))
    if not seconds or not speed:
        return None
    product = seconds * speed
    off = product * (precisions([row["train_runtime"]])[-1].half_units[0] / seconds)
    off += product * (precisions([row["train_steps_per_second"]])[-1].half_units[0] / speed)
    return round(product) if off < HALF else None


def _interval(rows: list[dict[str, Any]], stated: dict[str, float]) -> int | None:
    """How many updates are between two rows, if the epochs beside them tell, and it is always as many."""
    epochs = [row.get("epoch", "") for row in rows]
    if not stated.get("total") or not stated.get("epochs") or any(number(epoch) is None for epoch in epochs):
        return None
    length = stated["total"] / stated["epochs"]
    steps = length * np.array([float(epoch) for epoch in epochs])
    rounded = not any(row["quoted"] or len(row["epoch"].partition(".")[2]) > 2 for row in rows)
    off = length * np.array([max(DIGITS * float(epoch), DECIMALS * rounded) for epoch in epochs])
    interval = round(float(steps[-1]) / len(rows))
    near = np.abs(steps - interval * np.arange(1, len(rows) + 1)) <= off
    return interval if interval and near.all() and off[-1] < len(rows) * HALF else None
