"""fastai: a method of the learner with its arguments, ``{"fit_one_cycle": {"n_epoch": 5, "lr_max": 1e-3}}``.

Source: fastai/fastai, fastai/callback/schedule.py. The position in the run is the update over all updates, so that the
last update is one before the end of the curve.
"""

from __future__ import annotations

from collections.abc import Callable

from .._configured import Configured
from ..budget import Budget
from ..interop._decays import cosine
from ..schedules._base import LearningRateSchedule
from ..schedules.constant import ConstantLR
from ..schedules.join import JoinLR
from ..schedules.piecewise_cosine import PiecewiseCosineLR
from ._batches import with_epochs
from ._budgets import filled
from ._fields import Fields
from ._system import System, having

SHORT = "fastai's last update has the rate of one update before the end: the final rate is never used."
Read = dict[str, LearningRateSchedule]


def _read(fields: Fields, budget: Budget | None) -> Configured:
    name, own = fields.one_of(METHODS)
    epochs = _cycles(own) if name == "fit_sgdr" else own.whole("n_epoch", low=1)
    known, batches = with_epochs(fields, "counts batches", filled(budget, epochs=epochs))
    return fields.found(METHODS[name](own, epochs * batches, batches), known, SHORT)


def _one_cycle(own: Fields, total: int, _: int) -> Read:
    """Two halves of a cosine, at points that may lie between two updates; the momentum goes the other way."""
    top, share = own.number("lr_max", 1e-3, above=0), own.number("pct_start", 0.25, above=0, high=1)
    points = (0.0, share * total, float(total))
    first, last = top / own.number("div", 25.0, above=0), top / own.number("div_final", 1e5, above=0)
    moments = own.numbers("moms", [0.95, 0.85, 0.95])
    if len(moments) != 3:
        raise own.error("moms", "three numbers", moments)
    rates = (first, top, last) if share < 1 else (first, top)
    knots = points if share < 1 else points[:2]
    momentum = PiecewiseCosineLR(knots, tuple(moments[: len(knots)]))
    return {"lr": PiecewiseCosineLR(knots, rates), "momentum": momentum}


def _flat_cosine(own: Fields, total: int, _: int) -> Read:
    rate, share = own.number("lr", 1e-3, above=0), own.number("pct_start", 0.75, low=0, high=1)
    last = rate / own.number("div_final", 1e5, above=0)
    begin = share * total
    if share == 1:
        return {"lr": ConstantLR(rate)}
    return {
        "lr": PiecewiseCosineLR((0.0, begin, float(total)), (rate, rate, last)) if share else cosine(rate, last, total)
    }


def _cycles(own: Fields) -> int:
    """The epochs of all cycles, each `cycle_mult` times as long as the one before."""
    count, length, growth = (
        own.whole("n_cycles", low=1),
        own.whole("cycle_len", low=1),
        own.whole("cycle_mult", 2, low=1),
    )
    return sum(length * growth**k for k in range(count))


def _restarts(own: Fields, total: int, batches: int) -> Read:
    top = own.number("lr_max", 1e-3, above=0)
    length, growth = own.whole("cycle_len", low=1), own.whole("cycle_mult", 2, low=1)
    waves: list[LearningRateSchedule] = []
    starts: list[int] = []
    end = 0
    while end < total:
        size = length * growth ** len(waves) * batches
        waves.append(cosine(top, 0.0, size))
        end += size
        starts.append(end)
    return {"lr": JoinLR(tuple(waves), tuple(starts[:-1])) if len(waves) > 1 else waves[0]}


def _constant(own: Fields, total: int, _: int) -> Read:
    return {"lr": ConstantLR(own.number("lr", 1e-3, above=0))}


METHODS: dict[str, Callable[[Fields, int, int], Read]] = {
    "fit_one_cycle": _one_cycle,
    "fit_flat_cos": _flat_cosine,
    "fit_sgdr": _restarts,
    "fit": _constant,
}
SYSTEM = System("fastai", "fastai", having(METHODS), _read)
