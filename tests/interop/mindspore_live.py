"""What is read of MindSpore, against MindSpore itself: ``python -m pytest tests/interop/mindspore_live.py``.

It needs an environment of its own, with MindSpore 2.10 and NumPy 1.26, and is named so that the ordinary run does not
collect it. Configurations are drawn by seeded generators.
"""

from __future__ import annotations

import random
import warnings
from typing import Any

import numpy as np
import pytest
from mindspore_itself import EPS, pynative, rates_of, weight  # noqa: F401  # a fixture
from mindspore_stand_ins import CELL_ATTRIBUTES, scheduler_attributes

import lrkit
from lrkit.interop._errors import DepartureWarning
from lrkit.interop.mindspore import from_mindspore, to_mindspore

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import mindspore as ms
    from mindspore import Tensor, nn, ops
    from mindspore.experimental import optim
    from mindspore.experimental.optim import lr_scheduler as theirs

CONFIGURATIONS = 20


# Step objects -------------------------------------------------------------------------------------------------------


def of_decay(r: random.Random, steps: int) -> dict[str, Any]:
    given = {"learning_rate": 10 ** r.uniform(-4, 0), "decay_rate": r.uniform(0.1, 1.1), "decay_steps": steps}
    return given | {"is_stair": r.random() < 0.5}


def of_natural(r: random.Random, steps: int) -> dict[str, Any]:
    return of_decay(r, steps) | {"decay_rate": r.uniform(0.001, 0.1)}


def of_cosine(r: random.Random, steps: int) -> dict[str, Any]:
    return {"min_lr": r.choice([0.0, 10 ** r.uniform(-6, -4)]), "max_lr": 10 ** r.uniform(-3, 0), "decay_steps": steps}


def of_polynomial(r: random.Random, steps: int) -> dict[str, Any]:
    rates = {"learning_rate": 10 ** r.uniform(-4, 0), "end_learning_rate": r.choice([0.0, 10 ** r.uniform(-6, 0)])}
    more = {"decay_steps": steps, "power": r.uniform(0.3, 3), "update_decay_steps": r.random() < 0.5}
    return rates | more


def of_warm_up(r: random.Random, steps: int) -> dict[str, Any]:
    return {"learning_rate": r.choice([0.0, 10 ** r.uniform(-4, 0)]), "warmup_steps": steps}


def cancelled(given: dict[str, Any], exact: Any) -> Any:
    """What a power below 1 makes of the rounding of ``1 - t/D``, which is recovered from the curve."""
    drop, power = given.get("learning_rate", 0) - given.get("end_learning_rate", 0), given.get("power", 1)
    if power >= 1 or drop == 0:
        return 0.0
    left = np.maximum((exact - given["end_learning_rate"]) / drop, 0) ** (1 / power)
    lost = abs(drop) * ((left + 2 * EPS) ** power - left**power)
    return np.where(left > EPS, lost, 0)  # nothing is lost at the end itself


CELLS = {
    "ExponentialDecayLR": of_decay,
    "NaturalExpDecayLR": of_natural,
    "InverseDecayLR": of_decay,
    "CosineDecayLR": of_cosine,
    "PolynomialDecayLR": of_polynomial,
    "WarmUpLR": of_warm_up,
}


@pytest.mark.parametrize("name", CELLS)
def test_a_step_object_is_recovered_exactly_and_its_rates_agree_to_float32(name: str) -> None:
    r = random.Random(name)
    for _ in range(2 * CONFIGURATIONS):
        steps = r.randint(1, 60)
        arguments = CELLS[name](r, steps)
        cell = getattr(nn, name)(**arguments)
        schedule = from_mindspore(cell)
        assert schedule == getattr(lrkit, name)(**arguments)
        horizon = np.arange(3 * steps + 5)
        exact = schedule(horizon)
        # A power's exponent and base are rounded to float32, and both count |log| of what they leave.
        with np.errstate(divide="ignore"):
            spread = 1 + np.abs(np.log(np.maximum(exact, 1e-30) / exact.max(initial=1e-30)))
        allowed = 8 * EPS * spread * np.abs(exact) + 16 * EPS * exact.max() + cancelled(arguments, exact)
        assert (np.abs(rates_of(cell, horizon) - exact) <= allowed).all(), arguments
        one = [float(cell(Tensor(int(step), ms.int32)).asnumpy()) for step in horizon[::17]]
        assert (np.abs(one - exact[::17]) <= allowed[::17]).all()


@pytest.mark.parametrize("name", CELLS)
def test_the_stand_ins_have_the_attributes_of_the_step_objects(name: str) -> None:
    arguments = CELLS[name](random.Random(0), 7)
    cell = getattr(nn, name)(**arguments)
    for attribute, value in CELL_ATTRIBUTES[name](**arguments).items():
        assert type(getattr(cell, attribute)) is type(value)
        assert getattr(cell, attribute) == value


def test_the_decay_steps_of_a_natural_exponential_do_nothing_in_mindspore_either() -> None:
    curves = [from_mindspore(nn.NaturalExpDecayLR(0.1, 0.05, steps)).to_list(30) for steps in (1, 10)]
    assert curves[0] == curves[1]
    assert (
        rates_of(nn.NaturalExpDecayLR(0.1, 0.05, 1), range(30))
        == rates_of(nn.NaturalExpDecayLR(0.1, 0.05, 10), range(30))
    ).all()


def test_attributes_changed_by_halves_are_refused() -> None:
    cosine, line = nn.CosineDecayLR(0.0, 0.1, 4), nn.PolynomialDecayLR(0.1, 0.0, 4, 1.0)
    cosine.max_lr = 0.2
    line.start_learning_rate = 0.2
    assert float(cosine(Tensor(0, ms.int32)).asnumpy()) == pytest.approx(0.1)  # it uses what it computed before
    for cell in (cosine, line):
        with pytest.raises(TypeError, match=r"attributes of the .* were changed"):
            from_mindspore(cell)
    cosine.decay_steps, cosine.delta = 8, 0.1
    assert from_mindspore(cosine) == lrkit.CosineDecayLR(0.0, 0.2, 8)


# Lists --------------------------------------------------------------------------------------------------------------


def lists(r: random.Random, name: str) -> tuple[Any, lrkit.LearningRateSchedule, int, int]:
    total, per_epoch, steps = r.randint(1, 200), r.randint(1, 9), r.randint(1, 20)
    arguments = CELLS[name](r, steps)
    renamed = {key.replace("_steps", "_epoch"): value for key, value in arguments.items()}
    return (
        renamed | {"total_step": total, "step_per_epoch": per_epoch},
        getattr(lrkit, name)(**arguments),
        total,
        per_epoch,
    )


LISTS = {
    "exponential_decay_lr": "ExponentialDecayLR", "natural_exp_decay_lr": "NaturalExpDecayLR",
    "inverse_decay_lr": "InverseDecayLR", "cosine_decay_lr": "CosineDecayLR",
    "polynomial_decay_lr": "PolynomialDecayLR", "warmup_lr": "WarmUpLR",
}  # fmt: skip


@pytest.mark.parametrize("function", LISTS)
def test_lists_are_equal_both_ways_bit_for_bit(function: str) -> None:
    r = random.Random(function)
    for _ in range(2 * CONFIGURATIONS):
        arguments, schedule, total, per_epoch = lists(r, LISTS[function])
        rates = getattr(nn, function)(**arguments)
        assert to_mindspore(schedule, total, per_epoch) == rates
        assert from_mindspore(rates).to_list(total) == rates


def test_piecewise_lists_are_equal_both_ways_bit_for_bit() -> None:
    r = random.Random(1)
    for _ in range(2 * CONFIGURATIONS):
        milestones = sorted(r.sample(range(1, 100), r.randint(1, 6)))
        levels = [r.uniform(-1, 1) for _ in milestones]
        rates = nn.piecewise_constant_lr(milestones, levels)
        assert to_mindspore(lrkit.PiecewiseConstantLR(milestones, levels), milestones[-1]) == rates
        assert from_mindspore(rates).to_list(milestones[-1]) == rates


def test_a_list_runs_out_where_the_table_holds() -> None:
    table = from_mindspore([0.5, 0.25])
    sgd = nn.SGD([weight()], learning_rate=to_mindspore(table, 2))
    gradient = (Tensor(np.ones(2, np.float32)),)
    sgd(gradient)
    sgd(gradient)
    assert sgd.parameters[0].asnumpy().tolist() == [0.25, 0.25]
    with pytest.raises(RuntimeError):
        sgd(gradient)
    assert table(99) == 0.25


# Schedulers ---------------------------------------------------------------------------------------------------------


def of_cyclic(r: random.Random) -> dict[str, Any]:
    low, high = r.uniform(0, 0.1), r.uniform(0.1, 1)
    down = r.choice([None, r.randint(1, 6)])
    sizes = {"step_size_up": r.randint(1, 6), "step_size_down": down}
    mode = r.choice(["triangular", "triangular2", "exp_range"])
    return {"base_lr": low, "max_lr": high, "mode": mode, "gamma": r.uniform(0.9, 1)} | sizes


SCHEDULERS: dict[str, Any] = {
    "StepLR": lambda r: {"step_size": r.randint(1, 9), "gamma": r.uniform(0.1, 1.02)},
    "LinearLR": lambda r: {
        "start_factor": r.uniform(0.01, 1), "end_factor": r.uniform(0.1, 1), "total_iters": r.randint(1, 8),
    },
    "ExponentialLR": lambda r: {"gamma": r.uniform(0.5, 1.02)},
    "PolynomialLR": lambda r: {"total_iters": r.randint(1, 8), "power": r.uniform(0, 3)},
    "MultiStepLR": lambda r: {"milestones": [r.randint(0, 10) for _ in range(4)], "gamma": r.uniform(0.1, 1)},
    "ConstantLR": lambda r: {"factor": r.uniform(0.01, 1), "total_iters": r.randint(1, 8)},
    "CosineAnnealingLR": lambda r: {"T_max": r.randint(1, 8), "eta_min": r.choice([0.0, r.uniform(0, 0.01)])},
    "CosineAnnealingWarmRestarts": lambda r: {
        "T_0": r.randint(1, 6), "T_mult": r.randint(1, 3), "eta_min": r.choice([0, r.uniform(0, 0.01)]),
    },
    "CyclicLR": of_cyclic,
}  # fmt: skip
EPOCHS = 24


def optimizer(*rates: float) -> Any:
    return optim.SGD([{"params": [weight(f"w{k}")], "lr": rate} for k, rate in enumerate(rates)], lr=0.5)


def now(scheduler: Any) -> list[float]:
    return [float(rate.asnumpy()) for rate in scheduler.get_last_lr()]


def walk(scheduler: Any, epochs: int) -> Any:
    rates = [now(scheduler)]
    for _ in range(epochs):
        scheduler.step()
        rates.append(now(scheduler))
    return np.array(rates)


def check_walk(scheduler: Any, share: float) -> list[lrkit.LearningRateSchedule]:
    """Epoch by epoch; `share` of the peak. Read at the start and read at the end are the same."""
    curves = from_mindspore(scheduler)
    expected = np.array([curve.to_list(EPOCHS + 1) for curve in curves]).T
    off = np.abs(walk(scheduler, EPOCHS) - expected).max(axis=0)
    assert (off <= share * np.abs(expected).max(axis=0)).all(), (scheduler, off / expected.max(axis=0))
    assert from_mindspore(scheduler) == curves
    return curves


SHARE = {"CosineAnnealingLR": 3e-5, "CyclicLR": 2e-6, "StepLR": 3e-6, "ExponentialLR": 3e-6}
"""By how much of the peak float32 may be off after 24 epochs; 1e-6 where nothing is said."""


@pytest.mark.parametrize("name", SCHEDULERS)
def test_a_scheduler_agrees_at_every_epoch(name: str) -> None:
    r = random.Random(name)
    for k in range(CONFIGURATIONS):
        bases = [10 ** r.uniform(-1.9, 0) for _ in range(2 if k % 4 == 0 else 1)]
        options = SCHEDULERS[name](r)
        scheduler = getattr(theirs, name)(optimizer(*bases), **options)
        curves = check_walk(scheduler, SHARE.get(name, 1e-6))
        assert len(curves) == len(bases)
        if name != "CyclicLR":
            exact = from_mindspore(scheduler, base_lr=bases)
            np.testing.assert_allclose(
                [c.to_list(9) for c in exact], [c.to_list(9) for c in curves], rtol=1e-6, atol=1e-9
            )


@pytest.mark.parametrize("name", SCHEDULERS)
def test_the_stand_ins_have_the_attributes_of_the_schedulers(name: str) -> None:
    def plain(value: Any) -> Any:
        if isinstance(value, list):
            return [plain(item) for item in value]
        return float(value.asnumpy()) if hasattr(value, "asnumpy") else value

    options = SCHEDULERS[name](random.Random(0))
    scheduler = getattr(theirs, name)(optimizer(0.1, 0.2), **options)
    for attribute, value in scheduler_attributes(name, options, [0.1, 0.2]).items():
        assert hasattr(getattr(scheduler, attribute), "asnumpy") == hasattr(value, "asnumpy"), attribute
        assert plain(getattr(scheduler, attribute)) == plain(value), attribute
    assert [sorted({"lr", "initial_lr"} & group.keys()) for group in scheduler.optimizer.param_groups] == [
        ["initial_lr", "lr"]
    ] * 2


def test_a_sequence_agrees_at_every_epoch() -> None:
    r = random.Random(3)
    names = sorted(SCHEDULERS)
    for _ in range(CONFIGURATIONS):
        sgd = optimizer(10 ** r.uniform(-1, 0))
        parts = [r.choice(names) for _ in range(r.randint(1, 3))]
        later = [name for name in parts[1:] if name != "MultiStepLR"]
        made = [getattr(theirs, name)(sgd, **SCHEDULERS[name](r)) for name in [parts[0], *later]]
        milestones = sorted(r.sample(range(1, 14), len(made) - 1))
        check_walk(theirs.SequentialLR(sgd, made, milestones), 3e-5)


# Where MindSpore departs from its own curves ------------------------------------------------------------------------


def test_warm_restarts_fail_in_step_epoch_after_the_first_and_not_in_step() -> None:
    scheduler = theirs.CosineAnnealingWarmRestarts(optimizer(0.5), T_0=3, T_mult=2)
    (curve,) = from_mindspore(scheduler)
    scheduler.step(1.5)
    assert now(scheduler) == pytest.approx([curve(1.5)], rel=1e-6)
    assert from_mindspore(scheduler) == [curve]
    with pytest.raises(TypeError):
        scheduler.step(4)
    again = theirs.CosineAnnealingWarmRestarts(optimizer(0.5), T_0=3, T_mult=2)
    np.testing.assert_allclose(np.ravel(walk(again, 20)), curve.to_list(21), atol=1e-6)


def test_a_multi_step_in_a_sequence_fails_in_mindspore_and_is_read_with_a_warning() -> None:
    sgd = optimizer(0.5)
    parts = [theirs.ExponentialLR(sgd, 0.5), theirs.MultiStepLR(sgd, [1, 2], 0.5)]
    sequence = theirs.SequentialLR(sgd, parts, [2])
    with pytest.warns(DepartureWarning, match="fails where a MultiStepLR begins"):
        (curve,) = from_mindspore(sequence)
    assert curve.to_list(6) == [0.5, 0.25, 0.5, 0.25, 0.125, 0.125]
    sequence.step()
    assert now(sequence) == [0.25]
    with pytest.raises(AttributeError):
        sequence.step()


@pytest.mark.parametrize(
    ("name", "options", "curve", "rates"),
    [
        ("LinearLR", {"start_factor": 0.5, "total_iters": 0}, [1.0, 1.0, 1.0], [0.5, 0.5, 0.5]),
        ("ConstantLR", {"factor": 0.5, "total_iters": 0}, [1.0, 1.0, 1.0], [0.5, 0.5, 0.5]),
        ("ConstantLR", {"factor": 0, "total_iters": 1}, [0.0, 1.0, 1.0], [0.0, np.nan, np.nan]),
    ],
)
def test_a_degenerate_scheduler_is_read_with_a_warning(name: str, options: Any, curve: Any, rates: Any) -> None:
    scheduler = getattr(theirs, name)(optimizer(1.0), **options)
    with pytest.warns(DepartureWarning, match=f"MindSpore's {name} with"):
        assert [schedule.to_list(3) for schedule in from_mindspore(scheduler)] == [curve]
    np.testing.assert_array_equal(np.ravel(walk(scheduler, 2)), rates)


def test_a_constant_of_no_epochs_later_in_a_sequence_is_no_departure() -> None:
    sgd = optimizer(1.0)
    parts = [theirs.ExponentialLR(sgd, 0.5), theirs.ConstantLR(sgd, 0.5, 0)]
    check_walk(theirs.SequentialLR(sgd, parts, [3]), 1e-6)


def test_a_sequence_in_a_sequence_is_refused_and_does_not_do_what_it_says() -> None:
    sgd = optimizer(1.0)
    inner = theirs.SequentialLR(sgd, [theirs.ExponentialLR(sgd, 0.5)], [])
    outer = theirs.SequentialLR(sgd, [inner, theirs.ExponentialLR(sgd, 0.5)], [3])
    with pytest.raises(TypeError, match=r"SequentialLR inside another.*lrkit\.record"):
        from_mindspore(outer)
    assert now(outer) == [0.5]  # where it should begin with 1.0


@pytest.mark.parametrize(("name", "options"), [("StepLR", (0,)), ("CosineAnnealingLR", (0,)), ("PolynomialLR", (0,))])
def test_lengths_of_zero_run_in_mindspore_and_are_refused(name: str, options: Any) -> None:
    scheduler = getattr(theirs, name)(optimizer(1.0), *options)
    scheduler.step()
    with pytest.raises(ValueError, match=f"{name}: .* must be an integer >= 1, got 0"):
        from_mindspore(scheduler)


def test_rates_that_somebody_else_changes_are_refused() -> None:
    sgd = optimizer(1.0)
    first, second = theirs.ExponentialLR(sgd, 0.9), theirs.StepLR(sgd, 2, 0.5)
    from_mindspore(first)  # so far both are as they say
    for _ in range(3):
        first.step()
        second.step()
    edited = theirs.ExponentialLR(optimizer(1.0), 0.9)
    ops.assign(edited.optimizer.param_groups[0]["lr"], Tensor(0.5, ms.float32))
    assert now(edited) == [0.5]
    edited.step()
    assert now(edited) == pytest.approx([0.45])
    cut_off = theirs.ExponentialLR(optimizer(1.0), 0.9)
    cut_off.optimizer.param_groups[0]["lr"] = 0.01
    resumed = theirs.ExponentialLR(optimizer(1.0), 0.9)
    again = theirs.ExponentialLR(resumed.optimizer, 0.9, last_epoch=6)
    for scheduler in (first, second, edited, cut_off, again):
        with pytest.raises(TypeError, match=r"the rate of group 0 at epoch .*lrkit\.record"):
            from_mindspore(scheduler)


# Refusals -----------------------------------------------------------------------------------------------------------


class OwnCosine(nn.CosineDecayLR):
    def construct(self, global_step: Any) -> Any:
        return super().construct(global_step) * 2


class OwnCell(nn.learning_rate_schedule.LearningRateSchedule):
    def construct(self, global_step: Any) -> Any:
        return 0.1 * global_step


class OwnStep(theirs.StepLR):
    def get_lr(self) -> Any:
        return [rate * 0.5 for rate in self._last_lr]


class Renamed(nn.WarmUpLR):
    pass


def in_sequence(part: Any) -> Any:
    sgd = optimizer(0.1)
    return theirs.SequentialLR(sgd, [theirs.ExponentialLR(sgd, 0.5), part(sgd)], [2])


@pytest.mark.parametrize(
    ("make", "obstacle"),
    [
        (
            lambda: OwnCosine(0.0, 0.1, 4),
            "OwnCosine, a subclass of MindSpore's CosineDecayLR, has a construct of its own",
        ),
        (OwnCell, "OwnCell, a subclass of MindSpore's LearningRateSchedule, has a construct of its own"),
        (lambda: Renamed(0.1, 4), "Renamed, a subclass of MindSpore's WarmUpLR, may be another curve"),
        (lambda: OwnStep(optimizer(0.1), 2), "OwnStep, a subclass of MindSpore's StepLR, has a get_lr of its own"),
        (lambda: in_sequence(lambda o: OwnStep(o, 2)), "OwnStep, a subclass of MindSpore's StepLR, has a get_lr"),
        (lambda: theirs.LambdaLR(optimizer(0.1), lambda e: 0.9**e), "the factor of a LambdaLR is a function"),
        (lambda: in_sequence(lambda o: theirs.LambdaLR(o, lambda e: 0.9**e)), "the factor of a LambdaLR is a function"),
        (
            lambda: theirs.MultiplicativeLR(optimizer(0.1), lambda _: 0.9),
            "the factor of a MultiplicativeLR is a function",
        ),
        (lambda: theirs.ReduceLROnPlateau(optimizer(0.1)), "a ReduceLROnPlateau follows a metric, not the epoch"),
        (lambda: theirs.CyclicLR(optimizer(0.1), 0.1, 1.0, scale_fn=lambda _: 1.0), "the scale_fn of a CyclicLR"),
        (lambda: theirs.CyclicLR(optimizer(0.1), 0.1, 1.0, 2.5, 3), "of the CyclicLR are not whole numbers"),
        (lambda: theirs.CyclicLR(optimizer(0.1), 0.1, 1.0, 2.5, 2.5), "of the CyclicLR are not whole numbers"),
        (lambda: optimizer(0.1), "no list, step object or scheduler of MindSpore|a subclass of MindSpore's"),
        (lambda: nn.Dense(1, 1), "no list, step object or scheduler of MindSpore|a subclass of MindSpore's"),
        (lambda: 0.1, "0.1 is no list, step object or scheduler of MindSpore"),
    ],
)
def test_refused_with_the_obstacle_and_the_way_out(make: Any, obstacle: str) -> None:
    with pytest.raises(TypeError, match=f"^from_mindspore: .*({obstacle}).*; lrkit.record"):
        from_mindspore(make())


@pytest.mark.parametrize(
    "make", [lambda: nn.WarmUpLR(0.1, 4), lambda: [0.1], lambda: theirs.CyclicLR(optimizer(0.1), 0.1, 1.0)]
)
def test_a_base_rate_is_refused_where_it_means_nothing(make: Any) -> None:
    with pytest.raises(TypeError, match="base_lr goes with a scheduler that has a base rate"):
        from_mindspore(make(), base_lr=0.1)


def test_base_rates_are_checked() -> None:
    scheduler = theirs.ExponentialLR(optimizer(0.1, 0.2), 0.5)
    assert [curve(0) for curve in from_mindspore(scheduler)] == [float(np.float32(0.1)), float(np.float32(0.2))]
    assert [curve(0) for curve in from_mindspore(scheduler, base_lr=0.1)] == [0.1, 0.1]
    assert [curve(0) for curve in from_mindspore(scheduler, base_lr=[0.1, 2])] == [0.1, 2.0]
    with pytest.raises(ValueError, match="a number or 2 of them"):
        from_mindspore(scheduler, base_lr=[0.1])
    with pytest.raises(ValueError, match="finite number >= 0, got -1"):
        from_mindspore(scheduler, base_lr=-1)
    with pytest.raises(TypeError, match="number >= 0, got '1'"):
        from_mindspore(scheduler, base_lr="1")
