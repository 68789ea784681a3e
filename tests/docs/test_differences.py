"""`docs/guides/differences.md`, row by row: each difference is still there, on both sides."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

import lrkit
from lrkit import lr_scheduler as lrs
from lrkit import optim
from lrkit.interop import from_optax, from_torch, to_optax
from lrkit.interop._errors import DepartureWarning

torch = pytest.importorskip("torch")
jax = pytest.importorskip("jax")
optax = pytest.importorskip("optax")
theirs = torch.optim.lr_scheduler

pytestmark = [
    pytest.mark.filterwarnings("ignore:Detected call of"),
    pytest.mark.filterwarnings("ignore:The epoch parameter"),
]
PAGE = (Path(__file__).parents[2] / "docs" / "guides" / "differences.md").read_text()
CHECKS: dict[str, Callable[[], None]] = {}


def row(name: str) -> Callable[[Callable[[], None]], Callable[[], None]]:
    """Register the check of a row, which is known by its first column."""

    def registered(check: Callable[[], None]) -> Callable[[], None]:
        CHECKS[name] = check
        return check

    return registered


def listed() -> list[str]:
    """The first column of the tables, except that of refusals, which has a test of its own."""
    tables = PAGE.split("## Refused by torch")[0]
    first = [line.split(" | ")[0].removeprefix("| ") for line in tables.splitlines() if line.startswith("| ")]
    return [name for name in first if name != "what" and not name.startswith("---")]


def sgd(*rates: Any, **more: Any) -> Any:
    groups = [{"params": [torch.zeros(1, requires_grad=True)], "lr": rate, **more} for rate in rates or (0.1,)]
    return torch.optim.SGD(groups, lr=1.0)


def walked(scheduler: Any, steps: int) -> list[float]:
    seen = [float(scheduler.optimizer.param_groups[0]["lr"])]
    for _ in range(steps):
        scheduler.step()
        seen.append(float(scheduler.optimizer.param_groups[0]["lr"]))
    return seen


def refused(error: type[Exception] | tuple[type[Exception], ...], make: Callable[[], Any]) -> None:
    with pytest.raises(error):
        make()


def test_each_row_of_the_page_has_a_check_and_each_check_a_row() -> None:
    assert sorted(listed()) == sorted(CHECKS)


@pytest.mark.parametrize("name", listed())
def test_the_difference_is_as_the_page_says(name: str) -> None:
    CHECKS[name]()


# torch ----------------------------------------------------------------------------------------------------------------


@row("a chain with `CosineAnnealingLR`")
def _() -> None:
    def chain(module: Any) -> Any:
        optimizer = sgd()
        parts = [module.CosineAnnealingLR(optimizer, 100, 0.01), module.ExponentialLR(optimizer, 0.99)]
        return walked(module.ChainedScheduler(parts), 400)

    assert min(chain(theirs)) < 0
    product = [(0.01 + 0.045 * (1 + math.cos(math.pi * e / 100))) * 0.99**e for e in range(401)]
    np.testing.assert_allclose(chain(lrs), product, rtol=1e-12)


@row("a sequence or chain after a milestone")
def _() -> None:
    def nested(module: Any) -> Any:
        optimizer = sgd()
        chain = module.ChainedScheduler([module.ExponentialLR(optimizer, 0.9), module.StepLR(optimizer, 2, 0.5)])
        return walked(module.SequentialLR(optimizer, [module.ConstantLR(optimizer, 0.5, 9), chain], [3]), 6)

    refused((NotImplementedError, TypeError, AttributeError), lambda: nested(theirs))
    np.testing.assert_allclose(nested(lrs), [0.05] * 3 + [0.1, 0.09, 0.0405, 0.03645], rtol=1e-12)


@row("a sequence as the first part of a sequence")
def _() -> None:
    def nested(module: Any) -> Any:
        optimizer = sgd()
        parts = [module.ConstantLR(optimizer, 0.5, 2), module.ConstantLR(optimizer, 0.2, 10)]
        return walked(module.SequentialLR(optimizer, [module.SequentialLR(optimizer, parts, [2])], []), 4)

    np.testing.assert_allclose(nested(theirs), [0.05, 0.02, 0.02, 0.02, 0.02], rtol=1e-12)
    np.testing.assert_allclose(nested(lrs), [0.05, 0.05, 0.02, 0.02, 0.02], rtol=1e-12)


@row("`MultiplicativeLR` after a milestone")
def _() -> None:
    def sequence(module: Any) -> Any:
        optimizer = sgd()
        parts = [module.ConstantLR(optimizer, 0.1, 100), module.MultiplicativeLR(optimizer, lambda e: 0.5)]
        return walked(module.SequentialLR(optimizer, parts, [2]), 3)

    np.testing.assert_allclose(sequence(theirs), [0.01, 0.01, 0.005, 0.0025], rtol=1e-12)
    np.testing.assert_allclose(sequence(lrs), [0.01, 0.01, 0.1, 0.05], rtol=1e-12)


@row("milestones of `SequentialLR` that fall, or are not whole")
def _() -> None:
    def sequence(module: Any, milestones: Any) -> Any:
        optimizer = sgd()
        return module.SequentialLR(optimizer, [module.ConstantLR(optimizer) for _ in range(3)], milestones)

    for milestones, error in (([5, 3], ValueError), ([2.5, 5], TypeError)):
        sequence(theirs, milestones)
        refused(error, lambda given=milestones: sequence(lrs, given))


@row("a milestone of `MultiStepLR` that is not whole")
def _() -> None:
    assert min(walked(theirs.MultiStepLR(sgd(), [2.5]), 5)) == 0.1
    refused(TypeError, lambda: lrs.MultiStepLR(sgd(), [2.5]))


@row("`LinearLR(total_iters=0)`")
def _() -> None:
    assert walked(theirs.LinearLR(sgd(), 0.5, total_iters=0), 2) == [0.05] * 3
    assert walked(lrs.LinearLR(sgd(), 0.5, total_iters=0), 2) == [0.1] * 3


@row("`LinearLR(start_factor=0)`")
def _() -> None:
    refused(ValueError, lambda: theirs.LinearLR(sgd(), 0.0, total_iters=2))
    assert walked(lrs.LinearLR(sgd(), 0.0, total_iters=2), 2) == [0, 0.05, 0.1]


@row("`ConstantLR(total_iters=0)`")
def _() -> None:
    assert walked(theirs.ConstantLR(sgd(), 0.5, 0), 2) == [0.05] * 3
    assert walked(lrs.ConstantLR(sgd(), 0.5, 0), 2) == [0.1] * 3


@row("`ConstantLR(factor=0)`")
def _() -> None:
    refused(ZeroDivisionError, lambda: walked(theirs.ConstantLR(sgd(), 0.0, 2), 3))
    assert walked(lrs.ConstantLR(sgd(), 0.0, 2), 3) == [0, 0, 0.1, 0.1]


@row("`CosineAnnealingWarmRestarts` at a far restart")
def _() -> None:
    for module, rate in ((theirs, 1e-4), (lrs, 0.1)):
        scheduler = module.CosineAnnealingWarmRestarts(sgd(), 10, 3, 1e-4)
        scheduler.step(1210)
        assert scheduler.optimizer.param_groups[0]["lr"] == pytest.approx(rate)


@row("`T_cur` of `CosineAnnealingWarmRestarts`")
def _() -> None:
    moved = theirs.CosineAnnealingWarmRestarts(sgd(), 4)
    moved.T_cur = 7
    moved.step()
    assert moved.T_cur == 0
    scheduler = lrs.CosineAnnealingWarmRestarts(sgd(), 4)
    assert not hasattr(scheduler, "T_cur")
    scheduler.step(8)
    assert scheduler.get_last_lr() == [0.1]


@row("a rate in a float32 tensor")
def _() -> None:
    form = float(np.float32(0.1)) * 0.9999**5000
    for module, is_exact in ((theirs, False), (lrs, True)):
        rate = walked(module.ExponentialLR(sgd(torch.tensor(0.1)), 0.9999), 5000)[-1]
        assert (rate == float(np.float32(form))) is is_exact


@row("a group added later, to `LambdaLR`")
def _() -> None:
    for module in (theirs, lrs):
        optimizer = sgd()
        scheduler = module.LambdaLR(optimizer, lambda epoch: 0.5**epoch)
        optimizer.add_param_group({"params": [torch.zeros(2, requires_grad=True)], "lr": 0.8})
        if module is theirs:
            refused(ValueError, scheduler.step)
        else:
            scheduler.step()
            assert [group["lr"] for group in optimizer.param_groups] == [0.05, 0.4]


@row("`SequentialLR(…, last_epoch=7)`")
def _() -> None:
    def resumed(module: Any) -> float:
        optimizer = sgd(initial_lr=0.1)
        parts = [module.ConstantLR(optimizer, 0.1, 100), module.ExponentialLR(optimizer, 0.9)]
        scheduler = module.SequentialLR(optimizer, parts, [6], last_epoch=7)
        return float(scheduler.optimizer.param_groups[0]["lr"])

    assert resumed(theirs) == pytest.approx(0.01)
    assert resumed(lrs) == pytest.approx(0.1 * 0.9**2)


@row("a state with other options")
def _() -> None:
    for module in (theirs, lrs):
        old, new = module.CosineAnnealingLR(sgd(), 100), module.CosineAnnealingLR(sgd(), 200)
        walked(old, 50)
        if module is theirs:
            new.load_state_dict(old.state_dict())
            assert (new.T_max, new.optimizer.param_groups[0]["lr"]) == (100, 0.1)
        else:
            with pytest.raises(ValueError, match="T_max: 100 in the state, 200 here"):
                new.load_state_dict(old.state_dict())


class Tenfold:
    """A function with an attribute."""

    def __init__(self) -> None:
        self.factor = 10

    def __call__(self, epoch: float) -> float:
        return self.factor**-epoch


@row("a function that is an object, in a state")
def _() -> None:
    assert theirs.LambdaLR(sgd(), Tenfold()).state_dict()["lr_lambdas"] == [{"factor": 10}]
    assert "factor" not in str(lrs.LambdaLR(sgd(), Tenfold()).state_dict())


@row("a `CyclicLR` that is constructed")
def _() -> None:
    for module, more, initial in ((theirs, {"cycle_momentum": False}, 0.01), (lrs, {}, 0.1)):
        optimizer = sgd()
        module.CyclicLR(optimizer, base_lr=0.01, max_lr=0.2, **more)
        assert optimizer.param_groups[0]["initial_lr"] == initial


@row("a tensor as an option of `CyclicLR`")
def _() -> None:
    assert theirs.CyclicLR(sgd(), 0.1, torch.tensor(0.2), cycle_momentum=False).max_lrs == [torch.tensor(0.2)]
    refused(TypeError, lambda: lrs.CyclicLR(sgd(), 0.1, torch.tensor(0.2)))


@row("a step after the last one of a one-cycle schedule")
def _() -> None:
    scheduler = theirs.OneCycleLR(sgd(), 0.1, total_steps=10, cycle_momentum=False)
    assert walked(scheduler, 10)[-1] > scheduler.optimizer.param_groups[0]["min_lr"]
    refused(ValueError, scheduler.step)
    assert lrkit.one_cycle(0.1, 10)(10) == lrkit.one_cycle(0.1, 10)(9)


def warned(scheduler: Any, *epoch: float) -> bool:
    """Whether the first step of a scheduler, before any of its optimizer, is warned of."""
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        scheduler.step(*epoch)
    return bool(seen)


@row("`optimizer.step()` after `scheduler.step()`")
def _() -> None:
    assert warned(theirs.StepLR(sgd(), 3))
    assert not warned(lrs.StepLR(sgd(), 3))


@row("`step(epoch)`")
def _() -> None:
    for module, is_warned in ((theirs, True), (lrs, False)):
        optimizer = sgd()
        scheduler = module.ExponentialLR(optimizer, 0.5)
        optimizer.step()
        assert warned(scheduler, 1.5) is is_warned
        assert optimizer.param_groups[0]["lr"] == pytest.approx(0.1 * 0.5**1.5)


@row("`SWALR`")
def _() -> None:
    assert not hasattr(lrs, "SWALR")
    [read] = from_torch(torch.optim.swa_utils.SWALR(sgd(), 0.01, 5))
    assert read == lrkit.PiecewiseCosineLR((0, 5), (0.1, 0.01))


@row("`ReduceLROnPlateau(factor=-0.5)`")
def _() -> None:
    theirs.ReduceLROnPlateau(sgd(), factor=-0.5)
    refused(ValueError, lambda: lrs.ReduceLROnPlateau(sgd(), factor=-0.5))


# optax ----------------------------------------------------------------------------------------------------------------


@row("a count below 0")
def _() -> None:
    parts = [lrkit.ConstantLR(1.0), lrkit.ConstantLR(2.0)]
    assert float(optax.linear_schedule(1.0, 0.0, 10)(-3)) == 1.0
    refused(ValueError, lambda: optax.join_schedules(parts, [3])(1))
    assert float(jax.jit(optax.join_schedules(parts, [3]))(1)) == 1.0
    assert float(optax.join_schedules([to_optax(part) for part in parts], [3])(1)) == 1.0


@row("a decay of no steps, or fewer")
def _() -> None:
    for steps in (0, -1):
        arguments = {"init_value": 1.0, "end_value": 0.5, "power": 1, "transition_steps": steps}
        assert float(optax.polynomial_schedule(**arguments)(7)) == 1.0
        assert from_optax(optax.polynomial_schedule, **arguments) == lrkit.ConstantLR(1.0)
        refused(ValueError, lambda steps=steps: lrkit.linear(1.0, 0.5, steps))


@row("a decay rate of 0")
def _() -> None:
    assert float(optax.exponential_decay(1.0, 2, 0.0)(7)) == 1.0
    assert from_optax(optax.exponential_decay, 1.0, 2, 0.0) == lrkit.ConstantLR(1.0)
    refused(ValueError, lambda: lrkit.ExponentialDecayLR(1.0, 0.0, 2))


@row("counts from 2**24 on")
def _() -> None:
    schedule, last = lrkit.linear(1.0, 0.0, 40_000_000), 39_999_999
    assert float(optax.linear_schedule(1.0, 0.0, 40_000_000)(last)) == 0.0
    assert float(to_optax(schedule)(last)) == pytest.approx(2.5e-8)


@row("two boundaries of a one-cycle schedule on one step")
def _() -> None:
    arguments = {"transition_steps": 10, "peak_value": 1.0, "pct_start": 0.31, "pct_final": 0.35}
    with pytest.warns(DepartureWarning):
        kept = from_optax(optax.linear_onecycle_schedule, **arguments)
    live = optax.linear_onecycle_schedule(**arguments)
    assert any(abs(float(live(step)) - kept(step)) > 1e-3 for step in range(11))


# MindSpore: its side is recorded in tests/golden and in its own tests; here is ours -----------------------------------


def parameter(name: str) -> Any:
    return lrkit.Parameter(np.ones(3, np.float32), name=name)


@row("an integer where a number is meant")
def _() -> None:
    assert lrkit.piecewise_constant_lr([1, 2, 3], [1, 2, 1]) == [1.0, 2.0, 1.0]
    optim.RMSProp([parameter("a")], learning_rate=0.1, momentum=1)


@row("an array without dimensions, as the rate or decay of a group")
def _() -> None:
    for key in ("lr", "weight_decay"):
        groups = [{"params": [parameter("a")], key: np.array(1)}, {"params": [parameter("b")]}]
        optim.Momentum(groups, learning_rate=0.3, momentum=0.9)


@row("None as the parameters")
def _() -> None:
    for make in (lambda: optim.Optimizer(0.1, None), lambda: optim.SGD(None)):
        refused(TypeError, make)


@row("a parameter in two groups")
def _() -> None:
    one = parameter("a")
    refused(ValueError, lambda: optim.Adam([{"params": [one], "lr": 0.1}, {"params": [one], "lr": 0.3}]))


@row("a weight decay that changes, in `SGD`")
def _() -> None:
    weight = parameter("a")
    optimizer = optim.SGD([weight], learning_rate=0.5, weight_decay=SimpleNamespace(construct=lambda step: 0.5 * step))
    for expected in (1.0, 0.75):
        optimizer([np.zeros(3, np.float32)])
        np.testing.assert_allclose(weight.value(), expected)


@row("a key of a group that the optimizer does not know")
def _() -> None:
    with pytest.raises(KeyError, match="did you mean 'lr'"):
        lrkit.optim_ex.Adamax([{"params": [parameter("a")], "learning_rate": 0.9}])


@row("a step of `LARS`, as of `Lamb`, on a CPU")
def _() -> None:
    """The ratio of lengths by hand: 0.2 · 5 / 100 of the gradient."""
    weight = lrkit.Parameter(np.array([3.0, 4.0]), "weight")
    optim.LARS(optim.SGD([weight], learning_rate=1.0), epsilon=0.0, coefficient=0.2)([np.array([0.0, 100.0])])
    np.testing.assert_allclose(weight.asnumpy(), [3.0, 3.0], rtol=1e-15)
    optim.Lamb([weight], learning_rate=0.5)([np.array([0.0, 1.0])])


@row("the state of `LazyAdam`, a sparse gradient")
def _() -> None:
    """A row of zeros moves: its momentum goes on."""
    one, other = parameter("a"), parameter("a")
    lazy, plain = optim.LazyAdam([one], 0.1), optim.Adam([other], 0.1)
    for gradient in ([1.0, 1.0, 1.0], [0.0, 0.0, 1.0]):
        before = one.asnumpy()
        lazy([np.array(gradient, np.float32)])
        plain([np.array(gradient, np.float32)])
    assert (one.asnumpy() != before).all()
    assert one.tolist() == other.tolist()
