"""A schedule as optax has them, computed in float64 whatever the program's precision is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..schedules._base import LearningRateSchedule
from ._errors import framework


@dataclass(frozen=True, repr=False)
class OptaxSchedule:
    """What `to_optax` returns: a function of optax's count, and a value that prints, pickles and compares."""

    schedule: LearningRateSchedule

    def __call__(self, count: Any) -> Any:
        """The rate at a count, as a JAX array."""
        return jax_rate(self.schedule, count)

    def __repr__(self) -> str:
        return f"to_optax({self.schedule!r})"


def jax_rate(schedule: LearningRateSchedule, count: Any) -> Any:
    """The rate at `count` in the program's own precision, rounded once: everything before is float64."""
    jax = framework("jax", "optax", "to_optax")
    xp = jax.numpy
    precision = xp.result_type(float)  # before float64 is switched on
    with jax.enable_x64(True):
        count = xp.asarray(count)
        if xp.issubdtype(count.dtype, xp.integer):
            count = count.astype(xp.int64)
        elif xp.issubdtype(count.dtype, xp.floating):
            count = count.astype(xp.float64)
        return schedule(count).astype(precision)
