"""DeepSpeed, as often as ``steps_per_print`` says: ``step=10, skipped=2, lr=[0.001], mom=[(0.9, 0.999)]``.

Steps that were skipped for an overflow are counted, and do not advance the schedule. The rate is the next update's.
"""

from __future__ import annotations

import re
from typing import Any

from .._containers import Container, Text
from .._raw import Raw, columns_of

LINE = re.compile(r"\bstep=(\d+), skipped=(\d+), lr=\[([^\]]*)\], mom=")


def read(container: Container) -> Raw | None:
    """A series for each group."""
    if not isinstance(container, Text):
        return None
    rows: list[dict[str, Any]] = []
    skipped = 0
    for _, (step, lost, listed) in container.found(LINE):
        skipped = int(lost)
        rates = [rate.strip() for rate in listed.split(",")]
        names = ["lr"] if len(rates) == 1 else [f"lr/{k}" for k in range(len(rates))]
        rows.append(dict(zip(names, rates, strict=True)) | {"step": str(int(step) - skipped)})
    if not rows:
        return None
    names = [name for name in rows[0] if name != "step"]
    columns = columns_of(rows, dict.fromkeys(names, "lr"), {"step": "step"}, offsets=(0,))
    facts: dict[str, Any] = {"trainer": "DeepSpeed"} | ({"skipped": skipped} if skipped else {})
    notes = [f"{skipped:,} skipped steps, as the log says, are left out of what x counts"] if skipped else []
    return Raw("DeepSpeed text", columns, facts, notes)
