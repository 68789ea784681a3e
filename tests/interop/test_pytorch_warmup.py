"""`from_pytorch_warmup` against the live classes of pytorch-warmup, beside schedulers of torch."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest
from loading import imported

import lrkit
from lrkit.interop import from_pytorch_warmup
from lrkit.interop._reading import read

torch = pytest.importorskip("torch")
pw = imported("pytorch_warmup")
theirs = torch.optim.lr_scheduler
STEPS = 80


def adam(beta2: float = 0.999) -> Any:
    groups = [{"params": [torch.zeros(1, requires_grad=True)], "lr": lr} for lr in (0.1, 0.3)]
    return torch.optim.Adam(groups, betas=(0.9, beta2))


def rates_of(warmup: Any, scheduler: Any, steps: int = STEPS) -> Any:
    rates = []
    for _ in range(steps):
        rates.append([group["lr"] for group in warmup.optimizer.param_groups])
        warmup.optimizer.step()
        with warmup.dampening():
            if scheduler is not None:
                scheduler.step()
    return np.array(rates).T


def beside(r: random.Random, optimizer: Any) -> Any:
    kinds = [
        lambda: None,
        lambda: theirs.CosineAnnealingLR(optimizer, r.randint(20, 90), r.choice([0, 0.001])),
        lambda: theirs.StepLR(optimizer, r.randint(5, 30), 0.5),
        lambda: theirs.ExponentialLR(optimizer, 0.99),
        lambda: theirs.LinearLR(optimizer, 0.5, 1.0, 70),
        lambda: theirs.PolynomialLR(optimizer, 80, 2.0),
        lambda: theirs.CosineAnnealingWarmRestarts(optimizer, r.randint(20, 40), 2, 0.001),
    ]
    return r.choice(kinds)()


@pytest.mark.parametrize(
    "name", ["LinearWarmup", "ExponentialWarmup", "UntunedLinearWarmup", "UntunedExponentialWarmup", "RAdamWarmup"]
)
def test_rates_are_the_dampened_ones(name: str) -> None:
    r = random.Random(name)
    for _ in range(6):
        optimizer = adam(r.choice([0.9, 0.99, 0.999]))
        scheduler = beside(r, optimizer)
        periods = () if name.startswith(("Untuned", "RAdam")) else ([r.randint(1, 60), r.randint(1, 60)],)
        warmup = getattr(pw, name)(optimizer, *periods)
        before = from_pytorch_warmup(warmup, scheduler)
        rates = rates_of(warmup, scheduler)
        assert from_pytorch_warmup(warmup, scheduler) == before
        for curve, expected, base in zip(before, rates, (0.1, 0.3), strict=True):
            np.testing.assert_allclose(curve(np.arange(STEPS)), expected, rtol=0, atol=1e-12 * base)


def test_the_scheduler_is_found_by_the_optimizer() -> None:
    optimizer = adam()
    scheduler = theirs.StepLR(optimizer, 30, 0.5)
    warmup = pw.LinearWarmup(optimizer, 10)
    assert from_pytorch_warmup(warmup) == from_pytorch_warmup(warmup, scheduler)
    other = theirs.ExponentialLR(optimizer, 0.9)
    with pytest.raises(TypeError, match=r"2 schedulers are bound to the optimizer \(ExponentialLR, StepLR\): give one"):
        from_pytorch_warmup(warmup)
    del other


def test_an_optimizer_with_both_asks_which() -> None:
    optimizer = adam()
    scheduler, warmup = theirs.StepLR(optimizer, 30, 0.5), pw.LinearWarmup(optimizer, 10)
    with pytest.raises(ValueError, match=r"2 schedulers are bound to it \(LinearWarmup, StepLR\)"):
        read(optimizer)
    assert len(read(warmup)) == 2
    with pytest.raises(TypeError, match="somebody else has changed it"):
        lrkit.from_torch(scheduler)


def test_what_cannot_be_read() -> None:
    optimizer = adam()
    scheduler, warmup = theirs.StepLR(optimizer, 30, 0.5), pw.LinearWarmup(optimizer, 10)
    with warmup.dampening():
        pass
    with pytest.raises(TypeError, match="StepLR is at step 0 and the warm-up at 1: when it is stepped cannot be read"):
        from_pytorch_warmup(warmup, scheduler)
    with pytest.raises(TypeError, match="is not bound to the optimizer of the warm-up"):
        from_pytorch_warmup(warmup, theirs.StepLR(adam(), 30))
    with pytest.raises(TypeError, match="is none of pytorch-warmup's own classes"):
        from_pytorch_warmup(type("Own", (pw.LinearWarmup,), {"__module__": "own"})(adam(), 10))
    alone = pw.LinearWarmup(adam(), 10)
    alone.optimizer.param_groups[1]["lr"] = 0.2
    with pytest.raises(TypeError, match=r"lr of group 1 is 0.2, where LinearWarmup makes 0.03 of 0.3 at step 0"):
        from_pytorch_warmup(alone)
