"""What is made for MindSpore, in MindSpore itself: ``python -m pytest tests/interop/mindspore_live_cells.py``.

Cells, and the code to paste. It needs the environment of ``mindspore_live.py``.
"""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest
from helpers import leaf_kinds, magnitude, schedules
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from mindspore_itself import EPS, pynative, rates_of, weight  # noqa: F401  # a fixture

import lrkit
from lrkit.interop.mindspore import from_mindspore, to_mindspore

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import mindspore as ms
    from mindspore import Tensor, nn, ops

MODES = pytest.mark.parametrize("mode", [ms.PYNATIVE_MODE, ms.GRAPH_MODE], ids=["pynative", "graph"])

EXPRESSIONS = [
    lrkit.CosineDecayLR(0.0, 0.1, 10).warmup(3),
    lrkit.ConstantLR(0.3),
    lrkit.TableLR([0.1, 0.2, 0.3]),
    lrkit.TableLR([0.1] * 5 + [0.2] * 5 + [0.3]),
    lrkit.PiecewiseConstantLR([3, 8], [0.1, 0.01]),
    lrkit.PiecewiseLinearLR([1, 3.5, 8], [0.1, 0.2, 0.05]),
    lrkit.PolynomialDecayLR(0.1, 0.01, 5, 0.5, update_decay_steps=True),
    lrkit.NaturalExpDecayLR(0.1, 0.1, 3, is_stair=True),
    lrkit.CosineDecayLR(0.0, 0.1, 10).repeat(10, 3, 2.0, 0.5),
    lrkit.CosineDecayLR(0.0, 0.1, 10).repeat(10, 3, gamma=0.5),
    lrkit.InverseDecayLR(0.1, 0.1, 3).stretch(2.5).clip(0.02, 0.09),
    (lrkit.WarmUpLR(1.0, 4) ** 0.5 * lrkit.ExponentialDecayLR(0.1, 0.5, 9) + lrkit.ConstantLR(0.01)) / 2 - 0.001,
    lrkit.WarmUpLR(0.1, 9).minimum(lrkit.CosineDecayLR(0.0, 0.1, 12)).shift(-2).hold(14),
    lrkit.ConstantLR(0.1).then(lrkit.ConstantLR(0.2), 2**40),
    lrkit.PolynomialDecayLR(0.1, 0.01, 2**50, 2.0, update_decay_steps=True),
]


def narrowest(schedule: Any) -> float:
    """The shortest distance between two knots, of a schedule that has any."""
    gaps = np.diff(getattr(schedule, "milestones", [0.0, 1.0]))
    return min(gaps[gaps > 0], default=1.0)


def allowed(schedule: lrkit.LearningRateSchedule, steps: Any) -> float:
    share = 32 * EPS
    if schedule.kind in ("piecewise_linear", "piecewise_cosine"):  # the distance from a knot that is no float32
        share *= 1 + schedule.milestones[-1] / narrowest(schedule)
    return share * magnitude(schedule, steps)


@MODES
@pytest.mark.parametrize("schedule", EXPRESSIONS, ids=lambda s: s.kind)
def test_a_cell_is_the_schedule_in_both_modes(schedule: lrkit.LearningRateSchedule, mode: int) -> None:
    ms.set_context(mode=mode)
    cell = to_mindspore(schedule)
    steps = np.arange(40)
    assert np.abs(rates_of(cell, steps) - schedule(steps)).max() <= allowed(schedule, steps)
    for step in (Tensor(7, ms.int32), Tensor([7], ms.int32), Tensor(7), Tensor(7.0, ms.float32)):
        rate = cell(step)
        assert (rate.shape, rate.dtype) == (step.shape, ms.float32)
        assert abs(float(rate.asnumpy().item()) - schedule(7)) <= allowed(schedule, steps)
    assert from_mindspore(cell) is schedule
    assert repr(schedule) in repr(cell)


@settings(max_examples=150)
@given(schedule=schedules(leaf_kinds(), 1), stop=st.integers(1, 2000), per_epoch=st.integers(1, 3))
def test_every_kind_as_a_cell(schedule: lrkit.LearningRateSchedule, stop: int, per_epoch: int) -> None:
    assume(narrowest(schedule) > 1e-6)  # float32 divides by it
    steps = np.arange(min(stop, 200)) if stop % 2 else np.linspace(0, stop, 200).astype(np.int64)
    cell = to_mindspore(schedule, step_per_epoch=per_epoch)
    exact = schedule(steps // per_epoch)
    assert np.abs(rates_of(cell, steps) - exact).max() <= allowed(schedule, steps)


def test_integer_steps_are_exact_beyond_float32() -> None:
    jump = 2**24 + 4
    steps = Tensor(np.array([jump - 1, jump, jump + 1], np.int32))
    for schedule in (
        lrkit.ConstantLR(1.0).then(lrkit.ConstantLR(0.5), jump),
        lrkit.TableLR([1.0, 0.5], [jump, 5]),
        lrkit.ExponentialDecayLR(1.0, 0.5, jump, is_stair=True),
        lrkit.TableLR([1.0, 0.5, 0.25]).shift(jump - 1).clip(0.5),
    ):
        assert to_mindspore(schedule)(steps).asnumpy().tolist() == [1.0, 0.5, 0.5]
    float32 = to_mindspore(schedule)(ops.cast(steps, ms.float32)).asnumpy().tolist()
    assert float32 != [1.0, 0.5, 0.5]  # jump - 1 is no float32


def test_a_jump_after_a_stretch_may_come_a_step_late_in_float32() -> None:
    schedule = lrkit.ConstantLR(1.0).then(lrkit.ConstantLR(0.5), 100).stretch(0.07)
    rates = rates_of(to_mindspore(schedule), range(12))
    assert np.flatnonzero(rates != schedule(np.arange(12))).size <= 1
    assert to_mindspore(schedule, 12) == schedule.to_list(12)


@MODES
@pytest.mark.parametrize("cls", [nn.Momentum, nn.SGD, nn.Adam])
def test_an_optimizer_reads_a_cell_at_every_step(cls: Any, mode: int) -> None:
    ms.set_context(mode=mode)
    schedule = EXPRESSIONS[0]
    options = {"momentum": 0.0} if cls is nn.Momentum else {}
    trained = cls([weight()], learning_rate=to_mindspore(schedule), **options)
    gradient = (Tensor(np.ones(2, np.float32)),)
    for step in range(16):
        assert abs(float(trained.get_lr().asnumpy()) - schedule(step)) <= 1e-8
        before = trained.parameters[0].asnumpy().copy()
        trained(gradient)
        moved = before - trained.parameters[0].asnumpy()
        if cls is not nn.Adam:
            np.testing.assert_allclose(moved, schedule(step), atol=2e-7)  # of a weight of 1
        else:
            np.testing.assert_allclose(moved, schedule(step), atol=1e-5)  # a constant gradient moves it by the rate


@MODES
def test_groups_have_cells_of_their_own(mode: int) -> None:
    ms.set_context(mode=mode)
    low, high = EXPRESSIONS[0] / 10, EXPRESSIONS[8]
    groups = [{"params": [weight("a")], "lr": to_mindspore(low)}, {"params": [weight("b")]}]
    trained = nn.Momentum(groups, learning_rate=to_mindspore(high), momentum=0.0)
    gradient = (Tensor(np.ones(2, np.float32)),) * 2
    total = np.zeros(2)
    for step in range(12):
        trained(gradient)
        total += [low(step), high(step)]
    np.testing.assert_allclose([1 - p.asnumpy()[0] for p in trained.parameters], total, atol=2e-6)


@MODES
def test_a_whole_training_step_is_compiled_with_a_cell(mode: int) -> None:
    ms.set_context(mode=mode)
    schedule = lrkit.TableLR([0.5, 0.25, 0.125])
    net = nn.Dense(1, 1, weight_init="zeros", has_bias=False)
    trained = nn.SGD(net.trainable_params(), learning_rate=to_mindspore(schedule))
    train = nn.TrainOneStepCell(net, trained)
    for step in range(5):
        train(Tensor([[1.0]], ms.float32))  # the network is its own loss: its gradient is 1
        assert net.weight.asnumpy().item() == -sum(schedule.to_list(step + 1))


def test_many_cells_of_one_shape_do_not_take_one_anothers_rates() -> None:
    ms.set_context(mode=ms.GRAPH_MODE)
    for rate in (0.5, 0.25, 0.125, 0.5):
        cell = to_mindspore(lrkit.WarmUpLR(rate, 4))
        assert float(cell(Tensor(2, ms.int32)).asnumpy()) == rate / 2
        del cell


class MindSporeStyle(lrkit.LearningRateSchedule):
    def __init__(self) -> None:
        self.rate = 0.5

    def construct(self, global_step: Any) -> Any:
        return self.rate if float(global_step) < 2 else 0.0


def test_a_formula_that_cannot_be_recorded_becomes_a_list() -> None:
    with pytest.raises(
        TypeError, match=r"formula of MindSporeStyle cannot be written .*; with total_step it becomes a list"
    ):
        to_mindspore(MindSporeStyle())
    assert to_mindspore(MindSporeStyle(), 3) == [0.5, 0.5, 0.0]


# Code to paste ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "schedule",
    [
        lrkit.CosineDecayLR(0.001, 0.1, 40),
        lrkit.ExponentialDecayLR(0.1, 0.9, 7, is_stair=True),
        lrkit.InverseDecayLR(0.1, 0.5, 7),
        lrkit.NaturalExpDecayLR(0.1, 0.02, 7),
        lrkit.PolynomialDecayLR(0.1, 0.01, 40, 2.0, True),
        lrkit.WarmUpLR(0.1, 30),
        lrkit.CosineDecayLR(0.001, 0.1, 40).warmup(10),
        lrkit.RexDecayLR(0.0, 0.1, 50),
    ],
    ids=lambda schedule: schedule.kind,
)
def test_the_code_for_mindspore_has_the_schedules_rates(schedule: lrkit.LearningRateSchedule) -> None:
    names: dict[str, Any] = {}
    code = lrkit.as_source(schedule, "mindspore")
    assert ("lrkit" in code) == (schedule.kind in ("join", "rex_decay"))
    exec(code, names)
    steps = np.arange(130)
    np.testing.assert_allclose(rates_of(names["learning_rate"], steps), schedule(steps), rtol=0, atol=2e-6 * 0.1)
