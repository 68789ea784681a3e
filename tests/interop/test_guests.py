"""Schedulers that other packages derive from torch's, or write beside them, against the live classes."""

from __future__ import annotations

import random
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from loading import imported
from stand_ins import sgd

import lrkit
from lrkit.interop import from_pytorch_optimizer
from lrkit.interop._errors import DepartureWarning

torch = pytest.importorskip("torch")
po, gradual = imported("pytorch_optimizer"), imported("warmup_scheduler")
theirs = torch.optim.lr_scheduler
STEPS = 90
Make = Callable[[random.Random, Any], Any]


def rates_of(scheduler: Any, steps: int = STEPS) -> Any:
    optimizer, rates = scheduler.optimizer, []
    for _ in range(steps):
        rates.append([group["lr"] for group in optimizer.param_groups])
        optimizer.step()
        scheduler.step()
    return np.array(rates).T


def restarts(r: random.Random, optimizer: Any) -> Any:
    warmup = r.choice([0, 0, 1, r.randint(2, 9)])
    return po.CosineAnnealingWarmupRestarts(
        optimizer, warmup + r.randint(1, 20), cycle_mult=r.choice([1.0, 2.0, 1.5, 0.6]), max_lr=r.choice([0.1, 1.0]),
        min_lr=r.choice([0, 0.001]), warmup_steps=warmup, gamma=r.choice([1.0, 0.5, 0.9]),
    )  # fmt: skip


def rex(r: random.Random, optimizer: Any) -> Any:
    return po.REXScheduler(optimizer, r.randint(1, 60), r.choice([1.0, 0.3]), r.choice([0.0, 0.01]))


def chebyshev(r: random.Random, optimizer: Any) -> Any:
    return po.get_chebyshev_schedule(optimizer, r.choice([1, 2, 3, 4, 5, r.randint(6, 60)]), r.random() < 0.1)


def trapezium(r: random.Random, optimizer: Any) -> Any:
    lengths = [r.choice([0, r.randint(1, 30)]) for _ in range(3)]
    shape = r.choice(["cosine", "1-sqrt", "linear", "1-square"])
    return po.get_wsd_schedule(optimizer, *lengths, r.choice([0, 0.1]), r.choice([0.5, 1.0, 0.25]), shape)


def after_a_warm_up(r: random.Random, optimizer: Any) -> Any:
    kinds = [
        lambda: None,
        lambda: theirs.CosineAnnealingLR(optimizer, r.randint(1, 20), r.choice([0, 0.001])),
        lambda: theirs.StepLR(optimizer, r.randint(1, 9), 0.5),
        lambda: theirs.MultiStepLR(optimizer, [3, 9], 0.5),
        lambda: theirs.ExponentialLR(optimizer, 0.9),
        lambda: theirs.LinearLR(optimizer, 0.5, 1.0, 7),
        lambda: theirs.ConstantLR(optimizer, 0.5, 6),
        lambda: theirs.PolynomialLR(optimizer, 12, 2.0),
        lambda: theirs.CosineAnnealingWarmRestarts(optimizer, r.randint(1, 9), 2, 0.001),
        lambda: theirs.CyclicLR(optimizer, 0.01, 0.1, 4, cycle_momentum=False),
    ]
    times, length = r.choice([1.0, 1.0, 2.0, 8]), r.choice([1, 2.5, r.randint(1, 20)])
    return gradual.GradualWarmupScheduler(optimizer, times, length, r.choice(kinds)())


def own_class(r: random.Random, optimizer: Any) -> Any:
    warmup = r.choice([0, 1, r.randint(2, 9)])
    options = {
        "t_max": warmup + r.randint(1, 50), "max_lr": r.choice([0.1, 1.0]), "min_lr": r.choice([0.0, 0.01]),
        "init_lr": r.choice([0.0, 0.001]), "warmup_steps": warmup,
    }  # fmt: skip
    cls = r.choice([po.LinearScheduler, po.CosineScheduler, po.PolyScheduler])
    power = {"poly_order": r.choice([0.5, 1, 2.0])} if cls is po.PolyScheduler else {}
    return cls(optimizer, **power, **options)


@pytest.mark.parametrize("make", [restarts, rex, chebyshev, trapezium, after_a_warm_up, own_class])
def test_rates_are_those_of_the_live_class(make: Make) -> None:
    """From step 0 to past the end, and the same wherever the scheduler stands when it is read."""
    r = random.Random(make.__name__)
    for _ in range(12):
        scheduler = make(r, sgd(0.1, 0.3))
        with warnings.catch_warnings(action="ignore"):  # torch's, of what warmup-scheduler does
            before, rates = _read(scheduler), rates_of(scheduler)
            after = _read(scheduler)
        assert after == before
        for curve, expected in zip(before, rates, strict=True):
            np.testing.assert_allclose(curve(np.arange(STEPS)), expected, rtol=0, atol=1e-12 * rates.max())


def _read(scheduler: Any) -> list[lrkit.LearningRateSchedule]:
    own = type(scheduler).__module__.startswith("pytorch_optimizer")
    return (from_pytorch_optimizer if own else lrkit.from_torch)(scheduler)


def test_the_value_in_proportion_to_a_rate() -> None:
    scheduler = theirs.CosineAnnealingLR(sgd(1.0), 20)
    rho = po.ProportionScheduler(scheduler, max_lr=1.0, min_lr=0.0, max_value=2.0, min_value=0.5)
    [curve] = from_pytorch_optimizer(rho)
    values = []
    for _ in range(50):
        values.append(rho.get_lr())
        scheduler.optimizer.step()
        scheduler.step()
        rho.step()
    np.testing.assert_allclose(curve(np.arange(50)), values, rtol=0, atol=2e-12)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda o: po.REXScheduler(o, 9), "REXScheduler has min_lr for the first update, as the schedule does"),
        (lambda o: po.CosineAnnealingWarmupRestarts(o, 9), "CosineAnnealingWarmupRestarts has min_lr for the first"),
        (
            lambda o: gradual.GradualWarmupScheduler(o, 1.0, 5, theirs.PolynomialLR(o, 12, 2.0)),
            "the PolynomialLR after a GradualWarmupScheduler is stepped when the warm-up is over, and has 0.0852071 "
            "then instead of 0.1",
        ),
    ],
)
def test_what_a_class_does_otherwise_is_warned_of(make: Callable[[Any], Any], message: str) -> None:
    with pytest.warns(DepartureWarning, match=message):
        lrkit.from_torch(make(sgd(0.1)))


def test_everything_is_drawn() -> None:
    for make in (after_a_warm_up, own_class):
        with warnings.catch_warnings(action="ignore"):
            scheduler = make(random.Random(1), sgd(0.1))
            assert lrkit.plot(scheduler, steps=60, backend="text", width=60, height=5)
            assert lrkit.plot(scheduler.optimizer, steps=60, backend="text", width=60, height=5)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda o: gradual.GradualWarmupScheduler(o, 1, 5, theirs.ReduceLROnPlateau(o)), "follows a metric"),
        (
            lambda o: gradual.GradualWarmupScheduler(o, 1, 5, theirs.SequentialLR(o, [theirs.StepLR(o, 3)], [])),
            "GradualWarmupScheduler fails with a SequentialLR after it",
        ),
        (
            lambda o: theirs.SequentialLR(o, [theirs.StepLR(o, 3), po.CosineAnnealingWarmupRestarts(o, 9)], [5]),
            "CosineAnnealingWarmupRestarts in a SequentialLR does not begin on the clock of a part",
        ),
        (lambda o: po.CosineAnnealingWarmupRestarts(o, 9, gamma=0.0), "gamma must be > 0, got 0"),
        (lambda o: po.LinearScheduler(o, 5, 0.1, warmup_steps=5), "t_max must be above warmup_steps"),
        (
            lambda o: type("Own", (po.LinearScheduler,), {"__module__": "own"})(o, 5, 0.1),
            "none of pytorch-optimizer's own",
        ),
    ],
)
def test_what_cannot_be_read(make: Callable[[Any], Any], message: str) -> None:
    with pytest.raises(TypeError, match=message):
        (from_pytorch_optimizer if "own" in message else _read)(make(sgd(0.1)))


def test_a_rate_that_somebody_changed_is_refused() -> None:
    scheduler = po.LinearScheduler(sgd(0.1), 50, 0.1)
    scheduler.step()
    scheduler.optimizer.param_groups[0]["lr"] = 0.5
    with pytest.raises(TypeError, match=r"lr of group 0 is 0\.5, where LinearScheduler has 0\.1 at step 1"):
        from_pytorch_optimizer(scheduler)
