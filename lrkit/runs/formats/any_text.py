"""Any lines of text that name a step and a rate."""

from __future__ import annotations

import re

from .._containers import Container, Text
from .._raw import ANY, Raw, columns_of

NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"
END = r"(?=[\s|,;\]})]|$)"
STEP = re.compile(
    r"\b(?:global[_ ]?steps?|num_updates|iterations?|iters?|steps?|updates?|batch)['\"]?\s*[:=#]?\s*[\[(]?\s*(\d+)\b",
    re.IGNORECASE,
)
EPOCH = re.compile(r"\bepoch['\"]?\s*[:=#]?\s*[\[(]?\s*(\d+(?:\.\d+)?)\b", re.IGNORECASE)
RATE = re.compile(
    rf"\b((?:current[_ ])?(?:lr|learning[_ -]?rate))['\"]?\s*[:=]?\s*[\[(]?\s*['\"]?({NUMBER})['\"]?{END}",
    re.IGNORECASE,
)
UNITS = {"step": STEP, "epoch": EPOCH}


def read(container: Container) -> Raw | None:
    """The lines that name both; those that name only a rate are of something else."""
    if not isinstance(container, Text):
        return None
    rows = []
    for found in container.matches(RATE):
        row = {
            "lr": found[2],
        }
        for unit, pattern in UNITS.items():
            if at := pattern.search(found.string):
                row[unit] = at[1]
        rows.append(row)
    counted = [row for row in rows if "step" in row or "epoch" in row]
    if len(counted) < 2:
        return None
    columns = columns_of(counted, {"lr": "lr"}, {"step": "step", "epoch": "epoch"}, offsets=ANY)
    return Raw("lines of text", columns)
