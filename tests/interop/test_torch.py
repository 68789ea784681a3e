"""`from_torch` beside the live library: its own steps are what the schedules are compared with."""

from __future__ import annotations

import copy
import random
import warnings
from functools import partial
from typing import Any

import numpy as np
import pytest
from loading import imported
from torch_schedulers import (
    LEAVES,
    PAST,
    assert_equal_to_torch,
    composed,
    curves,
    drawn,
    made,
    optimizer_of,
    theirs,
    torch,
    values,
    walk,
)

import lrkit
from lrkit.interop._errors import DepartureWarning

# torch warns of a step without an update before it, and that step(epoch) is deprecated.
pytestmark = [
    pytest.mark.filterwarnings("ignore:Detected call of"),
    pytest.mark.filterwarnings("ignore:The epoch parameter"),
]


# Every class, at random -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [*LEAVES, "SWALR"])
def test_every_step_is_torchs(name: str) -> None:
    dice = random.Random(name)
    for _ in range(25):
        optimizer = optimizer_of(*(dice.uniform(0.01, 2) for _ in range(dice.randint(1, 3))))
        assert_equal_to_torch(made(name, optimizer, drawn(dice, name)))


@pytest.mark.parametrize("name", LEAVES)
def test_the_curve_is_that_of_our_scheduler_of_the_same_name(name: str) -> None:
    """The expression, not the rates alone."""
    dice = random.Random(name)
    for _ in range(10):
        options = drawn(dice, name)
        ours = getattr(lrkit.lr_scheduler, name)(optimizer_of(0.1, 0.3), **options)
        read = lrkit.from_torch(made(name, optimizer_of(0.1, 0.3), options))
        assert read == [ours.schedule(base, k) for k, base in enumerate((0.1, 0.3))]


def test_every_step_of_one_cycle_is_torchs() -> None:
    """Up to its last; past it, torch extrapolates once (T8) and then raises. No run goes there, so nothing is said."""
    dice = random.Random(8)
    for _ in range(60):
        optimizer = optimizer_of(0.1, 0.2)
        options = drawn(dice, "OneCycleLR") | {"max_lr": [dice.random(), dice.random()]}
        scheduler = theirs.OneCycleLR(optimizer, **options)
        read = lrkit.from_torch(scheduler)
        reference = walk(scheduler, options["total_steps"] - 1)
        assert lrkit.from_torch(scheduler) == read
        ours = curves(read, len(reference))
        np.testing.assert_allclose(ours, reference, rtol=0, atol=1e-12 * reference.max(), err_msg=repr(options))
        assert [s(10_000) for s in read] == [s(options["total_steps"] - 1) for s in read]


@pytest.mark.parametrize(("kind", "key"), [("SGD", "momentum"), ("Adam", "betas")])
@pytest.mark.parametrize("name", ["CyclicLR", "OneCycleLR"])
def test_the_momentum_that_moves_along(name: str, kind: str, key: str) -> None:
    dice = random.Random(9)
    for _ in range(20):
        optimizer = optimizer_of(0.1, 0.2, kind=kind)
        options = drawn(dice, name) | {"base_momentum": dice.uniform(0.5, 0.8), "max_momentum": dice.uniform(0.8, 0.99)}
        assert_equal_to_torch(made(name, optimizer, options), options.get("total_steps", PAST) - 1, key)


def test_a_momentum_that_is_not_written_is_refused() -> None:
    for scheduler, key in [
        (theirs.StepLR(optimizer_of(0.1), 3), "momentum"),
        (theirs.CyclicLR(optimizer_of(0.1), 0.01, 0.1, cycle_momentum=False), "momentum"),
        (theirs.CyclicLR(optimizer_of(0.1), 0.01, 0.1), "betas"),
    ]:
        with pytest.raises(
            TypeError, match=f"from_torch: {type(scheduler).__name__} does not write '{key}'; lrkit.rec"
        ):
            lrkit.from_torch(scheduler, key)


def test_compositions_are_exact_or_warned_of_or_refused() -> None:
    """The one promise for 300 of them, most of which torch itself gets wrong."""
    dice = random.Random(10)
    outcome = {"exact": 0, "warned": 0, "refused": 0, "needlessly warned": 0}
    for _ in range(300):
        scheduler = composed(dice, optimizer_of(0.1, 0.3), 3)
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always", DepartureWarning)
            try:
                read = lrkit.from_torch(scheduler)
            except TypeError as error:
                assert "lrkit.record" in str(error)
                outcome["refused"] += 1
                continue
        reference = walk(scheduler, PAST, may_fail=True)
        ours = curves(read, PAST + 1)
        equal = len(reference) == PAST + 1 and bool((np.abs(ours - reference) <= 1e-11 * np.abs(reference).max()).all())
        departed = any(issubclass(w.category, DepartureWarning) for w in caught)
        assert equal or departed, read
        outcome["needlessly warned" if equal and departed else "exact" if equal else "warned"] += 1
    assert min(outcome["exact"], outcome["warned"]) > 50
    assert outcome["needlessly warned"] < 15, outcome


def test_a_nesting_that_torch_can_do_is_exact() -> None:
    optimizer = optimizer_of(0.1, 0.3)
    chain = [theirs.LinearLR(optimizer, 0.1, 1.0, 10), theirs.StepLR(optimizer, 7, 0.8)]
    warm = theirs.ChainedScheduler([theirs.ChainedScheduler(chain), theirs.ConstantLR(optimizer, 0.5, 12)])
    rest = theirs.CosineAnnealingLR(optimizer, 50, 1e-3)
    assert_equal_to_torch(theirs.SequentialLR(optimizer, [warm, rest], [30]))


def test_read_in_the_middle_of_a_run_from_its_first_step() -> None:
    dice = random.Random(11)
    for name in LEAVES:
        options = drawn(dice, name)
        fresh, later = (made(name, optimizer_of(0.1, 0.3), options) for _ in range(2))
        walk(later, 77)
        assert lrkit.from_torch(later) == lrkit.from_torch(fresh)


def test_a_scheduler_stepped_to_a_fraction() -> None:
    """The documented use of ``CosineAnnealingWarmRestarts``: step(epoch + i / iterations)."""
    scheduler = theirs.CosineAnnealingWarmRestarts(optimizer_of(0.1), 10, 2, 1e-3)
    [read] = lrkit.from_torch(scheduler)
    for epoch in (0.25, 9.75, 10.5, 31.125):
        scheduler.step(epoch)
        assert values(scheduler.optimizer) == pytest.approx([read(epoch)], rel=1e-14)
        assert lrkit.from_torch(scheduler) == [read]


def test_a_rate_in_a_tensor() -> None:
    optimizer = torch.optim.Adam([torch.zeros(1)], lr=torch.tensor(0.1))
    scheduler = theirs.ExponentialLR(optimizer, 0.999)
    walk(scheduler, 1000)
    [read] = lrkit.from_torch(scheduler)
    assert read(1000) == pytest.approx(float(np.float32(0.1)) * 0.999**1000, rel=1e-12)


def test_nothing_is_changed_by_reading() -> None:
    scheduler = theirs.StepLR(optimizer_of(0.1), 3, 0.5)
    walk(scheduler, 4)
    before = copy.deepcopy((scheduler.state_dict(), scheduler.optimizer.state_dict()))
    lrkit.from_torch(scheduler)
    assert (scheduler.state_dict(), scheduler.optimizer.state_dict()) == before


# Refusals -----------------------------------------------------------------------------------------------------------


class Mine(theirs.StepLR):
    def get_lr(self) -> Any:
        return [0.5 for _ in self.base_lrs]


def patched(optimizer: Any) -> Any:
    scheduler = theirs.StepLR(optimizer, 3)
    scheduler.get_lr = lambda: [0.5]
    return scheduler


REFUSED = {
    "LambdaLR has a function of your own": lambda o: theirs.LambdaLR(o, lambda e: 0.5**e),
    "MultiplicativeLR has a function of your own": lambda o: theirs.MultiplicativeLR(o, lambda e: 0.5),
    "CyclicLR has a scale_fn of your own": lambda o: theirs.CyclicLR(o, 0.01, 0.1, scale_fn=lambda x: 0.9**x),
    "CyclicLR has step sizes that are not whole": lambda o: theirs.CyclicLR(o, 0.01, 0.1, 2.5),
    "follows a metric: lrkit.lr_scheduler.ReduceLROnPlateau does so": theirs.ReduceLROnPlateau,
    "Mine of .* is no scheduler of torch's own": lambda o: Mine(o, 3),
    "get_lr of this StepLR has been replaced": patched,
    r"StepLR: gamma must be a number > 0, got -0\.5": lambda o: theirs.StepLR(o, 3, -0.5),
    r"CosineAnnealingLR: T_max must be an integer >= 1, got 2\.5": lambda o: theirs.CosineAnnealingLR(o, 2.5),
    "PolynomialLR: total_iters must be an integer >= 1, got 0": lambda o: theirs.PolynomialLR(o, 0),
    r"the milestones \[5, 3\] of SequentialLR must be whole and rise": lambda o: theirs.SequentialLR(
        o, [theirs.ConstantLR(o) for _ in range(3)], [5, 3]
    ),
    r"the milestones \[2\.5\] of SequentialLR must be whole and rise": lambda o: theirs.SequentialLR(
        o, [theirs.ConstantLR(o) for _ in range(2)], [2.5]
    ),
    "SWALR in a SequentialLR starts from the rate that it finds": lambda o: theirs.SequentialLR(
        o, [theirs.ConstantLR(o), torch.optim.swa_utils.SWALR(o, 0.01)], [5]
    ),
    "ChainedScheduler has a part that sets rates of its own": lambda o: theirs.ChainedScheduler(
        [theirs.CyclicLR(o, 0.01, 0.1), theirs.StepLR(o, 5)]
    ),
}


@pytest.mark.parametrize("obstacle", REFUSED)
def test_what_cannot_be_read_is_refused(obstacle: str) -> None:
    scheduler = REFUSED[obstacle](optimizer_of(0.1))
    with pytest.raises(TypeError, match=f"from_torch: .*{obstacle}.*; lrkit.record"):
        lrkit.from_torch(scheduler)


@pytest.mark.parametrize("thing", [3, None, torch.zeros(2), theirs.StepLR])
def test_what_is_no_scheduler_is_refused(thing: Any) -> None:
    with pytest.raises(TypeError, match=r"from_torch: scheduler must be one of torch\.optim\.lr_scheduler's, got"):
        lrkit.from_torch(thing)


def test_a_rate_that_somebody_else_moves_is_refused() -> None:
    optimizer = optimizer_of(0.1, 0.2)
    scheduler = theirs.ExponentialLR(optimizer, 0.9)
    walk(scheduler, 3)
    optimizer.param_groups[1]["lr"] = 0.7
    message = r"lr of group 1 is 0\.7, where ExponentialLR has 0\.1458 at epoch 3: somebody else has changed it, or mov"
    with pytest.raises(TypeError, match=message):
        lrkit.from_torch(scheduler)


def test_several_schedulers_on_one_optimizer_are_refused() -> None:
    optimizer = optimizer_of(0.1)
    both = [theirs.ExponentialLR(optimizer, 0.9), theirs.StepLR(optimizer, 1, 0.5)]
    for scheduler in both:
        scheduler.step()
    for scheduler in both:
        with pytest.raises(TypeError, match="somebody else has changed it, or moves it too"):
            lrkit.from_torch(scheduler)


def test_t10_a_state_without_the_optimizers_is_refused() -> None:
    """Torch leaves the optimizer's rate as it was."""
    old, new = (theirs.CosineAnnealingLR(optimizer_of(0.1), 100) for _ in range(2))
    walk(old, 50)
    new.load_state_dict(old.state_dict())
    with pytest.raises(TypeError, match=r"lr of group 0 is 0\.1, where CosineAnnealingLR has 0\.05 at epoch 50"):
        lrkit.from_torch(new)


def test_t11_a_group_added_later_is_refused() -> None:
    scheduler = theirs.StepLR(optimizer_of(0.1), 3)
    scheduler.optimizer.add_param_group({"params": [torch.zeros(1)], "lr": 0.5})
    with pytest.raises(TypeError, match="StepLR was made before the last group was added"):
        lrkit.from_torch(scheduler)


def test_our_own_schedulers_have_a_schedule() -> None:
    ours = lrkit.lr_scheduler.StepLR(optimizer_of(0.1), 3)
    with pytest.raises(TypeError, match=r"from_torch: StepLR is lrkit's own, and has \.schedule\(base_lr\)"):
        lrkit.from_torch(ours)


# transformers' functions -------------------------------------------------------------------------------------------


def test_functions_of_transformers_are_read() -> None:
    transformers = imported("transformers")
    scheduler = transformers.get_cosine_schedule_with_warmup(optimizer_of(0.1, 0.3), 10, 100)
    assert isinstance(scheduler.lr_lambdas[0], partial)
    assert_equal_to_torch(scheduler)
