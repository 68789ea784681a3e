"""Configs of axolotl that may have a curve."""

from __future__ import annotations

from collections.abc import Iterator

from ...schedules._base import LearningRateSchedule
from ...schedules.arithmetic import ProductLR
from ...schedules.clock import RepeatLR, ShiftLR
from ...schedules.constant import ConstantLR
from ...schedules.join import JoinLR
from ...schedules.piecewise_cosine import PiecewiseCosineLR
from ...schedules.piecewise_linear import PiecewiseLinearLR
from ..axolotl import JAGGED_LOW, REX_D
from ._anatomy import anatomy, tidy
from ._hugging_face import proposals
from ._writer import Config


def write(schedule: LearningRateSchedule) -> Iterator[Config]:
    """Its own cosines, rex and the sweep, and the schedules of transformers, with or without jagged restarts."""
    match schedule:
        case ShiftLR(ProductLR((inner, JoinLR((ConstantLR(1.0), ShiftLR(RepeatLR() as cycles, _)), (begin,)))), _):
            own = inner.schedule if isinstance(inner, ShiftLR) and inner.shift_steps > 0 else inner  # of rex
            jagged, low = _restarts(cycles, begin), cycles.schedule(0)
            for config in _plain(own):  # whose cosine_min_lr_ratio is the share of the restarts, too
                rest = {key: value for key, value in config.items() if key != "cosine_min_lr_ratio"} | jagged
                yield from (rest, rest | {"lr_quadratic_warmup": True}) if low == JAGGED_LOW else ()
                yield rest | {"cosine_min_lr_ratio": low}
                yield rest | {"cosine_min_lr_ratio": low, "lr_quadratic_warmup": True}
        case _:
            yield from _plain(schedule)


def _restarts(cycles: RepeatLR, begin: int) -> Config:
    """The restarts that repeat a cycle up from a share of the rate, and down to it in what is left after `begin`."""
    low, next_one = cycles.schedule(0), cycles.schedule(1)
    return {
        "jagged_restart_steps": cycles.period_steps,
        "jagged_restart_warmup_steps": round((1 - low) / (next_one - low)) if next_one != low else 1,
        "jagged_restart_anneal_steps": cycles.period_steps - begin,
    }


def _plain(schedule: LearningRateSchedule) -> Iterator[Config]:
    a = anatomy(schedule)
    shares = {"cosine_min_lr_ratio": a.ratio} if a.low else {}
    for bent in ({}, {"lr_quadratic_warmup": True}):
        if not bent or a.rise:
            yield _options(a.peak, "cosine", a.rise, a.bottom) | {"cosine_min_lr_ratio": a.ratio} | bent
            level = {"cosine_min_lr_ratio": a.ratio, "cosine_constant_lr_ratio": 1.0}
            yield _options(a.peak, "cosine", a.rise, a.bottom) | level | bent
    for warmup in a.warmups:
        yield _options(a.peak, "rex", warmup, a.bottom + 1) | shares
    if a.falls and not a.rise:  # the first rate is past the peak already
        z = 1 - 1 / (a.bottom + 1)
        top = a.low + (a.first - a.low) * (1 - REX_D + REX_D * z) / z
        yield _options(tidy(top), "rex", 0, a.bottom + 1) | (
            {"cosine_min_lr_ratio": tidy(a.low / top)} if a.low else {}
        )
    yield from _one_cycle(schedule)
    if isinstance(schedule, ShiftLR):  # without a warm-up, it is one step into the fall
        b = anatomy(schedule.schedule)
        kwargs = {"div_factor": 1.0, "final_div_factor": tidy(b.peak / b.low)} if b.low else {}
        yield _options(b.peak, "one_cycle", 0, b.bottom) | {"lr_scheduler_kwargs": kwargs}
    yield _options(a.peak, "log_sweep", 0, a.rise) | {"cosine_min_lr_ratio": a.share(a.first)}
    for name, rate, warmup, total, options in proposals(schedule):
        yield _options(rate, name, warmup, total) | ({"lr_scheduler_kwargs": options} if options else {})


def _one_cycle(schedule: LearningRateSchedule) -> Iterator[Config]:
    """The OneCycleLR of torch, whose peak may lie between two steps."""
    match schedule:
        case (PiecewiseCosineLR() | PiecewiseLinearLR()) as curve if len(curve.milestones) > 2:
            (_, top, *_, end), (first, peak, *_, low) = curve.milestones, curve.learning_rates
            if not (first and low):
                return
            kwargs: Config = {"div_factor": tidy(peak / first), "final_div_factor": tidy(first / low)}
            kwargs |= {"anneal_strategy": "linear"} if isinstance(curve, PiecewiseLinearLR) else {}
            kwargs |= {"three_phase": True} if len(curve.milestones) > 3 else {}
            kwargs |= {} if top.is_integer() else {"pct_start": tidy((top + 1) / (end + 1))}
            yield _options(peak, "one_cycle", round(top) + 1, round(end) + 1) | {"lr_scheduler_kwargs": kwargs}


def _options(rate: float, name: str, warmup: int, total: int) -> Config:
    return {"learning_rate": rate, "lr_scheduler": name, "warmup_steps": warmup, "max_steps": total}
