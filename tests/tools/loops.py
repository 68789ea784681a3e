"""What the tests of other projects' training loops share: a plan, a model, and the rates that updates really had."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

import lrkit

torch = pytest.importorskip("torch")

WARMUP, LENGTH = 6, 20
PLAN = lrkit.CosineDecayLR(0.001, 0.1, LENGTH).warmup(WARMUP)


def a_model() -> Any:
    torch.manual_seed(0)
    return torch.nn.Linear(3, 1)


class Regression(torch.nn.Module):
    """A model with the interface that transformers' Trainer calls: it returns its loss."""

    def __init__(self) -> None:
        super().__init__()
        self.line = a_model()

    def forward(self, inputs: Any, labels: Any) -> dict[str, Any]:
        return {"loss": (self.line(inputs) - labels).square().mean()}


def rows(number: int) -> list[dict[str, Any]]:
    """What the Trainer trains it on."""
    values = torch.randn(number, 3, generator=torch.Generator().manual_seed(1))
    return [{"inputs": row, "labels": row.sum(0, keepdim=True)} for row in values]


def batches(number: int, size: int = 2) -> Any:
    """A data loader of `number` batches."""
    from torch.utils.data import DataLoader, TensorDataset

    inputs = torch.randn(number * size, 3, generator=torch.Generator().manual_seed(1))
    return DataLoader(TensorDataset(inputs, inputs.sum(1, keepdim=True)), batch_size=size)


def to_torch(optimizer: Any) -> Any:
    return lrkit.to_torch(PLAN, optimizer)


def sequential(optimizer: Any) -> Any:
    """The same plan from the schedulers of `lrkit.lr_scheduler`, with torch's names and arguments."""
    first = lrkit.LinearLR(optimizer, start_factor=1e-12, total_iters=WARMUP)
    return lrkit.SequentialLR(
        optimizer, [first, lrkit.CosineAnnealingLR(optimizer, T_max=LENGTH, eta_min=0.001)], [WARMUP]
    )


BINDINGS: tuple[Callable[[Any], Any], ...] = (to_torch, sequential)
EVERY_BINDING = pytest.mark.parametrize("bind", BINDINGS, ids=lambda bind: bind.__name__)


def an_optimizer(model: Any) -> Any:
    return torch.optim.SGD(model.parameters(), lr=0.1)


def record_updates(optimizer: Any) -> list[float]:
    """The list to which every later update of an optimizer adds the rate that it is made with."""
    rates: list[float] = []
    optimizer.register_step_pre_hook(lambda *_: rates.append(float(optimizer.param_groups[0]["lr"])))
    return rates


def planned(start: int, stop: int) -> Any:
    return pytest.approx([PLAN(step) for step in range(start, stop)], rel=1e-9, abs=1e-12)


@contextmanager
def their_warnings(*modules: str) -> Iterator[None]:
    """Leave other projects' warnings about themselves to them; those of lrkit, and of torch's order, stay errors."""
    with warnings.catch_warnings():
        for category in (DeprecationWarning, FutureWarning, PendingDeprecationWarning):
            warnings.simplefilter("ignore", category)
        for module in modules:
            warnings.filterwarnings("ignore", module=module)
        yield
