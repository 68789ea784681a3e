"""Weights & Biases: the CSV of a chart, ``"Step","run - train/learning_rate","run - train/learning_rate__MIN", …``.

Each run has a column, and beside it the lowest and highest value of the points that were drawn as one, left out here.
"""

from __future__ import annotations

from .._containers import Container, Table
from .._names import clocks_in, parameter_of
from .._raw import ANY, Raw, columns_of

BETWEEN = " - "
ENDS = ("__MIN", "__MAX")


def read(container: Container) -> Raw | None:
    """A column for each run."""
    if not isinstance(container, Table) or not any(name.endswith(ENDS) for name in container.names):
        return None
    wanted = [name for name in container.names if BETWEEN in name and not name.endswith(ENDS)]
    rates = {name: held for name in wanted if (held := parameter_of(name.rpartition(BETWEEN)[2]))}
    if not rates:
        return None
    columns = columns_of(container.rows(), rates, clocks_in(container.names), offsets=ANY)
    return Raw("W&B chart CSV", columns, {"trainer": "W&B"}, ["Step is W&B's own counter where the chart has no other"])
