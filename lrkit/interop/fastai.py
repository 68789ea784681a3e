"""fastai's schedules, functions of the share of a run, read: `from_fastai`."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Mapping
from inspect import getclosurevars, isfunction
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from .._params import shorten
from ..catalogue._between import between
from ..catalogue.power_warm_up import power_warm_up
from ..schedules._base import LearningRateSchedule
from ..schedules.constant import ConstantLR
from ..schedules.exponential_decay import ExponentialDecayLR
from ..schedules.join import JoinLR
from ..schedules.piecewise_cosine import PiecewiseCosineLR
from ..schedules.piecewise_linear import PiecewiseLinearLR
from ._decays import cosine, lasting, line, of_any_sign
from ._errors import DepartureWarning, framework, refused
from ._numbers import whole

ADAPTER = "from_fastai"
HOME = "fastai.callback.schedule"
Curve = LearningRateSchedule
POINTS = {"sched_cos": PiecewiseCosineLR, "sched_lin": PiecewiseLinearLR}
"""Kinds of which several in a row, each beginning where the last one ends, are one curve through points."""


def from_fastai(scheduler: Any, total_steps: int | None = None, key: str = "lr") -> list[LearningRateSchedule]:
    """The schedules of fastai's functions of the share of a run, in a run of so many updates, by group.

    Parameters
    ----------
    scheduler : function or ParamScheduler
        What ``SchedCos``, ``SchedLin``, ``SchedExp``, ``SchedNo``, ``SchedPoly``, ``combine_scheds`` or
        ``combined_cos`` made; a ``ParamScheduler`` or an ``LRFinder`` with such.
    total_steps : int, optional
        The updates of the run, epochs times batches, at least 1. It must be given; an ``LRFinder`` knows its own.
    key : str
        Which hyper-parameter of a ``ParamScheduler``: "lr", "mom", ... Default: "lr".

    Returns
    -------
    list of LearningRateSchedule
        One schedule, or one for each group where the ends are arrays, as the methods of a learner make them.

    Raises
    ------
    TypeError, ValueError
        If it is a function of your own, a combination within another, or moves no such hyper-parameter; if
        `total_steps` is no integer >= 1.

    Warns
    -----
    DepartureWarning
        If fastai misses the start of a part, such as a restart of ``fit_sgdr``, to rounding; the schedule does not.

    Notes
    -----
    *First step*: the start. *The last update* is one before the end: the final value is never used. *Past the end*: the
    schedule holds the end, where fastai's functions go on. *Rounding*: ``combine_scheds`` computes in float32, so the
    values of a run differ from those of its formula, which are read, by some 1e-7 of the peak, more in a short part.

    Examples
    --------
    >>> from lrkit.interop import from_fastai
    >>> from_fastai(combined_cos(0.25, 0.004, 0.1, 1e-6), 400)  # doctest: +SKIP
    [PiecewiseCosineLR(milestones=[0.0, 100.0, 400.0], learning_rates=[0.004, 0.1, 1e-06])]
    """
    framework("fastai", "fastai", ADAPTER)
    if total_steps is None:
        total_steps = getattr(scheduler, "num_it", None)
    total = whole(ADAPTER, "total_steps", total_steps, low=1)
    if isinstance(moved := getattr(scheduler, "scheds", None), Mapping):
        if key not in moved:
            raise refused(ADAPTER, f"{type(scheduler).__name__} moves {', '.join(map(repr, moved))}, not {key!r}")
        scheduler = moved[key]
    parts, knots = _parts(scheduler, total)
    groups = max(np.size(end) for part in parts for end in (part.start, part.end))
    try:
        return [_curve([part.of_group(k) for part in parts], knots) for k in range(groups)]
    except (IndexError, ValueError) as error:
        raise refused(ADAPTER, str(error)) from error


def read(obj: Any, steps: int | None) -> list[LearningRateSchedule]:
    """The curves of an object of fastai, for `lrkit.plot` and its kin."""
    if steps is None and not hasattr(obj, "num_it"):
        raise refused(ADAPTER, f"{shorten(obj)} is a function of the share of a run: give steps")
    return from_fastai(obj, steps)


class Part(NamedTuple):
    """One function: its name in fastai, its ends, which are arrays where groups differ, and its power."""

    name: str
    start: Any
    end: Any
    power: float = 1.0

    def of_group(self, k: int) -> Part:
        """The same with the numbers of a group."""
        start, end = (float(np.ravel(value)[k] if np.size(value) > 1 else value) for value in (self.start, self.end))
        return self._replace(start=start, end=end)


def _parts(function: Any, total: int) -> tuple[list[Part], list[float]]:
    """The functions of which one is made, and the steps, whole or not, at which each begins and the last one ends."""
    held = getclosurevars(function).nonlocals if isfunction(function) and function.__module__ == HOME else {}
    if "scheds" in held:
        parts = [part for one in held["scheds"] for part in _parts(one, total)[0]]
        if len(parts) != len(held["scheds"]):
            raise refused(ADAPTER, "a combination of schedules within another is not read")
        knots = _knots(held["pcts"], total)
        _warn_of_missed(parts, knots, held["pcts"], total)
        return parts, knots
    if {"start", "end", "power"} <= held.keys():
        return [Part("SchedPoly", held["start"], held["end"], float(held["power"]))], [0.0, float(total)]
    name = getattr(getattr(function, "f", None), "__name__", "")
    if type(function).__module__ != HOME or function.f.__module__ != HOME or name not in SHAPES:
        raise refused(ADAPTER, f"{shorten(function)} is none of fastai's own schedules")
    return [Part(name, function.start, function.end)], [0.0, float(total)]


def _knots(shares: Any, total: int) -> list[float]:
    """Where the parts begin. A share in float32 stands for the whole step, or the short decimal, it rounds."""
    single = str(shares.dtype).endswith("float32")
    found = []
    for share in shares.tolist():
        step = total * (float(str(np.float32(share))) if single else share)
        found.append(float(round(step)) if abs(step - round(step)) <= (1.2e-7 if single else 1e-12) * total else step)
    return found


def _warn_of_missed(parts: list[Part], knots: list[float], shares: Any, total: int) -> None:
    """Where a part begins with a jump at a whole step whose share of the run, in float32, is just below its own."""
    if not str(shares.dtype).endswith("float32"):
        return
    jumps = [bool(np.any(np.not_equal(before.end, after.start))) for before, after in pairwise(parts)]
    begins = zip(jumps, knots[1:-1], shares.tolist()[1:-1], strict=True)
    missed = [int(at) for jump, at, share in begins if jump and at.is_integer() and np.float32(at / total) < share]
    if missed:
        warnings.warn(
            f"{ADAPTER}: to rounding in float32, fastai does not find the part that begins at step "
            f"{', '.join(map(str, missed))}, and has the end of the part before it there; the schedule does",
            DepartureWarning,
            stacklevel=4,
        )


def _curve(parts: list[Part], knots: list[float]) -> Curve:
    kept = [(part, ends) for part, ends in zip(parts, pairwise(knots), strict=True) if ends[1] > ends[0]]
    names = {part.name for part, _ in kept}
    joined = all(before.end == after.start for (before, _), (after, _) in pairwise(kept))
    points = POINTS.get(kept[0][0].name)
    if points and len(kept) > 1 and len(names) == 1 and joined:
        return points((0.0, *(end for _, (_, end) in kept)), (kept[0][0].start, *(part.end for part, _ in kept)))
    curves = [_ahead(SHAPES[part.name](part, end - start), math.ceil(start) - start) for part, (start, end) in kept]
    starts = tuple(math.ceil(start) for _, (start, _) in kept[1:])
    curve = JoinLR(tuple(curves), starts) if starts else curves[0]
    return curve.hold(int(knots[-1])) if kept[-1][0].name == "sched_exp" else curve


def _ahead(curve: Curve, part: float) -> Curve:
    """A curve that began a part of a step ago."""
    return curve.stretch(1 / part).shift(-1).stretch(part) if part else curve


def _exponential(part: Part, steps: float) -> Curve:
    ratio = part.end / part.start
    return of_any_sign(part.start, lambda first: lasting(steps, lambda n: ExponentialDecayLR(first, ratio, n)))


def _power(part: Part, steps: float) -> Curve:
    return between(part.start, part.end, lasting(steps, lambda n: power_warm_up(1.0, n, part.power)))


SHAPES: dict[str, Callable[[Part, float], Curve]] = {
    "sched_cos": lambda part, steps: cosine(part.start, part.end, steps),
    "sched_lin": lambda part, steps: line(part.start, part.end, steps),
    "sched_no": lambda part, steps: ConstantLR(part.start),
    "sched_exp": _exponential,
    "SchedPoly": _power,
}
"""Each function, by its name in fastai: its curve over so many steps, whole or not."""
