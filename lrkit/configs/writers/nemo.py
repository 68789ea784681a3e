"""Configs of NeMo 1 that may have a curve."""

from __future__ import annotations

from collections.abc import Iterator

from ...schedules._base import LearningRateSchedule
from ._anatomy import Anatomy, anatomy, floors_of, tidy
from ._writer import Config


def write(schedule: LearningRateSchedule) -> Iterator[Config]:
    """Each policy, its lengths in steps."""
    a = anatomy(schedule)
    rest = {"warmup_steps": a.rise, "min_lr": a.low, "max_steps": a.bottom}
    hold = {"hold_steps": a.leave - a.rise}
    yield _config(a.peak, {"name": "WarmupPolicy", **rest, "max_steps": a.leave})
    for name in ("CosineAnnealing", "SquareAnnealing", "SquareRootAnnealing", "PolynomialDecayAnnealing"):
        yield _config(a.peak, {"name": name, **rest})
    for name in ("WarmupHoldAnnealLinear", "WarmupHoldAnnealOneMinusSquareRoot"):
        yield _config(a.peak, {"name": name, **rest, **hold})
    yield _config(a.peak, {"name": "PolynomialDecayAnnealing", **rest, "power": a.power})
    yield _config(a.peak, {"name": "PolynomialHoldDecayAnnealing", **rest, **hold, "power": a.power})
    megatrons = {"constant_steps": 1, "max_steps": a.bottom + 1}  # at least one, of which nothing is seen
    yield _config(a.peak, {"name": "CosineAnnealing", **rest, **megatrons})
    yield from _clipped(schedule, a)
    yield from _roots(schedule, a)


def _clipped(schedule: LearningRateSchedule, a: Anatomy) -> Iterator[Config]:
    """A square or 1 - sqrt of the time left that min_lr stops before its end, as its first part says."""
    for steps in {max(1, a.fall // 4), max(1, a.fall // 2)}:
        left = a.share(schedule(a.leave + steps))
        ends = {"SquareAnnealing": 1 - left**0.5, "WarmupHoldAnnealOneMinusSquareRoot": (1 - left) ** 2}
        for name, done in ends.items():
            total = {"max_steps": a.leave + round(steps / done)} if 0 < done < 1 else {}
            hold = {"hold_steps": a.leave - a.rise} if "Hold" in name else {}
            yield _config(a.peak, {"name": name, "warmup_steps": a.rise, "min_lr": a.low, **total, **hold})


def _roots(schedule: LearningRateSchedule, a: Anatomy) -> Iterator[Config]:
    ends = [int(knot) - 1 for knot in schedule.knots(2 * schedule.horizon + 10)[-1:]]
    runs = [(total, low) for total in (a.bottom, a.bottom - 1, *ends) for low in (a.low, *floors_of(schedule))]
    for total, low in dict.fromkeys(runs):
        end = {"min_lr": low, "max_steps": total}
        yield _config(a.peak, {"name": "InverseSquareRootAnnealing", "warmup_steps": a.rise, **end})
        yield _config(1.0, {"name": "T5InverseSquareRootAnnealing", "constant_steps": a.leave, **end})
        if a.leave:
            noam = {"name": "NoamAnnealing", "d_model": 1, "warmup_steps": a.leave}
            hold = {"name": "NoamHoldAnnealing", "warmup_steps": a.rise, "hold_steps": a.leave - a.rise}
            yield _config(tidy(a.peak * a.leave**0.5), noam | end)
            yield _config(a.peak, {"name": "NoamHoldAnnealing", "warmup_steps": a.leave, **end})
            yield _config(a.peak, hold | end)


def _config(rate: float, sched: Config) -> Config:
    return {"model": {"optim": {"lr": rate, "sched": sched}}}
