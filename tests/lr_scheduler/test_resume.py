"""Schedulers beside torch's own where a run is resumed, moved, edited, or begun anew: every class in every situation.

What lrkit's do is compared with closed forms, written out here; what torch's do, with lrkit's. `DIFFERENT` lists where
the two part, with the reason: a difference that is not listed fails, and so does one that is listed and is none.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from lrkit import lr_scheduler as lrs

torch = pytest.importorskip("torch")
theirs = torch.optim.lr_scheduler

pytestmark = [
    pytest.mark.filterwarnings("ignore:Detected call of"),  # no weights are trained here
    pytest.mark.filterwarnings("ignore:The epoch parameter"),
    pytest.mark.filterwarnings("ignore:.*lrkit cannot tell"),  # of a rate that came with a state
]

BASES = (0.1, 0.04)
LOW, PEAK = (0.01, 0.02), (0.3, 0.2)
STEPS = 6
"""How far a run goes before something happens to it."""


def sgd(*rates: float) -> Any:
    groups = [{"params": [torch.zeros(1, requires_grad=True)], "lr": rate} for rate in rates or BASES]
    return torch.optim.SGD(groups, lr=1.0)


def rates(optimizer: Any) -> list[float]:
    return [float(group["lr"]) for group in optimizer.param_groups]


def walk(scheduler: Any, steps: int = STEPS) -> list[list[float]]:
    seen = []
    for _ in range(steps):
        scheduler.step()
        seen.append(rates(scheduler.optimizer))
    return seen


# The classes, and their closed forms --------------------------------------------------------------------------------


def sequential(m: Any, o: Any) -> Any:
    return m.SequentialLR(o, [m.LinearLR(o, 0.25, total_iters=4), m.StepLR(o, 3, 0.5)], [4])


def chained(m: Any, o: Any) -> Any:
    return m.ChainedScheduler([m.ConstantLR(o, 0.5, 4), m.ExponentialLR(o, 0.9)])


MAKE: dict[str, Callable[[Any, Any], Any]] = {
    "StepLR": lambda m, o, **k: m.StepLR(o, 3, 0.5, **k),
    "MultiStepLR": lambda m, o, **k: m.MultiStepLR(o, [2, 8], 0.3, **k),
    "ConstantLR": lambda m, o, **k: m.ConstantLR(o, 0.3, 8, **k),
    "LinearLR": lambda m, o, **k: m.LinearLR(o, 0.25, 1.0, 9, **k),
    "ExponentialLR": lambda m, o, **k: m.ExponentialLR(o, 0.9, **k),
    "PolynomialLR": lambda m, o, **k: m.PolynomialLR(o, 30, 2.0, **k),
    "MultiplicativeLR": lambda m, o, **k: m.MultiplicativeLR(o, lambda e: 0.8 + 0.02 * e, **k),
    "CosineAnnealingLR": lambda m, o, **k: m.CosineAnnealingLR(o, 20, 0.01, **k),
    "LambdaLR": lambda m, o, **k: m.LambdaLR(o, lambda e: 1 / (1 + e), **k),
    "CosineAnnealingWarmRestarts": lambda m, o, **k: m.CosineAnnealingWarmRestarts(o, 4, 2, 0.002, **k),
    "CyclicLR": lambda m, o, **k: m.CyclicLR(o, list(LOW), 0.3, 4, 5, cycle_momentum=False, **k),
    "OneCycleLR": lambda m, o, **k: m.OneCycleLR(o, list(PEAK), 30, cycle_momentum=False, **k),
    "SequentialLR": sequential,
    "ChainedScheduler": chained,
}
RECURSIVE = ("StepLR", "MultiStepLR", "ConstantLR", "LinearLR", "ExponentialLR", "PolynomialLR", "MultiplicativeLR")
COMPOSED = ("SequentialLR", "ChainedScheduler")
ABSOLUTE = ("CyclicLR", "OneCycleLR")
"""Classes whose rates do not follow from the base rate."""


def half(share: float) -> float:
    return (1 + math.cos(math.pi * share)) / 2


def restarts(t: int) -> float:
    return t / 4 if t < 4 else (t - 4) / 8 if t < 12 else (t - 12) / 16


def one_cycle(peak: float, t: int) -> float:
    start, end = peak / 25, peak / 25 / 1e4
    return peak + (start - peak) * half(t / 8) if t < 8 else end + (peak - end) * half((t - 8) / 21)


FORM: dict[str, Callable[[float, int, int], float]] = {
    "StepLR": lambda b, t, k: b * 0.5 ** (t // 3),
    "MultiStepLR": lambda b, t, k: b * 0.3 ** ((t >= 2) + (t >= 8)),
    "ConstantLR": lambda b, t, k: b * (0.3 if t < 8 else 1),
    "LinearLR": lambda b, t, k: b * (0.25 + 0.75 * min(t, 9) / 9),
    "ExponentialLR": lambda b, t, k: b * 0.9**t,
    "PolynomialLR": lambda b, t, k: b * (1 - min(t, 30) / 30) ** 2,
    "MultiplicativeLR": lambda b, t, k: b * math.prod(0.8 + 0.02 * e for e in range(1, t + 1)),
    "CosineAnnealingLR": lambda b, t, k: 0.01 + (b - 0.01) * half(t / 20),
    "LambdaLR": lambda b, t, k: b / (1 + t),
    "CosineAnnealingWarmRestarts": lambda b, t, k: 0.002 + (b - 0.002) * half(restarts(t)),
    "CyclicLR": lambda b, t, k: LOW[k] + (0.3 - LOW[k]) * (t % 9 / 4 if t % 9 < 4 else (9 - t % 9) / 5),
    "OneCycleLR": lambda b, t, k: one_cycle(PEAK[k], t),
    "SequentialLR": lambda b, t, k: b * (0.25 + 0.75 * t / 4 if t < 4 else 0.5 ** ((t - 4) // 3)),
    "ChainedScheduler": lambda b, t, k: b * (0.5 if t < 4 else 1) * 0.9**t,
}


def form(name: str, start: int, stop: int, bases: Any = BASES, scales: Any = (1.0, 1.0)) -> list[list[float]]:
    """The rates of the groups from one epoch to another, which is not of them."""
    return [[s * FORM[name](b, t, k) for k, (b, s) in enumerate(zip(bases, scales, strict=True))]
            for t in range(start, stop)]  # fmt: skip


# The situations: what is done with a library's classes, and what is right ---------------------------------------------


def resumed(m: Any, name: str, order: str) -> Any:
    """Both states are loaded into new objects."""
    old = MAKE[name](m, sgd())
    walk(old)
    states = {"optimizer": copy.deepcopy(old.optimizer.state_dict()), "scheduler": copy.deepcopy(old.state_dict())}
    optimizer = sgd()
    new = MAKE[name](m, optimizer)
    for which in order.split():
        (optimizer if which == "optimizer" else new).load_state_dict(states[which])
    return walk(new)


def resumed_by_last_epoch(m: Any, name: str) -> Any:
    old = MAKE[name](m, sgd())
    walk(old)
    optimizer = sgd()
    optimizer.load_state_dict(old.optimizer.state_dict())
    return walk(MAKE[name](m, optimizer, last_epoch=STEPS - 1))


def forward(m: Any, name: str) -> Any:
    """To some epochs, forwards and backwards."""
    scheduler = MAKE[name](m, sgd())
    return [(scheduler.step(epoch), rates(scheduler.optimizer))[1] for epoch in (7, 3, 9, 0, 8)]


def after_a_first_phase(m: Any, name: str) -> Any:
    optimizer = sgd()
    walk(m.CosineAnnealingLR(optimizer, STEPS))  # down to 0
    new = MAKE[name](m, optimizer)
    return [rates(optimizer), *walk(new)]


def after_a_first_phase_in_another_process(m: Any, name: str) -> Any:
    old = sgd()
    walk(m.CosineAnnealingLR(old, STEPS))
    optimizer = sgd()
    optimizer.load_state_dict(old.state_dict())
    new = MAKE[name](m, optimizer)
    return [rates(optimizer), *walk(new)]


def after_a_first_phase_and_a_hand(m: Any, name: str) -> Any:
    optimizer = sgd()
    walk(m.ExponentialLR(optimizer, 0.5))
    for group, rate in zip(optimizer.param_groups, (0.07, 0.05), strict=True):
        group["lr"] = rate
    new = MAKE[name](m, optimizer)
    return [rates(optimizer), *walk(new)]


def a_second_phase_resumed(m: Any, name: str) -> Any:
    """Begun at rates set by hand, and resumed by last_epoch."""
    optimizer = sgd()
    walk(m.ExponentialLR(optimizer, 0.5))
    for group, rate in zip(optimizer.param_groups, (0.07, 0.05), strict=True):
        group["lr"] = rate
    walk(MAKE[name](m, optimizer))
    fresh = sgd()
    fresh.load_state_dict(optimizer.state_dict())
    return walk(MAKE[name](m, fresh, last_epoch=STEPS - 1))


def edited(m: Any, name: str, epoch: int) -> Any:
    scheduler = MAKE[name](m, sgd())
    walk(scheduler, epoch)
    scheduler.optimizer.param_groups[1]["lr"] *= 3
    return walk(scheduler)


def edited_twice(m: Any, name: str) -> Any:
    scheduler = MAKE[name](m, sgd())
    walk(scheduler, 2)
    scheduler.optimizer.param_groups[1]["lr"] *= 3
    walk(scheduler, 3)
    scheduler.optimizer.param_groups[1]["lr"] *= 0.5
    return walk(scheduler)


def edited_and_resumed(m: Any, name: str) -> Any:
    old = MAKE[name](m, sgd())
    walk(old, 5)
    old.optimizer.param_groups[1]["lr"] *= 3
    walk(old, 1)
    states = copy.deepcopy((old.optimizer.state_dict(), old.state_dict()))
    optimizer = sgd()
    new = MAKE[name](m, optimizer)
    optimizer.load_state_dict(states[0])
    new.load_state_dict(states[1])
    return walk(new)


def edited_and_moved(m: Any, name: str) -> Any:
    """An edit, a step, and then another epoch: where the curve is, it is scaled."""
    scheduler = MAKE[name](m, sgd())
    walk(scheduler, 2)
    scheduler.optimizer.param_groups[1]["lr"] *= 3
    walk(scheduler, 1)
    scheduler.step(7)
    return [rates(scheduler.optimizer)]


def a_group_added(m: Any, name: str) -> Any:
    """A third group; what becomes of the two that were there."""
    optimizer = sgd()
    scheduler = MAKE[name](m, optimizer)
    walk(scheduler, 3)
    optimizer.add_param_group({"params": [torch.zeros(1, requires_grad=True)], "lr": 0.5})
    return [row[:2] for row in walk(scheduler)]


def only_the_optimizer_restored(m: Any, name: str) -> Any:
    """The state of a run that had come far is loaded into the optimizer of one that begins."""
    old = sgd()
    walk(m.ExponentialLR(old, 0.1))
    optimizer = sgd()
    scheduler = MAKE[name](m, optimizer)
    optimizer.load_state_dict(old.state_dict())
    return walk(scheduler)


def beside_another(m: Any, name: str) -> Any:
    optimizer = sgd()
    scheduler, other = MAKE[name](m, optimizer), m.ExponentialLR(optimizer, 0.95)
    return [(scheduler.step(), other.step(), rates(optimizer))[2] for _ in range(STEPS)]


def beside_a_plateau(m: Any, name: str) -> Any:
    """A cut by half after epoch 2."""
    optimizer = sgd()
    scheduler, plateau = MAKE[name](m, optimizer), m.ReduceLROnPlateau(optimizer, factor=0.5, patience=0)
    seen = []
    for metric in (2.0, 1.0, 1.0, 0.5, 0.25, 0.1):
        scheduler.step()
        plateau.step(metric)
        seen.append(rates(optimizer))
    return seen


def cut(name: str) -> list[list[float]]:
    return form(name, 1, 3) + form(name, 3, STEPS + 1, scales=(0.5, 0.5))


BY_HAND = (0.07, 0.05)
SITUATIONS: dict[str, tuple[Callable[[Any, str], Any], Callable[[str], Any]]] = {
    "optimizer first": (lambda m, n: resumed(m, n, "optimizer scheduler"), lambda n: form(n, 7, 13)),
    "scheduler first": (lambda m, n: resumed(m, n, "scheduler optimizer"), lambda n: form(n, 7, 13)),
    "only the scheduler": (lambda m, n: resumed(m, n, "scheduler"), lambda n: form(n, 7, 13)),
    "last_epoch": (resumed_by_last_epoch, lambda n: form(n, 7, 13)),
    "forward": (forward, lambda n: [form(n, t, t + 1)[0] for t in (7, 3, 9, 0, 8)]),
    "second phase": (after_a_first_phase, lambda n: form(n, 0, 7)),
    "second process": (after_a_first_phase_in_another_process, lambda n: form(n, 0, 7)),
    "hand between": (after_a_first_phase_and_a_hand, lambda n: form(n, 0, 7, BY_HAND)),
    "second resumed": (a_second_phase_resumed, lambda n: form(n, 7, 13, BY_HAND)),
    "edited at 0": (lambda m, n: edited(m, n, 0), lambda n: form(n, 1, 7, scales=(1, 3))),
    "edited at 5": (lambda m, n: edited(m, n, 5), lambda n: form(n, 6, 12, scales=(1, 3))),
    "edited twice": (edited_twice, lambda n: form(n, 6, 12, scales=(1, 1.5))),
    "edited, resumed": (edited_and_resumed, lambda n: form(n, 7, 13, scales=(1, 3))),
    "edited, moved": (edited_and_moved, lambda n: form(n, 7, 8, scales=(1, 3))),
    "group added": (a_group_added, lambda n: form(n, 4, 10)),
    "only the optimizer": (only_the_optimizer_restored, lambda n: form(n, 1, 7)),
    "beside another": (
        beside_another,
        lambda n: [[r * 0.95**t for r in row] for t, row in enumerate(form(n, 1, 7), 1)],
    ),
    "beside a plateau": (beside_a_plateau, cut),
}
LEFT_OUT = {(situation, name) for situation in ("last_epoch", "second resumed") for name in COMPOSED} | {
    ("group added", name) for name in ABSOLUTE
}
"""The compositions are made here without last_epoch, which torch's do not heed (T4); the lists of the last two have
nothing for a third group: see `test_a_list_has_nothing_for_a_group_that_is_added`."""
CASES = [(situation, name) for situation in SITUATIONS for name in MAKE if (situation, name) not in LEFT_OUT]


def each(situations: str, names: Any) -> set[tuple[str, str]]:
    return {(situation, name) for situation in situations.split(", ") for name in names}


CLOSED = ("LambdaLR", "CosineAnnealingWarmRestarts")
EDITS = ("edited at 0", "edited at 5", "edited twice", "edited, resumed", "beside another", "beside a plateau")
DIFFERENT: dict[str, set[tuple[str, str]]] = {
    "torch's load_state_dict leaves the rates of the optimizer as they are": each(
        "only the scheduler", (*RECURSIVE, "CosineAnnealingLR", *COMPOSED)
    )
    - {("only the scheduler", "ConstantLR")},
    "resumed at a stair, torch goes down by one more": each("last_epoch, second resumed", ["StepLR"]),
    "torch multiplies once, however far it goes": each("forward", ["MultiplicativeLR"]),
    "torch's compositions have no step(epoch)": each("forward", COMPOSED) | {("edited, moved", n) for n in COMPOSED},
    "torch goes on from the rate that it finds, and has to stay at 0 where the first phase ended": each(
        "second phase, second process", (*RECURSIVE, "CosineAnnealingLR", "ChainedScheduler")
    ),
    "torch's CyclicLR takes an initial_lr that is noted already for its base_lr": each(
        "second phase, second process, hand between", ["CyclicLR"]
    ),
    "torch takes the initial_lr of the first phase, and forgets the rate that was set by hand": each(
        "hand between", (*CLOSED, "SequentialLR")
    )
    | each("second resumed", CLOSED),
    "torch's cosine adds what it would have fallen by, so an edited curve comes back to the old one": {
        (situation, "CosineAnnealingLR") for situation in EDITS
    },
    "torch computes the rate anew, and forgets what anybody has made of it": {
        (situation, name) for situation in (*EDITS, "edited, moved") for name in (*CLOSED, *ABSOLUTE)
    },
    "torch's SequentialLR forgets it at a milestone": {
        (situation, "SequentialLR") for situation in EDITS if situation not in ("edited at 5", "edited, resumed")
    },
    "torch's step(epoch) forgets it": {("edited, moved", name) for name in (*RECURSIVE, "CosineAnnealingLR")},
    "torch has no function, no base rate or no options for the group, and fails": each(
        "group added", ("MultiplicativeLR", *CLOSED, "SequentialLR")
    ),
    "torch goes on from the rate that was loaded, of another run": each(
        "only the optimizer", (*RECURSIVE, "CosineAnnealingLR", *COMPOSED)
    ),
    "torch keeps the three rates of the cycle in the groups, and the state of another run has none": each(
        "only the optimizer", ["OneCycleLR"]
    ),
}
"""What torch does otherwise, and why the closed form is right: each case once."""
LISTED = {case for cases in DIFFERENT.values() for case in cases}


def close(found: Any, right: Any) -> bool:
    return np.shape(found) == np.shape(right) and np.allclose(found, right, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize(("situation", "name"), CASES)
def test_as_planned_and_torch_too_unless_listed(situation: str, name: str) -> None:
    run, plan = SITUATIONS[situation]
    right = plan(name)
    np.testing.assert_allclose(run(lrs, name), right, rtol=1e-9, atol=1e-12)
    try:
        reference = run(theirs, name)
    except (TypeError, ValueError, KeyError) as error:
        reference = repr(error)
    agrees = not isinstance(reference, str) and close(reference, right)
    assert agrees != ((situation, name) in LISTED), reference


def test_the_matrix_is_whole() -> None:
    assert len(CASES) == 246
    assert set(CASES) >= LISTED
    assert sum(map(len, DIFFERENT.values())) == len(LISTED)


@pytest.mark.parametrize("name", ABSOLUTE)
def test_a_list_has_nothing_for_a_group_that_is_added(name: str) -> None:
    with pytest.raises(ValueError, match=f"{name}: .* must be a list that has one for group 2 too"):
        a_group_added(lrs, name)
