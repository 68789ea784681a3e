"""Code for a run of so many steps, and code for what was read from torch: executed, beside what torch itself does."""

from __future__ import annotations

import re
import warnings
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from loading import imported
from written_code import check_keras, check_optax, optimizer

import lrkit
from lrkit.catalogue._within_run import within
from lrkit.source import FRAMEWORKS

torch = pytest.importorskip("torch")
C, COSINE = lrkit.ConstantLR, lrkit.CosineDecayLR(0.001, 0.1, 40)


def rates_of(code: str, steps: int) -> np.ndarray[Any, Any]:
    """The rates of both groups that the code's scheduler gives."""
    names: dict[str, Any] = {"optimizer": optimizer()}
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Detected call of", UserWarning)  # nothing is trained here
        warnings.filterwarnings("ignore", "The epoch parameter", UserWarning)  # torch's SequentialLR of itself
        exec(code, names)
        rows = []
        for k in range(steps):
            if k:
                names["scheduler"].step()
            rows.append([float(group["lr"]) for group in names["optimizer"].param_groups])
    return np.array(rows)


def check_steps(code: str, schedule: lrkit.LearningRateSchedule, steps: int) -> None:
    expected = schedule(np.arange(steps))
    rates = rates_of(code, steps)
    np.testing.assert_allclose(rates, np.stack([expected, expected], 1), rtol=0, atol=1e-12 * np.abs(expected).max())


# What was read ------------------------------------------------------------------------------------------------------


def fresh(rate: float) -> Any:
    return torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=rate)


def live(scheduler: Any, steps: int) -> list[float]:
    rates = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        for k in range(steps):
            if k:
                scheduler.step()
            rates.append(scheduler.optimizer.param_groups[0]["lr"])
    return rates


def warmed(rate: float, start: float, warmup: int, length: int, low: float) -> Any:
    """Torch's own warm-up and cosine."""
    given, lr = fresh(rate), torch.optim.lr_scheduler
    parts = [lr.LinearLR(given, start, total_iters=warmup), lr.CosineAnnealingLR(given, length, low)]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        return lr.SequentialLR(given, parts, [warmup])


RATES = st.sampled_from([0.1, 3e-4, 2e-5, 0.7, 0.05]) | st.floats(1e-5, 1.0)


@settings(max_examples=40)
@given(
    rate=RATES,
    start=st.sampled_from([0.01, 0.1, 1 / 3]) | st.floats(0.001, 1.0),
    low=st.sampled_from([0.0, 0.1, 0.01]) | st.floats(0.0, 0.5),
    warmup=st.integers(1, 12),
    length=st.integers(2, 30),
)
def test_a_warm_up_and_a_cosine_come_back_as_torch_s_own(
    rate: float, start: float, low: float, warmup: int, length: int
) -> None:
    steps = 2 * (warmup + length)
    [schedule] = lrkit.from_torch(warmed(rate, start, warmup, length, low * rate))
    code = lrkit.as_source(schedule, "torch")
    assert "lrkit" not in code
    if start != 1:
        assert "LambdaLR" not in code
    expected = live(warmed(rate, start, warmup, length, low * rate), steps)
    np.testing.assert_allclose(rates_of(code, steps)[:, 0], expected, rtol=0, atol=1e-12 * rate)


@settings(max_examples=25)
@given(rate=RATES, total=st.integers(10, 60), start=st.sampled_from([0.3, 0.25, 0.1]) | st.floats(0.1, 0.9))
def test_a_one_cycle_comes_back_without_lrkit_and_is_held_past_its_end(rate: float, total: int, start: float) -> None:
    def one() -> Any:
        return torch.optim.lr_scheduler.OneCycleLR(
            fresh(rate), rate, total, pct_start=max(start, 1.001 / total), cycle_momentum=False
        )

    [schedule] = lrkit.from_torch(one())
    expected = live(one(), total)
    always = lrkit.as_source(schedule, "torch")
    assert "lrkit" not in always
    rates = rates_of(always, 3 * total)[:, 0]
    np.testing.assert_allclose(rates[:total], expected, rtol=0, atol=1e-12 * rate)
    assert set(rates[total:]) == {rates[total - 1]}
    for_a_run = lrkit.as_source(schedule, "torch", steps=total)
    assert "OneCycleLR(" in for_a_run
    np.testing.assert_allclose(rates_of(for_a_run, total)[:, 0], expected, rtol=0, atol=1e-12 * rate)
    with pytest.raises(ValueError, match="Tried to step"):
        rates_of(for_a_run, total + 2)


@pytest.mark.parametrize(("warmup", "total", "low"), [(10, 50, 0.0), (0, 40, 0.0), (7, 31, 0.1)])
def test_transformers_cosine_comes_back_as_torch_code(warmup: int, total: int, low: float) -> None:
    transformers = imported("transformers")
    name, specific = ("cosine_with_min_lr", {"min_lr_rate": low}) if low else ("cosine", {})
    for rate in (3e-4, 0.1, 2e-5, 1 / 3):
        options = {"num_warmup_steps": warmup, "num_training_steps": total, "scheduler_specific_kwargs": specific}
        [schedule] = lrkit.from_torch(transformers.get_scheduler(name, fresh(rate), **options))
        expected = live(transformers.get_scheduler(name, fresh(rate), **options), 3 * total)
        for framework in ("torch", "transformers"):
            code = lrkit.as_source(schedule, framework)
            assert "lrkit" not in code
            np.testing.assert_allclose(rates_of(code, 3 * total)[:, 0], expected, rtol=0, atol=1e-12 * rate)
        assert f'get_scheduler("{name}"' in re.sub(r"\(\s+", "(", code).replace(",\n", ",")


# A run of so many steps ---------------------------------------------------------------------------------------------

RUNS = {
    "CosineAnnealingLR": (COSINE, 40),
    "CosineAnnealingLR to its last": (COSINE, 41),
    "CosineAnnealingLR cut short": (COSINE, 25),
    "CosineAnnealingLR of a wave": (lrkit.cosine_wave(0.001, 0.1, 40), 30),
    "CosineAnnealingLR of restarts": (lrkit.cosine_restarts(0.001, 0.1, 40), 40),
    "LinearLR,CosineAnnealingLR": (COSINE.warmup(5, start_lr=0.01), 45),
    "OneCycleLR": (lrkit.one_cycle(0.1, 60), 60),
    "OneCycleLR cut short": (lrkit.one_cycle(0.1, 60, 0.25, "linear", True, 0.01, 1e-3), 50),
    "OneCycleLR scaled": (0.5 * lrkit.one_cycle(0.1, 60), 60),
    "CosineAnnealingWarmRestarts": (lrkit.cosine_restarts(0.001, 0.1, 10, 2.0, cycles=3), 70),
    "StepLR": (lrkit.step_decay(0.1, 0.5, 10).then(C(1.0), 50), 50),
    "LinearLR": (lrkit.one_cycle(0.1, 100, 0.5, "linear"), 40),
}


@pytest.mark.parametrize("name", RUNS)
def test_torch_in_a_run(name: str) -> None:
    schedule, steps = RUNS[name]
    code = lrkit.as_source(schedule, "torch", steps=steps)
    assert "lrkit" not in code
    assert "9007199254740992" not in code
    for cls in name.partition(" ")[0].split(","):
        assert f"lr_scheduler.{cls}(" in code
    check_steps(code, schedule, steps)


def test_what_people_write_for_a_cosine() -> None:
    code = lrkit.as_source(lrkit.CosineDecayLR(0.001, 0.1, 1000), "torch", steps=1000)
    assert code.splitlines() == [
        "# Equal in a run of 1,000 steps. Past it, this rises again; the schedule stays at 0.001.",
        "import torch",
        "",
        "for group in optimizer.param_groups:",
        '    group["lr"] = group["initial_lr"] = 0.1',
        "scheduler = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=1000, eta_min=0.001)",
    ]
    past = rates_of(code, 1500)[:, 0]
    assert past[1000] == pytest.approx(0.001)
    assert past[1400] > past[1200] > past[1000]


def test_a_step_more_and_the_end_is_held() -> None:
    code = lrkit.as_source(COSINE, "torch", steps=42)
    assert code == lrkit.as_source(COSINE, "torch")
    check_steps(code, COSINE, 100)


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_what_is_equal_always_has_no_comment(framework: str) -> None:
    schedule = lrkit.ExponentialDecayLR(0.1, 0.5, 10, is_stair=True)
    assert lrkit.as_source(schedule, framework, steps=50) == lrkit.as_source(schedule, framework)


@pytest.mark.parametrize(
    ("schedule", "steps", "name"),
    [
        (COSINE.warmup(5), 45, "cosine_with_min_lr"),
        (lrkit.CosineDecayLR(0.0, 0.1, 40).warmup(5), 46, "cosine"),
        (lrkit.CosineDecayLR(0.0, 0.1, 40), 41, "cosine"),
        (lrkit.cosine_restarts(0.0, 0.1, 40), 20, "cosine"),
        (lrkit.warmup_stable_decay(0.1, 10, 20, 30), 25, "constant_with_warmup"),
    ],
)
def test_transformers_in_a_run(schedule: lrkit.LearningRateSchedule, steps: int, name: str) -> None:
    imported("transformers")
    code = lrkit.as_source(schedule, "transformers", steps=steps)
    assert f'"{name}"' in code
    assert f"# Equal in a run of {steps} steps." in code
    check_steps(code, schedule, steps)


@pytest.mark.parametrize(
    ("schedule", "steps", "name"),
    [
        (lrkit.cosine_wave(0.001, 0.1, 90), 91, "cosine_decay_schedule"),
        (lrkit.cosine_restarts(0.001, 0.1, 20, 2.0, 0.5), 130, "join_schedules"),
        (lrkit.WarmUpLR(0.1, 30).then(lrkit.cosine_wave(0.0, 0.1, 100), 30), 130, "warmup_cosine_decay_schedule"),
        (C(0.1).then(lrkit.RexDecayLR(0.0, 0.1, 50), 130), 130, "constant_schedule"),
    ],
)
def test_optax_in_a_run(schedule: lrkit.LearningRateSchedule, steps: int, name: str) -> None:
    code = lrkit.as_source(schedule, "optax", steps=steps)
    assert "lrkit" not in code
    assert f"optax.{name}(" in code
    check_optax(code, schedule.hold(steps - 1) if steps < 130 else schedule)


def test_keras_in_a_run() -> None:
    schedule = lrkit.WarmUpLR(0.1, 30).then(lrkit.cosine_wave(0.0, 0.1, 200), 30)
    code = lrkit.as_source(schedule, "keras", steps=230)
    assert "keras.optimizers.schedules.CosineDecay(" in code
    assert "lrkit" not in code
    check_keras(code, schedule)


@pytest.mark.parametrize(
    ("schedule", "steps"),
    [
        (COSINE.warmup(5), 45),
        (COSINE.warmup(5), 30),
        (lrkit.multi_step(0.1, [10, 20, 30]), 25),
        (lrkit.PiecewiseConstantLR([10, 20, 30], [0.1, 0.01, 0.001]), 40),
        (C(0.1).warmup(4), 20),
        (lrkit.linear(0.1, 0.01, 20).warmup(3), 23),
    ],
)
def test_mindspore_in_a_run_has_a_list_of_its_rates(schedule: lrkit.LearningRateSchedule, steps: int) -> None:
    """MindSpore's lists are lrkit's, bit for bit, as the recorded ones in ``golden`` say: so lrkit stands for it."""
    code = lrkit.as_source(schedule, "mindspore", steps=steps)
    assert "from mindspore import nn" in code
    assert "Past it, this has no more rates" in code
    names: dict[str, Any] = {"nn": lrkit}
    exec(code.replace("from mindspore import nn", ""), names)
    rates = names["learning_rate"]
    assert type(rates) is list
    np.testing.assert_allclose(rates, schedule(np.arange(steps)), rtol=1e-14)


@pytest.mark.parametrize("steps", [0, -1, 1.5, True, "10"])
def test_a_run_has_a_whole_number_of_steps(steps: Any) -> None:
    with pytest.raises((TypeError, ValueError), match="as_source: steps must be an integer >= 1, got "):
        lrkit.as_source(COSINE, "torch", steps=steps)


@given(data=st.data(), steps=st.integers(1, 120))
def test_within_a_run_the_rates_are_the_same(data: st.DataObject, steps: int) -> None:
    schedule, _ = data.draw(st.sampled_from(list(RUNS.values())))
    moved = data.draw(st.sampled_from([schedule, schedule.warmup(7), schedule.hold(33), schedule.shift(9)]))
    grid = np.arange(steps)
    np.testing.assert_allclose(within(moved, steps)(grid), moved(grid), rtol=0, atol=1e-14)
