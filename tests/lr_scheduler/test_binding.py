"""One binding for all schedulers: restores, phases, plans, states of other options. No framework is needed."""

from __future__ import annotations

import copy
import json
import math
import pickle
import warnings
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

import lrkit
from lrkit import lr_scheduler as lrs


def optimizer(*rates: float, **more: Any) -> SimpleNamespace:
    return SimpleNamespace(param_groups=[{"lr": rate, **more} for rate in rates])


def rates(sgd: Any) -> list[float]:
    return [float(group["lr"]) for group in sgd.param_groups]


def walk(scheduler: Any, steps: int) -> list[float]:
    """The rates of the first group after each of some steps."""
    return [(scheduler.step(), rates(scheduler.optimizer)[0])[1] for _ in range(steps)]


def half(share: float) -> float:
    return (1 + math.cos(math.pi * share)) / 2


# A restore is not an edit -------------------------------------------------------------------------------------------


def ours(rate: float = 0.1) -> Any:
    return lrkit.optim_ex.SGD([lrkit.Parameter(np.zeros(1), name="w")], lr=rate)


class InPlace(SimpleNamespace):
    """An optimizer of one's own that writes a state into the same dicts, and counts that."""

    restores = 0

    def load_state_dict(self, groups: list[dict[str, Any]]) -> None:
        for own, group in zip(self.param_groups, groups, strict=True):
            own.update(group)
        self.restores += 1


class Replacing(SimpleNamespace):
    """One that puts new dicts in the place of the old, as torch's do."""

    def load_state_dict(self, groups: list[dict[str, Any]]) -> None:
        self.param_groups = copy.deepcopy(groups)


OPTIMIZERS: dict[str, tuple[Any, Any]] = {
    "optim_ex": (ours, lambda o: o.state_dict()),
    "in place": (lambda: InPlace(param_groups=[{"lr": 0.1}]), lambda o: o.param_groups),
    "replacing": (lambda: Replacing(param_groups=[{"lr": 0.1}]), lambda o: o.param_groups),
}


@pytest.mark.parametrize("kind", OPTIMIZERS)
def test_a_restore_is_not_an_edit(kind: str) -> None:
    new, state_of = OPTIMIZERS[kind]
    old = new()
    walk(lrs.CosineAnnealingLR(old, 10), 5)
    state = copy.deepcopy(state_of(old))
    sgd = new()
    first, second = lrs.CosineAnnealingLR(sgd, 10), lrs.ExponentialLR(sgd, 1.0)
    sgd.load_state_dict(state)
    for _ in range(5):
        first.step()
        second.step()  # all schedulers of an optimizer know that it was restored
    assert rates(sgd) == pytest.approx([0.05])
    assert (first.scales, second.base_lrs) == ([1.0], [0.1])
    sgd.load_state_dict(state)
    first.step(5)
    assert rates(sgd) == pytest.approx([0.05])
    first.step()
    sgd.param_groups[0]["lr"] = 0.5 * rates(sgd)[0]
    first.step()
    assert rates(sgd) == pytest.approx([0.05 * half(0.7)])  # an edit is one still


def test_a_plain_mapping_cannot_tell_a_restore_from_an_edit() -> None:
    sgd = optimizer(0.1)
    scheduler = lrs.ExponentialLR(sgd, 0.5)
    sgd.param_groups[0].update({"lr": 0.025, "initial_lr": 0.1})
    scheduler.step()
    assert rates(sgd) == [0.0125]


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x))], ids=["copy", "pickle"])
def test_a_copy_knows_what_it_wrote(copied: Any) -> None:
    """What was an edit is one to the copy; a restore is none, before or after."""
    scheduler = lrs.ExponentialLR(optimizer(0.1), 0.5)
    scheduler.step()
    scheduler.optimizer.param_groups[0]["lr"] = 0.2  # times 4
    twin = copied(scheduler)
    assert walk(twin, 2) == walk(scheduler, 2) == [0.1, 0.05]
    twin.optimizer.param_groups[0]["lr"] = 0.1  # times 2
    assert walk(twin, 1) == [0.05]
    restored = lrs.ExponentialLR(Replacing(param_groups=[{"lr": 0.1}]), 0.5)
    restored.optimizer.load_state_dict([{"lr": 0.7}])
    assert walk(copied(restored), 2) == [0.05, 0.025]
    later = copied(restored)
    later.optimizer.load_state_dict([{"lr": 0.7}])
    assert walk(later, 2) == [0.05, 0.025]


def test_an_epoch_that_somebody_else_moves_makes_no_edit() -> None:
    """Of ignite: it adds to last_epoch, asks get_lr, and writes the rates itself."""
    sgd = optimizer(0.1)
    scheduler = lrs.ExponentialLR(sgd, 0.5)
    for epoch in range(4):
        sgd.param_groups[0]["lr"] = scheduler.get_lr()[0]
        assert rates(sgd) == [0.1 * 0.5**epoch]
        scheduler.last_epoch += 1
    state = scheduler.state_dict()
    assert (state["last_epoch"], state["scales"]) == (4, [1.0])


# A second phase -----------------------------------------------------------------------------------------------------


def test_a_second_phase_begins_at_the_base_rate_of_the_first() -> None:
    sgd = optimizer(0.1)
    assert walk(lrs.CosineAnnealingLR(sgd, 4), 4)[-1] == 0
    second = lrs.StepLR(sgd, 1, 0.5)
    assert (second.base_lrs, rates(sgd)) == ([0.1], [0.1])
    assert walk(second, 2) == [0.05, 0.025]


def test_a_rate_set_by_hand_between_two_phases_is_the_new_base() -> None:
    sgd = optimizer(0.1)
    walk(lrs.ExponentialLR(sgd, 0.5), 4)
    sgd.param_groups[0]["lr"] = 0.07
    assert lrs.StepLR(sgd, 1, 0.5).base_lrs == [0.07]
    assert sgd.param_groups[0]["initial_lr"] == 0.07
    resumed = optimizer(0.5, initial_lr=sgd.param_groups[0]["initial_lr"])
    assert lrs.StepLR(resumed, 1, 0.5, last_epoch=1).get_last_lr() == [0.07 / 4]


def test_a_cut_by_a_plateau_is_not_set_by_hand() -> None:
    sgd = optimizer(0.1)
    first, plateau = lrs.ConstantLR(sgd, 1.0), lrs.ReduceLROnPlateau(sgd, factor=0.5, patience=0)
    first.step()
    plateau.step(1.0)
    plateau.step(1.0)
    assert rates(sgd) == [0.05]
    assert lrs.StepLR(sgd, 1).base_lrs == [0.1]


def test_lrkit_cannot_tell_who_set_a_rate_in_another_process() -> None:
    """What was noted holds, and the first step says so; a state that is loaded makes it clear."""
    sgd = optimizer(0.01, initial_lr=0.1)
    scheduler = lrs.StepLR(sgd, 1, 0.5)
    assert scheduler.base_lrs == [0.1]
    with pytest.warns(
        UserWarning, match=r"StepLR: group 0 noted an initial_lr of 0\.1 and had another rate.*cannot tell"
    ):
        scheduler.step()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        scheduler.step()
        other = lrs.StepLR(optimizer(0.01, initial_lr=0.1), 1, 0.5)
        other.load_state_dict(scheduler.state_dict())
        other.step()
        lrs.StepLR(optimizer(0.1, initial_lr=0.1), 1, 0.5).step()
        lrs.StepLR(optimizer(0.01), 1, 0.5).step()
    assert other.last_epoch == 3


def test_frozen_by_hand_before_a_second_phase() -> None:
    sgd = optimizer(0.1)
    walk(lrs.ExponentialLR(sgd, 0.5), 2)
    sgd.param_groups[0]["lr"] = 0.0
    second = lrs.ExponentialLR(sgd, 0.5)
    assert walk(second, 2) == [0.0, 0.0]
    sgd.param_groups[0]["lr"] = 0.02
    assert walk(second, 1) == [0.01]


def test_schedulers_made_together_multiply_from_the_same_base() -> None:
    sgd = optimizer(0.1)
    warm, decay = lrs.LinearLR(sgd, 0.5, total_iters=5), lrs.ExponentialLR(sgd, 0.9)
    assert (warm.base_lrs, decay.base_lrs, rates(sgd)) == ([0.1], [0.1], [0.05])
    for epoch in range(1, 9):
        warm.step()
        decay.step()
        assert rates(sgd) == pytest.approx([0.1 * (0.5 + 0.1 * min(epoch, 5)) * 0.9**epoch])


def test_a_composition_begins_where_its_first_part_did_in_a_second_phase_too() -> None:
    sgd = optimizer(0.1)
    walk(lrs.CosineAnnealingLR(sgd, 4), 4)
    parts = [lrs.LinearLR(sgd, 0.5, total_iters=2), lrs.ExponentialLR(sgd, 0.5)]
    assert walk(lrs.SequentialLR(sgd, parts, [2]), 4) == pytest.approx([0.075, 0.1, 0.05, 0.025])


# Any schedule -------------------------------------------------------------------------------------------------------


def test_a_schedule_is_bound_without_a_framework_and_keeps_edits() -> None:
    sgd = optimizer(1.0, weight_decay=0.0, betas=(0.9, 0.99))
    rate = lrkit.CosineDecayLR(0.0, 0.1, 20)
    scheduler = lrs.ScheduleLR(sgd, {"lr": rate, "weight_decay": 0.1 * rate, "betas": (0.9 - rate, 0.95)})
    for step in range(6):
        group = sgd.param_groups[0]
        assert (group["lr"], group["weight_decay"], group["betas"]) == (
            rate(step), (0.1 * rate)(step), ((0.9 - rate)(step), 0.95),
        )  # fmt: skip
        scheduler.step()
    sgd.param_groups[0].update(lr=3 * rate(6), weight_decay=7.0)
    scheduler.step()
    assert sgd.param_groups[0]["lr"] == pytest.approx(3 * rate(7))
    assert sgd.param_groups[0]["weight_decay"] == (0.1 * rate)(7)
    assert repr(lrs.ScheduleLR(optimizer(1.0), lrkit.ConstantLR(0.1))) == (
        "ScheduleLR(ConstantLR(learning_rate=0.1), last_epoch=0)"
    )


def test_a_plan_without_a_rate_leaves_it_alone() -> None:
    sgd = optimizer(0.5, momentum=0.0)
    scheduler = lrs.ScheduleLR(sgd, {"momentum": lrkit.linear(0.5, 0.9, 4)})
    sgd.param_groups[0]["lr"] = 0.25
    scheduler.step()
    assert (scheduler.get_lr(), scheduler.get_last_lr(), sgd.param_groups[0]["momentum"]) == ([0.25], [0.25], 0.6)
    other = lrs.ScheduleLR(fresh := optimizer(0.125, momentum=0.0), {"momentum": lrkit.linear(0.5, 0.9, 4)})
    other.load_state_dict(scheduler.state_dict())
    assert (fresh.param_groups[0]["lr"], fresh.param_groups[0]["momentum"]) == (0.125, 0.6)


@pytest.mark.parametrize("base", ["schedule", "scheduler"])
def test_a_plateau_builds_upon_any_schedule_and_its_cuts_last(base: str) -> None:
    sgd = optimizer(1.0)
    line = lrkit.linear(0.1, 0.9, 8)
    plateau = lrs.ReduceLROnPlateau(
        sgd, factor=0.5, patience=0, base=line if base == "schedule" else lrs.ScheduleLR(sgd, line)
    )
    seen = []
    for metric in (2.0, 1.0, 1.0, 0.5):
        plateau.step(metric)
        seen.append(rates(sgd)[0])
    assert seen == pytest.approx([0.2, 0.3, 0.2, 0.25])
    resumed = lrs.ReduceLROnPlateau(other := optimizer(1.0), factor=0.5, patience=0, base=line)
    resumed.load_state_dict(json.loads(json.dumps(plateau.state_dict())))
    plateau.step(0.1)
    resumed.step(0.1)
    assert rates(other) == rates(sgd) == pytest.approx([0.3])


def test_one_schedule_for_groups_with_different_rates_says_that_they_vanish() -> None:
    schedule = lrkit.ConstantLR(0.25)
    with pytest.warns(UserWarning, match=r"ScheduleLR: the groups' own rates, 0\.1, 0\.01, have no effect.*a list"):
        lrs.ScheduleLR(sgd := optimizer(0.1, 0.01), schedule)
    assert rates(sgd) == [0.25, 0.25]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        lrs.ScheduleLR(optimizer(0.1, 0.01), [schedule, 0.1 * schedule])
        lrs.ScheduleLR(optimizer(0.1, 0.1), schedule)


def test_many_groups_are_each_looked_at_a_few_times_and_named_in_a_few_words() -> None:
    looked_at = []

    class Counted(dict[str, Any]):
        def __contains__(self, key: object) -> bool:
            looked_at.append(key)
            return super().__contains__(key)

    groups = [Counted(lr=0.1 + k) for k in range(200)]
    with pytest.warns(UserWarning, match=r"own rates, 0\.1, 1\.1, 2\.1, 3\.1 and 196 more, have no effect"):
        lrs.ScheduleLR(SimpleNamespace(param_groups=groups), lrkit.ConstantLR(0.25))
    assert len(looked_at) < 10 * len(groups)


# Groups -------------------------------------------------------------------------------------------------------------


def test_lr_scale_of_a_group_is_used() -> None:
    """Of timm, for layer-wise decay: its own schedulers write the rate times the group's lr_scale."""
    sgd = optimizer(0.1, 0.1)
    sgd.param_groups[1]["lr_scale"] = 0.5
    scheduler = lrs.StepLR(sgd, 1, 0.5)
    assert rates(sgd) == [0.1, 0.05]
    second = lrs.ExponentialLR(sgd, 0.9)  # made together: scaled once
    assert (second.base_lrs, rates(sgd)) == ([0.1, 0.1], [0.1, 0.05])
    scheduler.step()
    assert rates(sgd) == [0.05, 0.025]
    assert scheduler.scales == [1.0, 1.0]
    third = lrs.ScheduleLR(sgd, lrkit.ConstantLR(0.25))
    assert rates(sgd) == [0.25, 0.125]
    assert third.scales == [1.0, 1.0]
    lrs.ScheduleLR(sgd, [lrkit.ConstantLR(0.25), lrkit.ConstantLR(0.2)])
    assert rates(sgd) == [0.25, 0.2]  # a list says what each group gets
    with pytest.raises(ValueError, match="StepLR: lr_scale of group 0 must be a finite number >= 0, got -1"):
        lrs.StepLR(optimizer(0.1, lr_scale=-1), 2)


def test_base_rates_that_are_set_are_used() -> None:
    sgd = optimizer(0.1, 0.2)
    scheduler = lrs.ExponentialLR(sgd, 0.5)
    scheduler.step()
    scheduler.base_lrs = [0.4, 0.2]
    assert scheduler.get_lr() == [0.2, 0.1]
    scheduler.step()
    assert rates(sgd) == [0.1, 0.05]
    scheduler.base_lrs[1] = 0.8
    scheduler.step()
    assert rates(sgd) == [0.05, 0.1]
    assert scheduler.scales == [1.0, 1.0]
    for wrong, error in (([0.1], ValueError), ([0.1, -1], ValueError), ([0.1, "1"], TypeError)):
        scheduler.base_lrs = wrong
        with pytest.raises(error, match="ExponentialLR: base_lrs"):
            scheduler.step()
        assert (scheduler.last_epoch, rates(sgd)) == (3, [0.05, 0.1])
    with pytest.raises(AttributeError):
        scheduler.scales = [2.0, 2.0]


def test_a_sequence_that_begins_with_its_second_part() -> None:
    sgd = optimizer(0.1)
    parts = [lrs.LinearLR(sgd, 0.5), lrs.ExponentialLR(sgd, 0.5), lrs.ConstantLR(sgd, 1.0)]
    scheduler = lrs.SequentialLR(sgd, parts, [0, 2])
    assert rates(sgd) == [0.1]
    assert walk(scheduler, 3) == [0.05, 0.1, 0.1]
    assert lrs.SequentialLR(optimizer_of := sgd, [lrs.LinearLR(sgd), lrs.StepLR(sgd, 9)], [0]).get_last_lr() == [0.1]
    assert optimizer_of is sgd


def test_a_momentum_is_moved_against_the_rate() -> None:
    sgd = optimizer(0.1, momentum=0.5)
    scheduler = lrs.CyclicLR(sgd, 0.0, 1.0, 2, cycle_momentum=True, base_momentum=0.5, max_momentum=0.9)
    seen = [(sgd.param_groups[0]["lr"], sgd.param_groups[0]["momentum"])]
    for _ in range(4):
        scheduler.step()
        seen.append((sgd.param_groups[0]["lr"], sgd.param_groups[0]["momentum"]))
    np.testing.assert_allclose(seen, [(0, 0.9), (0.5, 0.7), (1, 0.5), (0.5, 0.7), (0, 0.9)], rtol=1e-14)
    adam = optimizer(0.1, betas=(0.9, 0.99))
    lrs.OneCycleLR(adam, 1.0, epochs=2, steps_per_epoch=10).step(5)
    assert adam.param_groups[0]["betas"] == (0.85, 0.99)
    with pytest.raises(ValueError, match="OneCycleLR: with cycle_momentum=True, group 0 must have 'momentum' or 'b"):
        lrs.OneCycleLR(optimizer(0.1), 1.0, 20)
    with pytest.raises(ValueError, match="OneCycleLR: total_steps must be given"):
        lrs.OneCycleLR(optimizer(0.1), 1.0, cycle_momentum=False)
    with pytest.raises(ValueError, match="max_momentum must be a number >= 0 and < 1, got 1"):
        lrs.CyclicLR(sgd, 0.0, 1.0, cycle_momentum=True, max_momentum=1)
    with pytest.raises(TypeError, match="SequentialLR: the part CyclicLR drives 'momentum' too"):
        lrs.SequentialLR(sgd, [lrs.CyclicLR(sgd, 0, 1, cycle_momentum=True)], [])


# States of other options --------------------------------------------------------------------------------------------


def composed(sgd: Any, gamma: float, **more: Any) -> Any:
    parts = [lrs.LinearLR(sgd, 0.5, total_iters=2), lrs.ChainedScheduler([lrs.ExponentialLR(sgd, gamma)])]
    return lrs.SequentialLR(sgd, parts, [2], **more)


OTHERS: dict[str, tuple[Any, Any, Any]] = {
    "StepLR": (lambda o, x, **k: lrs.StepLR(o, 1, x, **k), 0.5, 0.25),
    "ScheduleLR": (lambda o, x, **k: lrs.ScheduleLR(o, lrkit.ExponentialDecayLR(0.1, x, 1), **k), 0.5, 0.25),
    "SequentialLR": (composed, 0.5, 0.25),
    "ReduceLROnPlateau": (lambda o, x, **k: lrs.ReduceLROnPlateau(o, factor=x, **k), 0.5, 0.25),
}


def advance(scheduler: Any) -> None:
    scheduler.step(*([1.0] if isinstance(scheduler, lrs.ReduceLROnPlateau) else []))


@pytest.mark.parametrize("name", OTHERS)
def test_a_state_of_other_options_is_refused_or_loaded_as_told(name: str) -> None:
    make, old, new = OTHERS[name]
    saved, mine = make(optimizer(0.1), old), make(optimizer(0.1), new)
    for _ in range(4):
        advance(saved)
        advance(mine)
    state = json.loads(json.dumps(saved.state_dict()))
    refusing = make(optimizer(0.1), new)
    before = refusing.state_dict()
    with pytest.raises(ValueError, match=f"{name}: the state was saved with other options.*on_load='mine'"):
        refusing.load_state_dict(state)
    assert refusing.state_dict() == before
    for policy, told, one in (
        ("mine", None, mine), ("theirs", None, saved), ("refuse", False, mine), ("theirs", False, mine),
    ):  # fmt: skip
        other = make(optimizer(0.1), new, on_load=policy)
        other.load_state_dict(state, told) if told is not None else other.load_state_dict(state)
        twin = copy.deepcopy(one)
        assert other.last_epoch == 4
        assert other.options() == twin.options()
        for _ in range(3):
            assert rates(other.optimizer) == pytest.approx(rates(twin.optimizer))
            advance(other)
            advance(twin)
    with pytest.raises(ValueError, match=f"{name}: the state was saved with other options"):
        make(optimizer(0.1), new, on_load="theirs").load_state_dict(state, strict=True)
    with pytest.raises(ValueError, match=f"{name}: on_load must be 'refuse' or 'mine' or 'theirs', got 'yours'"):
        make(optimizer(0.1), new, on_load="yours")


def test_their_options_are_checked_before_anything_changes() -> None:
    scheduler = composed(optimizer(0.1), 0.5, on_load="theirs")
    before = scheduler.state_dict()
    for damage in (
        lambda o: o["schedulers"].pop(),
        lambda o: o["schedulers"][0].update(scheduler="StepLR"),
        lambda o: o["schedulers"][0].update(start_factor=7),
        lambda o: o.update(milestones=[2, 3]),
        lambda o: o.pop("milestones"),
    ):
        state = copy.deepcopy(before)
        damage(state["options"])
        with pytest.raises((TypeError, ValueError), match=r"SequentialLR|LinearLR"):
            scheduler.load_state_dict(state)
        assert scheduler.state_dict() == before
    odd = lrs.ScheduleLR(optimizer(0.1), lrkit.ConstantLR(0.1), on_load="theirs")
    state = odd.state_dict()
    state["options"] = {"schedules": {"lr": {"class": "Odd"}}}
    with pytest.raises(TypeError, match="the Odd of the state has no JSON form"):
        odd.load_state_dict(state)
