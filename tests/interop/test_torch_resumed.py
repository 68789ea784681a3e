"""`from_torch` of schedulers that are fresh, stepped, resumed, edited or jumped: exact, warned of, or refused.

What torch will do is taken from torch itself, by `lrkit.record`.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import lrkit
from lrkit.interop import from_torch
from lrkit.interop._errors import DepartureWarning

torch = pytest.importorskip("torch")
theirs = torch.optim.lr_scheduler
SWALR = torch.optim.swa_utils.SWALR

pytestmark = [
    pytest.mark.filterwarnings("ignore:Detected call of"),
    pytest.mark.filterwarnings("ignore:The epoch parameter"),
    pytest.mark.filterwarnings("ignore:To get the last learning rate"),
    pytest.mark.filterwarnings("ignore:Seems like `optimizer.step"),
]
Make = Callable[..., Any]
LENGTH = 20
CLASSES: dict[str, Make] = {
    "StepLR": lambda o, **n: theirs.StepLR(o, 3, 0.5, **n),
    "MultiStepLR": lambda o, **n: theirs.MultiStepLR(o, [2, 5], 0.5, **n),
    "ConstantLR": lambda o, **n: theirs.ConstantLR(o, 0.5, 4, **n),
    "LinearLR": lambda o, **n: theirs.LinearLR(o, 0.25, total_iters=6, **n),
    "ExponentialLR": lambda o, **n: theirs.ExponentialLR(o, 0.9, **n),
    "PolynomialLR": lambda o, **n: theirs.PolynomialLR(o, 12, 2.0, **n),
    "CosineAnnealingLR": lambda o, **n: theirs.CosineAnnealingLR(o, 5, 0.01, **n),
    "CosineAnnealingWarmRestarts": lambda o, **n: theirs.CosineAnnealingWarmRestarts(o, 3, 1, 0.01, **n),
    "CosineAnnealingWarmRestarts, growing": lambda o, **n: theirs.CosineAnnealingWarmRestarts(o, 3, 2, 0.01, **n),
    "CyclicLR": lambda o, **n: theirs.CyclicLR(o, 0.01, 0.2, 4, cycle_momentum=False, **n),
    "OneCycleLR": lambda o, **n: theirs.OneCycleLR(o, 0.2, total_steps=LENGTH, cycle_momentum=False, **n),
    "SWALR": lambda o, **n: SWALR(o, 0.01, 6, **n),
    "SWALR, linear": lambda o, **n: SWALR(o, 0.01, 6, "linear", **n),
    "SequentialLR": lambda o, **n: theirs.SequentialLR(
        o, [theirs.LinearLR(o, 0.25, total_iters=4), theirs.ExponentialLR(o, 0.9)], [4], **n
    ),
    "ChainedScheduler": lambda o, **n: theirs.ChainedScheduler(
        [theirs.ConstantLR(o, 0.5, 4, **n), theirs.ExponentialLR(o, 0.9, **n)]
    ),
    "ScheduleLR": lambda o, **n: lrkit.to_torch(lrkit.CosineDecayLR(0.0, 0.1, 12).warmup(3), o, **n),
}


def sgd(rate: float = 0.1, **more: float) -> Any:
    return torch.optim.SGD([{"params": [torch.zeros(1, requires_grad=True)], "lr": rate, **more}], lr=1.0)


def stepped(make: Make, epoch: int) -> Any:
    scheduler = make(sgd())
    for _ in range(epoch):
        scheduler.step()
    return scheduler


def with_both_states(make: Make, epoch: int) -> Any:
    """As a run is resumed: the states of optimizer and scheduler, into new ones."""
    old, new = stepped(make, epoch), make(sgd())
    new.optimizer.load_state_dict(old.optimizer.state_dict())
    new.load_state_dict(old.state_dict())
    return new


def with_its_own_state(make: Make, epoch: int) -> Any:
    """The optimizer has the rate of its beginning still."""
    old, new = stepped(make, epoch), make(sgd())
    new.load_state_dict(old.state_dict())
    return new


def by_last_epoch(make: Make, epoch: int) -> Any:
    """On an optimizer that has got its state back."""
    old = stepped(make, epoch)
    optimizer = sgd()
    optimizer.load_state_dict(old.optimizer.state_dict())
    return make(optimizer, last_epoch=epoch)


def by_last_epoch_alone(make: Make, epoch: int) -> Any:
    """On an optimizer that has the rate of its beginning still."""
    optimizer = make(sgd()).optimizer  # which has the keys that a resumed OneCycleLR reads
    optimizer.param_groups[0]["lr"] = optimizer.param_groups[0]["initial_lr"]
    return make(optimizer, last_epoch=epoch)


def edited(make: Make, epoch: int) -> Any:
    scheduler = stepped(make, epoch)
    scheduler.optimizer.param_groups[0]["lr"] *= 1.5
    return scheduler


def jumped(make: Make, epoch: int) -> Any:
    """By ``step(epoch)``; step by step where ``step`` takes none."""
    scheduler = make(sgd())
    if isinstance(scheduler, (theirs.SequentialLR, theirs.ChainedScheduler)):
        return stepped(make, epoch)
    scheduler.step(epoch)
    return scheduler


WAYS = [stepped, with_both_states, with_its_own_state, by_last_epoch, by_last_epoch_alone, edited, jumped]


def told(scheduler: Any) -> tuple[Any, list[str]]:
    """What `from_torch` answers, and its warnings; None if it refuses."""
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        try:
            [curve] = from_torch(scheduler)
        except TypeError:
            return None, []
    return curve, [str(w.message) for w in seen if w.category is DepartureWarning]


def rates_to_come(scheduler: Any, curve: Any) -> tuple[Any, Any]:
    """The next rates: torch's, and those of the curve that was read."""
    parts = getattr(scheduler, "_schedulers", None)
    now = parts[0].last_epoch if isinstance(scheduler, theirs.ChainedScheduler) else scheduler.last_epoch
    steps = min(8, LENGTH - now)
    recorded = lrkit.record(scheduler, steps)
    return np.array([recorded(k) for k in range(steps)]), np.array([curve(now + k) for k in range(steps)])


@pytest.mark.parametrize("epoch", [0, 1, 3, 7, LENGTH // 2])
@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
@pytest.mark.parametrize("name", CLASSES)
def test_what_torch_will_do_is_read_or_warned_of_or_refused(name: str, way: Any, epoch: int) -> None:
    scheduler = way(CLASSES[name], epoch)
    curve, departures = told(scheduler)
    if curve is None:
        assert way not in (stepped, with_both_states)
        return
    coming, form = rates_to_come(scheduler, curve)
    differs = not np.allclose(coming, form, rtol=1e-4, atol=1e-6)
    assert differs == bool(departures)


@pytest.mark.parametrize("strategy", ["cos", "linear"])
@pytest.mark.parametrize("last_epoch", [1, 3, 4])
def test_averaging_that_is_resumed_by_its_epoch_begins_anew_in_torch(strategy: str, last_epoch: int) -> None:
    """The curve is that of the run which was interrupted; torch anneals again, over as many epochs as at first."""

    def make(optimizer: Any, **more: int) -> Any:
        return SWALR(optimizer, 0.01, 6, strategy, **more)

    whole, departures = told(make(sgd()))
    assert departures == []
    resumed = by_last_epoch(make, last_epoch)
    curve, departures = told(resumed)
    assert departures == [
        "from_torch: torch departs from its formula: SWALR anneals by the steps that it has taken, 0, "
        f"not by its epoch, {last_epoch + 1}"
    ]
    steps = np.arange(20)
    np.testing.assert_allclose(curve(steps), whole(steps), rtol=1e-12)
    coming, _ = rates_to_come(resumed, curve)
    assert coming[0] == pytest.approx(whole(last_epoch))
    assert coming[6] == pytest.approx(0.01) != coming[5]


def test_averaging_that_is_over_has_nothing_to_begin_anew() -> None:
    resumed = by_last_epoch(CLASSES["SWALR"], 9)
    curve, departures = told(resumed)
    assert departures == []
    assert curve(10) == rates_to_come(resumed, curve)[0][7] == 0.01
