"""DeiT, MAE and their kin: ``log.txt``, JSON lines of epochs; ``train_lr`` is the mean over the epoch."""

from __future__ import annotations

from .._containers import Container, JsonLines
from .._raw import Raw, columns_of


def read(container: Container) -> Raw | None:
    """The mean rate of each epoch."""
    if not isinstance(container, JsonLines) or not {"train_lr", "epoch"} <= {*container.names}:
        return None
    columns = columns_of(container.rows(), {"train_lr": "lr"}, {"epoch": "epoch"}, offsets=(0,), averaged=True)
    note = "each rate is the mean over an epoch"
    return Raw("DeiT or MAE log.txt", columns, {"trainer": "DeiT or MAE"}, [note])
