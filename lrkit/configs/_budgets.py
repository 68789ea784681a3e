"""The size of a run: what the user gives, filled in by what a config says."""

from __future__ import annotations

from typing import Any

from .._params import shorten
from ..budget import Budget
from ._load import OWNER

LENGTHS = ("updates", "epochs", "hours")
DATA = ("samples", "tokens", "batches")


def budget_of(value: Any) -> Budget | None:
    """A budget, the text of one, or none."""
    if value is None or isinstance(value, Budget):
        return value
    if isinstance(value, str):
        return Budget.parse(value)
    raise TypeError(
        f"{OWNER}: budget must be a Budget, a text such as 'batches=500 epochs=90' or None, got {shorten(value)}"
    )


def filled(given: Budget | None, batch_size: int | None = None, **said: Any) -> Budget | None:
    """The budget with what a config says where the user said nothing; None if there is no length in either.

    What is None was not said. The user's length takes the place of the config's, and so does the user's rounding.
    `batch_size` is what all processes have in an update together.
    """
    told = {} if given is None else given.given.told()
    if batch_size is not None:
        shared = told.get("accumulation", 1) * told.get("processes", 1)
        if batch_size % shared:
            raise ValueError(f"a batch of {batch_size:,} cannot be shared by accumulation x processes = {shared:,}")
        said["batch"] = batch_size // shared
    from_file = {name: value for name, value in said.items() if value is not None}
    if any(name in told for name in LENGTHS):
        from_file = {name: value for name, value in from_file.items() if name not in LENGTHS}
    if any(name in told for name in DATA):
        from_file = {name: value for name, value in from_file.items() if name not in DATA}
    fields = from_file | told
    if not any(name in fields for name in (*LENGTHS[:1], *DATA, "hours")):
        return None
    return Budget(**fields)
