"""What schedulers print, and what they refuse with nothing written."""

from __future__ import annotations

import copy
import math
import subprocess
import sys
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from processes import LIMIT
from schedulers import optimizer, rates

from lrkit import lr_scheduler as lrs


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
    (of(lrs.CosineAnnealingLR, 2**52 + 1), ValueError, "cosine_wave: decay_steps must be an integer >= 1 and <= 2**52"),
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


def test_options_stay_and_verbose_may_be_set(capsys: pytest.CaptureFixture[str]) -> None:
    scheduler = lrs.ExponentialLR(SimpleNamespace(param_groups=[{"lr": 1.0}]), 0.5)
    scheduler.step()
    with pytest.raises(AttributeError, match="ExponentialLR: gamma is fixed at construction"):
        scheduler.gamma = 0.9
    scheduler.verbose = True
    scheduler.step()
    assert capsys.readouterr().out == "Adjusting learning rate of group 0 to 0.25.\n"
