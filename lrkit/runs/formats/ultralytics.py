"""Ultralytics (``lr/pg0``) and YOLOv5, 7, 9 (``x/lr0``): ``results.csv``, the rate of the last batch of each epoch."""

from __future__ import annotations

import re

from .._containers import Container, Table
from .._raw import Raw, columns_of

KINDS = {"ultralytics": r"lr/pg\d+", "YOLOv5": r"x/lr\d+"}


def read(container: Container) -> Raw | None:
    """A series for each group of the optimizer."""
    if not isinstance(container, Table) or "epoch" not in container.names:
        return None
    for trainer, pattern in KINDS.items():
        rates = {name: "lr" for name in container.names if re.fullmatch(pattern, name)}
        if rates:
            columns = columns_of(container.rows(), rates, {"epoch": "epoch"}, offsets=(0, -1, 1))
            return Raw(f"{trainer} results.csv", columns, {"trainer": trainer})
    return None
