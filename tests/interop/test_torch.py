"""`from_torch` and `to_torch` beside the live library: its own steps are what the schedules are compared with."""

from __future__ import annotations

import copy
import io
import math
import pickle
import random
import warnings
from functools import partial
from typing import Any

import numpy as np
import pytest
from loading import imported

import lrkit
from lrkit import ConstantLR, CosineDecayLR, LearningRateSchedule, TableLR, WarmUpLR
from lrkit.interop._common import DepartureWarning

torch = pytest.importorskip("torch")
theirs = torch.optim.lr_scheduler

# torch warns of a step without an update before it, and that step(epoch) is deprecated.
pytestmark = [
    pytest.mark.filterwarnings("ignore:Detected call of"),
    pytest.mark.filterwarnings("ignore:The epoch parameter"),
]
PAST = 260
"""Steps compared: well past every horizon drawn below."""


def optimizer_of(*rates: Any, kind: str = "SGD", **more: Any) -> Any:
    groups = [{"params": [torch.zeros(1, requires_grad=True)], "lr": rate} for rate in rates]
    options = {"momentum": 0.9} if kind == "SGD" else {}
    return getattr(torch.optim, kind)(groups, lr=1.0, **options, **more)


def values(optimizer: Any, key: str = "lr") -> list[float]:
    found = [group[key] for group in optimizer.param_groups]
    return [float(value[0] if isinstance(value, tuple) else value) for value in found]


def walk(scheduler: Any, steps: int, key: str = "lr") -> Any:
    """What torch does: the values of all groups, step by step, as far as it goes."""
    seen = [values(scheduler.optimizer, key)]
    for _ in range(steps):
        try:
            scheduler.step()
        except (ValueError, ZeroDivisionError, NotImplementedError, TypeError):
            break
        seen.append(values(scheduler.optimizer, key))
    return np.array(seen)


def curves(schedules: list[LearningRateSchedule], steps: int) -> Any:
    return np.array([schedule.to_list(steps) for schedule in schedules]).T


def assert_equal_to_torch(scheduler: Any, steps: int = PAST, key: str = "lr") -> None:
    read = lrkit.from_torch(scheduler, key)
    reference = walk(scheduler, steps, key)
    ours = curves(read, len(reference))
    np.testing.assert_allclose(ours, reference, rtol=0, atol=1e-12 * np.abs(reference).max(), err_msg=repr(read))


# Every class, at random -------------------------------------------------------------------------------------------


def drawn(dice: random.Random, name: str) -> dict[str, Any]:
    """Options of a class, of a run that is over before `PAST`."""
    unit, length = dice.uniform(0.01, 1), dice.randint(1, 120)
    up, down = dice.randint(1, 40), dice.randint(1, 40)
    return {
        "StepLR": {"step_size": length, "gamma": unit},
        "MultiStepLR": {"milestones": [dice.randint(0, 150) for _ in range(dice.randint(0, 5))], "gamma": unit},
        "ConstantLR": {"factor": unit, "total_iters": length},
        "LinearLR": {"start_factor": unit, "end_factor": dice.choice([0.0, 1.0, dice.random()]), "total_iters": length},
        "ExponentialLR": {"gamma": dice.uniform(0.9, 1.01)},
        "PolynomialLR": {"total_iters": length, "power": dice.choice([0.0, 1.0, dice.uniform(0.3, 3)])},
        "CosineAnnealingLR": {"T_max": length, "eta_min": dice.choice([0, 1e-3, dice.random()])},
        "CosineAnnealingWarmRestarts": {"T_0": up, "T_mult": dice.randint(1, 3), "eta_min": dice.choice([0, 0.01])},
        "CyclicLR": {
            "base_lr": unit / 10,
            "max_lr": unit,
            "step_size_up": up,
            "step_size_down": dice.choice([None, down]),
            "mode": dice.choice(["triangular", "triangular2", "exp_range"]),
            "gamma": dice.uniform(0.9, 1),
        },
        "OneCycleLR": {
            "max_lr": unit,
            "total_steps": dice.randint(20, 200),
            "pct_start": dice.choice([0.0, 1.0, dice.uniform(0.01, 0.99), 0.3]),
            "anneal_strategy": dice.choice(["cos", "linear"]),
            "div_factor": dice.uniform(2, 50),
            "final_div_factor": dice.uniform(2, 1e4),
            "three_phase": dice.random() < 0.5,
        },
        "SWALR": {
            "swa_lr": unit,
            "anneal_epochs": dice.randint(0, 60),
            "anneal_strategy": dice.choice(["cos", "linear"]),
        },
    }[name]


def made(name: str, optimizer: Any, options: dict[str, Any]) -> Any:
    home = torch.optim.swa_utils if name == "SWALR" else theirs
    return getattr(home, name)(optimizer, **options)


MULTIPLICATIVE = ["StepLR", "MultiStepLR", "ConstantLR", "LinearLR", "ExponentialLR", "PolynomialLR"]
LEAVES = [*MULTIPLICATIVE, "CosineAnnealingLR", "CosineAnnealingWarmRestarts", "CyclicLR"]


@pytest.mark.parametrize("name", [*LEAVES, "SWALR"])
def test_every_step_is_torchs(name: str) -> None:
    dice = random.Random(name)
    for _ in range(25):
        optimizer = optimizer_of(*(dice.uniform(0.01, 2) for _ in range(dice.randint(1, 3))))
        assert_equal_to_torch(made(name, optimizer, drawn(dice, name)))


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


def composed(dice: random.Random, optimizer: Any, depth: int) -> Any:
    """A scheduler of schedulers of any class, nested as torch lets it be built."""
    kind = dice.choice(["leaf", "sequential", "chained"]) if depth else "leaf"
    if kind == "leaf":
        name = dice.choice(LEAVES)
        return made(name, optimizer, drawn(dice, name))
    parts = [composed(dice, optimizer, depth - 1) for _ in range(dice.randint(1, 3))]
    if kind == "chained":
        return theirs.ChainedScheduler(parts, optimizer)
    milestones = sorted(dice.randint(0, 80) for _ in parts[1:])
    return theirs.SequentialLR(optimizer, parts, milestones)


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
        reference = walk(scheduler, PAST)
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


# Where torch departs from its formula: what it does, and what is read ----------------------------------------------


def departs(scheduler: Any, message: str, steps: int) -> tuple[Any, Any]:
    """What is read of the first group, with a warning, and what torch does."""
    with pytest.warns(DepartureWarning, match=f"from_torch: torch departs from its formula: .*{message}"):
        read, *_ = lrkit.from_torch(scheduler)
    return np.array(read.to_list(steps + 1)), walk(scheduler, steps)[:, 0]


def test_t1_a_chained_cosine_is_a_product() -> None:
    optimizer = optimizer_of(0.1)
    parts = [theirs.CosineAnnealingLR(optimizer, 100, 0.01), theirs.ExponentialLR(optimizer, 0.99)]
    read, torchs = departs(theirs.ChainedScheduler(parts), "CosineAnnealingLR in a ChainedScheduler .* at once", 400)
    form = [(0.01 + 0.045 * (1 + math.cos(math.pi * e / 100))) * 0.99**e for e in range(401)]
    np.testing.assert_allclose(read, form, rtol=1e-12)
    assert torchs.min() < -0.1


def test_t1_a_chained_cosine_to_0_departs_past_its_end() -> None:
    optimizer = optimizer_of(0.1)
    parts = [theirs.CosineAnnealingLR(optimizer, 20), theirs.ExponentialLR(optimizer, 0.9)]
    read, torchs = departs(theirs.ChainedScheduler(parts), "past T_max=20", 40)
    np.testing.assert_allclose(read[:21], torchs[:21], rtol=0, atol=1e-13)
    np.testing.assert_allclose(read[40], 0.1 * 0.9**40, rtol=1e-12)
    assert abs(torchs[40] - read[40]) > 1e-3


def test_t2_a_composition_after_a_milestone_fails_in_torch() -> None:
    optimizer = optimizer_of(0.1)
    inner = theirs.ChainedScheduler([theirs.ExponentialLR(optimizer, 0.9), theirs.StepLR(optimizer, 2, 0.5)])
    outer = theirs.SequentialLR(optimizer, [theirs.ConstantLR(optimizer, 0.5, 100), inner], [3])
    read, torchs = departs(outer, "SequentialLR fails when it comes to a ChainedScheduler at step 3", 10)
    form = [0.05 if e < 3 else 0.1 * 0.9 ** (e - 3) * 0.5 ** ((e - 3) // 2) for e in range(11)]
    np.testing.assert_allclose(read, form, rtol=1e-14)
    assert len(torchs) == 3


def test_a_sequence_in_front_of_a_sequence_is_a_step_early_in_torch() -> None:
    optimizer = optimizer_of(0.1)
    inner = theirs.SequentialLR(optimizer, [theirs.ConstantLR(optimizer, 0.5, 100), theirs.StepLR(optimizer, 100)], [3])
    outer = theirs.SequentialLR(optimizer, [inner, theirs.ConstantLR(optimizer, 0.1, 100)], [8])
    read, torchs = departs(outer, "comes to its milestones a step early", 10)
    assert read.tolist() == pytest.approx([0.05] * 3 + [0.1] * 5 + [0.01] * 3)
    assert torchs.tolist() == pytest.approx([0.05] * 2 + [0.1] * 6 + [0.01] * 3)


def test_a_chain_in_front_of_a_sequence_takes_its_first_step_at_once_in_torch() -> None:
    optimizer = optimizer_of(0.1)
    inner = theirs.ChainedScheduler([theirs.ExponentialLR(optimizer, 0.5), theirs.ConstantLR(optimizer, 1.0)])
    outer = theirs.SequentialLR(optimizer, [inner, theirs.ConstantLR(optimizer, 0.1, 100)], [3])
    read, torchs = departs(outer, "takes its first step at once", 3)
    assert read.tolist() == pytest.approx([0.1, 0.05, 0.025, 0.01])
    assert torchs.tolist() == pytest.approx([0.05, 0.025, 0.0125, 0.01])


def test_t3_one_cycle_changes_where_the_others_start_in_torch() -> None:
    optimizer = optimizer_of(0.1)
    parts = [theirs.ConstantLR(optimizer, 1.0), theirs.OneCycleLR(optimizer, 0.1, 20)]
    read, torchs = departs(theirs.SequentialLR(optimizer, parts, [5]), "starts from an initial_lr that another", 24)
    assert read[:6].tolist() == pytest.approx([0.1] * 5 + [0.004])
    assert torchs[:6].tolist() == pytest.approx([0.004] * 6)
    np.testing.assert_allclose(read[5:], torchs[5:], rtol=0, atol=1e-14)


def test_t4_a_resumed_sequence_begins_anew_in_torch() -> None:
    optimizer = optimizer_of(0.1)
    optimizer.param_groups[0]["initial_lr"] = 0.1
    parts = [theirs.ConstantLR(optimizer, 0.1, 100), theirs.ExponentialLR(optimizer, 0.9)]
    scheduler = theirs.SequentialLR(optimizer, parts, [6], last_epoch=7)
    with pytest.warns(DepartureWarning, match="SequentialLR is at step 8, but its part 1 at -1, not 2"):
        [read] = lrkit.from_torch(scheduler)
    assert read(8) == pytest.approx(0.1 * 0.9**2, rel=1e-15)
    assert values(optimizer) == pytest.approx([0.01])


def test_t7_zeros() -> None:
    read, torchs = departs(theirs.LinearLR(optimizer_of(0.1), 0.5, total_iters=0), "stays at the start factor", 3)
    assert (read.tolist(), torchs.tolist()) == ([0.1] * 4, [0.05] * 4)
    read, torchs = departs(theirs.ConstantLR(optimizer_of(0.1), 0.5, 0), "keeps the reduced rate", 3)
    assert (read.tolist(), torchs.tolist()) == ([0.1] * 4, [0.05] * 4)
    read, torchs = departs(theirs.ConstantLR(optimizer_of(0.1), 0.0, 2), "divides by it", 3)
    assert (read.tolist(), torchs.tolist()) == ([0, 0, 0.1, 0.1], [0, 0])


def test_t8_one_cycle_becomes_negative_past_its_end_in_torch() -> None:
    scheduler = theirs.OneCycleLR(optimizer_of(0.1), 0.1, 20, anneal_strategy="linear")
    [before] = lrkit.from_torch(scheduler)
    torchs = walk(scheduler, 25)[:, 0]
    assert len(torchs) == 21
    assert torchs[20] < -1e-3
    assert before.to_list(26)[19:] == pytest.approx([0.1 / 25 / 1e4] * 7, rel=1e-9)
    with pytest.warns(DepartureWarning, match="OneCycleLR extrapolates at step 20 and raises after it"):
        assert lrkit.from_torch(scheduler) == [before]


def test_t8_a_sequence_that_goes_past_the_end_of_one_cycle() -> None:
    """It is said while the milestone is to come, and only where it comes after the end."""
    for milestone, last in [(20, 19), (21, 20)]:
        optimizer = optimizer_of(0.1 / 25)
        parts = [theirs.OneCycleLR(optimizer, 0.1, 20), theirs.ConstantLR(optimizer, 1.0)]
        scheduler = theirs.SequentialLR(optimizer, parts, [milestone])
        if last == 19:
            assert_equal_to_torch(scheduler, 40)
        else:
            read, torchs = departs(scheduler, "OneCycleLR extrapolates at step 20", 40)
            assert (np.abs(read - torchs) > 1e-9).nonzero()[0].tolist() == [20]


def in_sequence(rate: float) -> Any:
    """A warm-up that torch scales, as ``OneCycleLR`` has put its own initial_lr, 0.008, in place of the base rate."""
    optimizer = optimizer_of(rate)
    parts = [theirs.LinearLR(optimizer, 0.1, 1.0, 10), theirs.OneCycleLR(optimizer, 0.2, 100, cycle_momentum=False)]
    return theirs.SequentialLR(optimizer, parts, [20])


@pytest.mark.filterwarnings("ignore::lrkit.interop._common.DepartureWarning")
@pytest.mark.parametrize("rate", [0.1, 0.008])
@pytest.mark.parametrize("steps", [0, 3, 19, 20, 60, 119])
def test_an_edited_rate_is_seen_before_a_departure_and_after_it(rate: float, steps: int) -> None:
    scheduler = in_sequence(rate)
    walk(scheduler, steps)
    read = lrkit.from_torch(scheduler)
    assert read == lrkit.from_torch(in_sequence(rate))
    scheduler.optimizer.param_groups[0]["lr"] = 7.0
    with pytest.raises(TypeError, match=f"lr of group 0 is 7, where SequentialLR has .* at epoch {steps}: somebody"):
        lrkit.from_torch(scheduler)


def test_an_edited_rate_is_seen_until_torch_departs() -> None:
    def chain() -> Any:
        optimizer = optimizer_of(0.1)
        return theirs.ChainedScheduler([theirs.CosineAnnealingLR(optimizer, 20), theirs.ExponentialLR(optimizer, 0.9)])

    for steps, seen in [(5, True), (19, True), (21, False), (40, False)]:
        scheduler = chain()
        walk(scheduler, steps)
        with pytest.warns(DepartureWarning, match="past T_max=20"):
            lrkit.from_torch(scheduler)
        scheduler.optimizer.param_groups[0]["lr"] = 7.0
        with pytest.raises(TypeError, match="somebody") if seen else pytest.warns(DepartureWarning, match="past T_max"):
            lrkit.from_torch(scheduler)


@pytest.mark.filterwarnings("ignore::lrkit.interop._common.DepartureWarning")
def test_what_is_read_when_fresh_is_read_all_the_way() -> None:
    """No rate that torch itself has made of a composition is taken for one that somebody has edited."""
    dice = random.Random(14)
    read = 0
    while read < 60:
        scheduler = composed(dice, optimizer_of(0.1, 0.3), 3)
        try:
            fresh = lrkit.from_torch(scheduler)
        except TypeError:
            continue
        read += 1
        for _ in range(12):
            steps = dice.randint(1, 12)
            if len(walk(scheduler, steps)) <= steps:  # torch has failed
                break
            assert lrkit.from_torch(scheduler) == fresh


def test_t9_a_milestone_that_is_not_whole_never_comes() -> None:
    scheduler = theirs.MultiStepLR(optimizer_of(0.1), [2.5, 4.0, 7], 0.5)
    [read] = lrkit.from_torch(scheduler)
    assert read.to_list(8) == [0.1] * 4 + [0.05] * 3 + [0.025]
    assert walk(scheduler, 7).ravel().tolist() == read.to_list(8)


@pytest.mark.parametrize(("factor", "restart"), [(3, 1210), (10, 1110)])
def test_t13_a_restart_that_the_logarithm_misses(factor: int, restart: int) -> None:
    scheduler = theirs.CosineAnnealingWarmRestarts(optimizer_of(0.1), 10, factor, 1e-4)
    scheduler.step(restart)
    assert values(scheduler.optimizer) == pytest.approx([1e-4])
    with pytest.warns(DepartureWarning, match=f"has missed its restart at epoch {restart}"):
        [read] = lrkit.from_torch(scheduler)
    assert read(restart) == pytest.approx(0.1, rel=1e-15)


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


# to_torch -----------------------------------------------------------------------------------------------------------

COSINE = CosineDecayLR(0.0, 0.1, 20).warmup(5)


def test_the_rates_are_the_schedules() -> None:
    optimizer = optimizer_of(1.0, 1.0)
    scheduler = lrkit.to_torch(COSINE, optimizer)
    assert isinstance(scheduler, theirs.LRScheduler)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert walk(scheduler, 40).tolist() == [[rate, rate] for rate in COSINE.to_list(41)]
    assert scheduler.get_last_lr() == [COSINE(40)] * 2
    scheduler.step(12.5)
    assert (scheduler.last_epoch, values(optimizer)) == (12.5, [COSINE(12.5)] * 2)
    scheduler.step(3)
    assert values(optimizer) == [COSINE(3)] * 2


def test_every_hyper_parameter_of_every_group() -> None:
    optimizer = optimizer_of(1.0, 7.0, kind="AdamW")
    decay = 0.1 * COSINE
    plans = [{"lr": COSINE, "weight_decay": decay, "betas": (0.9 - COSINE, 0.95)}, {"lr": 0.3, "eps": 1e-6}]
    scheduler = lrkit.to_torch(plans, optimizer)
    for step in range(30):
        one, other = optimizer.param_groups
        assert (one["lr"], one["weight_decay"]) == (COSINE(step), decay(step))
        assert one["betas"] == ((0.9 - COSINE)(step), 0.95)
        assert (other["lr"], other["eps"], other["betas"], other["weight_decay"]) == (0.3, 1e-6, (0.9, 0.999), 0.01)
        scheduler.step()
    assert lrkit.from_torch(lrkit.to_torch(decay, optimizer_of(1.0, 1.0))) == [decay, decay]


@pytest.mark.parametrize("name", [*MULTIPLICATIVE, "CosineAnnealingWarmRestarts", "CyclicLR"])
def test_round_trip(name: str) -> None:
    dice = random.Random(12)
    optimizer = optimizer_of(0.1, 0.3)
    read = lrkit.from_torch(made(name, optimizer, drawn(dice, name)))
    scheduler = lrkit.to_torch(read, optimizer)
    assert lrkit.from_torch(scheduler) == read
    momentum = lrkit.to_torch({"momentum": COSINE}, optimizer)
    assert lrkit.from_torch(momentum, "momentum") == [COSINE, COSINE]
    with pytest.raises(TypeError, match="this scheduler does not write 'lr'"):
        lrkit.from_torch(momentum)


def test_pickled_copied_and_resumed_it_goes_on_the_same() -> None:
    scheduler = lrkit.to_torch({"lr": COSINE, "momentum": 0.9 - COSINE}, optimizer_of(1.0, 1.0))
    walk(scheduler, 7)
    file = io.BytesIO()
    torch.save(scheduler.state_dict(), file)
    file.seek(0)
    state = torch.load(file, weights_only=True)
    resumed = lrkit.to_torch({"lr": COSINE, "momentum": 0.9 - COSINE}, optimizer_of(3.0, 3.0))
    resumed.load_state_dict(state)
    begun = lrkit.to_torch({"lr": COSINE, "momentum": 0.9 - COSINE}, optimizer_of(3.0, 3.0), last_epoch=6)
    twins = [pickle.loads(pickle.dumps(scheduler)), copy.deepcopy(scheduler), resumed, begun]
    for key in ("lr", "momentum"):
        rest = walk(copy.deepcopy(scheduler), 30, key).tolist()
        assert rest == [[s, s] for s in ({"lr": COSINE, "momentum": 0.9 - COSINE}[key].to_list(38)[7:])]
        for twin in twins:
            assert walk(copy.deepcopy(twin), 30, key).tolist() == rest


def test_a_state_of_another_schedule_is_refused_unless_told() -> None:
    old = lrkit.to_torch(CosineDecayLR(0.0, 0.1, 100), optimizer_of(1.0))
    walk(old, 50)
    new = lrkit.to_torch(CosineDecayLR(0.0, 0.1, 200), optimizer_of(1.0))
    with pytest.raises(ValueError, match=r"ScheduleLR: .*schedules\.lr\.decay_steps: 100 in the state, 200 here"):
        new.load_state_dict(old.state_dict())
    assert (new.last_epoch, values(new.optimizer)) == (0, [0.1])
    new.load_state_dict(old.state_dict(), strict=False)
    assert (new.last_epoch, values(new.optimizer)) == (50, [CosineDecayLR(0.0, 0.1, 200)(50)])
    for state, found in [
        (3, "a dict, got 3"),
        ({}, "that of a ScheduleLR, got a dict with nothing in it"),
        (theirs.StepLR(optimizer_of(1.0), 3).state_dict(), "that of a ScheduleLR, got a dict with 'step_size', 'gam"),
        (lrkit.lr_scheduler.StepLR(optimizer_of(1.0), 3).state_dict(), "that of a ScheduleLR, got one of 'StepLR'"),
    ]:
        with pytest.raises((TypeError, ValueError), match=f"ScheduleLR: state must be {found}"):
            new.load_state_dict(state)


def test_its_repr_says_what_it_writes_and_where_it_stands() -> None:
    rate = "ConstantLR(learning_rate=0.1)"
    for given, shown in [
        (ConstantLR(0.1), rate),
        ({"lr": 0.1, "momentum": 0.1}, f"{{'lr': {rate}, 'momentum': {rate}}}"),
        ([ConstantLR(0.1)], f"[{rate}]"),
    ]:
        scheduler = lrkit.to_torch(given, optimizer_of(1.0))
        scheduler.step(7)
        assert repr(scheduler) == f"ScheduleLR({shown}, last_epoch=7)"


def test_a_schedule_without_json_form_is_stored_by_its_class() -> None:
    class Odd(LearningRateSchedule):
        def formula(self, step: Any, xp: Any) -> Any:
            return 0.1 + 0 * step

    scheduler = lrkit.to_torch(Odd(), optimizer_of(1.0))
    assert scheduler.state_dict()["options"] == {"schedules": {"lr": {"class": "Odd"}}}
    scheduler.load_state_dict(scheduler.state_dict())


def test_tensors_are_filled_and_not_shared() -> None:
    parameters = [{"params": [torch.zeros(1)]} for _ in range(2)]
    optimizer = torch.optim.AdamW(parameters, lr=torch.tensor(1.0))
    first = optimizer.param_groups[0]["lr"]
    assert optimizer.param_groups[1]["lr"] is first  # torch puts its default into both
    scheduler = lrkit.to_torch([ConstantLR(0.25), WarmUpLR(1.0, 4)], optimizer)
    assert walk(scheduler, 4).tolist() == [[0.25, 0.0], [0.25, 0.25], [0.25, 0.5], [0.25, 0.75], [0.25, 1.0]]
    assert optimizer.param_groups[0]["lr"] is first
    assert all(isinstance(rate, float) for rate in scheduler.get_last_lr())


def test_a_group_added_later_joins() -> None:
    optimizer = optimizer_of(1.0)
    scheduler = lrkit.to_torch(COSINE, optimizer)
    one_each = lrkit.to_torch([COSINE], optimizer)
    optimizer.add_param_group({"params": [torch.zeros(1)], "lr": 0.5})
    scheduler.step()
    assert values(optimizer) == [COSINE(1)] * 2
    assert (len(scheduler.base_lrs), len(scheduler.get_last_lr())) == (2, 2)
    with pytest.raises(ValueError, match="ScheduleLR: the optimizer has 2 groups, and there are schedules for 1"):
        one_each.step()


def test_it_is_a_part_of_torchs_sequence() -> None:
    optimizer = optimizer_of(0.4)
    parts = [theirs.ConstantLR(optimizer, 0.5, 100), lrkit.to_torch(COSINE, optimizer)]
    outer = theirs.SequentialLR(optimizer, parts, [3])
    assert lrkit.from_torch(outer)[0].to_list(21) == [0.2] * 3 + COSINE.to_list(18)
    assert walk(outer, 20).ravel().tolist() == [0.2] * 3 + COSINE.to_list(18)


def test_accelerate_takes_it() -> None:
    accelerate = pytest.importorskip("accelerate")
    optimizer = optimizer_of(1.0)
    wrapped, scheduler = accelerate.Accelerator(cpu=True).prepare(optimizer, lrkit.to_torch(COSINE, optimizer))
    assert lrkit.record(scheduler, 30).to_list(30) == COSINE.to_list(30)
    for step in range(30):
        assert values(optimizer) == [COSINE(step)]
        wrapped.step()
        scheduler.step()


def test_the_trainer_of_transformers_takes_it_and_resumes(tmp_path: Any) -> None:
    transformers = imported("transformers")
    pytest.importorskip("accelerate")

    class Loss(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.weight = torch.nn.Parameter(torch.ones(2))

        def forward(self, x: Any) -> Any:
            return {"loss": (x * self.weight).square().mean()}

    def trained(resumed: str | None) -> dict[int, float]:
        model = Loss()
        optimizer = torch.optim.SGD(model.parameters(), lr=1.0)
        arguments = transformers.TrainingArguments(
            output_dir=str(tmp_path),
            max_steps=12,
            logging_steps=1,
            save_steps=6,
            report_to=[],
            use_cpu=True,
            disable_tqdm=True,
        )
        data = [{"x": torch.ones(2) * k} for k in range(96)]
        pair = (optimizer, lrkit.to_torch(COSINE, optimizer))
        trainer = transformers.Trainer(model, arguments, train_dataset=data, optimizers=pair)
        trainer.train(resume_from_checkpoint=resumed)
        return {entry["step"]: entry["learning_rate"] for entry in trainer.state.log_history if "grad_norm" in entry}

    assert trained(None) == {step + 1: COSINE(step) for step in range(12)}
    (tmp_path / "checkpoint-12").rename(tmp_path / "done")
    assert trained(str(tmp_path / "checkpoint-6")) == {step + 1: COSINE(step) for step in range(12)}


NEGATIVE = CosineDecayLR(0.0, 0.1, 20) - 0.05


@pytest.mark.parametrize(
    ("schedule", "error", "message"),
    [
        ({"lr": COSINE, "betas": (0.9, 0.99)}, ValueError, "group 0 has no 'betas'; it has 'lr', 'momentum'"),
        ([COSINE], ValueError, "the optimizer has 2 groups, and there are schedules for 1"),
        (NEGATIVE, ValueError, r"lr of group 0 must be >= 0, and would be -0\.00\d* at step 11"),
        ([COSINE, {"momentum": -1}], ValueError, "momentum of group 1 must be >= 0 and < 1, and would be -1 at step 0"),
        ({"lr": (0.1, 0.2)}, ValueError, r"'lr' of group 0 takes one schedule or number, got \(0\.1, 0\.2\)"),
        ([COSINE, {"lr": [0.1, 0.2]}], ValueError, r"'lr' of group 1 takes one schedule or number, got \[0\.1, 0\.2\]"),
        ({"nesterov": COSINE}, TypeError, "'nesterov' of group 0 is no number but False"),
        ({"lr": COSINE, "params": COSINE}, ValueError, "schedule has the key 'params', which is no hyper-parameter"),
        ([COSINE, {"params": COSINE}], ValueError, r"schedule\[1\] has the key 'params'"),
        ({"lr": COSINE, 3: COSINE}, TypeError, "the keys of schedule must be names of hyper-parameters, got 3"),
        ({}, ValueError, "schedule must have a schedule for one hyper-parameter or more, got {}"),
        ([COSINE, 3], TypeError, r"schedule must be a schedule, a dict .* got 3 as schedule\[1\]"),
        ({"momentum": 1.5}, ValueError, r"momentum of group 0 must be >= 0 and < 1, and would be 1\.5 at step 0"),
        (3, TypeError, "schedule must be a schedule, a dict .* got 3"),
        ({"lr": "0.1"}, TypeError, "lr must be a schedule or a number, got '0.1'"),
    ],
)
def test_what_does_not_fit_is_refused_before_anything_changes(schedule: Any, error: Any, message: str) -> None:
    optimizer = optimizer_of(1.0, 2.0)
    before = copy.deepcopy(optimizer.state_dict())
    with pytest.raises(error, match=f"ScheduleLR: .*{message}"):
        lrkit.to_torch(schedule, optimizer)
    assert optimizer.state_dict() == before


def test_betas_below_1_and_a_pair() -> None:
    optimizer = optimizer_of(1.0, kind="Adam")
    with pytest.raises(ValueError, match="betas of group 0 must be >= 0 and < 1, and would be 1 at step 0"):
        lrkit.to_torch({"betas": (1.0, 0.9)}, optimizer)
    with pytest.raises(ValueError, match="'betas' of group 0 takes 2 schedules or numbers, got 0\\.9"):
        lrkit.to_torch({"betas": 0.9}, optimizer)


@pytest.mark.parametrize(("epoch", "error"), [(-5, ValueError), (-2, ValueError), (2.5, TypeError), (True, TypeError)])
def test_the_last_epoch_is_an_integer_from_minus_1(epoch: Any, error: type[Exception]) -> None:
    optimizer = optimizer_of(1.0)
    with pytest.raises(error, match=f"^ScheduleLR: last_epoch must be an integer >= -1, got {epoch}$"):
        lrkit.to_torch(WarmUpLR(1.0, 4), optimizer, last_epoch=epoch)
    assert values(optimizer) == [1.0]


def test_a_step_that_is_refused_changes_nothing() -> None:
    optimizer = optimizer_of(1.0)
    scheduler = lrkit.to_torch(TableLR([0.1, 0.2]).then(ConstantLR(0.3), 2), optimizer)
    for epoch, error in ((-1, ValueError), (math.nan, ValueError), ("2", TypeError)):
        with pytest.raises(error, match="ScheduleLR: epoch must be"):
            scheduler.step(epoch)
        assert (scheduler.last_epoch, values(optimizer)) == (0, [0.1])
    with pytest.raises(TypeError, match=r"to_torch: optimizer must be a torch\.optim\.Optimizer, got 3"):
        lrkit.to_torch(COSINE, 3)
