"""detectron2: ``metrics.json``, JSON lines; the rate used in an iteration counted from 0."""

from __future__ import annotations

from .._containers import Container, JsonLines
from .._raw import Raw, columns_of


def read(container: Container) -> Raw | None:
    """The rows with a rate."""
    if not isinstance(container, JsonLines) or not {"lr", "iteration"} <= {*container.names}:
        return None
    columns = columns_of(container.rows(), {"lr": "lr"}, {"step": "iteration"}, offsets=(0,))
    return Raw("detectron2 metrics.json", columns, {"trainer": "detectron2"})
