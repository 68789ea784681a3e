"""mmengine's schedulers in lrkit's terms: windows, in each of which a value is made of the one before it.

Source: open-mmlab/mmengine, mmengine/optim/scheduler/param_scheduler.py and hooks/param_scheduler_hook.py. A scheduler
acts only while its clock is in ``[begin, end)``, and leaves the value alone outside. Needs nothing of mmengine.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import reduce
from itertools import pairwise
from operator import mul
from typing import Any

import numpy as np

from ..catalogue._simplified import simplified
from ..catalogue.cosine_wave import cosine_wave
from ..catalogue.multi_step import multi_step
from ..catalogue.one_cycle import one_cycle
from ..catalogue.step_decay import step_decay
from ..schedules._base import LearningRateSchedule
from ..schedules.constant import ConstantLR
from ..schedules.cosine_decay import CosineDecayLR
from ..schedules.exponential_decay import ExponentialDecayLR
from ..schedules.join import JoinLR
from ..schedules.piecewise_linear import PiecewiseLinearLR
from ..schedules.polynomial_decay import PolynomialDecayLR
from ..schedules.table import TableLR
from ..schedules.warm_up import WarmUpLR
from ._decays import line, polynomial, stairs

ENDLESS = 10**9
"""mmengine's own mark of a window that has no end."""
LONGEST_TABLE = 2_000_000
SAME = 1e-12
LEVELS = (ConstantLR, WarmUpLR, PiecewiseLinearLR, PolynomialDecayLR)
"""Shapes that are level past their horizon."""
SUFFIXES = ("LR", "Momentum", "ParamScheduler")
KINDS = (
    "Constant", "Linear", "Exponential", "Step", "MultiStep", "Poly", "CosineAnnealing", "CosineRestart", "OneCycle",
)  # fmt: skip
FOLLOWS = "ReduceOnPlateau"


@dataclass(frozen=True)
class Window:
    """One scheduler, or a part of one: in step k of the window the value is ``low + a * shape(k)``.

    The amplitude a is what makes it continue from the value before; where `top` is given, it begins anew from there.
    """

    label: str
    begin: int
    end: int
    shape: LearningRateSchedule
    low: float = 0.0
    top: float | None = None
    block: int = 1
    """Iterations in a step of its clock."""
    by_epoch: bool = False
    """Whether it is stepped after an epoch: at one iteration, after those that are stepped after each iteration."""
    adds: bool = False
    """Whether its first step adds to the value that it finds, in place of beginning anew."""

    @property
    def start(self) -> int:
        """The first iteration."""
        return self.begin * self.block

    @property
    def stop(self) -> int:
        """The iteration at which it is over."""
        return min(self.end * self.block, ENDLESS)

    @property
    def multiplies(self) -> bool:
        """Whether each step multiplies the value that it finds, whatever that is."""
        return self.low == 0 and self.top is None

    def from_step(self, begin: int) -> LearningRateSchedule:
        """The shape from iteration `begin` on, on a clock that starts there."""
        if self.block == 1:
            behind = begin - self.begin
            return self.shape.shift(-behind) if behind else self.shape
        blocks, within = divmod(begin, self.block)
        behind = blocks - self.begin
        held = (self.shape.shift(-behind) if behind else self.shape).stretch(self.block).every(self.block)
        return held.shift(-within) if within else held

    def amplitude(self, value: float, begin: int) -> float:
        """By what the shape is multiplied from iteration `begin` on, where `value` was before."""
        k = begin // self.block - self.begin
        if begin % self.block:  # no step of its own here: it goes on with the value of its last one
            k += 1
        if k == 0:
            missing = value - self.low
            if self.top is None:
                return missing
            added = missing / float(self.shape(0)) if self.adds and abs(missing) > SAME * abs(self.top) else 0.0
            return self.top - self.low + added
        before = float(self.shape(k - 1))
        return (value - self.low) / before if before else 0.0


def kind_of(name: str) -> str | None:
    """What a class is called without its ending; None if it is none of mmengine's own."""
    for suffix in SUFFIXES:
        if name.endswith(suffix) and (kind := name.removesuffix(suffix)) in (*KINDS, FOLLOWS):
            return kind
    return None


def windows_of(  # noqa: C901  # a case for each class
    kind: str, options: Mapping[str, Any], base: float, block: int = 1, by_epoch: bool = False
) -> list[Window]:
    """A scheduler with these options of its constructor, on a parameter whose initial value is `base`."""
    begin, end = int(options.get("begin", 0)), int(options.get("end", ENDLESS))
    if end <= begin:
        raise ValueError(f"end must be larger than begin, got begin={begin} and end={end}")
    size = end - begin

    def window(shape: LearningRateSchedule, low: float = 0.0) -> Window:
        return Window(f"{kind} [{begin}, {end})", begin, end, shape, low, None, block, by_epoch)

    match kind:
        case "Constant":
            factor = float(options.get("factor", 1 / 3))
            _require_factor("factor", factor, zero=size > LONGEST_TABLE)
            return [window(stairs((factor, 1.0), (size - 1,)) if size > 1 else ConstantLR(factor))]
        case "Linear":
            first, last = float(options.get("start_factor", 1 / 3)), float(options.get("end_factor", 1.0))
            _require_factor("start_factor", first, zero=size == 1)
            return [window(line(first, last, size - 1) if size > 1 else ConstantLR(first))]
        case "Exponential":
            return [window(ExponentialDecayLR(1.0, float(options["gamma"]), 1))]
        case "Step":
            return [window(step_decay(1.0, float(options.get("gamma", 0.1)), int(options["step_size"])))]
        case "MultiStep":
            return [window(multi_step(1.0, sorted(options["milestones"]), float(options.get("gamma", 0.1))))]
        case "Poly":
            shape = polynomial(1.0, 0.0, size - 1, float(options.get("power", 1.0))) if size > 1 else ConstantLR(1.0)
            return [window(shape, float(options.get("eta_min", 0.0)))]
        case "CosineAnnealing":
            return _cosine(window, options, base, size)
        case "CosineRestart":
            return list(_restarts(window, options, base))
        case _:
            return [_one_cycle(window, options, size)]


def _require_factor(name: str, factor: float, *, zero: bool) -> None:
    if not 0 <= factor <= 1 or (factor == 0 and not zero):
        raise ValueError(f"{name} must be a number > 0 and <= 1, by which mmengine divides, got {factor:g}")


def _lowest(options: Mapping[str, Any], base: float) -> float:
    if options.get("eta_min_ratio") is not None:
        return base * float(options["eta_min_ratio"])
    return float(options.get("eta_min") or 0.0)


def _cosine(window: Any, options: Mapping[str, Any], base: float, size: int) -> list[Window]:
    """Past ``T_max`` it climbs to the initial value, wherever it came from."""
    length, low = int(options.get("T_max") or size), _lowest(options, base)
    whole: Window = window(CosineDecayLR(0.0, 1.0, length), low)
    if size <= length + 1:
        return [whole]
    wave = cosine_wave(0.0, 1.0, length).shift(-(length + 1))
    turn = whole.begin + length + 1
    return [replace(whole, end=turn), replace(whole, begin=turn, shape=wave, top=base, adds=True)]


def _restarts(window: Any, options: Mapping[str, Any], base: float) -> Iterable[Window]:
    """A cosine for each period, from the initial value times its weight; the last value is held."""
    whole: Window = window(ConstantLR(1.0), _lowest(options, base))
    periods, weights = [int(period) for period in options["periods"]], list(options.get("restart_weights", (1.0,)))
    if len(periods) != len(weights):
        raise ValueError(f"restart_weights must be as many as periods, {len(periods)}, got {len(weights)}")
    begin = whole.begin
    for period, weight in zip(periods, weights, strict=True):
        if begin >= whole.end:
            return
        end = min(begin + period, whole.end)
        yield replace(whole, begin=begin, end=end, shape=CosineDecayLR(0.0, 1.0, period), top=base * float(weight))
        begin = end


def _one_cycle(window: Any, options: Mapping[str, Any], size: int) -> Window:
    total = int(options.get("total_steps") or size)
    if total + 1 < size < LONGEST_TABLE:
        raise ValueError(f"total_steps must reach to the end of the window, mmengine raises past it, got {total}")
    highest, first = float(options["eta_max"]), float(options["eta_max"]) / float(options.get("div_factor", 25.0))
    curve = one_cycle(
        highest, total, float(options.get("pct_start", 0.3)),
        "cosine" if options.get("anneal_strategy", "cos") == "cos" else "linear",
        bool(options.get("three_phase", False)), first, first / float(options.get("final_div_factor", 1e4)),
    )  # fmt: skip
    whole: Window = window(curve)
    return replace(whole, top=1.0)


# Windows together ----------------------------------------------------------------------------------------------------


def curve_of(windows: list[Window], base: float) -> LearningRateSchedule:
    """What the windows make of an initial value, by iteration."""
    if overlapping(windows) and all(window.multiplies for window in windows):
        return simplified(reduce(mul, [_whole_run(window) for window in windows]) * base)
    edges = sorted({0, *(window.start for window in windows), *(window.stop for window in windows)} - {ENDLESS})
    pieces: list[LearningRateSchedule] = []
    value = base
    for begin, end in pairwise([*edges, ENDLESS]):
        active = [window for window in windows if window.start <= begin < window.stop]
        pieces.append(_piece(active, value, begin, end))
        value = float(pieces[-1](end - begin - 1))
    return _joined([simplified(piece) for piece in pieces], edges)


def overlapping(windows: list[Window]) -> list[tuple[Window, Window]]:
    """The pairs of windows that act at the same time."""
    pairs = [(one, other) for k, one in enumerate(windows) for other in windows[k + 1 :]]
    return [(one, other) for one, other in pairs if one.start < other.stop and other.start < one.stop]


def _whole_run(window: Window) -> LearningRateSchedule:
    """The factor that a window makes: 1 before it, and held after it."""
    size = window.end - window.begin
    levels = isinstance(window.shape, LEVELS) and window.shape.horizon < size
    shape = window.shape if window.end >= ENDLESS or levels else window.shape.hold(size - 1)
    if window.begin:
        shape = ConstantLR(1.0).then(shape, window.begin)
    return shape if window.block == 1 else shape.stretch(window.block).every(window.block)


def _piece(active: list[Window], value: float, begin: int, end: int) -> LearningRateSchedule:
    """The curve from one edge to the next."""
    if not active:
        return ConstantLR(value)
    if len(active) == 1:
        [window] = active
        scaled = _scaled(window.from_step(begin), window.amplitude(value, begin))
        return scaled + window.low if window.low else scaled
    if all(window.multiplies for window in active):
        amplitude = reduce(lambda a, window: window.amplitude(a, begin), active, value)
        return _scaled(reduce(mul, [window.from_step(begin) for window in active]), amplitude)
    return TableLR(_stepped(active, value, begin, end))


def _scaled(shape: LearningRateSchedule, amplitude: float) -> LearningRateSchedule:
    if isinstance(shape, ConstantLR):
        return ConstantLR(shape.learning_rate * amplitude)
    return shape * amplitude if amplitude != 1 else shape


def _stepped(active: list[Window], value: float, begin: int, end: int) -> list[float]:
    """The values that several windows make together, one step after another: there is no formula for them."""
    if end - begin > LONGEST_TABLE:
        raise ValueError(
            f"{' and '.join(window.label for window in active)} act at the same time for {end - begin} iterations, "
            f"and at most {LONGEST_TABLE} are computed one by one"
        )
    factors = []
    for window in active:
        first, last = begin // window.block - window.begin, (end - 1) // window.block - window.begin
        shape = window.shape(np.arange(max(first - 1, 0), last + 1))
        factors.append([1.0, *shape] if first == 0 else list(shape))
    rates = []
    at_once = list(zip(active, factors, strict=True))  # when they are made, in the order of the list
    later = sorted(at_once, key=lambda pair: pair[0].by_epoch)
    for t in range(begin, end):
        for window, factor in later if t else at_once:
            if t % window.block:
                continue
            k = t // window.block - window.begin
            at = k - (begin // window.block - window.begin)
            if k == 0 and window.top is not None:
                found = value - window.low if window.adds else 0.0
                value = found + window.low + (window.top - window.low) * factor[1]
            else:
                value = window.low + (value - window.low) * (factor[at + 1] / factor[at] if factor[at] else 0.0)
        rates.append(value)
    return rates


def _joined(pieces: list[LearningRateSchedule], edges: list[int]) -> LearningRateSchedule:
    """One after another; a level that goes on is one piece."""
    kept, starts = [pieces[0]], []
    for piece, edge in zip(pieces[1:], edges[1:], strict=True):
        if not (isinstance(piece, ConstantLR) and piece == kept[-1]):
            kept.append(piece)
            starts.append(edge)
    return JoinLR(tuple(kept), tuple(starts)) if starts else kept[0]


def peak_lost(windows: list[Window], curve: LearningRateSchedule, base: float) -> float | None:
    """The highest value, where windows that overlap keep it below the initial one."""
    pairs = overlapping(windows)
    if not pairs or base <= 0:
        return None
    last = max(min(one.stop, other.stop) for one, other in pairs)
    peak = float(np.max(curve(np.unique(np.linspace(0, min(last, 10**7), 100_000).astype(int)))))
    return peak if peak < base * (1 - 1e-9) else None
