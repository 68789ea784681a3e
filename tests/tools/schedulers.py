"""Schedulers of every class, on plain groups and on groups whose rates round."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np

import lrkit
from lrkit import lr_scheduler as lrs


def optimizer(*rates: Any, **more: Any) -> SimpleNamespace:
    return SimpleNamespace(param_groups=[{"lr": rate, **more} for rate in rates])


def rates(sgd: Any) -> list[float]:
    return [float(group["lr"]) for group in sgd.param_groups]


class Float32:
    """A parameter that rounds to float32, as a group of this package's optimizers holds it."""

    def __init__(self, rate: float) -> None:
        self.data = np.array(rate, np.float32)

    def __float__(self) -> float:
        return float(self.data)

    def value(self) -> str:
        return f"{self.data:.4f}"


class Rounding(dict[str, Any]):
    """A group that assigns into the parameter under its ``"lr"``."""

    def __setitem__(self, key: str, value: Any) -> None:
        if key == "lr":
            self["lr"].data[...] = value
        else:
            super().__setitem__(key, value)


def rounding(*given: float) -> SimpleNamespace:
    return SimpleNamespace(param_groups=[Rounding(lr=Float32(rate)) for rate in given])


def sequential(sgd: Any) -> Any:
    inner = [lrs.LinearLR(sgd, 0, total_iters=3), lrs.CosineAnnealingLR(sgd, 4, 0.01)]
    outer = [lrs.SequentialLR(sgd, inner, [3]), lrs.ChainedScheduler([lrs.StepLR(sgd, 2), lrs.ConstantLR(sgd)])]
    return lrs.SequentialLR(sgd, outer, [7])


def chained(sgd: Any) -> Any:
    return lrs.ChainedScheduler([lrs.CosineAnnealingLR(sgd, 10, 0.01), sequential(sgd), lrs.ExponentialLR(sgd, 0.99)])


MAKE: dict[str, Callable[[Any], Any]] = {
    "StepLR": lambda o: lrs.StepLR(o, 3, 0.5),
    "MultiStepLR": lambda o: lrs.MultiStepLR(o, [2, 5, 5], 0.3),
    "ConstantLR": lambda o: lrs.ConstantLR(o, 0.3, 4),
    "LinearLR": lambda o: lrs.LinearLR(o, 0, 0.9, 7),
    "ExponentialLR": lambda o: lrs.ExponentialLR(o, 0.9),
    "PolynomialLR": lambda o: lrs.PolynomialLR(o, 9, 1.7),
    "LambdaLR": lambda o: lrs.LambdaLR(o, [lambda e: 0.9**e, lambda e: 1 / (1 + e)]),
    "MultiplicativeLR": lambda o: lrs.MultiplicativeLR(o, lambda e: 0.9 + 0.01 * e),
    "CosineAnnealingLR": lambda o: lrs.CosineAnnealingLR(o, 5, 0.013),
    "CosineAnnealingWarmRestarts": lambda o: lrs.CosineAnnealingWarmRestarts(o, 2, 3, 0.007),
    "CyclicLR": lambda o: lrs.CyclicLR(o, [0.01, 0.02], 0.3, 3, 4, "exp_range", 0.97),
    "OneCycleLR": lambda o: lrs.OneCycleLR(o, [0.3, 0.2], 50, cycle_momentum=False),
    "ScheduleLR": lambda o: lrs.ScheduleLR(o, [lrkit.CosineDecayLR(0.01, 0.1, 20), lrkit.linear(0.3, 0.01, 30)]),
    "SequentialLR": sequential,
    "ChainedScheduler": chained,
}
WAYS = {"floats": optimizer, "float32": rounding}
