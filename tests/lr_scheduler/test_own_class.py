"""Schedulers that users write: with a schedule, with a `get_lr`, with both."""

from __future__ import annotations

from typing import Any

import pytest
from schedulers import optimizer, rates

import lrkit
from lrkit import lr_scheduler as lrs


class Halving(lrs.LRScheduler):
    """In the style of MindSpore and torch."""

    def get_lr(self) -> list[float]:
        if self.last_epoch == 0:
            return list(self.base_lrs)
        return [rate / 2 for rate in self._last_lr]


class Hyperbolic(lrs.LRScheduler):
    """In lrkit's: it says what its curve is."""

    def __init__(self, optimizer: Any, timescale: float, last_epoch: int = -1) -> None:
        self.timescale = timescale
        super().__init__(optimizer, last_epoch)

    def schedule(self, base_lr: float, group: int = 0) -> lrkit.LearningRateSchedule:
        return base_lr * lrkit.InverseDecayLR(1.0, 1.0, self.timescale)


def test_a_class_with_get_lr() -> None:
    sgd = optimizer(0.8, 0.4)
    scheduler = Halving(sgd)
    scheduler.step()
    assert rates(sgd) == scheduler.get_last_lr() == [0.4, 0.2]
    sgd.param_groups[0]["lr"] = 10
    scheduler.step()
    assert rates(sgd) == [5, 0.1]
    fresh = optimizer(1, 1)
    other = Halving(fresh)
    other.load_state_dict(scheduler.state_dict())
    other.step()
    assert rates(fresh) == [2.5, 0.05]
    with pytest.raises(TypeError, match=r"schedulers\[0\], a Halving, must define schedule"):
        lrs.SequentialLR(sgd, [scheduler], [])


class Floored(lrs.StepLR):
    """Both: what it answers is made of the closed form."""

    def get_lr(self) -> list[float]:
        return [max(rate, 0.03) for rate in super().get_lr()]


def test_a_class_that_changes_what_another_answers() -> None:
    sgd = optimizer(0.1)
    scheduler = Floored(sgd, 1, 0.5)
    seen = [rates(sgd)]
    for _ in range(3):
        scheduler.step()
        seen.append(rates(sgd))
    assert seen == [[0.1], [0.05], [0.03], [0.03]]
    with pytest.raises(TypeError, match=r"schedulers\[0\], a Floored, must define schedule"):
        lrs.ChainedScheduler([scheduler])


def test_what_get_lr_answers_is_checked(monkeypatch: Any) -> None:
    sgd = optimizer(0.1)
    scheduler = Floored(sgd, 1, 0.5)
    for answer, error, message in [
        ([0.1, 0.2], ValueError, "Floored: get_lr gave 2 rates for 1 groups"),
        (["0.1"], TypeError, "Floored: the rate of group 0 at epoch 1 must be a number >= 0, got '0.1'"),
        ([-1], ValueError, "Floored: the rate of group 0 at epoch 1 must be a finite number >= 0, got -1"),
    ]:
        monkeypatch.setattr(Floored, "get_lr", lambda self, answer=answer: answer)
        with pytest.raises(error, match=message):
            scheduler.step()
        assert (scheduler.last_epoch, rates(sgd)) == (0, [0.1])


def test_a_class_with_a_schedule() -> None:
    sgd = optimizer(0.6)
    scheduler = lrs.SequentialLR(sgd, [lrs.LinearLR(sgd, 0.5), Hyperbolic(sgd, 2)], [5])
    scheduler.step(9)
    assert rates(sgd) == pytest.approx([0.6 / 3])


def test_a_class_with_neither() -> None:
    with pytest.raises(NotImplementedError, match="LRScheduler defines neither schedule nor get_lr"):
        lrs.LRScheduler(optimizer(0.1))
