"""The usual step against the full one, which heeds every change: the same rates after any sequence of changes."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from schedulers import optimizer, rates

import lrkit
from lrkit import lr_scheduler as lrs
from lrkit import optim_ex
from lrkit.lr_scheduler._usual_step import UsualStep


def of_our_own(*given: float) -> Any:
    """Groups whose rates are parameters: of float32, and one of float64."""
    values = [np.zeros(1, np.float64 if k == 1 else np.float32) for k in range(len(given))]
    groups = [
        {"params": [lrkit.Parameter(v, f"p{k}")], "lr": r} for k, (v, r) in enumerate(zip(values, given, strict=True))
    ]
    return optim_ex.SGD(groups, lr=0.1)


def edit(s: Any) -> Any:
    s.optimizer.param_groups[0]["lr"] = 0.0625


def edit_in_place(s: Any) -> Any:
    group = s.optimizer.param_groups[-1]
    if hasattr(group["lr"], "assign"):
        group["lr"].assign(0.0625)
    else:
        group["lr"] *= 0.5


def add_group(s: Any) -> Any:
    if hasattr(s.optimizer, "add_param_group"):
        name = f"added{len(s.optimizer.param_groups)}"
        s.optimizer.add_param_group({"params": [lrkit.Parameter([1.0], name)], "lr": 0.25})
    else:
        s.optimizer.param_groups.append({"lr": 0.25})


def other_base(s: Any) -> Any:
    s.base_lrs[0] = 0.75


def go_elsewhere(s: Any) -> Any:
    s.step(7.5)


def forget(s: Any) -> Any:
    s.last_epoch = 2


def load(s: Any) -> Any:
    s.load_state_dict(s.state_dict())


def copied(s: Any) -> Any:
    return copy.deepcopy(s)


def pickled(s: Any) -> Any:
    return pickle.loads(pickle.dumps(s))


def replaced(s: Any) -> Any:
    """As torch's optimizers do when they load a state."""
    if isinstance(s.optimizer, SimpleNamespace):
        s.optimizer.param_groups = [dict(group, lr=0.03125) for group in s.optimizer.param_groups]


CHANGES: list[Callable[[Any], Any]] = [
    edit, edit_in_place, add_group, other_base, go_elsewhere, forget, load, copied, pickled, replaced,
]  # fmt: skip


CURVES: list[Callable[[Any], Any]] = [
    lambda sgd: lrs.CosineAnnealingLR(sgd, 12),  # multiples of one curve
    lambda sgd: lrs.CosineAnnealingLR(sgd, 12, 0.01),  # and an offset
    lambda sgd: lrs.LambdaLR(sgd, [lambda epoch: 0.9**epoch, lambda epoch: 1 / (1 + epoch)]),  # one for each group
]


@pytest.mark.parametrize("make", [optimizer, of_our_own])
@given(
    curve=st.sampled_from(CURVES), changes=st.lists(st.tuples(st.integers(1, 3), st.sampled_from(CHANGES)), max_size=5)
)
def test_any_changes_between_usual_steps_are_heeded(make: Any, curve: Any, changes: list[Any]) -> None:
    if curve is CURVES[2]:  # whose functions can be neither pickled nor given to a group that is added
        changes = [(steps, change) for steps, change in changes if change not in (pickled, add_group)]
    found = []
    for usual in (True, False):
        with pytest.MonkeyPatch.context() as patch:
            if not usual:
                patch.setattr(UsualStep, "of", lambda *_: None)
            scheduler = curve(make(0.1, 0.3))
            trace = []
            for steps, change in [*changes, (3, load)]:
                for _ in range(steps):
                    scheduler.step()
                    trace.append((rates(scheduler.optimizer), scheduler.get_last_lr(), scheduler.last_epoch))
                scheduler = change(scheduler) or scheduler
            found.append(repr([*trace, scheduler.state_dict(), scheduler.scales]))
    assert found[0] == found[1]


@pytest.mark.parametrize("make", [optimizer, of_our_own])
def test_the_usual_step_is_taken(make: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Or the test above would compare the full step with itself."""
    scheduler = lrs.ExponentialLR(make(0.5, 0.25), 0.5)
    scheduler.step()
    monkeypatch.setattr(lrs.ExponentialLR, "_go", lambda *_: pytest.fail("a full step"))
    scheduler.step()
    assert rates(scheduler.optimizer) == [0.125, 0.0625]


@pytest.mark.parametrize(
    ("make", "wrong"),
    [(make, wrong) for make in (optimizer, of_our_own) for wrong in (-1.0, float("nan"), float("inf"))]
    + [(of_our_own, 1e300)],  # beyond float32, and not beyond the floats of a dict
)
def test_a_rate_that_a_group_cannot_hold_changes_nothing(make: Any, wrong: float) -> None:
    scheduler = lrs.LambdaLR(make(0.5, 0.25), lambda epoch: wrong if epoch == 3 else 1.0)
    for _ in range(2):
        scheduler.step()
    with pytest.raises(ValueError, match=r"group|rate"):
        scheduler.step()
    assert (rates(scheduler.optimizer), scheduler.last_epoch) == ([0.5, 0.25], 2)


def test_who_holds_a_rate_sees_the_usual_step() -> None:
    sgd = of_our_own(0.5, 0.25)
    held = sgd.param_groups[0]["lr"]
    scheduler = lrs.ExponentialLR(sgd, 0.5)
    for _ in range(3):
        scheduler.step()
    assert float(held) == 0.0625
    assert sgd.param_groups[0]["lr"] is held
