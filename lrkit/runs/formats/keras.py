"""Keras: the CSV of ``CSVLogger``, or the history of ``fit`` as JSON: the rate of each epoch, from 0.

The column is ``lr`` in Keras 2 and ``learning_rate`` in Keras 3; it is there if a callback changes the rate.
"""

from __future__ import annotations

from .._containers import Container, Document, Table
from .._raw import Raw, columns_of

LOSSES = ("loss", "val_loss")


def read(container: Container) -> Raw | None:
    """The column of rates beside the loss."""
    if not isinstance(container, (Table, Document)) or "loss" not in container.names:
        return None
    rates = {name: "lr" for name in container.names if name in ("learning_rate", "lr")}
    if not rates:
        return None
    if isinstance(container, Table):
        if container.names[0] != "epoch" or "step" in container.names:
            return None
        return Raw(
            "Keras CSVLogger",
            columns_of(container.rows(), rates, {"epoch": "epoch"}, offsets=(0,)),
            {"trainer": "Keras"},
        )
    if {"step", "epoch", "log_history"} & {*container.names} or not isinstance(container.value, dict):
        return None
    rows = ({**row, "epoch": str(k)} for k, row in enumerate(container.rows()))
    return Raw("Keras history", columns_of(rows, rates, {"epoch": "epoch"}, offsets=(0,)), {"trainer": "Keras"})
