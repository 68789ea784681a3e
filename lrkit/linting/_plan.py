"""What a check looks at: a schedule, the length of its run, and what is known of the run and of live objects."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from .._params import LARGEST_COUNT
from .._types import Floats
from ..chart.sampling import MOST_POINTS, sample_steps
from ..schedules._base import LearningRateSchedule
from ..schedules._endless import is_endless
from ..schedules._formula import computes_as
from ..schedules.clock import RepeatLR, StretchLR
from ..schedules.table import TableLR
from ._live import Live

TINY = 1e-9
"""Rates that differ by less than this part of the peak are equal."""
NEAR = 1e-3
"""A fall is seen to end at most by this part before its knot."""
EVERY_STEP, MOST_STEPS, SOME = 100_000, 4_000_000, 300
"""Of a curve of many knots: the longest run that is walked through, the longest table, and how many knots are seen."""
GRADUAL = 10
"""So many different rates make a decay; fewer are stairs."""


@dataclass(frozen=True)
class Plan:
    """A schedule and its run of `total` updates; `told` says that the length was given, not taken from the curve."""

    schedule: LearningRateSchedule
    total: int
    told: bool = False
    unit: str = "step"
    epoch: int | None = None
    processes: int = 1
    accumulation: int = 1
    live: Live = field(default_factory=Live)

    def rate(self, step: int) -> float:
        return float(self.schedule(step))

    # The run: whole steps from 0 to the last update

    @cached_property
    def run(self) -> tuple[Floats, Floats]:
        steps = _sampled(self.schedule, self.knots[self.knots < self.total], self.total)
        steps = steps[steps % 1 == 0]
        return steps, self.schedule.to_array(steps)

    @cached_property
    def peak(self) -> float:
        """The highest rate of the run."""
        return float(self.run[1].max())

    @cached_property
    def peak_at(self) -> int:
        """The first step with the highest rate of the run."""
        steps, rates = self.run
        return int(steps[np.flatnonzero(rates >= self.peak - TINY * abs(self.peak))[0]])

    @property
    def last(self) -> float:
        """The rate of the last update."""
        return self.rate(self.total - 1)

    # The curve, past the end of the run too

    @cached_property
    def end(self) -> int:
        """The end of the run or, where that is later, of the curve."""
        return max(self.total, min(self.schedule.horizon, LARGEST_COUNT // 4))

    @cached_property
    def knots(self) -> Floats:
        """Where the curve may bend or jump, to twice the end."""
        return self.schedule.knots(2 * self.end + 2)

    @cached_property
    def curve(self) -> tuple[Floats, Floats]:
        """Whole steps to twice the end, and those beside jumps."""
        steps = _sampled(self.schedule, self.knots, 2 * self.end + 2)
        return steps, self.schedule.to_array(steps)

    @cached_property
    def top(self) -> tuple[int, float]:
        """The step and the height of the highest point of the curve, which may lie between steps or past the run."""
        steps, rates = self.curve
        at = int(rates.argmax())
        return int(np.ceil(steps[at])), float(rates[at])

    @cached_property
    def descent(self) -> Descent:
        """How the curve falls after its first peak."""
        steps, rates = self.curve
        whole = steps % 1 == 0
        steps, rates = steps[whole], rates[whole]
        tiny = TINY * float(np.abs(rates).max())
        first = int(np.flatnonzero(rates >= rates.max() - tiny)[0])
        rising = np.flatnonzero(np.diff(rates[first:]) > tiny)
        stop = first + int(rising[0]) + 1 if rising.size else steps.size
        falling = rates[first:stop]
        low = first + int(np.flatnonzero(falling <= falling[-1] + tiny)[0])
        # Of a short fall in a long run there may be few samples.
        between = self.schedule.to_array(np.unique(np.linspace(steps[first], steps[low], 4 * GRADUAL).round()))
        levels = np.unique(np.round(np.append(falling, between) / (tiny or 1))).size
        rises = int(steps[stop - 1]) if rising.size else None
        low_at = _snapped(int(steps[low]), self.knots, rises)
        return Descent(int(steps[first]), low_at, float(rates[low]), float(rates[first]), rises, levels, self.end)

    # Structure

    @cached_property
    def cycle(self) -> tuple[RepeatLR, float] | None:
        """What repeats in the schedule, and how many steps one of its own is long."""
        return next(_cycles(self.schedule, 1.0), None)

    @property
    def repeats(self) -> bool:
        return self.cycle is not None or is_endless(self.schedule)

    @property
    def updates(self) -> str:
        """The length of the run, in words."""
        return f"{self.total:,} {self.unit if self.unit != 'step' else 'update'}s"


@dataclass(frozen=True)
class Descent:
    """From the first peak down to the first floor: `rises` is the step after which the rate goes up again, if any."""

    start: int
    floor_at: int
    floor: float
    peak: float
    rises: int | None
    levels: int
    end: int

    @property
    def depth(self) -> float:
        """How much of the peak is lost at the floor."""
        return 1 - self.floor / self.peak if self.peak > 0 else 0.0

    @property
    def ends(self) -> bool:
        """Whether the curve has a floor at all, and does not fall for ever."""
        return self.depth > TINY and (self.rises is not None or self.floor_at <= self.end)

    @property
    def holds(self) -> bool:
        """Whether it reaches its floor gradually, and stays there."""
        return self.ends and self.rises is None and self.levels >= GRADUAL


def _sampled(schedule: LearningRateSchedule, knots: Floats, total: int) -> Floats:
    """Steps that show the curve: as for a picture, every one of a run of many knots, or those around some of many."""
    if knots.size <= MOST_POINTS:
        return sample_steps(schedule, total)[0]
    if total <= EVERY_STEP or isinstance(schedule, TableLR):
        return np.arange(float(min(total, MOST_STEPS)))
    few = np.concatenate([knots[:SOME], knots[-SOME:], knots[:: -(-knots.size // SOME)]])
    near = [np.floor(few) - 1, np.floor(few), np.ceil(few), np.ceil(few) + 1, (few + knots[0] / 2).round()]
    steps = np.unique(np.concatenate([np.linspace(0, total - 1, 1000).round(), *near]))
    return steps[(steps >= 0) & (steps < total)]


def _snapped(step: int, knots: Floats, rises: int | None) -> int:
    """The knot right after a step, where the last of a fall is too small to be seen; no later than the next rise."""
    after = knots[np.searchsorted(knots, step) :][:1]
    if not after.size or (rises is not None and after[0] > rises) or after[0] - step > NEAR * step:
        return step
    return int(np.ceil(after[0]))


def _cycles(schedule: Any, scale: float) -> Iterator[tuple[RepeatLR, float]]:
    if computes_as(schedule, RepeatLR):
        yield schedule, scale
        return
    if computes_as(schedule, StretchLR):
        scale *= schedule.factor
    for part in schedule.parts():
        yield from _cycles(part, scale)
