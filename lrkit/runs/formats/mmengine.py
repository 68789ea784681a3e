"""mmengine: ``vis_data/scalars.json``, and the lines that mmengine and mmcv print; iterations from 1, the rate used."""

from __future__ import annotations

import re
from typing import Any

from .._containers import NUMBER, Container, JsonLines, Text
from .._raw import Raw, columns_of, number

EPOCH = re.compile(r"\bEpoch(?:\(train\))?\s*\[(\d+)\]\[\s*(\d+)/(\d+)\]")
RATE = re.compile(rf"\blr: ({NUMBER})")
ITERATION = re.compile(r"\bIter(?:\(train\))?\s*\[\s*(\d+)/(\d+)\]")


def read(container: Container) -> Raw | None:
    """The rows with a rate; those of an evaluation have none."""
    if isinstance(container, Text):
        return _printed(container)
    if not isinstance(container, JsonLines) or not {"lr", "iter"} <= {*container.names}:
        return None
    facts: dict[str, Any] = {"trainer": "mmengine"}
    if "step" in container.names:
        columns = columns_of(container.rows(), {"lr": "lr"}, {"step": "step", "epoch": "epoch"}, offsets=(-1,))
        return Raw("mmengine scalars.json", columns, facts)
    rows = [row for row in container.rows() if row.get("mode", "train") == "train"]
    return Raw(
        "mmcv JSON log", columns_of(rows, {"lr": "lr"}, *_clocks(rows), offsets=(-1, 0)), facts | {"trainer": "mmcv"}
    )


def _clocks(rows: list[dict[str, Any]]) -> list[dict[str, str]]:
    """The counts of mmcv: iterations begin again from 1 in each epoch, unless it trains by iterations."""
    found = [at for row in rows if "lr" in row and (at := number(row.get("iter"))) is not None]
    if any(later <= earlier for earlier, later in zip(found, found[1:], strict=False)):
        return [{"epoch": "epoch"}]
    return [{"step": "iter", "epoch": "epoch"}]


def _printed(container: Text) -> Raw | None:
    rows: list[dict[str, Any]] = []
    facts: dict[str, Any] = {"trainer": "mmengine"}
    for _, (epoch, iteration, length, rate) in container.found(EPOCH, RATE):
        facts["epoch_steps"] = int(length)
        rows.append({"step": str((int(epoch) - 1) * int(length) + int(iteration)), "epoch": epoch, "lr": rate})
    if not rows:
        for _, (iteration, length, rate) in container.found(ITERATION, RATE):
            facts["total"] = int(length)
            rows.append({"step": iteration, "lr": rate})
    clocks = {"step": "step", "epoch": "epoch"} if "epoch_steps" in facts else {"step": "step"}
    return Raw("mmengine console", columns_of(rows, {"lr": "lr"}, clocks, offsets=(-1,)), facts) if rows else None
