"""Configs of NeMo 1 that may have a curve."""

from __future__ import annotations

from collections.abc import Iterator

from ...schedules._base import LearningRateSchedule
from ._anatomy import anatomy, tidy
from ._writer import Config


def write(schedule: LearningRateSchedule) -> Iterator[Config]:
    """Each policy, its lengths in steps."""
    a = anatomy(schedule)
    rest = {"warmup_steps": a.rise, "min_lr": a.low, "max_steps": a.bottom}
    for name in ("CosineAnnealing", "SquareAnnealing", "PolynomialDecayAnnealing"):
        yield _config(a.peak, {"name": name, **rest})
    yield _config(a.peak, {"name": "PolynomialDecayAnnealing", **rest, "power": a.power})
    megatrons = {"constant_steps": 1, "max_steps": a.bottom + 1}  # at least one, of which nothing is seen
    yield _config(a.peak, {"name": "CosineAnnealing", **rest, **megatrons})
    yield _config(a.peak, {"name": "WarmupPolicy", **rest, "max_steps": a.leave})
    if a.leave:
        noam = {"name": "NoamAnnealing", "d_model": 1, "warmup_steps": a.leave}
        ends = [int(knot) - 1 for knot in schedule.knots(2 * schedule.horizon + 10)[-1:]]
        for total in (a.bottom, a.bottom - 1, *ends):
            yield _config(tidy(a.peak * a.leave**0.5), noam | {"min_lr": a.low, "max_steps": total})


def _config(rate: float, sched: Config) -> Config:
    return {"model": {"optim": {"lr": rate, "sched": sched}}}
