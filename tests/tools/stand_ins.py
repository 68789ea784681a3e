"""Optimizers, models and schedulers that are as small as can be, for what looks at any object."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest


def optimizer(*rates: float) -> Any:
    return SimpleNamespace(param_groups=[{"params": [object()], "lr": rate} for rate in rates])


def sgd(*rates: float) -> Any:
    torch = pytest.importorskip("torch")
    return torch.optim.SGD([{"params": [torch.ones(3, requires_grad=True)], "lr": rate} for rate in rates], lr=1.0)


class Model:
    """With weights that must not be copied."""

    def __deepcopy__(self, memo: Any) -> Any:
        raise AssertionError("copied")

    def parameters(self) -> list[Any]:
        return []

    def state_dict(self) -> dict[str, Any]:
        return {}


class Watching:
    def __init__(self, model: Model) -> None:
        self.model = model
        self.optimizer = SimpleNamespace(param_groups=[{"params": [model], "lr": 0.5}])

    def step(self) -> None:
        self.optimizer.param_groups[0]["lr"] /= 2

    def __call__(self, step: int) -> float:
        return 0.1

    def rate(self, step: int) -> float:
        return 0.1


class Plateaux:
    """Not of a class that follows a metric, in spite of its name."""

    def __init__(self) -> None:
        self.optimizer = optimizer(1.0)

    def step(self, epoch: int) -> None:
        self.optimizer.param_groups[0]["lr"] = 0.5 ** (epoch // 2)
