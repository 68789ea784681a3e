"""fairseq and metaseq: ``… | train_inner | {"epoch": 1, …, "num_updates": "25", "lr": "1.73333e-05", …}``.

The rate is set for the next update before the row is written. In the lines of epochs the names begin with ``train_``.
"""

from __future__ import annotations

import re
from typing import Any

from .._containers import NUMBER, Container, JsonLines, Text, object_in
from .._raw import Raw, columns_of

SIMPLE = re.compile(rf"\bnum_updates=(\d+), lr=({NUMBER}),")
OBJECT = re.compile(r"\{.*\}")


def read(container: Container) -> Raw | None:
    """The rows of updates; where there are none, those of epochs."""
    if isinstance(container, JsonLines):
        rows = list(container.rows()) if {"num_updates", "train_num_updates"} & {*container.names} else []
    elif isinstance(container, Text):
        rows = _rows(container)
    else:
        return None
    for prefix in ("", "train_"):
        clocks = {"step": f"{prefix}num_updates"}
        found = [row for row in rows if clocks["step"] in row]
        if columns := columns_of(found, {f"{prefix}lr": "lr"}, clocks, offsets=(0,)):
            return Raw("fairseq text", columns, {"trainer": "fairseq"})
    return None


def _rows(container: Text) -> list[dict[str, Any]]:
    rows = []
    for line in container.lines:
        if "num_updates" not in line:
            continue
        found = OBJECT.search(line)
        if found and (row := object_in(found[0])):
            rows.append(row)
    if rows:
        return rows
    return [{"num_updates": step, "lr": rate} for _, (step, rate) in container.found(SIMPLE)]
