"""dvclive: ``plots/metrics/learning_rate.tsv``, two columns; steps from 0."""

from __future__ import annotations

from .._containers import Container, Table
from .._names import rates_in
from .._raw import Raw, columns_of


def read(container: Container) -> Raw | None:
    """The column beside ``step``."""
    if not isinstance(container, Table) or container.delimiter != "\t" or len(container.names) != 2:
        return None
    rates = rates_in(container.names)
    if container.names[0] != "step" or not rates:
        return None
    # With the transformers of before 2025-03 a row holds the rate of the update after the next.
    return Raw(
        "dvclive TSV", columns_of(container.rows(), rates, {"step": "step"}, offsets=(0, 1, -1)), {"trainer": "dvclive"}
    )
