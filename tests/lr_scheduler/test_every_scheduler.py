"""Schedulers on groups: state, edits, composition, messages. No framework is needed."""

from __future__ import annotations

import copy
import json
import math
import pickle
import subprocess
import sys
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from processes import LIMIT

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


# The closed form ----------------------------------------------------------------------------------------------------


def test_every_public_class_is_here() -> None:
    public = {name for name in lrs.__all__ if isinstance(getattr(lrs, name), type)}
    assert public == {*MAKE, "LRScheduler", "ReduceLROnPlateau"}


def test_the_rates_of_the_documentation() -> None:
    """Those that torch's documentation prints, to 2 ulp: they come from a recursion."""
    sgd = optimizer(0.1)
    scheduler = lrs.ExponentialLR(sgd, gamma=0.9)
    printed = [0.09000000000000001, 0.08100000000000002, 0.07290000000000002, 0.06561000000000002, 0.05904900000000002]
    for rate in printed:
        scheduler.step()
        assert abs(scheduler.get_last_lr()[0] - rate) <= 2 * math.ulp(rate)


@pytest.mark.parametrize("name", MAKE)
def test_the_rates_are_those_of_the_schedule(name: str) -> None:
    """Stepped, jumped to and drawn: the same numbers; and nothing drifts."""
    sgd = optimizer(0.1, 0.02)
    scheduler = MAKE[name](sgd)
    curves = [scheduler.schedule(base, k).to_list(60) for k, base in enumerate(scheduler.base_lrs)]
    for epoch in range(60):
        assert scheduler.last_epoch == epoch
        assert scheduler.get_lr() == scheduler.get_last_lr() == rates(sgd) == [curve[epoch] for curve in curves]
        assert {type(rate) for rate in scheduler.get_last_lr()} == {float}
        scheduler.step()
    for epoch in (7, 0, 59, 3):
        scheduler.step(epoch)
        assert rates(sgd) == [curve[epoch] for curve in curves]
    assert scheduler.scales == [1.0, 1.0]
    assert scheduler.base_lrs == [group["initial_lr"] for group in sgd.param_groups] == [0.1, 0.02]


@pytest.mark.parametrize("name", MAKE)
def test_the_schedule_is_a_value_like_any_other(name: str) -> None:
    schedule = MAKE[name](optimizer(0.1, 0.02)).schedule(0.1)
    steps = np.arange(30)
    np.testing.assert_allclose(
        schedule.to_array(steps), [schedule(int(step)) for step in steps], rtol=1e-13, atol=1e-17
    )
    assert schedule.warmup(5)(5) == schedule(0)


def test_fractional_epochs() -> None:
    sgd = optimizer(1.0)
    scheduler = lrs.CosineAnnealingWarmRestarts(sgd, 2, 2)
    for epoch, share in [(0.5, 1 / 4), (2.0, 0), (3.5, 1.5 / 4), (13.9, 7.9 / 8)]:
        scheduler.step(epoch)
        assert rates(sgd) == pytest.approx([(1 + math.cos(math.pi * share)) / 2], rel=1e-12)
    scheduler.step(np.float64(6.0))
    assert (scheduler.last_epoch, type(scheduler.last_epoch)) == (6, int)
    scheduler = lrs.MultiplicativeLR(sgd, lambda e: 0.5)
    scheduler.step(2.75)
    assert scheduler.last_epoch == 2.75
    assert rates(sgd) == [0.25 * scheduler.base_lrs[0]]


@pytest.mark.parametrize("factor", [3, 10])
def test_restarts_far_away(factor: int) -> None:
    """Counted in integers: at a restart the rate is the base rate, up to 2**53."""
    scheduler = lrs.CosineAnnealingWarmRestarts(optimizer(0.1), 10, factor)
    start = length = 10
    while start < 2**53:
        scheduler.step(start)
        assert scheduler.get_last_lr() == [0.1]
        scheduler.step(start - 1)
        middle = start - length / 2
        assert scheduler.get_last_lr()[0] < 0.003
        scheduler.step(middle)
        assert scheduler.get_last_lr() == pytest.approx([0.05], rel=1e-9)
        length *= factor
        scheduler.step(start + length // 4)
        assert scheduler.get_last_lr() == pytest.approx([0.05 * (1 + math.cos(math.pi / 4))], rel=0.05)
        start += length


def test_zeros_where_others_fail() -> None:
    assert lrs.LinearLR(optimizer(0.1), 0, total_iters=2).schedule(0.1).to_list(4) == [0, 0.05, 0.1, 0.1]
    assert lrs.LinearLR(optimizer(0.1), 0.5, total_iters=0).get_last_lr() == [0.1]
    assert lrs.ConstantLR(optimizer(0.1), 0, 2).schedule(0.1).to_list(4) == [0, 0, 0.1, 0.1]
    assert lrs.ConstantLR(optimizer(0.1), 0.5, 0).get_last_lr() == [0.1]
    assert lrs.PolynomialLR(optimizer(0.1), 2, 0).schedule(0.1).to_list(4) == [0.1] * 4
    assert lrs.MultiStepLR(optimizer(0.1), [3, 0, 3], 0.5).schedule(0.1).to_list(5) == [0.05] * 3 + [0.0125] * 2


def test_cyclic_leaves_the_initial_rate_alone() -> None:
    sgd = optimizer(0.5)
    lrs.CyclicLR(sgd, 0.1, 0.2)
    assert sgd.param_groups == [{"lr": 0.1, "initial_lr": 0.5}]
    above = lrs.CyclicLR(optimizer(0.5), 0.3, 0.1, 2)
    np.testing.assert_allclose(above.schedule(0.5).to_list(5), [0.3, 0.2, 0.1, 0.2, 0.3], rtol=1e-14)


@pytest.mark.parametrize(("mode", "argument"), [("cycle", lambda e: 1 + e // 4), ("iterations", lambda e: e)])
def test_cyclic_calls_the_scale_function(mode: str, argument: Callable[[int], int]) -> None:
    seen = []
    scheduler = lrs.CyclicLR(optimizer(0.1), 0, 1, 2, scale_fn=lambda x: seen.append(x) or 0.5, scale_mode=mode)
    for _ in range(9):
        scheduler.step()
    assert seen == [argument(epoch) for epoch in range(10)]
    assert scheduler.schedule(1).to_list(4) == [0, 0.25, 0.5, 0.25]


def test_a_function_is_asked_at_numbers_only_and_each_time() -> None:
    """A function that looks at the type, the clock or a table cannot be compiled; it is called instead."""
    table = {0: 1.0, 1: 0.5, 2: 0.25}
    calls = []
    sgd = optimizer(1.0)
    scheduler = lrs.LambdaLR(sgd, lambda e: (calls.append(type(e)), table[e])[1])
    scheduler.step()
    table[2] = 0.75
    scheduler.step()
    assert rates(sgd) == [0.75]
    assert set(calls) == {int}
    products = []
    scheduler = lrs.MultiplicativeLR(optimizer(1.0), lambda e: products.append(e) or 0.5)
    for epoch in (3, 1, 0, 5, 5):
        scheduler.step(epoch)
    assert products == [1, 2, 3, 4, 5]
    assert scheduler.get_last_lr() == [2.0**-5]


# Composition --------------------------------------------------------------------------------------------------------


def test_sequential_parts_start_from_the_rates_before_the_first() -> None:
    sgd = optimizer(0.1, 0.02)
    late = lrs.ExponentialLR(sgd, 0.5)
    early = lrs.LinearLR(sgd, 0.5, total_iters=2)
    scheduler = lrs.SequentialLR(sgd, [early, late], [2])
    seen = [rates(sgd)]
    for _ in range(3):
        scheduler.step()
        seen.append(rates(sgd))
    np.testing.assert_allclose(seen, np.outer([0.5, 0.75, 1, 0.5], [0.1, 0.02]), rtol=1e-15)


def test_the_first_part_may_stand_inside_another() -> None:
    sgd = optimizer(0.1)
    first = lrs.LinearLR(sgd, 0.5, total_iters=2)
    other = lrs.ConstantLR(sgd, 1.0)  # it has seen 0.05
    inner = lrs.SequentialLR(sgd, [first], [])
    assert lrs.SequentialLR(sgd, [other, inner], [3]).base_lrs == [0.1]
    assert rates(sgd) == [0.1]


def test_nested_parts_are_joined() -> None:
    sgd = optimizer(0.1)
    scheduler = sequential(sgd)
    assert scheduler.base_lrs == [0.1]

    def form(e: int) -> float:
        if e < 3:
            return 0.1 * e / 3
        if e < 7:
            return 0.01 + 0.045 * (1 + math.cos(math.pi * (e - 3) / 4))
        return 0.1 * 0.1 ** ((e - 7) // 2) * (1 / 3 if e - 7 < 5 else 1)

    for epoch in range(20):
        assert rates(sgd) == pytest.approx([form(epoch)], rel=1e-13)
        scheduler.step()


def test_chained_is_a_product() -> None:
    sgd = optimizer(0.1, 0.0)
    scheduler = lrs.ChainedScheduler([lrs.CosineAnnealingLR(sgd, 100, 0.01), lrs.ExponentialLR(sgd, 0.99)], sgd)
    for epoch in range(300):
        form = (0.01 + 0.045 * (1 + math.cos(math.pi * epoch / 100))) * 0.99**epoch
        assert rates(sgd) == pytest.approx([form, 0], rel=1e-12)
        scheduler.step()


def test_chained_resumes_with_its_parts() -> None:
    sgd = optimizer(0.05, initial_lr=0.1)
    parts = [lrs.ExponentialLR(sgd, 0.9, last_epoch=3), lrs.StepLR(sgd, 3, last_epoch=3)]
    scheduler = lrs.ChainedScheduler(parts)
    assert scheduler.last_epoch == 4
    assert rates(sgd) == pytest.approx([0.1 * 0.9**4 * 0.1])


def test_two_schedulers_multiply() -> None:
    for way in WAYS.values():
        sgd = way(0.1)
        first, second = lrs.ExponentialLR(sgd, 0.9), lrs.StepLR(sgd, 3, 0.5)
        for epoch in range(1, 200):
            first.step()
            second.step()
            assert rates(sgd) == pytest.approx([0.1 * 0.9**epoch * 0.5 ** (epoch // 3)], rel=2e-5)


def test_two_schedulers_multiply_though_one_starts_at_zero() -> None:
    sgd = optimizer(0.1)
    first, second = lrs.LinearLR(sgd, 0, total_iters=4), lrs.ExponentialLR(sgd, 0.9)
    assert second.base_lrs == [0.1]
    for epoch in range(1, 9):
        first.step()
        second.step()
        assert rates(sgd) == pytest.approx([0.1 * min(epoch, 4) / 4 * 0.9**epoch])


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


# Classes of one's own -----------------------------------------------------------------------------------------------


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


# Plateau ------------------------------------------------------------------------------------------------------------


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


# What is printed and what is refused --------------------------------------------------------------------------------


def test_verbose(capsys: Any) -> None:
    sgd = optimizer(0.1, 1 / 3)
    scheduler = lrs.StepLR(sgd, 30, 0.1, verbose=True)
    line = "Adjusting learning rate of group 0 to 0.1.\nAdjusting learning rate of group 1 to 0.333333.\n"
    assert capsys.readouterr().out == line
    scheduler.step()
    assert capsys.readouterr().out == line
    other = lrs.ReduceLROnPlateau(sgd, patience=0, verbose=True)
    other.step(1.0)
    assert not capsys.readouterr().out
    other.step(1.0)
    assert capsys.readouterr().out.startswith("Adjusting learning rate of group 0 to 0.01.\n")


def of(cls: Any, *arguments: Any, **options: Any) -> Callable[[Any], Any]:
    return lambda sgd: cls(sgd, *arguments, **options)


REFUSED: list[tuple[Callable[[Any], Any], type[Exception], str]] = [
    (lambda _: lrs.StepLR(3, 2), TypeError, "StepLR: optimizer must have param_groups, a list of dicts, got 3"),
    (
        lambda _: lrs.StepLR(SimpleNamespace(param_groups=[{"rate": 1}]), 2),
        TypeError,
        "optimizer.param_groups[0] must be a dict with the key 'lr', got {'rate': 1}",
    ),
    (
        lambda _: lrs.StepLR(optimizer(-0.1), 2),
        ValueError,
        "StepLR: lr of group 0 must be a finite number >= 0, got -0.1",
    ),
    (lambda _: lrs.StepLR(optimizer(0.1, "1"), 2), TypeError, "StepLR: lr of group 1 must be a number >= 0, got '1'"),
    (of(lrs.StepLR, 0), ValueError, "StepLR: step_size must be an integer >= 1, got 0"),
    (of(lrs.StepLR, 2.5), TypeError, "StepLR: step_size must be an integer >= 1, got 2.5"),
    (of(lrs.StepLR, True), TypeError, "StepLR: step_size must be an integer >= 1, got True"),
    (of(lrs.StepLR, 2, -1), ValueError, "StepLR: gamma must be a number > 0, got -1"),
    (of(lrs.StepLR, 2, last_epoch=-2), ValueError, "StepLR: last_epoch must be an integer >= -1, got -2"),
    (of(lrs.StepLR, 2, last_epoch=1.0), TypeError, "StepLR: last_epoch must be an integer >= -1, got 1.0"),
    (of(lrs.StepLR, 2, last_epoch=3), KeyError, "StepLR: to resume, group 0 must have the key 'initial_lr'"),
    (of(lrs.StepLR, 2, verbose=1), TypeError, "StepLR: verbose must be True or False, got 1"),
    (of(lrs.ExponentialLR, math.nan), ValueError, "ExponentialLR: gamma must be a number > 0, got nan"),
    (of(lrs.MultiStepLR, [2.0]), TypeError, "MultiStepLR: milestones[0] must be an integer >= 0, got 2.0"),
    (of(lrs.MultiStepLR, 2), TypeError, "MultiStepLR: milestones must be a list of integers >= 0, got 2"),
    (of(lrs.LinearLR, 1.5), ValueError, "LinearLR: start_factor must be a number >= 0 and <= 1, got 1.5"),
    (of(lrs.LinearLR, 0.5, -1), ValueError, "LinearLR: end_factor must be a number >= 0 and <= 1, got -1"),
    (of(lrs.LinearLR, total_iters=-1), ValueError, "LinearLR: total_iters must be an integer >= 0, got -1"),
    (of(lrs.ConstantLR, 2), ValueError, "ConstantLR: factor must be a number >= 0 and <= 1, got 2"),
    (of(lrs.PolynomialLR, 0), ValueError, "PolynomialLR: total_iters must be an integer >= 1, got 0"),
    (of(lrs.PolynomialLR, 5, -1), ValueError, "PolynomialLR: power must be a number >= 0, got -1"),
    (
        of(lrs.LambdaLR, 0.5),
        TypeError,
        "LambdaLR: lr_lambda must be a function, or a list of one for each group, got 0.5",
    ),
    (
        of(lrs.LambdaLR, [abs, abs]),
        ValueError,
        "LambdaLR: lr_lambda must be a function or one for each of the 1 groups",
    ),
    (of(lrs.LambdaLR, lambda e: "1"), TypeError, "LambdaLR: lr_lambda(0) must be a number, got '1'"),
    (
        of(lrs.LambdaLR, lambda e: -1),
        ValueError,
        "LambdaLR: the rate of group 0 at epoch 0 must be a finite number >= 0",
    ),
    (of(lrs.LambdaLR, lambda e: math.inf), ValueError, "group 0 at epoch 0 must be a finite number >= 0, got inf"),
    (of(lrs.LambdaLR, lambda e: math.nan), ValueError, "group 0 at epoch 0 must be a finite number >= 0, got nan"),
    (of(lrs.CosineAnnealingLR, 0), ValueError, "CosineAnnealingLR: T_max must be an integer >= 1, got 0"),
    (of(lrs.CosineAnnealingLR, 5, -1), ValueError, "CosineAnnealingLR: eta_min must be a number >= 0, got -1"),
    (of(lrs.CosineAnnealingWarmRestarts, 0), ValueError, "T_0 must be an integer >= 1, got 0"),
    (of(lrs.CosineAnnealingWarmRestarts, 2, 1.5), TypeError, "T_mult must be an integer >= 1, got 1.5"),
    (of(lrs.CyclicLR, 0.1, 0.2, 0), ValueError, "CyclicLR: step_size_up must be an integer >= 1, got 0"),
    (of(lrs.CyclicLR, [0.1, 0.2], 1), ValueError, "CyclicLR: base_lr must be a number or one for each of the 1 groups"),
    (of(lrs.CyclicLR, 0.1, "a"), TypeError, "CyclicLR: max_lr must be a number >= 0, got 'a'"),
    (
        of(lrs.CyclicLR, 0.1, 0.2, mode="saw"),
        ValueError,
        "CyclicLR: mode must be 'triangular' or 'triangular2' or 'exp",
    ),
    (of(lrs.CyclicLR, 0.1, 0.2, mode=2), TypeError, "CyclicLR: mode must be 'triangular' or 'triangular2' or 'exp"),
    (of(lrs.CyclicLR, 0.1, 0.2, scale_fn=2), TypeError, "CyclicLR: scale_fn must be a function"),
    (of(lrs.CyclicLR, 0.1, 0.2, scale_mode="x"), ValueError, "scale_mode must be 'cycle' or 'iterations', got 'x'"),
    (of(lrs.ReduceLROnPlateau, "low"), ValueError, "ReduceLROnPlateau: mode must be 'min' or 'max', got 'low'"),
    (of(lrs.ReduceLROnPlateau, factor=1), ValueError, "factor must be a number > 0 and < 1, got 1"),
    (of(lrs.ReduceLROnPlateau, factor=0), ValueError, "factor must be a number > 0 and < 1, got 0"),
    (of(lrs.ReduceLROnPlateau, patience=-1), ValueError, "patience must be an integer >= 0, got -1"),
    (of(lrs.ReduceLROnPlateau, cooldown=1.5), TypeError, "cooldown must be an integer >= 0, got 1.5"),
    (of(lrs.ReduceLROnPlateau, threshold=math.nan), ValueError, "threshold must be a number >= 0, got nan"),
    (of(lrs.ReduceLROnPlateau, min_lr=[1, 2]), ValueError, "min_lr must be a number or one for each of the 1 groups"),
    (of(lrs.ReduceLROnPlateau, base=3), TypeError, "base must be a schedule, an LRScheduler or None, got 3"),
    (
        lambda o: lrs.ReduceLROnPlateau(o, base=lrs.StepLR(optimizer(0.1), 2)),
        ValueError,
        "ReduceLROnPlateau: base must be of the same optimizer",
    ),
    (of(lrs.SequentialLR, 3, []), TypeError, "SequentialLR: schedulers must be a list of schedulers, got 3"),
    (
        of(lrs.SequentialLR, [], []),
        ValueError,
        "SequentialLR: schedulers must be a list of 1 or more schedulers, got []",
    ),
    (
        lambda o: lrs.SequentialLR(o, [lrs.StepLR(optimizer(0.1), 2)], []),
        ValueError,
        "SequentialLR: schedulers[0] must be of the same optimizer",
    ),
    (
        lambda o: lrs.SequentialLR(o, [lrs.ReduceLROnPlateau(o)], []),
        TypeError,
        "schedulers[0] must be an LRScheduler, got a ReduceLROnPlateau: it follows a metric",
    ),
    (lambda _: lrs.ChainedScheduler([]), ValueError, "ChainedScheduler: schedulers must be a list of 1 or more"),
    (
        lambda _: lrs.ChainedScheduler([3]),
        TypeError,
        "ChainedScheduler: schedulers[0] must be an LRScheduler, got 3",
    ),
]


@pytest.mark.parametrize(("make", "error", "message"), REFUSED, ids=[message[:60] for _, _, message in REFUSED])
def test_refused_with_nothing_written(make: Any, error: type[Exception], message: str) -> None:
    sgd = optimizer(0.1)
    with pytest.raises(error) as caught:
        make(sgd)
    assert message in str(caught.value)
    assert sgd.param_groups == [{"lr": 0.1}]


@pytest.mark.parametrize(
    ("milestones", "error", "message"),
    [
        ([5, 3], ValueError, "SequentialLR: milestones must be in rising order, got [5, 3]"),
        ([5, 5], ValueError, "SequentialLR: milestones must be in rising order, got [5, 5]"),
        ([2.0, 5], TypeError, "SequentialLR: milestones[0] must be an integer >= 0, got 2.0"),
        ([-1, 5], ValueError, "SequentialLR: milestones[0] must be an integer >= 0, got -1"),
        ([5], ValueError, "SequentialLR: milestones must be one fewer than schedulers, of which there are 3, got [5]"),
        (5, TypeError, "SequentialLR: milestones must be a list of integers >= 0, got 5"),
    ],
)
def test_milestones_refused(milestones: Any, error: type[Exception], message: str) -> None:
    sgd = optimizer(0.1)
    parts = [lrs.StepLR(sgd, 2), lrs.StepLR(sgd, 3), lrs.ConstantLR(sgd)]
    before = copy.deepcopy(sgd.param_groups)
    with pytest.raises(error) as caught:
        lrs.SequentialLR(sgd, parts, milestones)
    assert message in str(caught.value)
    assert sgd.param_groups == before


@pytest.mark.parametrize(
    ("epoch", "error"),
    [(-1, ValueError), (math.nan, ValueError), (math.inf, ValueError), ("3", TypeError), (True, TypeError)],
)
def test_no_such_epoch(epoch: Any, error: type[Exception]) -> None:
    sgd = optimizer(0.1)
    scheduler = lrs.ExponentialLR(sgd, 0.9)
    with pytest.raises(error, match="ExponentialLR: epoch must be a "):
        scheduler.step(epoch)
    assert (scheduler.last_epoch, rates(sgd)) == (0, [0.1])


def test_a_step_refused_changes_nothing() -> None:
    sgd = optimizer(0.1, 0.2)
    scheduler = lrs.LambdaLR(sgd, [lambda e: 1.0, lambda e: 1.0 - e / 2])
    scheduler.step(2)
    sgd.param_groups.append({"lr": 0.3})
    sgd.param_groups[0]["lr"] = 0.4
    with pytest.raises(ValueError, match="LambdaLR: lr_lambda must be a list that has one for group 2 too"):
        scheduler.step()
    del sgd.param_groups[2]
    with pytest.raises(ValueError, match=r"the rate of group 1 at epoch 3 must be a finite number >= 0, got -0\.1"):
        scheduler.step()
    assert (scheduler.last_epoch, scheduler.scales, scheduler.base_lrs) == (2, [1.0, 1.0], [0.1, 0.2])
    assert sgd.param_groups == [{"lr": 0.4, "initial_lr": 0.1}, {"lr": 0.0, "initial_lr": 0.2}]
    sgd.param_groups[1]["lr"] = math.nan
    with pytest.raises(ValueError, match="lr of group 1 must be a finite number >= 0, got nan"):
        scheduler.step(1)
    del sgd.param_groups[1]
    with pytest.raises(ValueError, match="the optimizer had 2 groups, it now has 1"):
        scheduler.step(1)
    growing = lrs.ExponentialLR(sgd, 10)
    with pytest.raises(OverflowError, match="too large for a float"):
        growing.step(400)
    assert growing.last_epoch == 0


def test_no_framework_is_imported() -> None:
    code = (
        "import sys; from types import SimpleNamespace as N; from lrkit.lr_scheduler import StepLR; "
        "StepLR(N(param_groups=[{'lr': 0.1}]), 2).step(); "
        "print([m for m in sys.modules if m.split('.')[0] in ('torch', 'jax', 'matplotlib', 'plotly')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=LIMIT)
    assert done.stdout == "[]\n"


def test_a_part_of_a_composition_is_not_stepped_alone() -> None:
    optimizer = SimpleNamespace(param_groups=[{"lr": 0.1}])
    part = lrs.LinearLR(optimizer, 0.5, total_iters=3)
    whole = lrs.SequentialLR(optimizer, [part, lrs.ExponentialLR(optimizer, 0.9)], [3])
    before = optimizer.param_groups[0]["lr"]
    for epoch in (None, 4):
        with pytest.raises(RuntimeError, match="LinearLR: step the SequentialLR that it is a part of"):
            part.step(epoch)
    assert optimizer.param_groups[0]["lr"] == before
    whole.step()
    assert whole.last_epoch == 1


def test_a_scheduler_shows_itself() -> None:
    optimizer = SimpleNamespace(param_groups=[{"lr": 0.1}])
    assert repr(lrs.StepLR(optimizer, 30)) == "StepLR(step_size=30, gamma=0.1, last_epoch=0)"


def test_a_plateau_takes_one_number() -> None:
    plateau = lrs.ReduceLROnPlateau(SimpleNamespace(param_groups=[{"lr": 0.1}]))
    with pytest.raises(TypeError, match="metrics must be a number"):
        plateau.step(np.array([0.5, 0.6]))


@pytest.mark.parametrize("bad", [-1.0, math.inf, math.nan])
def test_a_rate_that_fails_after_quick_steps_is_refused(bad: float) -> None:
    optimizer = SimpleNamespace(param_groups=[{"lr": 0.1}, {"lr": 0.2}])
    scheduler = lrs.LambdaLR(optimizer, lambda epoch: bad if epoch == 3 else 0.5)
    scheduler.step()
    scheduler.step()
    with pytest.raises(ValueError, match="group 0 at epoch 3"):
        scheduler.step()
    assert ([group["lr"] for group in optimizer.param_groups], scheduler.last_epoch) == ([0.05, 0.1], 2)


def test_a_cycle_that_swings_below_zero_is_refused() -> None:
    """From 0.1 five times as far as 0.01 is away: 0.1 - 5 · 0.09 = -0.35 at the first peak, epoch 2."""
    optimizer = SimpleNamespace(param_groups=[{"lr": 0.1}])
    scheduler = lrs.CyclicLR(optimizer, 0.1, 0.01, step_size_up=2, scale_fn=lambda x: 5.0 if x >= 2 else 0.0,
                             scale_mode="iterations")  # fmt: skip
    scheduler.step()
    with pytest.raises(ValueError, match="at epoch 2"):
        scheduler.step()
    assert optimizer.param_groups[0]["lr"] == 0.1


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


def test_options_stay_and_verbose_is_heeded(capsys: pytest.CaptureFixture[str]) -> None:
    scheduler = lrs.ExponentialLR(SimpleNamespace(param_groups=[{"lr": 1.0}]), 0.5)
    scheduler.step()
    with pytest.raises(AttributeError, match="ExponentialLR: gamma is fixed at construction"):
        scheduler.gamma = 0.9
    scheduler.verbose = True
    scheduler.step()
    assert capsys.readouterr().out == "Adjusting learning rate of group 0 to 0.25.\n"


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


def test_a_part_stays_a_part_when_its_state_is_loaded() -> None:
    optimizer = SimpleNamespace(param_groups=[{"lr": 0.1}])
    part = lrs.LinearLR(optimizer, 0.5, total_iters=3)
    lrs.SequentialLR(optimizer, [part, lrs.ExponentialLR(optimizer, 0.9)], [3])
    part.load_state_dict(part.state_dict())
    with pytest.raises(RuntimeError, match="part of"):
        part.step()
