"""Where positions are: on the axis that a picture has, in the unit that another axis counts, and back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import numpy as np

if TYPE_CHECKING:
    from ..budget import Budget


class Clock(Protocol):
    """Turns positions in one unit into positions in another. It is increasing, and 0 stays 0."""

    def at(self, values: Any) -> Any:
        """The positions in the other unit."""

    def back(self, values: Any) -> Any:
        """The positions in the first unit again."""


class Even(NamedTuple):
    """A clock that runs evenly: `length` of the first unit are `whole` of the other."""

    length: float = 1
    whole: float = 1

    def at(self, values: Any) -> Any:
        """The positions in the other unit."""
        return self.whole * (values / self.length)

    def back(self, values: Any) -> Any:
        """The positions in the first unit again."""
        return values / self.whole * self.length


class ByBudget(NamedTuple):
    """A clock that a budget relates: with a batch size that grows, it does not run evenly."""

    budget: Budget
    unit: str
    other: str

    def at(self, values: Any) -> Any:
        """The positions in the other unit."""
        return turned(self.budget, values, self.unit, self.other)

    def back(self, values: Any) -> Any:
        """The positions in the first unit again."""
        return turned(self.budget, values, self.other, self.unit)


def turned(budget: Budget, values: Any, unit: Any, other: Any) -> Any:
    """Positions in one unit as those in another; below 0, where an axis begins, mirrored.

    Going on with the first update instead, the small room before 0 would hold many updates of a ramp's first batch.
    """
    given = np.asarray(values, np.float64)
    ahead = np.abs(given)
    steps = ahead if unit == "step" else budget.steps_at(ahead, unit)
    found = steps if other == "step" else budget.position(steps, other)
    return np.copysign(found, given)[()]


SAME = Even()
"""The clock of what is drawn in its own unit."""
