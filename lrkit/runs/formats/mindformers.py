"""MindFormers: ``{ Epoch:[  1/  2], step:[    2/ 6500], loss: …, lr: 2.56e-08, …}``; steps from 1, the rate used."""

from __future__ import annotations

import re
from typing import Any

from .._containers import NUMBER, Container, Text
from .._raw import Raw, columns_of

LINE = re.compile(r"\bEpoch:\s*\[\s*(\d+)/\s*(\d+)\],\s*step:\s*\[\s*(\d+)/\s*(\d+)\]")
RATE = re.compile(rf"\blr:\s*\[?\s*({NUMBER})")


def read(container: Container) -> Raw | None:
    """The rows, counted through all epochs."""
    if not isinstance(container, Text):
        return None
    rows: list[dict[str, Any]] = []
    facts: dict[str, Any] = {"trainer": "MindFormers"}
    for _, (epoch, epochs, step, length, rate) in container.found(LINE, RATE):
        facts |= {"epochs": int(epochs), "epoch_steps": int(length), "total": int(epochs) * int(length)}
        rows.append({"lr": rate, "step": str((int(epoch) - 1) * int(length) + int(step)), "epoch": epoch})
    clocks = {"step": "step", "epoch": "epoch"}
    return Raw("MindFormers text", columns_of(rows, {"lr": "lr"}, clocks, offsets=(-1,)), facts) if rows else None
