"""Batches of an epoch, for systems whose schedules count them."""

from __future__ import annotations

from ..budget import Budget
from ..schedules._base import LearningRateSchedule
from ._fields import Fields


def with_epochs(fields: Fields, needs: str, budget: Budget | None) -> tuple[Budget, int]:
    """The budget, and the batches of one process in an epoch; asked for if neither file nor user has said so."""
    if budget is None or not budget.has_epochs:
        raise fields.missing(needs, "how many batches an epoch has", "batches")
    known = budget.given.batches
    return budget, budget.epoch * budget.accumulation if known is None else known


def in_blocks(curve: LearningRateSchedule, steps: int) -> LearningRateSchedule:
    """A curve that takes its next rate every so many steps, as one that is stepped once an epoch."""
    return curve.stretch(steps).every(steps) if steps > 1 else curve
