"""MLflow: ``mlruns/EXPERIMENT/RUN/metrics/KEY``, lines of a time in milliseconds, a value and a step."""

from __future__ import annotations

from itertools import islice

from .._containers import Container, Table
from .._names import parameter_of
from .._raw import ANY, Raw, columns_of, number

LOOKED_AT = 20
FIRST_TIME, LAST_TIME = 1e12, 1e14
"""Milliseconds since 1970: from 2001 on."""


def read(container: Container) -> Raw | None:
    """The one metric, whose name is that of the file below ``metrics``."""
    if not isinstance(container, Table) or container.has_header or container.delimiter != " ":
        return None
    if len(container.names) != 3:
        return None
    rows = list(islice(container.rows(), LOOKED_AT))
    if not all(FIRST_TIME <= (number(row.get("1")) or 0) <= LAST_TIME for row in rows):
        return None
    name = _name(container)
    found = columns_of(container.rows(), {"2": parameter_of(name) or "lr"}, {"step": "3"}, offsets=ANY)
    for column in found:
        column.name = name
    return Raw("MLflow metric", found, {"trainer": "MLflow"})


def _name(container: Table) -> str:
    path = container.source.path
    if path is None:
        return "metric"
    parts = path.parts
    return "/".join(parts[parts.index("metrics") + 1 :]) if "metrics" in parts[:-1] else path.name
