"""timm: ``summary.csv``, the rate of each epoch from 0, as the mean over the groups."""

from __future__ import annotations

from .._containers import Container, Table
from .._raw import Raw, columns_of


def read(container: Container) -> Raw | None:
    """The column ``lr``."""
    if not isinstance(container, Table) or not {"epoch", "lr", "train_loss"} <= {*container.names}:
        return None
    if not any(name.startswith("eval_") for name in container.names):
        return None
    return Raw(
        "timm summary.csv",
        columns_of(container.rows(), {"lr": "lr"}, {"epoch": "epoch"}, offsets=(0,)),
        {"trainer": "timm"},
    )
