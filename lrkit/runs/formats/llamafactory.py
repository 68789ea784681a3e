"""LLaMA-Factory: ``trainer_log.jsonl``; the rates of transformers, under ``learning_rate`` or later ``lr``."""

from __future__ import annotations

from .._containers import Container, JsonLines
from .._raw import Raw, columns_of, last


def read(container: Container) -> Raw | None:
    """The rows with a rate; those of an evaluation have none."""
    if not isinstance(container, JsonLines) or not {"current_steps", "total_steps"} <= {*container.names}:
        return None
    rows = list(container.rows())
    columns = [
        column
        for name in ("learning_rate", "lr")
        for column in columns_of(
            rows,
            {name: "lr"},
            {"step": "current_steps", "epoch": "epoch"},
            offsets=(-1, 0) if name == "lr" else (0, -1),
        )
    ]
    total = last(rows, "total_steps")
    return Raw(
        "LLaMA-Factory trainer_log.jsonl", columns, {"trainer": "LLaMA-Factory"} | ({"total": total} if total else {})
    )
