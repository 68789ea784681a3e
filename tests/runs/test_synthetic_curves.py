"""The curves that logs are made up from are those of the libraries, stepped as a training loop steps them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from loading import imported
from synthetic_curves import FAMILIES, Curve, curve
from torch_rates import rates_of, sgd

STEPS = 1000
"""Compared with what a recursion of so many steps rounds to."""


def of_torch(name: str, **names: str) -> Callable[[Any, Curve], Any]:
    """A scheduler of torch's, and which of its arguments is which number."""

    def run(torch: Any, made: Curve) -> Any:
        options = {theirs: made.numbers.get(ours, ours) for theirs, ours in names.items()}
        return getattr(torch.optim.lr_scheduler, name)(sgd(torch, made.numbers["max_lr"]), **options)

    return run


def of_transformers(name: str, **options: Any) -> Callable[[Any, Curve], Any]:
    def run(torch: Any, made: Curve) -> Any:
        given = {key: value(made) if callable(value) else value for key, value in options.items()}
        return imported("transformers").get_scheduler(
            name,
            sgd(torch, made.numbers["max_lr"]),
            num_warmup_steps=made.numbers.get("warmup_steps", 0),
            num_training_steps=made.total,
            scheduler_specific_kwargs=given,
        )

    return run


def multi_step(torch: Any, made: Curve) -> Any:
    marks = [value for name, value in made.numbers.items() if name.startswith("milestones")]
    return torch.optim.lr_scheduler.MultiStepLR(sgd(torch, made.numbers["max_lr"]), marks, made.numbers["gamma"])


def one_cycle(torch: Any, made: Curve) -> Any:
    return torch.optim.lr_scheduler.OneCycleLR(
        sgd(torch, 1.0), made.numbers["max_lr"], made.total, pct_start=made.numbers["pct_start"],
        anneal_strategy="linear" if "lines" in made.family else "cos",
    )  # fmt: skip


def floor_ratio(made: Curve) -> float:
    return float(made.numbers["min_lr"] / made.numbers["max_lr"])


def cyclic(torch: Any, made: Curve) -> Any:
    numbers = made.numbers
    return torch.optim.lr_scheduler.CyclicLR(
        sgd(torch, 1.0), numbers["base_lr"], numbers["max_lr"], numbers["up_steps"], cycle_momentum=False
    )


def wsd(kind: str) -> Callable[[Any, Curve], Any]:
    def run(torch: Any, made: Curve) -> Any:
        return imported("transformers").get_scheduler(
            "warmup_stable_decay",
            sgd(torch, made.numbers["max_lr"]),
            num_warmup_steps=made.numbers["warmup_steps"],
            scheduler_specific_kwargs={
                "num_stable_steps": made.numbers["stable_steps"],
                "num_decay_steps": made.numbers["decay_steps"],
                "min_lr_ratio": made.numbers.get("min_lr", 0.0) / made.numbers["max_lr"],
                "decay_type": kind,
            },
        )

    return run


STEPPED = {
    "linear": of_transformers("linear"),
    "linear + warm-up": of_transformers("linear"),
    "linear to a floor": of_transformers("polynomial", power=1.0, lr_end=lambda made: made.numbers["min_lr"]),
    "linear to a floor + warm-up": of_transformers("polynomial", power=1.0, lr_end=lambda made: made.numbers["min_lr"]),
    "cosine": of_transformers("cosine"),
    "cosine + warm-up": of_transformers("cosine"),
    "cosine to a floor": of_torch("CosineAnnealingLR", T_max="decay_steps", eta_min="min_lr"),
    "cosine to a floor + warm-up": of_transformers("cosine_with_min_lr", min_lr_rate=floor_ratio),
    "cosine wave": of_torch("CosineAnnealingLR", T_max="decay_steps", eta_min="min_lr"),
    "power 2 + warm-up": of_transformers("polynomial", power=2.0, lr_end=1e-7),
    "power 2": lambda torch, made: torch.optim.lr_scheduler.PolynomialLR(
        sgd(torch, made.numbers["max_lr"]), made.total, power=2.0
    ),
    "power 0.5": lambda torch, made: torch.optim.lr_scheduler.PolynomialLR(
        sgd(torch, made.numbers["max_lr"]), made.total, power=0.5
    ),
    "wsd linear": wsd("linear"),
    "wsd cosine": wsd("cosine"),
    "wsd 1-sqrt": wsd("1-sqrt"),
    "constant": of_transformers("constant"),
    "constant + warm-up": of_transformers("constant_with_warmup"),
    "step": of_torch("StepLR", step_size="decay_steps", gamma="gamma"),
    "multi-step": multi_step,
    "exponential": of_torch("ExponentialLR", gamma="gamma"),
    "inverse square root": of_transformers("inverse_sqrt"),
    "one-cycle": one_cycle,
    "one-cycle, lines": one_cycle,
    "restarts": of_torch("CosineAnnealingWarmRestarts", T_0="period_steps"),
    "restarts, doubled": lambda torch, made: torch.optim.lr_scheduler.CosineAnnealingWarmRestarts(
        sgd(torch, made.numbers["max_lr"]), made.numbers["period_steps"], 2, made.numbers["min_lr"]
    ),
    "hard restarts + warm-up": of_transformers("cosine_with_restarts", num_cycles=lambda made: made.numbers["cycles"]),
    "triangles": cyclic,
}


@pytest.mark.parametrize("family", STEPPED)
def test_schedulers_stepped(family: str) -> None:
    torch = pytest.importorskip("torch")
    made = curve(family, 1)
    steps = min(STEPS, made.total)
    rates = rates_of(STEPPED[family](torch, made), steps)
    np.testing.assert_allclose(made.rates[:steps], rates, rtol=1e-9, atol=1e-12 * made.rates.max())


def test_keras_schedules() -> None:
    keras = pytest.importorskip("keras")
    for family, name in {"exponential, keras": "ExponentialDecay", "inverse time": "InverseTimeDecay"}.items():
        made = curve(family, 1)
        numbers = made.numbers
        theirs = getattr(keras.optimizers.schedules, name)(
            numbers["max_lr"], decay_steps=numbers["keras_steps"], decay_rate=numbers["keras_rate"]
        )
        at = np.array([0, 1, made.total // 2, made.total])
        np.testing.assert_allclose([float(theirs(int(step))) for step in at], made.rates[at], rtol=3e-5)


def test_timm_schedulers() -> None:
    torch, timm = pytest.importorskip("torch"), imported("timm.scheduler")
    made = curve("cosine k-decay 1.5", 1)
    numbers, at = made.numbers, np.linspace(0, made.total - 1, 50).astype(int)
    waves = timm.CosineLRScheduler(
        sgd(torch, numbers["max_lr"]), t_initial=made.total, lr_min=numbers["min_lr"], k_decay=1.5
    )
    np.testing.assert_allclose([waves._get_lr(int(t))[0] for t in at], made.rates[at], rtol=1e-9)
    made = curve("tanh", 1)
    curved = timm.TanhLRScheduler(sgd(torch, made.numbers["max_lr"]), t_initial=made.total, lb=-6.0, ub=3.0, lr_min=0.0)
    at = np.linspace(0, made.total - 1, 50).astype(int)
    np.testing.assert_allclose([curved._get_lr(int(t))[0] for t in at], made.rates[at], rtol=1e-9)


def test_every_family_is_finite_and_falls_nowhere_below_zero() -> None:
    for family in FAMILIES:
        for draw in range(5):
            rates = curve(family, draw).rates
            assert np.isfinite(rates).all()
            assert rates.min() >= 0 < rates.max()
