"""`Binding`: what is bound to the groups of an optimizer, as a value."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ..schedules._base import LearningRateSchedule
from ..schedules.arithmetic import OffsetLR, ScaleLR

Curve = LearningRateSchedule
Plan = Mapping[str, Any]
"""What drives the hyper-parameters of a group: a curve for each name; where a group holds a tuple, one for each place,
or None for a place that is left alone."""


class Curves:
    """The rates of all groups at an epoch; None where a group's rate is not driven.

    Groups that differ in their base rate alone have curves that are a factor times one shape, plus an offset. Then a
    step evaluates the shape once, whatever the number of groups: the same operations in the same order.
    """

    def __init__(self, schedules: Iterable[Curve | None]) -> None:
        self.schedules = tuple(schedules)
        lines = [_line(schedule) for schedule in self.schedules if schedule is not None]
        shapes = {shape for _, _, shape in lines}
        self._shape = shapes.pop() if len(shapes) == 1 and len(lines) == len(self.schedules) else None
        self._lines = [(factor, offset) for factor, offset, _ in lines]
        self._factors = [factor for factor, _, _ in lines]
        self._plain = all(offset == 0 for _, offset, _ in lines)

    def at(self, epoch: float) -> list[Any]:
        """One rate for each group."""
        if self._shape is None:
            return [schedule and schedule(epoch) for schedule in self.schedules]
        height = self._shape(epoch)
        if self._plain:
            return [factor * height for factor in self._factors]
        return [factor * height + offset for factor, offset in self._lines]


def _line(schedule: Curve) -> tuple[float, float, Curve]:
    """A schedule as a factor, an offset and what they are applied to."""
    factor, offset = 1.0, 0.0
    inner: Any = schedule
    if isinstance(inner, OffsetLR):
        inner, offset = inner.schedule, inner.offset
    if isinstance(inner, ScaleLR):
        inner, factor = inner.schedule, inner.factor
    return factor, offset, inner


@dataclass(frozen=True, eq=False)
class Binding:
    """The curves of all groups, the base rates they were made for, and what edits have made of them.

    Nothing in it changes: an edit, another base rate or one more group makes another binding.
    """

    curves: Curves
    bases: Sequence[float]
    scales: Sequence[float]
    others: tuple[Plan, ...] = ()
    """The hyper-parameters that are driven besides the rate, for each group; empty if there are none."""
    closed: bool = True
    """Whether the rates are those of the curves, and not what a `get_lr` makes of them."""

    @cached_property
    def simple(self) -> bool:
        """Whether the curves of the rates are all there is."""
        return self.closed and not self.others

    @cached_property
    def _unscaled(self) -> bool:
        return self.scales.count(1.0) == len(self.scales)

    @cached_property
    def undriven(self) -> list[int]:
        """The groups whose rate is not driven."""
        return [k for k, schedule in enumerate(self.curves.schedules) if schedule is None]

    def at(self, epoch: float) -> list[Any]:
        """The rate of each group at an epoch, before an optimizer rounds it; None for one that is not driven."""
        rates = self.curves.at(epoch)
        if self._unscaled:
            return rates
        return [rate and scale * rate for scale, rate in zip(self.scales, rates, strict=True)]

    def unscaled(self) -> Binding:
        """The binding before any edit."""
        return self if self._unscaled else self._scaled([1.0] * len(self.scales))

    def heeding(self, edits: Mapping[int, float], epoch: float) -> Binding:
        """The binding whose curves pass through the rates that somebody has set, by group, at an epoch.

        Where a curve is 0 there is nothing to scale.
        """
        if not self.curves.schedules:
            return self
        scales, unscaled = list(self.scales), self.curves.at(epoch)
        for k, rate in edits.items():
            if unscaled[k]:
                scales[k] = rate / unscaled[k]
        return self._scaled(scales)

    def _scaled(self, scales: list[float]) -> Binding:
        return Binding(self.curves, self.bases, scales, self.others, self.closed)
