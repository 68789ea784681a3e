"""`record`: the rates of any object, which stays as it was."""

from __future__ import annotations

import copy
import math
import random
import warnings
from functools import partial
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from loading import imported
from stand_ins import Model, Plateaux, Watching, optimizer, sgd

import lrkit
from lrkit import ConstantLR, CosineDecayLR, TableLR
from lrkit import lr_scheduler as lrs


def everybodys_dice(torch: Any) -> Any:
    return random.getstate(), np.random.get_state()[1].tolist(), torch.get_rng_state().tolist()  # noqa: NPY002


# Functions ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "function",
    [
        lambda step: 0.5**step,
        lambda step: np.float32(0.5**step),
        lambda step: np.array([0.5**step]),
        ConstantLR(1.0).then(lrkit.ExponentialDecayLR(0.5, 0.5, 1), 1),
    ],
)
def test_a_function_is_asked_for_each_step(function: Any) -> None:
    assert lrkit.record(function, 5) == TableLR([1.0, 0.5, 0.25, 0.125, 0.0625])


def test_optax_and_keras() -> None:
    optax = pytest.importorskip("optax")
    schedule = optax.linear_schedule(1.0, 0.0, 4)
    assert lrkit.record(schedule, 6) == TableLR([1.0, 0.75, 0.5, 0.25, 0.0, 0.0])


def test_an_object_that_counts_its_calls_is_copied() -> None:
    class Counting:
        calls = 0

        def __call__(self, step: int) -> float:
            self.calls += 1
            return 1 / self.calls

        def rate(self, step: int) -> float:
            return self(step)

    counting = Counting()
    for function in (counting, counting.rate, partial(counting), partial(counting.rate)):
        assert lrkit.record(function, 3).to_list(3) == [1.0, 0.5, 1 / 3]
    assert counting.calls == 0
    assert lrkit.record([0.5, 0.25].__getitem__, 2) == TableLR([0.5, 0.25])
    assert lrkit.record(math.sqrt, 2) == TableLR([0.0, 1.0])


class Drawing:
    """It takes its rates out of a generator, which cannot be copied."""

    def __init__(self) -> None:
        self.rates = (rate for rate in (0.5, 0.25, 0.125))

    def __call__(self, step: int) -> float:
        return next(self.rates)

    def rate(self, step: int) -> float:
        return next(self.rates)


def test_what_is_called_and_cannot_be_copied_is_refused_and_not_consumed() -> None:
    drawing = Drawing()
    for function, name in [(drawing, "Drawing"), (drawing.rate, "rate"), (partial(drawing), "partial")]:
        with pytest.raises(TypeError, match=f"record: {name} cannot be copied: cannot pickle 'generator' object"):
            lrkit.record(function, 2)
    assert list(drawing.rates) == [0.5, 0.25, 0.125]


# Schedulers -----------------------------------------------------------------------------------------------------------


def test_a_torch_scheduler_stays_as_it_was() -> None:
    torch = pytest.importorskip("torch")
    theirs = torch.optim.lr_scheduler
    opt = sgd(0.1, 0.4)
    opt.param_groups[0]["params"][0].sum().backward()
    dice = random.Random(1)
    parts = [theirs.LambdaLR(opt, lambda e: random.random()), theirs.CosineAnnealingLR(opt, 20, 1e-3)]
    scheduler = theirs.SequentialLR(opt, parts, [5])
    opt.step()
    scheduler.step()
    torch.manual_seed(dice.randint(0, 99))
    weights = [group["params"][0] for group in opt.param_groups]
    before = copy.deepcopy((scheduler.state_dict(), opt.state_dict(), [weight.tolist() for weight in weights]))
    generators = everybodys_dice(torch)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        tables = [lrkit.record(scheduler, 30, group) for group in (0, 1)]
    assert (scheduler.state_dict(), opt.state_dict(), [weight.tolist() for weight in weights]) == before
    assert everybodys_dice(torch) == generators
    assert all(group["params"][0] is weight for group, weight in zip(opt.param_groups, weights, strict=True))
    for step in range(30):  # torch's own run is the same, the random numbers too
        assert [group["lr"] for group in opt.param_groups] == [table(step) for table in tables]
        opt.step()
        scheduler.step()


def test_no_weights_are_copied() -> None:
    torch = pytest.importorskip("torch")

    class Heavy(torch.nn.Parameter):
        def __deepcopy__(self, memo: Any) -> Any:
            raise AssertionError("copied")

    opt = torch.optim.SGD([Heavy(torch.ones(3))], lr=0.1, momentum=0.9)
    opt.state[opt.param_groups[0]["params"][0]]["momentum_buffer"] = Heavy(torch.ones(3))
    scheduler = torch.optim.lr_scheduler.ChainedScheduler([torch.optim.lr_scheduler.StepLR(opt, 2, 0.5)])
    assert lrkit.record(scheduler, 4).to_list(4) == [0.1, 0.1, 0.05, 0.05]


def test_a_model_is_not_copied_wherever_it_is_held() -> None:
    watching = Watching(Model())
    assert lrkit.record(watching, 3) == TableLR([0.5, 0.25, 0.125])
    assert lrkit.record(watching.rate, 3) == TableLR([0.1] * 3)
    assert watching.optimizer.param_groups[0]["lr"] == 0.5


def test_a_model_that_a_function_object_of_torchs_holds_is_not_copied() -> None:
    torch = pytest.importorskip("torch")
    scheduler = torch.optim.lr_scheduler.LambdaLR(sgd(0.5), Watching(Model()))
    assert lrkit.record(scheduler, 2) == TableLR([0.05, 0.05])


@pytest.mark.parametrize("name", ["epoch", "step", "t", "num_updates", "iteration", "global_step", "current_epoch"])
def test_a_step_that_asks_for_the_number_is_given_it(name: str) -> None:
    source = f"def step(self, {name}): self.optimizer.param_groups[0]['lr'] = 1 / (1 + {name})"
    scope: dict[str, Any] = {}
    exec(source, scope)  # a signature with that name
    told = type("Told", (), {"optimizer": optimizer(9.0), "step": scope["step"]})()
    assert lrkit.record(told, 3).to_list(3) == [1.0, 0.5, 1 / 3]


class MyPlateau(lrs.ReduceLROnPlateau):
    def step(self, epoch: float) -> None:
        super().step(epoch)


def test_who_follows_a_metric_is_known_by_the_class() -> None:
    assert lrkit.record(type("WarmPlateau", (Plateaux,), {})(), 4) == TableLR([1.0, 1.0, 0.5, 0.5])
    with pytest.raises(TypeError, match="record: MyPlateau follows a metric: give metrics, one for each epoch"):
        lrkit.record(MyPlateau(optimizer(1.0)), 4)


def test_a_loss_is_not_the_number_of_the_step() -> None:
    class Follower:
        def __init__(self) -> None:
            self.optimizer = optimizer(1.0)

        def step(self, loss: float) -> None:
            self.optimizer.param_groups[0]["lr"] = loss

    message = "record: Follower.step needs 'loss', which is not the name of a step number: give metrics, one for each"
    with pytest.raises(TypeError, match=message):
        lrkit.record(Follower(), 3)
    assert lrkit.record(Follower(), 3, metrics=[7.0, 8.0]) == TableLR([1.0, 7.0, 8.0])


@pytest.mark.filterwarnings("ignore::FutureWarning")  # it has an argument of torch's that is on its way out
def test_timms_plateau_follows_a_metric() -> None:
    timm = imported("timm.scheduler")
    scheduler = timm.PlateauLRScheduler(sgd(1.0), decay_rate=0.5, patience_t=0, warmup_lr_init=1.0)
    with pytest.raises(TypeError, match="record: PlateauLRScheduler follows a metric: give metrics"):
        lrkit.record(scheduler, 3)
    table = lrkit.record(scheduler, 5, metrics=[3.0, 3.0, 3.0, 2.0])
    scheduler.step(0)
    for epoch, metric in enumerate([3.0, 3.0, 3.0, 2.0]):
        assert scheduler.optimizer.param_groups[0]["lr"] == table(epoch)
        scheduler.step(epoch + 1, metric)
    assert table.to_list(5) == [1.0, 1.0, 0.5, 0.25, 0.125]


@pytest.mark.parametrize("metrics", [5, "12345", {0: 1.0, 1: 1.0}, iter([1.0])])
def test_what_metrics_must_be(metrics: Any) -> None:
    message = "record: metrics must be a function of the epoch or a list of numbers, one for each epoch, got "
    with pytest.raises(TypeError, match=message):
        lrkit.record(lrs.ReduceLROnPlateau(optimizer(1.0)), 3, metrics=metrics)


def test_an_optimizer_is_no_scheduler() -> None:
    from lrkit import optim_ex

    ours = optim_ex.SGD([lrkit.Parameter(np.ones(2, np.float32), name="w")], lr=0.5)
    for thing in (sgd(0.1), ours):
        with pytest.raises(TypeError, match="record: SGD is an optimizer, which has no schedule: give its scheduler"):
            lrkit.record(thing, 5)


def test_a_scheduler_of_timm_is_told_the_epoch() -> None:
    timm = imported("timm.scheduler")
    scheduler = timm.CosineLRScheduler(sgd(0.1), 20, warmup_t=5, warmup_lr_init=1e-3, noise_range_t=8)
    before = copy.deepcopy(scheduler.state_dict())
    table = lrkit.record(scheduler, 25)
    assert scheduler.state_dict() == before
    for epoch in range(25):
        scheduler.step(epoch)
        assert scheduler.optimizer.param_groups[0]["lr"] == table(epoch)
    updates = timm.StepLRScheduler(sgd(0.1), 3, 0.5, t_in_epochs=False)
    assert lrkit.record(updates, 5).to_list(5) == [0.1, 0.1, 0.1, 0.05, 0.05]


def test_our_schedulers_and_optimizers() -> None:
    from lrkit import optim_ex

    weights = [lrkit.Parameter(np.ones(2, np.float32), name="w")]
    opt = optim_ex.SGD(weights, lr=0.5)
    parts = [lrs.ConstantLR(opt, 0.5, 9), lrs.ExponentialLR(opt, 0.5)]
    scheduler = lrs.SequentialLR(opt, parts, [2])
    table = lrkit.record(scheduler, 5)
    assert table.to_list(5) == [0.25, 0.25, 0.5, 0.25, 0.125]
    assert (scheduler.last_epoch, float(opt.param_groups[0]["lr"].asnumpy())) == (0, 0.25)


def test_anything_that_steps() -> None:
    class Halving:
        def __init__(self) -> None:
            self.rate = 1.0

        def step(self) -> None:
            self.rate /= 2

        def get_last_lr(self) -> list[float]:
            return [self.rate, 3.0]

    halving = Halving()
    assert lrkit.record(halving, 3).to_list(3) == [1.0, 0.5, 0.25]
    assert lrkit.record(halving, 3, group=1) == TableLR([3.0, 3.0, 3.0])
    assert halving.rate == 1.0


@pytest.mark.parametrize("home", ["torch.optim.lr_scheduler", "lrkit.lr_scheduler"])
def test_a_metric_is_followed_if_given(home: str) -> None:
    opt = sgd(1.0)
    scheduler = import_module(home).ReduceLROnPlateau(opt, factor=0.5, patience=0)
    with pytest.raises(TypeError, match="record: ReduceLROnPlateau follows a metric: give metrics, one for each epoch"):
        lrkit.record(scheduler, 3)
    expected = [1.0, 1.0, 0.5, 0.25, 0.25]
    assert lrkit.record(scheduler, 5, metrics=[3.0, 3.0, 3.0, 2.0]).to_list(5) == expected
    assert lrkit.record(scheduler, 5, metrics=lambda epoch: [3.0, 3.0, 3.0, 2.0][epoch]).to_list(5) == expected
    with pytest.raises(ValueError, match="record: metrics must be a list of 4 or more numbers, got 3"):
        lrkit.record(scheduler, 5, metrics=[3.0] * 3)
    assert opt.param_groups[0]["lr"] == 1.0


class Asking:
    optimizer = optimizer(0.1)

    def step(self, loss_scale: float, other: float) -> None: ...


class Naming:
    optimizer = optimizer(0.1)

    def step(self, epoch: int, *, scale: float) -> None: ...


class Locked:
    def __init__(self) -> None:
        self.optimizer = optimizer(0.1)
        self.frames = (frame for frame in "abc")

    def step(self) -> None: ...


@pytest.mark.parametrize(
    ("obj", "options", "error", "message"),
    [
        (3, {}, TypeError, "obj must be a function of the step or a scheduler, got 3"),
        (CosineDecayLR, {}, TypeError, "obj must be a function of the step or a scheduler, got <class"),
        (lambda step: 0.1, {"steps": 0}, ValueError, "steps must be an integer >= 1, got 0"),
        (lambda step: 0.1, {"group": 1}, ValueError, "group must be one of the 1 groups, counted from 0, got 1"),
        (lambda step: 0.1, {"group": "a"}, TypeError, "group must be an integer >= 0, got 'a'"),
        (lambda step: 0.1, {"metrics": [1]}, TypeError, "metrics are for a scheduler that follows them"),
        (lambda step: "0.1", {}, TypeError, "<lambda> must give a number at step 0, got '0.1'"),
        (lambda step: np.ones(2), {}, TypeError, "<lambda> must give a number at step 0, got array"),
        (lambda step: math.nan, {}, ValueError, "<lambda> must give a finite number at step 0, got nan"),
        (
            lambda step: 1 / (2 - step),
            {},
            RuntimeError,
            "<lambda> failed at step 2: ZeroDivisionError: division by zero",
        ),
        (
            SimpleNamespace(step=lambda: None),
            {},
            TypeError,
            "SimpleNamespace has neither an optimizer with param_groups",
        ),
        (Asking(), {}, TypeError, "Asking.step needs loss_scale, other: wrap it in a function of the step"),
        (Naming(), {}, TypeError, "Naming.step needs epoch, scale=: wrap it in a function of the step"),
        (Locked(), {}, TypeError, "Locked cannot be copied: cannot pickle 'generator' object"),
        (
            lrs.StepLR(optimizer(0.1), 3),
            {"metrics": [1.0] * 9},
            TypeError,
            "StepLR follows no metric, so leave metrics out",
        ),
    ],
)
def test_errors(obj: Any, options: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=f"record: {message}"):
        lrkit.record(obj, **({"steps": 5} | options))


def test_a_scheduler_that_fails_on_its_way_says_where() -> None:
    torch = pytest.importorskip("torch")
    scheduler = torch.optim.lr_scheduler.OneCycleLR(sgd(0.1), 0.1, 10, cycle_momentum=False)
    with pytest.raises(RuntimeError, match="record: OneCycleLR failed at step 11: ValueError: Tried to step 11 times"):
        lrkit.record(scheduler, 20)
    assert scheduler.last_epoch == 0
    assert len(set(lrkit.record(scheduler, 10).to_list(10))) == 10
