"""Any lines of text that name a step and a rate."""

from __future__ import annotations

import re

from .._containers import NUMBER, Container, Text
from .._raw import ANY, Raw, columns_of

STEP = re.compile(
    r"\b(?:global[_ ]?steps?|num_updates|iterations?|iters?|steps?|updates?|batch)['\"]?\s*[:=#]?\s*[\[(]?\s*(\d+)\b",
    re.IGNORECASE,
)
EPOCH = re.compile(r"\bepoch['\"]?\s*[:=#]?\s*[\[(]?\s*(\d+(?:\.\d+)?)\b", re.IGNORECASE)
RATE = re.compile(
    rf"\b(?:current[_ ])?(?:lr|learning[_ -]?rate)['\"]?\s*[:=]?\s*[\[(]?\s*['\"]?({NUMBER})",
    re.IGNORECASE,
)
UNITS = {"step": STEP, "epoch": EPOCH}


def read(container: Container) -> Raw | None:
    """The lines that name both; those that name only a rate are of something else."""
    if not isinstance(container, Text):
        return None
    rows = []
    for text, (rate,) in container.found(RATE):
        row = {
            "lr": rate,
        }
        for unit, pattern in UNITS.items():
            if at := pattern.search(text):
                row[unit] = at[1]
        rows.append(row)
    counted = [row for row in rows if "step" in row or "epoch" in row]
    if len(counted) < 2:
        return None
    columns = columns_of(counted, {"lr": "lr"}, {"step": "step", "epoch": "epoch"}, offsets=ANY)
    return Raw("lines of text", columns)
