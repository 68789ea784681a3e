"""Schedulers on plain groups: rates that are edited, groups that are added, states that are saved and loaded."""

from __future__ import annotations

import copy
import json
import math
import pickle
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from schedulers import MAKE, WAYS, optimizer, rates, rounding, sequential

from lrkit import lr_scheduler as lrs

# Changes from outside -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", MAKE)
def test_an_edit_scales_the_rest(name: str, way: str) -> None:
    sgd, untouched = WAYS[way](0.1, 0.02), WAYS[way](0.1, 0.02)
    scheduler, twin = MAKE[name](sgd), MAKE[name](untouched)
    for _ in range(5):
        scheduler.step()
        twin.step()
    before = rates(sgd)[1]
    sgd.param_groups[1]["lr"] = 3 * before
    for _ in range(20):
        scheduler.step()
        twin.step()
        assert rates(sgd)[0] == rates(untouched)[0]
        assert rates(sgd)[1] == pytest.approx(3 * rates(untouched)[1], rel=3e-7)


def test_where_the_curve_is_0_an_edit_lasts_until_the_next_step() -> None:
    sgd = optimizer(0.1)
    scheduler = lrs.LinearLR(sgd, 0, total_iters=2)
    sgd.param_groups[0]["lr"] = 0.7
    scheduler.step()
    assert rates(sgd) == [0.05]


def test_frozen_and_thawed() -> None:
    sgd = optimizer(0.1)
    scheduler = lrs.ExponentialLR(sgd, 0.5)
    sgd.param_groups[0]["lr"] = 0
    scheduler.step()
    scheduler.step()
    assert rates(sgd) == [0]
    sgd.param_groups[0]["lr"] = 0.025
    scheduler.step()
    assert rates(sgd) == [0.0125]


def test_a_group_added_later_joins() -> None:
    sgd = optimizer(0.1)
    scheduler = lrs.StepLR(sgd, 2, 0.5)
    scheduler.step()
    sgd.param_groups.append({"lr": 0.8})
    assert scheduler.get_last_lr() == [0.1]
    assert scheduler.state_dict()["base_lrs"] == [0.1, 0.8]
    scheduler.step()
    assert scheduler.base_lrs == [0.1, 0.8]
    assert rates(sgd) == [0.05, 0.4]
    assert sgd.param_groups[1]["initial_lr"] == 0.8
    scheduler.step()
    scheduler.step()
    assert rates(sgd) == [0.025, 0.2]


def test_a_parameter_rounds_and_is_shown_by_its_value() -> None:
    sgd = rounding(0.1)
    parameter = sgd.param_groups[0]["lr"]
    scheduler = lrs.ExponentialLR(sgd, 0.9)
    for epoch in range(1, 400):
        scheduler.step()
        assert rates(sgd) == [float(np.float32(float(np.float32(0.1)) * 0.9**epoch))]
        assert scheduler.scales == [1.0]  # what was rounded away is not taken for an edit
        assert scheduler.get_lr()[0] == float(np.float32(0.1)) * 0.9**epoch
    assert sgd.param_groups[0]["lr"] is parameter
    scheduler.step(0)
    assert scheduler.get_last_lr() == ["0.1000"]


# Resuming -----------------------------------------------------------------------------------------------------------


def run(scheduler: Any, sgd: Any, start: int, stop: int) -> list[list[float]]:
    """The rates of some epochs; before two of the steps somebody sets a rate."""
    seen = []
    for epoch in range(start, stop):
        seen.append(rates(sgd))
        if epoch in EDITS:
            sgd.param_groups[1]["lr"] = EDITS[epoch] * rates(sgd)[1]
        seen.append(rates(sgd))
        scheduler.step(*([1 / (1 + epoch // 3)] if isinstance(scheduler, lrs.ReduceLROnPlateau) else []))
    return seen


EDITS = {4: 0.3, 9: 1.7}


def plateau(sgd: Any) -> Any:
    return lrs.ReduceLROnPlateau(sgd, factor=0.3, patience=1, cooldown=1, min_lr=[1e-3, 1e-4], base=sequential(sgd))


def bare_plateau(sgd: Any) -> Any:
    return lrs.ReduceLROnPlateau(sgd, mode="max", threshold_mode="abs", patience=0)


STATEFUL = {**MAKE, "plateau": plateau, "bare plateau": bare_plateau}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", STATEFUL)
def test_resumed_is_uninterrupted_at_every_cut(name: str, way: str) -> None:
    """Bit for bit, on an optimizer that has forgotten its rates."""
    make, new = STATEFUL[name], WAYS[way]
    sgd = new(0.1, 0.02)
    whole = run(make(sgd), sgd, 0, 14)
    for cut in range(14):
        sgd = new(0.1, 0.02)
        scheduler = make(sgd)
        first = run(scheduler, sgd, 0, cut)
        state = json.loads(json.dumps(scheduler.state_dict()))
        fresh = new(0.77, 0.5)
        other = make(fresh)
        other.load_state_dict(state)
        assert rates(fresh) == rates(sgd)
        assert other.state_dict() == state
        assert first + run(other, fresh, cut, 14) == whole


@pytest.mark.parametrize("name", STATEFUL)
def test_a_state_taken_between_an_edit_and_its_step(name: str) -> None:
    def edited_run(cut: bool) -> list[float]:
        sgd = optimizer(0.1, 0.02)
        scheduler = STATEFUL[name](sgd)
        run(scheduler, sgd, 0, 4)
        sgd.param_groups[0]["lr"] = 0.0123
        if cut:
            state = scheduler.state_dict()
            sgd = optimizer(0.5, 0.5)
            scheduler = STATEFUL[name](sgd)
            scheduler.load_state_dict(state)
            assert rates(sgd)[0] == 0.0123
        return run(scheduler, sgd, 5, 9)

    assert edited_run(cut=True) == edited_run(cut=False)


def test_a_state_is_a_copy() -> None:
    sgd = optimizer(0.1)
    scheduler = lrs.MultiStepLR(sgd, [2])
    state = scheduler.state_dict()
    kept = copy.deepcopy(state)
    scheduler.step()
    sgd.param_groups[0]["lr"] = 1.0
    scheduler.step()
    assert state == kept


def test_resumed_by_last_epoch() -> None:
    for name in MAKE.keys() - {"SequentialLR", "ChainedScheduler", "ScheduleLR"}:
        scheduler = MAKE[name](optimizer(0.1, 0.02))
        for _ in range(8):
            scheduler.step()
        sgd = optimizer(0.77, 0.5)
        for group, base in zip(sgd.param_groups, (0.1, 0.02), strict=True):
            group["initial_lr"] = base
        options = {"lr_lambda": scheduler.lr_lambda} if hasattr(scheduler, "lr_lambda") else scheduler.options()
        assert type(scheduler)(sgd, **options, last_epoch=7).last_epoch == 8
        assert rates(sgd) == scheduler.get_last_lr()


def test_a_state_with_other_options() -> None:
    sgd = optimizer(0.1)
    old = lrs.CosineAnnealingLR(optimizer(0.1), 100)
    old.step(50)
    new = lrs.CosineAnnealingLR(sgd, 200)
    with pytest.raises(ValueError, match=r"CosineAnnealingLR: .*: T_max: 100 in the state, 200 here\."):
        new.load_state_dict(old.state_dict())
    assert (new.last_epoch, rates(sgd)) == (0, [0.1])
    new.load_state_dict(old.state_dict(), strict=False)
    assert new.last_epoch == 50
    assert rates(sgd) == pytest.approx([0.05 * (1 + math.cos(math.pi / 4))])


def test_the_differences_name_the_part() -> None:
    def nested(gamma: float) -> Any:
        sgd = optimizer(0.1)
        return lrs.SequentialLR(sgd, [lrs.ConstantLR(sgd), lrs.ChainedScheduler([lrs.StepLR(sgd, 2, gamma)])], [3])

    with pytest.raises(ValueError, match=r"schedulers\[1\]\.schedulers\[0\]\.gamma: 0\.5 in the state, 0\.25 here"):
        nested(0.25).load_state_dict(nested(0.5).state_dict())


DAMAGE: list[tuple[Any, type[Exception], str]] = [
    (lambda s: [1], TypeError, "state must be a dict, got [1]"),
    (lambda s: {**s, "scheduler": "StepLR"}, ValueError, "state must be that of a ExponentialLR, got one of 'StepLR'"),
    (lambda s: {k: v for k, v in s.items() if k != "scales"}, ValueError, "the state has no 'scales'"),
    (lambda s: {k: v for k, v in s.items() if k != "last_epoch"}, ValueError, "the state has no 'last_epoch'"),
    (lambda s: {**s, "base_lrs": [0.1]}, ValueError, "as many groups as the optimizer has, 2, got [0.1]"),
    (lambda s: {**s, "last_lr": [0.1, math.nan]}, ValueError, "state['last_lr'][1] must be a number >= 0, got nan"),
    (lambda s: {**s, "scales": [1.0, "1"]}, TypeError, "state['scales'][1] must be a number >= 0, got '1'"),
    (lambda s: {**s, "last_epoch": -3}, ValueError, "state['last_epoch'] must be a number >= 0, got -3"),
    (lambda s: {**s, "options": {}}, ValueError, "gamma: None in the state, 0.9 here"),
]


@pytest.mark.parametrize(("damage", "error", "message"), DAMAGE)
def test_a_damaged_state_changes_nothing(damage: Any, error: type[Exception], message: str) -> None:
    sgd = optimizer(0.1, 0.02)
    scheduler = lrs.ExponentialLR(sgd, 0.9)
    scheduler.step(3)
    before = scheduler.state_dict()
    with pytest.raises(error) as caught:
        scheduler.load_state_dict(damage(lrs.ExponentialLR(optimizer(0.3, 0.3), 0.9).state_dict()))
    assert message in str(caught.value)
    assert scheduler.state_dict() == before
    assert rates(sgd) == before["last_lr"]


def halved(epoch: float) -> float:
    return 0.5**epoch


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x))], ids=["copy", "pickle"])
def test_schedulers_of_functions_are_copied(copied: Callable[[Any], Any]) -> None:
    for make in (
        lambda o: lrs.LambdaLR(o, halved),
        lambda o: lrs.MultiplicativeLR(o, halved),
        lambda o: lrs.CyclicLR(o, 0.1, 0.5, step_size_up=2, scale_fn=halved),
    ):
        scheduler = make(SimpleNamespace(param_groups=[{"lr": 0.1}]))
        scheduler.step()
        twin = copied(scheduler)
        for one in (scheduler, twin):
            one.step()
            one.step()
        assert twin.get_last_lr() == scheduler.get_last_lr()


def test_a_part_stays_a_part_when_its_state_is_loaded() -> None:
    optimizer = SimpleNamespace(param_groups=[{"lr": 0.1}])
    part = lrs.LinearLR(optimizer, 0.5, total_iters=3)
    lrs.SequentialLR(optimizer, [part, lrs.ExponentialLR(optimizer, 0.9)], [3])
    part.load_state_dict(part.state_dict())
    with pytest.raises(RuntimeError, match="part of"):
        part.step()
