"""Rates that are computed ahead of a run: those of a call with each epoch, to the bit, and nobody sees them early."""

from __future__ import annotations

import copy
import random
from types import SimpleNamespace
from typing import Annotated, Any

import numpy as np
import pytest
from drawn_schedules import CLASSES, ERRORS, call
from schedulers import optimizer, rates

import lrkit
from lrkit import Param, optim_ex
from lrkit import lr_scheduler as lrs
from lrkit.lr_scheduler import _binding, _unrolled
from lrkit.lr_scheduler._ahead import RatesAhead
from lrkit.lr_scheduler._binding import Binding, Curves
from lrkit.schedules._lists import MANY_CALLS


def of_our_own(*given_rates: float, dtype: Any = np.float32) -> Any:
    groups = [{"params": [np.zeros(1, dtype)], "lr": rate} for rate in given_rates]
    return optim_ex.SGD(groups, lr=0.1)


class UntilLR(lrkit.LearningRateSchedule):
    """Somebody's schedule that fails at a step, and is negative from another one on."""

    fails: Annotated[int, Param("f", low=0)]
    negative: Annotated[int, Param("n", low=0)]

    def formula(self, step: Any, xp: Any) -> Any:
        if step == self.fails:
            raise LookupError("no rate is known")
        return 0.5 if step < self.negative else -0.5


class UntilScheduler(lrs.LRScheduler):
    optimizer: Any
    fails: Annotated[int, Param("f", low=0)]

    def schedule(self, base_lr: float, group: int = 0) -> lrkit.LearningRateSchedule:
        return UntilLR(self.fails, 50)


@pytest.mark.parametrize("name", CLASSES)
def test_rates_ahead_are_those_of_calls(name: str) -> None:
    rng, compared = random.Random(name), 0
    while compared < 2:
        _, curve = call(rng, name)
        epochs = range(start := rng.randrange(3000), start + MANY_CALLS + 100)
        alike = Curves([1.0, 1.0], [curve, 0.3 * curve + 0.1], [])
        scaled = Curves([1.0, 1.0], [0.7 * curve, 0.3 * curve], [])
        others = Curves([1.0, 1.0], [curve, lrkit.WarmUpLR(0.1, 9)], [])
        bindings = [Binding(curves, scales) for curves in (alike, scaled, others) for scales in ([], [0.7, 1.1])]
        for binding in bindings:
            try:
                expected = [binding.rates_at(epoch) for epoch in epochs]
            except ERRORS:
                break
            assert binding.rates_ahead(epochs).tobytes() == np.array(expected).tobytes()
            compared += 1


@pytest.mark.parametrize("groups", [1, 3, _unrolled.FEW, _unrolled.FEW + 1])
@pytest.mark.parametrize("make", [optimizer, of_our_own])
def test_a_long_run_has_the_rates_of_the_schedule(make: Any, groups: int) -> None:
    sgd = make(*(0.1 * (k + 1) for k in range(groups)))
    scheduler = lrs.CosineAnnealingLR(sgd, 1000, 0.01)
    curves = scheduler.curves()
    kind = float if make is optimizer else np.float32
    for epoch in range(1, 2600):
        scheduler.step()
        if epoch % 97 == 0 or epoch in (8, 9, 24, 25, 1016, 1017, 2040):  # where more rates are computed
            assert rates(sgd) == scheduler.get_last_lr() == [float(kind(curve(epoch))) for curve in curves]


def test_groups_of_two_precisions_and_a_later_one() -> None:
    half, whole = np.zeros(1, np.float32), np.zeros(1, np.float64)
    groups = [{"params": [array.copy()]} for array in (half, half, whole, half)]
    sgd = optim_ex.SGD(groups, lr=0.1)
    scheduler = lrs.ExponentialLR(sgd, 0.9)
    for epoch in range(1, 40):
        if epoch == 20:
            sgd.add_param_group({"params": [half.copy()], "lr": 0.1})
        scheduler.step()
        kinds = (np.float32, np.float32, np.float64, np.float32, np.float32)
        assert rates(sgd) == [float(kind(c(epoch))) for kind, c in zip(kinds, scheduler.curves(), strict=False)]
        assert [sgd.lrs[2].value(), *map(float, sgd.lrs)][1:] == rates(sgd)


@pytest.mark.parametrize("make", [optimizer, of_our_own])
@pytest.mark.parametrize(("fails", "error"), [(30, LookupError), (99, ValueError)])
def test_a_run_goes_on_up_to_the_step_that_fails(make: Any, fails: int, error: type[Exception]) -> None:
    sgd = make(0.1, 0.2)
    bound = UntilScheduler(sgd, fails)
    last = min(fails, 50) - 1
    for _ in range(last):
        bound.step()
    for _ in range(2):
        with pytest.raises(error):
            bound.step()
        assert (rates(sgd), bound.last_epoch) == ([0.5, 0.5], last)


def test_a_function_is_called_when_its_epoch_comes() -> None:
    asked: list[float] = []
    scheduler = lrs.LambdaLR(optimizer(0.1), lambda epoch: asked.append(epoch) or 1.0)
    for epoch in range(1, 20):
        scheduler.step()
        assert max(asked) == epoch
    assert asked[-17:] == list(range(3, 20))


def test_an_edit_that_is_seen_late_undoes_nothing() -> None:
    groups = [{"lr": 0.1}, {"lr": 0.1}, {"lr": 0.1}]
    scheduler = lrs.ExponentialLR(SimpleNamespace(param_groups=groups), 0.5)
    scheduler.step()
    scheduler.step()
    groups[2]["lr"] = 0.4
    scheduler.step()
    assert [group["lr"] for group in groups] == [0.0125, 0.0125, 0.2]


def test_a_formula_that_arrays_round_otherwise_is_computed_by_numbers() -> None:
    class OwnPowerLR(lrkit.LearningRateSchedule):
        def formula(self, step: Any, xp: Any) -> Any:
            return (0.2 if np.ndim(step) else 0.1) / (1 + step)  # as if an array were rounded otherwise

    curve, sgd = OwnPowerLR(), optimizer(0.1)
    scheduler = lrs.ScheduleLR(sgd, curve)
    for epoch in range(1, 2 * MANY_CALLS + 600):
        scheduler.step()
        assert rates(sgd) == [curve(epoch)]


def test_a_shallow_copy_keeps_what_was_written_before_it_was_made() -> None:
    scheduler = lrs.ExponentialLR(optimizer(1.0), 0.5)
    scheduler.step()
    scheduler.step()
    twin = copy.copy(scheduler)
    scheduler.step()  # to the copy, somebody has halved the rate
    assert (twin.last_epoch, twin.state_dict()["scales"]) == (2, [0.5])


class Counted(np.ndarray[Any, Any]):
    """An array that counts how often NumPy computes with it."""

    count = 0

    def __array_ufunc__(self, ufunc: Any, method: str, *given: Any, **options: Any) -> Any:
        Counted.count += 1
        return getattr(ufunc, method)(*(np.asarray(one) for one in given), **options)


@pytest.mark.parametrize("offset", [0.0, 0.25])
def test_rates_of_many_groups_on_one_curve_are_one_product(offset: float, monkeypatch: pytest.MonkeyPatch) -> None:
    """A call of NumPy for each group took longer than the rates: three times as long at 3,000 groups."""
    monkeypatch.setattr(_binding, "rates_of_calls", lambda *_: np.array([0.5, 0.25]).view(Counted))
    curve = lrkit.WarmUpLR(0.1, 9)
    curves = Curves([1.0] * 3000, [factor * curve + offset for factor in range(1, 3001)], [])
    Counted.count = 0
    rates_ahead = curves.rates_ahead(range(2))
    assert Counted.count == 1
    assert rates_ahead.tolist() == [[factor * height + offset for factor in range(1, 3001)] for height in (0.5, 0.25)]


@pytest.mark.parametrize("number", [5, 20_000])
def test_rates_of_one_curve_are_computed_ahead_however_many_groups_there_are(number: int) -> None:
    curve = lrkit.WarmUpLR(0.5, 8)
    curves = Curves([1.0] * number, [(1 + k % 3) * curve for k in range(number)], [])
    rows = RatesAhead(Binding(curves, []), [np.inf] * number).rates_from(4)
    assert len(rows) >= 1
    assert rows[0].tolist() == [(1 + k % 3) * 0.25 for k in range(number)]


def test_a_factor_of_somebodys_own_is_not_taken_for_a_factor() -> None:
    class Squared(lrkit.ScaleLR):
        def formula(self, step: Any, xp: Any) -> Any:
            return self.factor * self.schedule.formula(step, xp) ** 2

    group_of_one = SimpleNamespace(param_groups=[{"lr": 1.0}])
    scheduler = lrs.ScheduleLR(group_of_one, Squared(lrkit.ConstantLR(0.5), 0.5))
    scheduler.step()
    assert rates(group_of_one) == [0.125]
