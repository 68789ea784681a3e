"""composer, as its console logger prints: ``[batch=1/4800]:``, below it ``Train lr-DecoupledAdamW/group0: 2.0833e-06``.

Batches are counted from 1, and the rate is read before the scheduler's step: it is the one used.
"""

from __future__ import annotations

import re
from typing import Any

from .._containers import NUMBER, Container, Text
from .._raw import Raw, columns_of

BATCH = re.compile(r"\[batch=(\d+)(?:/(\d+))?\]")
RATE = re.compile(rf"\b(lr-\w+/group\d+):\s*({NUMBER})$")


def read(container: Container) -> Raw | None:
    """A series for each group."""
    if not isinstance(container, Text):
        return None
    rows: list[dict[str, Any]] = []
    facts: dict[str, Any] = {"trainer": "composer"}
    for line in container.lines:
        if batch := BATCH.search(line):
            rows.append({"step": batch[1]})
            if batch[2]:
                facts["total"] = int(batch[2])
        elif rows and (found := RATE.search(line)):
            rows[-1][found[1]] = found[2]
    names = dict.fromkeys(name for row in rows for name in row if name != "step")
    columns = columns_of(rows, dict.fromkeys(names, "lr"), {"step": "step"}, offsets=(-1, 0))
    return Raw("composer console", columns, facts) if columns else None
