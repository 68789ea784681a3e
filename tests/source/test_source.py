"""The code that `as_source` writes, executed: each framework's own rates are the schedule's."""

from __future__ import annotations

import random
import warnings
from typing import Any

import numpy as np
import pytest
from helpers import own_kinds, schedules
from hypothesis import given, settings
from hypothesis import strategies as st
from loading import imported
from written_code import STEPS, check_keras, check_optax, optimizer, torch

import lrkit
from lrkit.cli.plot import DEFAULT_PLOT
from lrkit.schedules._registry import kinds

pytestmark = pytest.mark.filterwarnings("ignore:ScheduleLR. the groups' own rates")  # which the code must replace

C, W, X = lrkit.ConstantLR, lrkit.WarmUpLR, lrkit.ExponentialDecayLR
COSINE = lrkit.CosineDecayLR(0.001, 0.1, 40)

TORCH_OWN = {
    "ConstantLR": C(0.1),
    "ExponentialLR": X(0.1, 0.95, 1),
    "StepLR": X(0.1, 0.5, 7, is_stair=True),
    "MultiStepLR": lrkit.PiecewiseConstantLR([10, 25, 60, 90], [0.1, 0.01, 0.001, 0.0001]),
    "PolynomialLR": lrkit.PolynomialDecayLR(0.1, 0.0, 40, 2.0),
    "LinearLR": lrkit.linear(0.02, 0.1, 30),
    "LinearLR down": lrkit.PolynomialDecayLR(0.1, 0.03, 30, 1.0),
    "CosineAnnealingWarmRestarts": lrkit.CosineDecayLR(0.001, 0.1, 10).repeat(10, multiplier=2),
    "CosineAnnealingLR": COSINE,
    "CosineAnnealingLR without end": lrkit.cosine_wave(0.001, 0.1, 20),
    "CyclicLR": lrkit.cyclic(0.01, 0.1, 7, 11),
    "CyclicLR from 0": lrkit.cyclic(0.0, 0.1, 7),
    "StepLR scaled": 0.1 * lrkit.step_decay(1.0, 0.5, 7),
    "MultiStepLR of a join": lrkit.multi_step(0.1, [30, 60, 90], 0.1),
    "MultiStepLR rising": C(0.01).then(C(0.1), 20),
    "SequentialLR of a long part": lrkit.PolynomialDecayLR(0.1, 0.05, 200, 1.0).then(COSINE, 30),
    "SequentialLR": lrkit.linear(0.02, 0.1, 10).then(C(0.1), 10).then(COSINE, 30),
    "SequentialLR of stairs": lrkit.linear(0.02, 0.1, 10).then(X(0.1, 0.5, 9, is_stair=True), 10),
}
ADAPTED = {
    "from 0": COSINE.warmup(10),
    "REX": lrkit.RexDecayLR(0.0, 0.1, 50),
    "two base rates": X(0.1, 0.5, 10, is_stair=True).then(X(0.3, 0.5, 10, is_stair=True), 20),
    "a smooth power": X(0.1, 0.9, 7),
    "unequal steps": lrkit.PiecewiseConstantLR([10, 25, 60], [0.1, 0.05, 0.01]),
    "a table": lrkit.TableLR([0.1, 0.05, 0.2]),
    "rates above the base": lrkit.linear(0.05, 0.2, 10).then(X(0.1, 0.5, 9, is_stair=True), 10),
    "equal milestones": lrkit.PiecewiseConstantLR([10, 10, 40], [0.1, 0.01, 0.001]),
    "a longer period": lrkit.CosineDecayLR(0.001, 0.1, 10).repeat(15, multiplier=2),
    "restarts that shrink": lrkit.CosineDecayLR(0.001, 0.1, 10).repeat(10, multiplier=2, gamma=0.5),
    "cycles that end": lrkit.CosineDecayLR(0.001, 0.1, 10).repeat(10, 3, multiplier=2),
    "restarts by halves": lrkit.CosineDecayLR(0.001, 0.1, 10).repeat(10, multiplier=1.5),
    "a lop-sided wave": lrkit.CosineDecayLR(0.0, 0.1, 20).then(lrkit.cosine_warm_up(0.1, 10), 20).repeat(30),
    "a triangle that shrinks": lrkit.cyclic(0.01, 0.1, 7, mode="triangular2"),
    "one cycle": lrkit.PiecewiseCosineLR([0.0, 29.5, 99.0], [0.004, 0.1, 1e-6]),
}


def run_of(code: str, given: Any) -> list[list[float]]:
    """The rates that an optimizer has at each step, after the code has run."""
    names = {"optimizer": given}
    exec(code, names)
    rates = []
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Detected call of", UserWarning)  # nothing is trained here
        warnings.filterwarnings("ignore", "The epoch parameter", UserWarning)  # torch's SequentialLR of itself
        for _ in range(STEPS):
            rates.append([float(group["lr"]) for group in given.param_groups])
            names["scheduler"].step()
    return rates


def check_run(code: str, schedule: lrkit.LearningRateSchedule) -> None:
    expected = schedule(np.arange(STEPS))
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "The epoch parameter", UserWarning)
        rates = np.array(run_of(code, optimizer()))
    np.testing.assert_allclose(rates, np.stack([expected, expected], 1), rtol=0, atol=1e-12 * expected.max())


@pytest.mark.parametrize("name", TORCH_OWN)
def test_torch_by_its_own_classes(name: str) -> None:
    code = lrkit.as_source(TORCH_OWN[name], "torch")
    assert "lrkit" not in code
    assert f"lr_scheduler.{name.split(maxsplit=1)[0]}(" in code
    check_run(code, TORCH_OWN[name])


LONG = {
    "restarts by halves": ADAPTED["restarts by halves"],
    "a long table": lrkit.TableLR([0.1 + 0.001 * k for k in range(65)]),
}
"""What has more numbers than anybody wants to see in code."""
WRITTEN_OUT = {name: schedule for name, schedule in ADAPTED.items() if name not in LONG}


def check_written_out(code: str, schedule: lrkit.LearningRateSchedule) -> None:
    """No class of torch's is equal, so the function's formula is, and nothing of lrkit is needed."""
    assert "lrkit" not in code
    assert "scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, learning_rate)" in code
    check_run(code, schedule)


@pytest.mark.parametrize("name", WRITTEN_OUT)
def test_torch_by_a_function_written_out(name: str) -> None:
    check_written_out(lrkit.as_source(WRITTEN_OUT[name], "torch"), WRITTEN_OUT[name])


@pytest.mark.parametrize("framework", ["torch", "transformers"])
@pytest.mark.parametrize("name", LONG)
def test_torch_by_the_adapter(name: str, framework: str) -> None:
    code = lrkit.as_source(LONG[name], framework)
    assert "scheduler = to_torch(schedule, optimizer)" in code
    check_run(code, LONG[name])


def test_torch_cosine_is_held_past_its_end() -> None:
    """Torch's alone climbs again (PEERS 3.1), so it is not the same schedule."""
    alone = torch.optim.lr_scheduler.CosineAnnealingLR(given := optimizer(), T_max=40, eta_min=0.001)
    for group in given.param_groups:
        group["initial_lr"] = group["lr"] = 0.1
    alone.base_lrs = [0.1, 0.1]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for _ in range(80):
            alone.step()
    assert given.param_groups[0]["lr"] == pytest.approx(0.1)
    assert COSINE(80) == 0.001
    assert "ConstantLR(" in lrkit.as_source(COSINE, "torch")


TRANSFORMERS_OWN = {
    "constant": C(0.1),
    "constant_with_warmup": C(0.1).warmup(10),
    "linear": lrkit.linear(0.1, 0.0, 40).warmup(10),
    "linear without warm-up": lrkit.linear(0.1, 0.0, 40),
    "polynomial": lrkit.PolynomialDecayLR(0.1, 0.0, 40, 2.0).warmup(10),
    "polynomial without warm-up": lrkit.PolynomialDecayLR(0.1, 0.0, 40, 0.5),
    "cosine": W(0.1, 10).then(lrkit.cosine_wave(0.0, 0.1, 40), 10),
    "cosine without warm-up": lrkit.cosine_wave(0.0, 0.1, 40),
    "cosine_with_min_lr": W(0.1, 10).then(lrkit.cosine_wave(0.01, 0.1, 40), 10),
    "inverse_sqrt": lrkit.inverse_sqrt(0.1, 10),
    "inverse_sqrt with a timescale": lrkit.inverse_sqrt(0.1, 10, 30),
    "warmup_stable_decay": lrkit.warmup_stable_decay(0.1, 10, 20, 30, shape="1-sqrt"),
    "warmup_stable_decay linear": lrkit.warmup_stable_decay(0.1, 10, 20, 30),
    "warmup_stable_decay cosine": lrkit.warmup_stable_decay(0.1, 10, 20, 30, shape="cosine"),
}


@pytest.mark.parametrize("name", TRANSFORMERS_OWN)
def test_transformers_by_its_own_names(name: str) -> None:
    imported("transformers")
    code = lrkit.as_source(TRANSFORMERS_OWN[name], "transformers")
    assert "lrkit" not in code
    assert f'"{name.split(maxsplit=1)[0]}"' in code
    check_run(code, TRANSFORMERS_OWN[name])


NEARLY_TRANSFORMERS = {
    "another peak": W(0.1, 10).then(lrkit.linear(0.2, 0.0, 40), 10),
    "another milestone": W(0.1, 10).then(lrkit.linear(0.1, 0.0, 40), 12),
    "a constant not met": W(0.1, 10).then(C(0.2), 10),
    "an end above 0": lrkit.PolynomialDecayLR(0.1, 0.01, 40, 2.0).warmup(10),
    "a cosine of another peak": W(0.1, 10).then(lrkit.cosine_wave(0.0, 0.2, 40), 10),
    "a trapezium with a floor": lrkit.warmup_stable_decay(0.1, 10, 20, 30, min_lr=0.01),
    "a trapezium with a power": lrkit.warmup_stable_decay(0.1, 10, 20, 30, shape="1-square"),
    "a root of another peak": W(0.1, 10).then(lrkit.power_law(0.2, 0.5, 10), 10),
    "a root with half a timescale": lrkit.inverse_sqrt(0.1, 10, 12.5),
    "another power": W(0.1, 10).then(lrkit.power_law(0.1, 0.4, 10), 10),
}


@pytest.mark.parametrize("name", WRITTEN_OUT | NEARLY_TRANSFORMERS)
def test_transformers_by_a_function_written_out(name: str) -> None:
    schedule = (WRITTEN_OUT | NEARLY_TRANSFORMERS)[name]
    check_written_out(lrkit.as_source(schedule, "transformers"), schedule)


OPTAX_OWN = {
    "constant_schedule": C(0.1),
    "linear_schedule": W(0.1, 20),
    "linear_schedule down": lrkit.linear(0.1, 0.02, 20),
    "polynomial_schedule": lrkit.PolynomialDecayLR(0.1, 0.01, 30, 2.0),
    "cosine_decay_schedule": COSINE,
    "exponential_decay": X(0.1, 0.9, 7),
    "exponential_decay in stairs": X(0.1, 0.9, 7, is_stair=True),
    "piecewise_constant_schedule": lrkit.PiecewiseConstantLR([10, 25, 60], [0.1, 0.05, 0.2]),
    "warmup_cosine_decay_schedule": COSINE.warmup(10),
    "piecewise_interpolate_schedule": lrkit.PiecewiseCosineLR([0, 30, 99], [0.004, 0.1, 1e-6]),
    "piecewise_interpolate_schedule of lines": lrkit.PiecewiseLinearLR([0, 30, 99], [0.004, 0.1, 1e-6]),
    "join_schedules": W(0.1, 10).then(C(0.1), 10).then(COSINE, 30),
}


@pytest.mark.parametrize("name", OPTAX_OWN)
def test_optax_by_its_own_functions(name: str) -> None:
    code = lrkit.as_source(OPTAX_OWN[name], "optax")
    assert "lrkit" not in code
    assert f"optax.{name.split(maxsplit=1)[0]}(" in code
    check_optax(code, OPTAX_OWN[name])


NEARLY_OPTAX = {
    "warm-ups of twice the length": lrkit.WarmUpLR(0.1, 10).repeat(10, 3, multiplier=2),
    "stairs to 0": lrkit.PiecewiseConstantLR([10, 20, 30], [0.1, 0.0, 0.1]),
    "equal milestones": lrkit.PiecewiseConstantLR([10, 10, 40], [0.1, 0.01, 0.001]),
    "between steps": lrkit.PiecewiseLinearLR([0, 9.5, 40], [0.1, 0.2, 0.1]),
    "a cosine from 0": lrkit.PiecewiseCosineLR([0, 9, 40], [0.0, 0.2, 0.1]),
    "a jump": lrkit.PiecewiseLinearLR([0, 9, 9, 40], [0.1, 0.2, 0.3, 0.1]),
    "past int32": lrkit.PiecewiseConstantLR([2**33, 2**34], [0.1, 0.01]),
}


@pytest.mark.parametrize("name", ["REX", "one cycle", "a table", *NEARLY_OPTAX])
def test_optax_by_the_adapter(name: str) -> None:
    schedule = (ADAPTED | NEARLY_OPTAX)[name]
    code = lrkit.as_source(schedule, "optax")
    assert "to_optax(schedule)" in code
    check_optax(code, schedule)


KERAS_OWN = {
    "ExponentialDecay": X(0.1, 0.9, 7),
    "ExponentialDecay in stairs": X(0.1, 0.9, 7, is_stair=True),
    "InverseTimeDecay": lrkit.InverseDecayLR(0.1, 0.5, 7),
    "PolynomialDecay": lrkit.PolynomialDecayLR(0.1, 0.01, 30, 2.0),
    "PolynomialDecay in cycles": lrkit.PolynomialDecayLR(0.1, 0.01, 30, 2.0, True),
    "PiecewiseConstantDecay": lrkit.PiecewiseConstantLR([10, 25, 60], [0.1, 0.05, 0.2]),
    "CosineDecay": COSINE,
    "CosineDecay with a warm-up": COSINE.warmup(10),
    "CosineDecay with a warm-up from above 0": COSINE.warmup(10, start_lr=0.01),
    "CosineDecayRestarts": lrkit.CosineDecayLR(0.0, 0.1, 10).repeat(10, gamma=0.5),
    "PolynomialDecay of a line": lrkit.linear(0.1, 0.02, 30),
    "PiecewiseConstantDecay of a join": lrkit.multi_step(0.1, [30, 60], 0.1),
}
NEARLY_KERAS = {
    "another peak": W(0.1, 10).then(lrkit.CosineDecayLR(0.001, 0.2, 40), 10),
    "another milestone": W(0.1, 10).then(COSINE, 12),
    "restarts with a floor": lrkit.CosineDecayLR(0.001, 0.1, 10).repeat(10),
    "restarts that grow": lrkit.CosineDecayLR(0.0, 0.1, 3).repeat(3, multiplier=1.25),
    "a longer period": lrkit.CosineDecayLR(0.0, 0.1, 10).repeat(15),
    "equal milestones": lrkit.PiecewiseConstantLR([10, 10, 40], [0.1, 0.01, 0.001]),
    "past int32": lrkit.PiecewiseConstantLR([2**33, 2**34], [0.1, 0.01]),
}


@pytest.mark.parametrize("name", KERAS_OWN)
def test_keras_by_its_own_classes(name: str) -> None:
    code = lrkit.as_source(KERAS_OWN[name], "keras")
    assert "lrkit" not in code
    assert f"schedules.{name.split(maxsplit=1)[0]}(" in code
    check_keras(code, KERAS_OWN[name])


@pytest.mark.parametrize("name", ["REX", "one cycle", "a table", *NEARLY_KERAS])
def test_keras_by_the_adapter(name: str) -> None:
    schedule = (ADAPTED | NEARLY_KERAS)[name]
    code = lrkit.as_source(schedule, "keras")
    assert "to_keras(schedule)" in code
    check_keras(code, schedule)


def test_a_constant_is_a_number_for_keras_and_mindspore() -> None:
    assert lrkit.as_source(C(0.1), "keras") == lrkit.as_source(C(0.1), "mindspore") == "learning_rate = 0.1"


@pytest.mark.parametrize("kind", own_kinds())
@settings(max_examples=10)
@given(data=st.data())
def test_lrkit_reads_back(kind: str, data: st.DataObject) -> None:
    schedule = data.draw(schedules([kind]))
    names: dict[str, Any] = {}
    exec(lrkit.as_source(schedule, "lrkit"), names)
    assert names["schedule"] == schedule


@pytest.mark.parametrize("framework", ["torch", "optax"])
def test_random_joins_are_exact_by_either_way(framework: str) -> None:
    """Parts that torch and optax have, joined at random: whichever way the code takes, the rates are the schedule's."""
    draw = random.Random(4)
    own = list((TORCH_OWN | OPTAX_OWN).values())
    ways = set()
    for _ in range(25):
        parts = draw.sample(own, draw.randint(2, 3))
        milestones = sorted(draw.sample(range(1, 100), len(parts) - 1))
        schedule = lrkit.JoinLR(parts, milestones)
        code = lrkit.as_source(schedule, framework)
        ways.add("lrkit" in code or "LambdaLR" in code)
        (check_run if framework == "torch" else check_optax)(code, schedule)
    assert ways == {True, False}


@pytest.mark.parametrize("framework", ["torch", "optax", "keras", "mindspore", "transformers", "lrkit"])
@pytest.mark.parametrize("text", DEFAULT_PLOT)
def test_lines_are_short(framework: str, text: str) -> None:
    code = lrkit.as_source(lrkit.parse(text), framework)
    assert max(map(len, code.splitlines())) <= 110
    compile(code, "snippet", "exec")


@pytest.mark.parametrize("name", ["cosine", "linear", "constant_with_warmup", "inverse_sqrt", "warmup_stable_decay"])
def test_what_was_read_from_transformers_is_written_for_it(name: str) -> None:
    imported("transformers")
    specific = {"num_decay_steps": 20} if name == "warmup_stable_decay" else {}
    code = lrkit.as_source(lrkit.from_transformers(name, 3e-4, 10, 100, specific), "transformers")
    assert f'get_scheduler("{name}", optimizer' in " ".join(code.split()).replace("( ", "(")


def test_a_class_of_ones_own_is_imported_from_where_it_is() -> None:
    class Mine(lrkit.LearningRateSchedule, kind="mine"):
        def formula(self, step: Any, xp: Any) -> Any:
            return 0.1 + 0.0 * step

    try:
        lines = lrkit.as_source(Mine() * 2, "lrkit").splitlines()
        assert lines[:2] == ["from lrkit import ScaleLR", f"from {__name__} import Mine"]
    finally:
        del kinds()["mine"]


def test_what_has_no_name_is_refused() -> None:
    class Mine(lrkit.LearningRateSchedule):
        def formula(self, step: Any, xp: Any) -> Any:
            return 0.1 + 0 * step

    with pytest.raises(TypeError, match="Mine has no JSON form"):
        lrkit.as_source(Mine() + 1, "torch")
    with pytest.raises(TypeError, match=r"as_source: schedule must be a LearningRateSchedule, got \[0.1\]"):
        lrkit.as_source([0.1], "torch")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"as_source: framework must be one of torch, .* got 'jax'"):
        lrkit.as_source(C(0.1), "jax")
