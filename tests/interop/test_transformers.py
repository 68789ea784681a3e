"""transformers' schedules against transformers itself: every name, stepped as a run steps it."""

from __future__ import annotations

import logging
import random
import sys
import warnings
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from loading import imported

import lrkit
from lrkit.interop._errors import DepartureWarning
from lrkit.interop.transformers import from_lambda, from_transformers

torch = pytest.importorskip("torch")
transformers = imported("transformers")
optimization = imported("transformers.optimization")

TOLERANCE = 1e-12
"""Of the peak: transformers computes in float64, as we do."""


def live(
    name: str, rates: Any, total: int, *, default: Any = None, warmup: Any = None, steps: Any = None, kwargs: Any = None
) -> Any:
    """The rates of each group for `steps` updates, as ``get_scheduler`` sets them; and the scheduler."""
    groups = [{"params": [torch.zeros(1, requires_grad=True)], "lr": rate} for rate in rates]
    optimizer = torch.optim.SGD(groups, lr=default if default is not None else rates[0])
    scheduler = transformers.get_scheduler(name, optimizer, warmup, total, kwargs)
    seen = []
    for _ in range(steps):
        seen.append([group["lr"] for group in optimizer.param_groups])
        optimizer.step()
        scheduler.step()
    return np.array(seen).T, scheduler


def assert_equal(
    name: str, rates: Any, total: int, default: Any = None, warmup: Any = None, kwargs: Any = None, steps: Any = 400
) -> None:
    """Every group's schedule, read by name and from the live scheduler's own function, is what transformers does."""
    expected, scheduler = live(name, rates, total, default=default, warmup=warmup, steps=steps, kwargs=kwargs)
    default = rates[0] if default is None else default
    for rate, function, curve in zip(rates, scheduler.lr_lambdas, expected, strict=True):
        read = from_transformers(name, rate, warmup, total, kwargs, default_lr=default)
        assert from_lambda(function, rate) == read
        peak = max(rate, np.abs(curve).max())
        deviation = np.abs(read.to_array(steps) - curve).max() / peak if peak else np.abs(read.to_array(steps)).max()
        assert deviation <= TOLERANCE, f"{name} {rate} {warmup} {total} {kwargs}: {deviation:.3g}"


def lengths(draw: random.Random) -> Any:
    """Warm-up and total: usually in order, now and then no warm-up, or one as long as the run or longer."""
    total = draw.randint(20, 130)
    return draw.choice([0, 1, 2, draw.randint(1, total - 1), draw.randint(1, total - 1), total, total + 7]), total


def minimum(draw: random.Random, default: Any) -> Any:
    return draw.choice(
        [{"min_lr": default * draw.uniform(0, 0.5)}, {"min_lr_rate": draw.choice([0, 0.1, 1, 1.5, -0.2])}]
    )


def cycles(draw: random.Random) -> Any:
    return draw.choice([{}, {"num_cycles": draw.choice([0, 0.25, 0.5, 1, 2, 3, 5, -0.5, draw.uniform(0.1, 4)])}])


def stable(draw: random.Random, warmup: Any, total: int) -> Any:
    decay = draw.choice([0, 1, draw.randint(1, total), total + 9])
    phase = draw.choice([{}, {}, {"num_stable_steps": draw.randint(0, total)}])
    return {
        "num_decay_steps": decay,
        **phase,
        "warmup_type": draw.choice(["linear", "cosine", "1-sqrt"]),
        "decay_type": draw.choice(["linear", "cosine", "1-sqrt"]),
        "min_lr_ratio": draw.choice([0, 0.1, 0.3, 1.2, -0.1]),
        "num_cycles": draw.choice([0.5, 0.5, 1.5, 2, 0]),
    }


def specific(name: str, draw: random.Random, warmup: Any, total: int, default: Any) -> Any:
    if name == "cosine":
        return cycles(draw)
    if name == "cosine_with_restarts":
        return draw.choice([{}, {"num_cycles": draw.choice([0, 1, 2, 3, 4, 7, 2.5, draw.uniform(0.1, 6)])}])
    if name == "polynomial":
        return draw.choice([{}, {"lr_end": default * draw.choice([0, 0.1, 0.5]), "power": draw.uniform(0.3, 3)}])
    if name == "inverse_sqrt":
        return draw.choice([{}, {"timescale": draw.choice([1, 50, 33.3, 10_000])}])
    if name == "cosine_with_min_lr":
        return {**minimum(draw, default), **cycles(draw)}
    if name == "cosine_warmup_with_min_lr":
        start = draw.choice([{}, {"warmup_lr_rate": draw.choice([0, 0.05, 0.5])}])
        return {**minimum(draw, default), **cycles(draw), **start}
    return stable(draw, warmup, total) if name == "warmup_stable_decay" else {}


NAMES = [
    "linear", "cosine", "cosine_with_restarts", "polynomial", "constant", "constant_with_warmup", "inverse_sqrt",
    "cosine_with_min_lr", "cosine_warmup_with_min_lr", "warmup_stable_decay",
]  # fmt: skip


def test_every_name_that_transformers_has_is_read_or_refused() -> None:
    assert {kind.value for kind in transformers.SchedulerType} == {*NAMES, "reduce_lr_on_plateau", "greedy"}


@pytest.mark.parametrize("name", NAMES)
def test_random_configurations_are_what_transformers_does_at_every_step_of_every_group(name: str) -> None:
    draw = random.Random(f"transformers {name}")
    done = 0
    while done < 40:
        warmup, total = lengths(draw)
        default = 10 ** draw.uniform(-4, 0)
        kwargs = specific(name, draw, warmup, total, default)
        if name == "polynomial" and warmup == total:  # transformers divides by zero: shown below
            continue
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "Both num_training_steps and num_stable_steps")
            assert_equal(name, [default, default / 10, 3 * default, 0.0], total, default, warmup, kwargs)
        done += 1


@pytest.mark.parametrize("name", list(transformers.SchedulerType)[:2])
def test_a_scheduler_type_is_a_name(name: str) -> None:
    assert from_transformers(name, 0.1, 3, 9) == from_transformers(name.value, 0.1, 3, 9)


def test_what_is_read_is_written_in_the_simplest_schedules() -> None:
    assert from_transformers("linear", 0.1, 10, 100) == lrkit.PiecewiseLinearLR([0, 90], [0.1, 0]).warmup(10)
    assert from_transformers("constant", 0.1) == lrkit.ConstantLR(0.1)
    assert from_transformers("cosine_with_restarts", 0.1, 0, 100) == lrkit.CosineDecayLR(0, 0.1, 100)
    polynomial = lrkit.PolynomialDecayLR(0.1, 0.01, 90, 2.0)
    assert from_transformers("polynomial", 0.1, 10, 100, {"lr_end": 0.01, "power": 2}) == polynomial.warmup(10)


def test_a_count_may_be_a_whole_float_as_a_fraction_of_the_run_is() -> None:
    assert from_transformers("linear", 0.1, 0.1 * 100, 100) == from_transformers("linear", 0.1, 10, 100)
    _, scheduler = live("linear", [0.1], 100.0, warmup=0.1 * 100, steps=1)
    assert from_lambda(scheduler.lr_lambdas[0], 0.1) == from_transformers("linear", 0.1, 10, 100)
    with pytest.raises(TypeError, match=r"from_transformers: num_warmup_steps must be an integer >= 0, got 2.5"):
        from_transformers("linear", 0.1, 2.5, 100)


# Where transformers is not what one expects ---------------------------------------------------------------------------


def test_cosine_climbs_back_to_the_peak_past_the_run_and_hold_stops_it() -> None:
    schedule = from_transformers("cosine", 0.1, 10, 100)
    theirs, _ = live("cosine", [0.1], 100, warmup=10, steps=191)
    assert theirs[0, 190] == pytest.approx(0.1) == schedule(190)
    assert theirs[0, 100] == pytest.approx(0, abs=1e-15)
    assert schedule.hold(100)(190) == schedule(100) == pytest.approx(0, abs=1e-15)


@pytest.mark.parametrize(("name", "key"), [("cosine_with_min_lr", "min_lr"), ("polynomial", "lr_end")])
def test_the_minimum_is_divided_by_the_default_rate_so_other_groups_end_elsewhere(name: str, key: str) -> None:
    theirs, _ = live(name, [0.1, 0.01], 100, warmup=10, steps=101, kwargs={key: 0.005}, default=0.1)
    assert theirs[:, 100] == pytest.approx([0.005, 0.0005])
    assert from_transformers(name, 0.01, 10, 100, {key: 0.005}, default_lr=0.1)(100) == pytest.approx(0.0005)
    assert from_transformers(name, 0.01, 10, 100, {key: 0.005})(100) == pytest.approx(0.005)


def test_polynomial_with_nothing_but_a_warm_up_ends_at_its_end_where_transformers_divides_by_zero() -> None:
    theirs, scheduler = live("polynomial", [0.1], 10, warmup=10, steps=9, kwargs={"lr_end": 0.01})
    function = scheduler.lr_lambdas[0]
    with pytest.raises(ZeroDivisionError):
        function(10)
    with pytest.warns(DepartureWarning, match="divides by zero at that step") as caught:
        schedule = from_transformers("polynomial", 0.1, 10, 10, {"lr_end": 0.01})
    assert caught[0].filename == __file__
    assert schedule.to_array(9) == pytest.approx(theirs[0])
    assert schedule([10, 11, 99]) == pytest.approx(0.1 * np.array([function(11), function(11), function(99)]))
    with pytest.raises(ValueError, match="from_transformers: 'polynomial' divides by zero"):
        from_transformers("polynomial", 0.1, 0, 0)


def test_the_warm_up_of_warmup_stable_decay_starts_at_the_minimum() -> None:
    theirs, _ = live("warmup_stable_decay", [1.0], 100, warmup=10, steps=1, kwargs=(kwargs := {
        "num_decay_steps": 20, "min_lr_ratio": 0.1}))  # fmt: skip
    assert theirs[0, 0] == pytest.approx(0.1)
    assert from_transformers("warmup_stable_decay", 1.0, 10, 100, kwargs)(0) == pytest.approx(0.1)
    assert lrkit.ConstantLR(1.0).warmup(10)(0) == 0


@pytest.mark.parametrize(("cycles", "total"), [(49, 98), (49, 490), (98, 980), (103, 515)])
def test_a_restart_that_transformers_rounds_away_is_there_and_said(cycles: int, total: int) -> None:
    theirs, _ = live("cosine_with_restarts", [0.1], total, warmup=0, steps=total + 9, kwargs={"num_cycles": cycles})
    with pytest.warns(DepartureWarning, match="0 instead of the peak"):
        schedule = from_transformers("cosine_with_restarts", 0.1, 0, total, {"num_cycles": cycles})
    period = total // cycles
    restarts = np.arange(0, total, period)
    missed = restarts[theirs[0, restarts] < 0.05]
    assert missed.size > 0
    assert theirs[0, missed] == pytest.approx(0, abs=1e-15)
    assert schedule(restarts) == pytest.approx(0.1)  # the definition: the peak at every restart
    others = np.setdiff1d(np.arange(total + 9), missed)
    assert schedule(others) == pytest.approx(theirs[0, others], rel=0, abs=0.1 * TOLERANCE)


# What is refused ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "way"), [("reduce_lr_on_plateau", "lrkit.lr_scheduler.ReduceLROnPlateau"), ("greedy", r"lrkit\.record")]
)
def test_a_schedule_that_follows_a_metric_is_refused_and_the_way_out_named(name: str, way: str) -> None:
    for given in (name, transformers.SchedulerType(name)):
        with pytest.raises(TypeError, match=f"from_transformers: '{name}' .* metric.*{way}"):
            from_transformers(given, 0.1)


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        (("lineal", 0.1), ValueError, "from_transformers: lineal is not a valid SchedulerType"),
        (("linear", 0.1), ValueError, "requires `num_warmup_steps`"),
        (("linear", 0.1, 10), ValueError, "requires `num_training_steps`"),
        (("linear",), TypeError, "learning_rate is needed"),
        (("linear", -0.1, 1, 2), ValueError, "learning_rate must be a number >= 0, got -0.1"),
        (("linear", "0.1", 1, 2), TypeError, "learning_rate must be a number >= 0, got '0.1'"),
        (("linear", 0.1, -1, 2), ValueError, "num_warmup_steps must be an integer >= 0, got -1"),
        (("linear", 0.1, 1, "2"), TypeError, "num_training_steps must be an integer >= 0, got '2'"),
        (("linear", 0.1, 1, 2, {"power": 2}), TypeError, "from_transformers: .* unexpected keyword argument 'power'"),
        (("linear", 0.1, 1, 2, 7), TypeError, "scheduler_specific_kwargs must be a dict or None, got 7"),
        (("polynomial", 0.1, 1, 9, {"lr_end": 0.2}), ValueError, "lr_end .* must be smaller than initial lr"),
        (("polynomial", 0.1, 1, 9, {"lr_end": -0.2}), ValueError, "lr_end must be a number >= 0, got -0.2"),
        (("polynomial", 0.1, 1, 9, {"power": 0}), ValueError, "power must be a number > 0, got 0"),
        (("inverse_sqrt", 0.1, 1, 9, {"timescale": -5}), ValueError, "timescale must be"),
        (("inverse_sqrt", 0.1, 0, 9, {"timescale": 0}), ValueError, "'inverse_sqrt' divides by zero"),
        (("cosine", 0.1, 1, 9, {"num_cycles": "2"}), TypeError, "num_cycles must be a finite number, got '2'"),
        (("cosine_with_restarts", 0.1, 1, 9, {"num_cycles": -1}), ValueError, "num_cycles must be a number >= 0"),
        (("cosine_with_min_lr", 0.1, 1, 9), ValueError, "One of min_lr or min_lr_rate should be set"),
        (("cosine_with_min_lr", 0.1, 1, 9, {"min_lr": 0, "min_lr_rate": 0}), ValueError, "Only one of min_lr"),
        (("cosine_with_min_lr", 0, 1, 9, {"min_lr": 0.1}), ValueError, "'cosine_with_min_lr' divides by zero"),
        (("warmup_stable_decay", 0.1, 1, 9), TypeError, "num_decay_steps"),
        (("warmup_stable_decay", 0.1, 1, None, {"num_decay_steps": 2}), ValueError, "num_stable_steps must be"),
        (("warmup_stable_decay", 0.1, 1, 9, {"num_decay_steps": 2, "decay_type": "x"}), ValueError, "Unknown decay"),
        ((None, 0.1), TypeError, "name must be a str, SchedulerType or TrainingArguments, got None"),
    ],
)
def test_a_bad_argument_is_an_error_that_names_it(arguments: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message) as caught:
        from_transformers(*arguments)
    assert str(caught.value).startswith(("from_transformers: ", "PolynomialDecayLR: ", "inverse_sqrt: "))


@pytest.mark.parametrize(
    "function",
    [
        lambda step: 1.0,
        partial(lambda step, num_warmup_steps: 1.0, num_warmup_steps=3),
        optimization.get_linear_schedule_with_warmup,
        partial(optimization._get_linear_schedule_with_warmup_lr_lambda, 3),
        partial(optimization._get_linear_schedule_with_warmup_lr_lambda, num_warmup_steps=3),
        partial(optimization._get_constant_schedule_with_warmup_lr_lambda, num_warmup_steps=3, other=2),
        None,
    ],
)
def test_a_function_that_is_not_known_is_refused(function: Any) -> None:
    with pytest.raises(TypeError, match=r"from_transformers: .*; lrkit\.record"):
        from_lambda(function, 0.1)


def test_without_transformers_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "transformers.optimization", None)
    monkeypatch.setitem(sys.modules, "transformers", None)
    with pytest.raises(ImportError, match=r'from_transformers needs transformers: pip install "lrkit\[transformers\]"'):
        from_transformers("linear", 0.1, 1, 2)


# The Trainer ----------------------------------------------------------------------------------------------------------


def arguments(path: Any, **options: Any) -> Any:
    accelerate = pytest.importorskip("accelerate")
    assert accelerate
    options = {"use_cpu": True, "report_to": "none", "disable_tqdm": True, "save_strategy": "no", **options}
    return transformers.TrainingArguments(output_dir=str(path), logging_steps=1, **options)


@pytest.mark.parametrize(("warmup", "steps"), [(0, 0), (3, 3), (0.25, 5)])
def test_training_arguments_say_everything(tmp_path: Path, warmup: Any, steps: int) -> None:
    given = arguments(
        tmp_path, max_steps=20, learning_rate=0.3, warmup_steps=warmup, lr_scheduler_type="cosine_with_min_lr",
        lr_scheduler_kwargs={"min_lr": 0.03},
    )  # fmt: skip
    expected = from_transformers("cosine_with_min_lr", 0.3, steps, 20, {"min_lr": 0.03})
    assert from_transformers(given) == from_transformers(given, num_training_steps=20) == expected
    other = from_transformers("cosine_with_min_lr", 0.1, steps, 20, {"min_lr": 0.03}, default_lr=0.3)
    assert from_transformers(given, learning_rate=0.1) == other


def test_training_arguments_without_max_steps_need_the_number_of_steps(tmp_path: Path) -> None:
    given = arguments(tmp_path, learning_rate=0.3, warmup_steps=0.1)
    with pytest.raises(ValueError, match="num_training_steps is needed where the TrainingArguments set no max_steps"):
        from_transformers(given)
    assert from_transformers(given, num_training_steps=50) == from_transformers("linear", 0.3, 5, 50)
    with pytest.raises(ValueError, match="num_training_steps must be max_steps, 7, got 50"):
        from_transformers(arguments(tmp_path, max_steps=7), num_training_steps=50)
    with pytest.raises(TypeError, match="with TrainingArguments, give learning_rate and num_training_steps at most"):
        from_transformers(given, num_warmup_steps=3, num_training_steps=50)


class Line(torch.nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.inner = torch.nn.Linear(2, 1)

    def forward(self, x: Any, labels: Any = None) -> Any:
        return {"loss": ((self.inner(x)[:, 0] - labels) ** 2).mean()}


DATA = [{"x": torch.tensor([k / 16, 1 - k / 16]), "labels": torch.tensor(k / 8)} for k in range(16)]


class Seen(transformers.TrainerCallback):
    """The rate in the optimizer when each update begins."""

    def __init__(self) -> None:
        self.rates = {}

    def on_step_begin(self, args: Any, state: Any, control: Any, optimizer: Any = None, **_: Any) -> None:
        self.rates[state.global_step] = [group["lr"] for group in optimizer.param_groups]


def trained(given: Any, optimizers: Any = None, resume: Any = None) -> Any:
    torch.manual_seed(0)
    model = Line()
    seen = Seen()
    logging.disable(logging.WARNING)
    try:
        trainer = transformers.Trainer(
            model=model, args=given, train_dataset=DATA, callbacks=[seen],
            optimizers=optimizers(model) if optimizers else (None, None),
        )  # fmt: skip
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            trainer.train(resume_from_checkpoint=resume)
    finally:
        logging.disable(logging.NOTSET)
    logged = {entry["step"]: entry["learning_rate"] for entry in trainer.state.log_history if "learning_rate" in entry}
    return seen.rates, logged, [p.detach().clone() for p in model.parameters()]


@pytest.mark.parametrize("kind", ["linear", "cosine", "constant_with_warmup"])
def test_a_trainer_of_its_own_runs_the_rates_that_are_read_from_its_arguments(tmp_path: Path, kind: str) -> None:
    given = arguments(
        tmp_path,
        max_steps=12,
        learning_rate=0.05,
        warmup_steps=3,
        lr_scheduler_type=kind,
        per_device_train_batch_size=4,
    )
    rates, _, _ = trained(given)
    schedule = from_transformers(given)
    assert sorted(rates) == list(range(12))
    assert [rates[k][0] for k in range(12)] == pytest.approx(schedule.to_list(12), rel=0, abs=0.05 * TOLERANCE)


def with_schedule(schedule: Any) -> Any:
    to_torch = pytest.importorskip("lrkit.interop.torch", exc_type=ImportError).to_torch

    def made(model: Any) -> Any:
        optimizer = torch.optim.SGD(model.parameters(), lr=0.123)
        return optimizer, to_torch(schedule, optimizer)

    return made


def test_a_trainer_runs_a_schedule_of_ours_and_resumes_it_exactly(tmp_path: Path) -> None:
    schedule = lrkit.CosineDecayLR(0.001, 0.05, 10).repeat(4).warmup(2)
    options = {"max_steps": 12, "per_device_train_batch_size": 4}
    rates, logged, weights = trained(arguments(tmp_path / "a", **options), with_schedule(schedule))
    assert {k: rate for k, (rate,) in rates.items()} == {k: schedule(k) for k in range(12)}
    assert logged == {k + 1: pytest.approx(schedule(k)) for k in range(12)}  # logged after the update that used it

    saving = {**options, "save_strategy": "steps", "save_steps": 5}
    trained(arguments(tmp_path / "b", **saving), with_schedule(schedule))
    again, _, resumed = trained(
        arguments(tmp_path / "c", **options), with_schedule(schedule), resume=str(tmp_path / "b" / "checkpoint-5")
    )
    assert {k: rate for k, (rate,) in again.items()} == {k: schedule(k) for k in range(5, 12)}
    assert all(torch.equal(a, b) for a, b in zip(weights, resumed, strict=True))
