"""`anatomy`: where a curve begins, peaks, is left and ends, measured on the curve, for those who write configs.

A config that is proposed is read back and compared, so what is measured here may be wrong for a curve of another shape.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from ...schedules._base import LearningRateSchedule
from ...schedules.arithmetic import ProductLR, ScaleLR
from ...schedules.bounds import ClipLR
from ...schedules.clock import RepeatLR
from ...schedules.join import JoinLR

SAME = 1e-13
ROUNDINGS = 1e-14
SPREAD = 1000
"""How many steps are looked at beside those around the knots."""
MOST_STAIRS = 1000


class Anatomy(NamedTuple):
    """A warm-up, a level and a decay, by the steps and rates that tell them."""

    curve: LearningRateSchedule
    first: float
    """The rate of the first update."""
    peak: float
    rise: int
    """The first step at the peak."""
    leave: int
    """The last step at the peak before the curve falls; `rise` if it never falls."""
    bottom: int
    """The first step at the lowest rate after that; `rise` if it never falls."""
    low: float

    @property
    def falls(self) -> bool:
        """Whether anything follows the peak."""
        return self.bottom > self.leave

    @property
    def fall(self) -> int:
        """The steps of the decay."""
        return self.bottom - self.leave

    @property
    def ratio(self) -> float:
        """The last rate as a share of the peak."""
        return self.share(self.low)

    def share(self, rate: float) -> float:
        """A rate as a share of the peak."""
        return tidy(rate / self.peak, 1.0) if self.peak else 1.0

    @property
    def warmups(self) -> tuple[int, ...]:
        """The lengths of a warm-up that begins above 0, of (t+1)/W; 0 if there is none."""
        return (self.rise + 1,) if self.rise else (0,)

    @property
    def power(self) -> float:
        """The exponent of a polynomial decay, as its middle says; 1 if that says nothing."""
        middle = (self.leave + self.bottom) // 2
        left, height = (self.bottom - middle) / max(self.fall, 1), self.peak - self.low
        if not 0 < left < 1 or not 0 < (y := (self.curve(middle) - self.low) / (height or 1.0)) < 1:
            return 1.0
        return float(f"{math.log(y) / math.log(left):.10g}")

    def timescale(self, start: int, steps: int = 1000) -> float:
        """The tau of an inverse square root that leaves the peak at a step; infinite if it does not fall."""
        rate = self.curve(start + steps)
        ratio = (self.peak / rate) ** 2 - 1 if rate > 0 else 0.0
        return float(f"{steps / ratio:.10g}") if ratio > 0 else math.inf


def tidy(number: float, peak: float = 0.0) -> float:
    """The number, or that of 12 digits if a few roundings explain the difference, its own or those of a peak."""
    short = float(f"{number:.12g}")
    return short if abs(short - number) <= ROUNDINGS * abs(number) + 4e-16 * abs(peak) else number


def anatomy(curve: LearningRateSchedule) -> Anatomy:
    """The curve's landmarks."""
    steps = _steps(curve)
    rates = np.asarray(curve(steps), dtype=float)
    peak = float(np.max(rates))
    high = np.abs(rates - peak) <= SAME * abs(peak)
    first_high = int(np.argmax(high))
    after = np.flatnonzero(~high[first_high:])
    rise = int(steps[first_high])
    if not after.size:
        return Anatomy(curve, float(rates[0]), tidy(peak), rise, rise, rise, tidy(peak))
    left = first_high + int(after[0])
    low = float(np.min(rates[left:]))
    lowest = left + int(np.argmax(np.abs(rates[left:] - low) <= SAME * abs(peak)))
    return Anatomy(
        curve, tidy(float(rates[0]), peak), tidy(peak), rise, int(steps[left - 1]), int(steps[lowest]), tidy(low, peak)
    )


def _steps(curve: LearningRateSchedule) -> np.ndarray:
    """The steps at which a curve may turn, and some between."""
    end = int(min(2 * curve.horizon + 10, 2**52))
    knots = np.asarray(curve.knots(end), dtype=float)[:SPREAD]
    near = np.add.outer(np.rint(knots), [-1, 0, 1]).ravel()
    spread = np.linspace(0, end, min(end + 1, SPREAD))
    steps = np.unique(np.concatenate([[0, 1, 2], near, np.rint(spread)]))
    return steps[(steps >= 0) & (steps <= end)].astype(np.int64)


def stairs_of(curve: LearningRateSchedule, start: int = 0) -> list[tuple[int, float]]:
    """The levels of a curve from a step on, each with its first step; none if it is no staircase with an end."""
    end = int(min(2 * curve.horizon + 10, 2**52))
    knots = {int(knot) for knot in np.asarray(curve.knots(end), dtype=float)[: MOST_STAIRS + 1]}
    starts = [start, *sorted(knot for knot in knots if knot > start)]
    if len(starts) > MOST_STAIRS:
        return []
    found: list[tuple[int, float]] = []
    for at, stop in zip(starts, [*starts[1:], end + 1], strict=True):
        rate = curve(at)
        if any(curve(step) != rate for step in {(at + stop) // 2, stop - 1}):
            return []
        if not found or abs(found[-1][1] - rate) > SAME * abs(rate):
            found.append((at, tidy(rate)))
    return found


def factor_between(rates: Sequence[float]) -> float | None:
    """The factor from each rate to the next, if that is one."""
    factors = [after / before for before, after in zip(rates, rates[1:], strict=False) if before]
    if not factors or len(factors) < len(rates) - 1:
        return None
    return float(f"{factors[0]:.10g}")


def even(starts: Sequence[int]) -> int | None:
    """The distance of the starts of stairs, if it is always the same."""
    gaps = {after - before for before, after in zip(starts, starts[1:], strict=False)}
    return gaps.pop() if len(gaps) == 1 else None


def periods(curve: LearningRateSchedule) -> Iterator[tuple[int, LearningRateSchedule, int, float, float]]:
    """Where a repeated part begins, the part, its length, what lengthens it and what multiplies it, each time."""
    match curve:
        case RepeatLR(inner, length):
            yield 0, inner, length, curve.multiplier, curve.gamma
        case JoinLR((*_, RepeatLR(inner, length) as wave), (*_, start)):
            yield start, inner, length, wave.multiplier, wave.gamma
        case ProductLR(parts):
            for part in parts:
                yield from periods(part)
        case ScaleLR(inner):
            yield from periods(inner)


def growing(curve: LearningRateSchedule) -> Iterator[tuple[LearningRateSchedule, int, float]]:
    """The first of parts whose lengths grow by one factor, its length and the factor."""
    if isinstance(curve, JoinLR) and len(curve.milestones) > 1:
        first, second, *_ = curve.milestones
        yield curve.schedules[0], first, (second - first) / first


def floors_of(curve: LearningRateSchedule) -> Iterator[float]:
    """The rates below which no part of a curve goes."""
    if isinstance(curve, ClipLR) and curve.min_lr is not None:
        yield curve.min_lr
    for part in curve.parts():
        yield from floors_of(part)
