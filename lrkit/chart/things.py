"""What a thing to draw is. Its class is not loaded to find out: one that has not been loaded has no instance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeGuard

from .._lazy import is_instance

if TYPE_CHECKING:
    from pathlib import Path

    from .._configured import Configured
    from .._recipes import Recipe
    from ..budget import Budget
    from ..runs.log import LoggedRates, LoggedSeries
    from ..runs.match import Match


def is_budget(value: Any) -> TypeGuard[Budget]:
    """Whether a value is the size of a run."""
    return is_instance(value, "lrkit.budget.budget", "Budget")


def is_config(value: Any) -> TypeGuard[Configured]:
    """Whether a value is what a config of a training system says."""
    return is_instance(value, "lrkit._configured", "Configured")


def is_recipe(value: Any) -> TypeGuard[Recipe]:
    """Whether a value is a published training set-up."""
    return is_instance(value, "lrkit._recipes", "Recipe")


def is_read_log(value: Any) -> TypeGuard[LoggedRates]:
    """Whether a value is the log of a run, read."""
    return is_instance(value, "lrkit.runs.log", "LoggedRates")


def is_series(value: Any) -> TypeGuard[LoggedSeries]:
    """Whether a value is one of the series of a log."""
    return is_instance(value, "lrkit.runs.log", "LoggedSeries")


def is_logged(value: Any) -> TypeGuard[LoggedRates | LoggedSeries | Path]:
    """Whether a value is the log of a run: read, one of its series, or where it lies."""
    return is_instance(value, "pathlib", "Path") or is_read_log(value) or is_series(value)


def is_match(value: Any) -> TypeGuard[Match]:
    """Whether a value is a schedule that was found behind a log."""
    return is_instance(value, "lrkit.runs.match", "Match")


def unit_of(value: Any) -> str:
    """The unit in which a recipe counts; steps for anything else."""
    return value.unit if is_recipe(value) else "step"


def length_of(value: Any) -> int | None:
    """The length of a recipe's run; None for anything else."""
    return value.steps if is_recipe(value) else None
