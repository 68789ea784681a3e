"""Lightning's CSVLogger with its monitor of rates: ``metrics.csv``, sparse, with columns ``lr-Adam``, ``lr-Adam/pg1``.

`LearningRateMonitor` writes at the start of a batch, with the number of finished updates: the rate of that update.
"""

from __future__ import annotations

import re

from .._containers import Container, Table
from .._names import parameter_of
from .._raw import Raw, columns_of

MONITOR = re.compile(r"lr-[A-Za-z]\w*(-\d+)?(/\w+)?(-momentum|-weight_decay)?")


def read(container: Container) -> Raw | None:
    """The columns of the monitor; another column of rates was logged by hand, and is one of any table."""
    if not isinstance(container, Table) or not {"step", "epoch"} <= {*container.names}:
        return None
    monitored = {name: parameter_of(name) or "lr" for name in container.names if MONITOR.fullmatch(name)}
    if not monitored:
        return None
    columns = columns_of(container.rows(), monitored, {"step": "step", "epoch": "epoch"}, offsets=(0,))
    return Raw("Lightning metrics.csv", columns, {"trainer": "Lightning"})
