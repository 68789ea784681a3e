"""Classes whose annotations are no texts: there is no future import here, as in a file of a user's.

From Python 3.14 on such annotations are evaluated only when they are asked for, so a class has none of them among its
own attributes. Each class here must be made of its declarations there too, and one may name what comes later.
"""

from dataclasses import KW_ONLY
from types import SimpleNamespace
from typing import Annotated, Any

import pytest

import lrkit
from lrkit import LearningRateSchedule, Param, Parameter, optim_ex
from lrkit.lr_scheduler import LRScheduler


class Ramp(LearningRateSchedule):
    """A line from 0, without end."""

    slope: Annotated[float, Param("a", low=0)]
    offset: Annotated[float, Param("b", low=0)] = 1.0

    def formula(self, step: Any, xp: Any) -> Any:
        return self.offset + self.slope * step


class Kept(LRScheduler):
    """A part of the base rate from an epoch on."""

    optimizer: Any
    factor: Annotated[float, Param("f", low=0, high=1)] = 0.5
    last_epoch: int = -1
    verbose: bool = False

    def schedule(self, base_lr: float, group: int = 0) -> LearningRateSchedule:
        return lrkit.ConstantLR(base_lr).then(lrkit.ConstantLR(base_lr * self.factor), 2)


class Declared(optim_ex.Optimizer):
    params: Any
    lr: Annotated[float, Param("", low=0)] = 0.1
    factor: Annotated[float, Param("", low=0)] = 2.0
    _: KW_ONLY
    check_finite: Annotated[bool, Param("")] = False


def test_a_schedule_is_made_of_its_declarations() -> None:
    assert Ramp(0.5)(2) == 2.0
    assert repr(Ramp(0.5)) == "Ramp(slope=0.5)"
    with pytest.raises(ValueError, match=r"Ramp: slope must be a number >= 0, got -1"):
        Ramp(-1)


def test_a_scheduler_is_made_of_its_declarations() -> None:
    optimizer = SimpleNamespace(param_groups=[{"lr": 1.0}])
    scheduler = Kept(optimizer, factor=0.25)
    scheduler.step()
    assert optimizer.param_groups[0]["lr"] == 1.0
    scheduler.step()
    assert optimizer.param_groups[0]["lr"] == 0.25
    with pytest.raises(ValueError, match="Kept: factor must be"):
        Kept(optimizer, factor=2.0)


def test_an_optimizer_is_made_of_its_declarations() -> None:
    optimizer = Declared([Parameter([1.0])], lr=0.5)
    assert optimizer.param_groups[0]["factor"] == 2.0
    assert float(optimizer.param_groups[0]["lr"]) == 0.5
    with pytest.raises(ValueError, match=r"factor must be a number >= 0, got -1\.0"):
        Declared([Parameter([1.0])], factor=-1.0)
