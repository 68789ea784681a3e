"""TensorBoard's event files, of any trainer: the tag says whose they are, and what their steps count."""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from .._containers import Container, Events
from .._events import scalars
from .._names import parameter_of
from .._raw import ANY, MAX_RATES, Column, Raw

TAGS = [
    (r"train/learning_rate", "step", (-1, 0, 1), "transformers"),
    (r"learning-rate vs samples", "sample", (0,), "Megatron-LM"),
    (r"learning-rate", "step", (0,), "Megatron-LM"),
    (r"Train/Samples/lr", "sample", (0,), "DeepSpeed"),
    (r"lr/pg\d+", "epoch", (0, -1, 1), "ultralytics"),
    (r"x/lr\d+", "epoch", (0, -1), "YOLOv5"),
    (r"epoch_(lr|learning_rate)", "epoch", (0,), "Keras"),
    (r"lr-\w+/group\d+", "step", (0, -1), "composer"),
    (r"lr-[A-Za-z]\w*(-\d+)?(/\w+)?(-momentum|-weight_decay)?", "step", (0,), "Lightning"),
    (r"lr/[A-Za-z]\w*(/\d+)?", "step", (0, -1), "torchtitan"),
]
"""The tags of trainers: what their steps count, and which offsets are possible."""


def read(container: Container) -> Raw | None:
    """The scalars whose tags name a hyper-parameter."""
    return read_column(container, None) if isinstance(container, Events) else None


def read_column(container: Events, column: str | None) -> Raw | None:
    """Those of a tag, or if none is given, those that name a hyper-parameter."""
    steps: dict[str, list[float]] = {}
    rates: dict[str, list[Any]] = {}
    tags: dict[str, None] = {}
    for tag, step, value, kind in scalars(container.source):
        tags[tag] = None
        if (parameter_of(tag) if column is None else tag == column) and np.isfinite(value):
            steps.setdefault(tag, []).append(float(step))
            rates.setdefault(tag, []).append(kind(value))
            if len(steps[tag]) > MAX_RATES:
                raise ValueError(f"read_log: more than {MAX_RATES:,} rates in {tag!r}, the most that are read")
    if not any(parameter_of(tag) in ("lr", "multiplier") for tag in rates) and column is None:
        shown = ", ".join(map(repr, list(tags)[:20])) or "no scalar at all"
        raise ValueError(f"read_log: {container.source.name}: no tag names a learning rate; there are {shown}")
    facts: dict[str, Any] = {}
    columns = []
    for tag, values in rates.items():
        unit, offsets, trainer = _meaning(tag)
        if trainer:
            facts["trainer"] = trainer
        numbers = np.array(values)
        columns.append(Column(tag, parameter_of(tag) or "lr", {unit: steps[tag]}, [], offsets, numbers=numbers))
    order = ("lr", "multiplier", "momentum", "weight_decay")
    columns.sort(key=lambda found: order.index(found.parameter))
    return Raw("TensorBoard events", columns, facts) if columns else None


def _meaning(tag: str) -> tuple[str, tuple[int, ...], str]:
    for pattern, unit, offsets, trainer in TAGS:
        if re.fullmatch(pattern, tag):
            return unit, offsets, trainer
    return "step", ANY, ""
