"""`ReduceLROnPlateau` on plain groups."""

from __future__ import annotations

import math
from types import SimpleNamespace

import numpy as np
import pytest
from schedulers import optimizer, rates

from lrkit import lr_scheduler as lrs


def test_plateau_builds_on_a_warm_up_and_it_on_the_reductions() -> None:
    sgd = optimizer(1.0)
    scheduler = lrs.ReduceLROnPlateau(sgd, factor=0.5, patience=1, base=lrs.LinearLR(sgd, 0, total_iters=8))
    seen = [rates(sgd)[0]]
    for _ in range(8):
        scheduler.step(1.0)
        seen.append(rates(sgd)[0])
    assert seen == [0, 1 / 8, 2 / 8, 3 / 16, 4 / 16, 5 / 32, 6 / 32, 7 / 64, 8 / 64]
    assert scheduler.get_last_lr() == [1 / 8]


def test_plateau_counts() -> None:
    sgd = optimizer(1.0)
    scheduler = lrs.ReduceLROnPlateau(sgd, factor=0.5, patience=1, cooldown=2, threshold=0.1)
    seen = []
    for metric in (1.0, 0.95, math.nan, 0.5, 0.6, 0.6, 0.6, 0.6):
        scheduler.step(metric)
        seen.append((scheduler.best, scheduler.num_bad_epochs, scheduler.cooldown_counter, *rates(sgd)))
    assert seen == [
        (1.0, 0, 0, 1.0), (1.0, 1, 0, 1.0), (1.0, 0, 2, 0.5), (0.5, 0, 1, 0.5),
        (0.5, 0, 0, 0.5), (0.5, 1, 0, 0.5), (0.5, 0, 2, 0.25), (0.5, 0, 1, 0.25),
    ]  # fmt: skip
    assert scheduler.last_epoch == 8


def test_plateau_leaves_out_a_change_of_eps() -> None:
    for eps, rate in [(0.5, 1.0), (0.49, 0.5)]:
        sgd = optimizer(1.0)
        scheduler = lrs.ReduceLROnPlateau(sgd, factor=0.5, patience=0, eps=eps)
        scheduler.step(1.0)
        scheduler.step(1.0)
        assert rates(sgd) == [rate]


def test_plateau_takes_any_number() -> None:
    scheduler = lrs.ReduceLROnPlateau(optimizer(1.0), mode="max")
    for metric in (1, np.float32(2), np.array(3.0), 4.0):
        scheduler.step(metric)
    assert scheduler.best == 4
    for metric in ("5", None, True, np.ones(2)):
        with pytest.raises((TypeError, ValueError)):
            scheduler.step(metric)
    assert (scheduler.best, scheduler.last_epoch) == (4, 4)


def test_a_plateau_takes_one_number() -> None:
    plateau = lrs.ReduceLROnPlateau(SimpleNamespace(param_groups=[{"lr": 0.1}]))
    with pytest.raises(TypeError, match="metrics must be a number"):
        plateau.step(np.array([0.5, 0.6]))


def test_a_plateau_that_cannot_read_a_rate_counts_nothing() -> None:
    optimizer = SimpleNamespace(param_groups=[{"lr": 0.1}])
    plateau = lrs.ReduceLROnPlateau(optimizer, patience=0)
    plateau.step(1.0)
    optimizer.param_groups[0]["lr"] = math.nan
    with pytest.raises(ValueError, match="group 0"):
        plateau.step(2.0)
    optimizer.param_groups[0]["lr"] = 0.1
    plateau.step(2.0)
    assert (plateau.last_epoch, optimizer.param_groups[0]["lr"]) == (2, 0.1 * 0.1)
