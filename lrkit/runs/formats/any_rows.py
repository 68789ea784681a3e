"""Any table, JSON lines or JSON document with a column of rates."""

from __future__ import annotations

from itertools import islice

from .._containers import Container, Document, Events, JsonLines, Table, Text
from .._names import clocks_in, rates_in
from .._raw import ANY, Raw, columns_of, number
from . import tensorboard

FORMS = {Table: "table", JsonLines: "JSON lines", Document: "JSON"}
LOOKED_AT = 20


def read(container: Container) -> Raw | None:
    """The columns that are named as rates."""
    if isinstance(container, (Table, JsonLines, Document)):
        names = container.names
        if isinstance(container, Table) and not container.has_header and len(names) == 2 and _counts(container):
            return _columns(container, {names[1]: "lr"}, {"step": names[0]})
        if isinstance(container, Document) and names == ("rates", "step"):
            return _columns(container, {"rates": "lr"}, {"step": "step"})
        return _columns(container, rates_in(names), clocks_in(names))
    return None


def read_column(container: Container, column: str) -> Raw | None:
    """The one column that is asked for; a `ValueError` names those that there are."""
    if isinstance(container, Text):
        return None
    if isinstance(container, Events):
        return tensorboard.read_column(container, column)
    if column not in container.names:
        there = ", ".join(map(repr, container.names[:20])) or "none"
        raise ValueError(f"read_log: {container.source.name}: there is no column {column!r}; there are {there}")
    return _columns(container, {column: "lr"}, clocks_in(container.names))


def _columns(container: Table | JsonLines | Document, rates: dict[str, str], clocks: dict[str, str]) -> Raw | None:
    columns = columns_of(container.rows(), rates, clocks, offsets=ANY)
    return Raw(FORMS[type(container)], columns) if columns else None


def _counts(container: Table) -> bool:
    """Whether the first column of a table without names counts."""
    first = [number(row.get(container.names[0])) for row in islice(container.rows(), LOOKED_AT)]
    known = [value for value in first if value is not None]
    return all(value == int(value) for value in known) and all(a < b for a, b in zip(known, known[1:], strict=False))
