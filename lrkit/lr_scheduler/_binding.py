"""`Binding`: the curves of an optimizer's groups and what edits have made of them, as a value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import is_dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from .._memory import Array
from ..schedules._evaluate import checked_rate
from ..schedules._lists import rates_of_calls
from ..schedules.arithmetic import OffsetLR, ScaleLR
from ._plans import Curve, Plan, values_at


class Curves:
    """The curves of all groups, made for their base rates. Nothing in it changes.

    If groups differ in their base rate only, each curve is a factor times one shape, plus an offset. Then a step
    evaluates the shape once for all groups. The operations and their order are those of the curves.
    """

    def __init__(self, base_lrs: Sequence[float], schedules: Sequence[Curve | None], others: Sequence[Plan]) -> None:
        self.base_lrs = list(base_lrs)
        self.schedules = schedules
        """The curve of each group's rate; None where the rate is not driven."""
        self.others = others
        """What drives the other hyper-parameters of each group; empty if nothing does."""
        self.undriven = [k for k, schedule in enumerate(schedules) if schedule is None]
        lines = [_line(schedule) for schedule in schedules if schedule is not None]
        shapes = [shape for _, _, shape in lines]
        alike = not self.undriven and all(shape is shapes[0] or shape == shapes[0] for shape in shapes[1:])
        self.shape = shapes[0] if shapes and alike else None
        self.lines = [(factor, offset) for factor, offset, _ in lines]
        self.factors = [] if any(offset for _, offset in self.lines) else [factor for factor, _ in self.lines]
        """In place of the lines, where every offset is 0."""

    def rates_at(self, epoch: float) -> list[Any]:
        """The rate of each group at an epoch; None where it is not driven."""
        if self.shape is None:
            return [curve and curve(epoch) for curve in self.schedules]
        return self.rates_of(self.shape(epoch))

    def rates_ahead(self, epochs: range) -> Array:
        """The rates at some epochs, a row for each: the floats that `rates_at` gives for one at a time."""
        if self.shape is None:
            return np.array([rates_of_calls(curve, epochs) for curve in self.schedules if curve is not None]).T
        factors, offsets = self._arrays
        rates: Array = np.multiply.outer(rates_of_calls(self.shape, epochs), factors)
        return rates if self.factors else rates + offsets

    @cached_property
    def _arrays(self) -> tuple[Array, Array]:
        """The factors and the offsets."""
        factors, offsets = np.array(self.lines, float).reshape(-1, 2).T.copy()
        return factors, offsets

    def rates_of(self, height: float) -> list[float]:
        """The rate of each group where the shape has a height."""
        if self.factors:
            return [factor * height for factor in self.factors]
        return [factor * height + offset for factor, offset in self.lines]


def _line(schedule: Curve) -> tuple[float, float, Curve]:
    """A schedule as a factor, an offset and what they are applied to."""
    factor, offset = 1.0, 0.0
    inner: Any = schedule
    if type(inner) is OffsetLR:
        inner, offset = inner.schedule, inner.offset
    if type(inner) is ScaleLR:
        inner, factor = inner.schedule, inner.factor
    return factor, offset, inner


def _rate_once(curve: Curve, epoch: float) -> float:
    """The rate of a curve at one epoch, computed by its formula without compiling it: the result is the same."""
    if is_dataclass(curve):
        with suppress(OverflowError):  # the call below raises an error that names the epoch
            return checked_rate(curve.formula, type(curve).__name__, epoch)
    return curve(epoch)


class Binding(NamedTuple):
    """What is bound to the groups of an optimizer. It never changes: edits, base rates and new groups make another."""

    curves: Curves
    scales: list[float]
    """The factor by which edits have scaled each curve; empty if no rate has been edited."""

    def all_scales(self) -> list[float]:
        """The scale of each group: 1 where no rate has been edited."""
        return list(self.scales) or [1.0] * len(self.curves.base_lrs)

    def rates_at(self, epoch: float, once: bool = False) -> list[Any]:
        """The rate of each group at an epoch, before an optimizer rounds it; None where it is not driven.

        With `once` no schedule is compiled: the parts of a composition compute one rate only.
        """
        curves, scales = self
        if not once:
            rates = curves.rates_at(epoch)
        elif curves.shape is None:
            rates = [curve and _rate_once(curve, epoch) for curve in curves.schedules]
        else:
            rates = curves.rates_of(_rate_once(curves.shape, epoch))
        if scales:
            return [rate and scale * rate for scale, rate in zip(scales, rates, strict=False)]
        return rates

    def rates_ahead(self, epochs: range) -> Array:
        """The same for some epochs, each of which has a row. Groups are the columns."""
        curves, scales = self
        with np.errstate(all="ignore"):  # what is no finite number is found by whoever writes it
            rates = curves.rates_ahead(epochs)
            return np.array(scales) * rates if scales else rates

    def others_at(self, owner: str, epoch: float) -> list[dict[str, Any]]:
        """The values of the other hyper-parameters of each group at an epoch; nothing if none is driven."""
        return [values_at(owner, plan, k, epoch) for k, plan in enumerate(self.curves.others)]

    def edited(self, edits: Mapping[int, float], epoch: float) -> Binding:
        """With curves that pass through the edited rates, by group, at an epoch. A curve that is 0 cannot be scaled."""
        if not edits or not self.curves.schedules:
            return self
        scales, rates = self.all_scales(), self.unscaled().rates_at(epoch)
        for k, rate in edits.items():
            if rates[k]:
                scales[k] = rate / rates[k]
        return Binding(self.curves, scales)

    def unscaled(self) -> Binding:
        return Binding(self.curves, [])

    def with_curves(self, curves: Curves) -> Binding:
        """With other curves, of other base rates; and with those of groups that were added."""
        added = len(curves.base_lrs) - len(self.curves.base_lrs)
        return bound(curves, self.all_scales() + [1.0] * added)


def bound(curves: Curves, scales: list[float]) -> Binding:
    return Binding(curves, scales if any(scale != 1 for scale in scales) else [])
