"""The recorded schedulers: which cases are compared, and how closely."""

from __future__ import annotations

import math
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
from helpers import decode, golden

from lrkit import lr_scheduler as lrs

RECORD = golden("exp_schedulers")

CASES = {case["name"]: case for case in RECORD["cases"]}


def optimizer(*rates: float, **more: float) -> SimpleNamespace:
    return SimpleNamespace(param_groups=[{"lr": rate, **more} for rate in rates])


def resumed(cls: Any, **options: Any) -> Any:
    return cls(optimizer(0.05, initial_lr=0.1), last_epoch=3, **options)


def sequential(milestones: list[int], *parts: Callable[[Any], Any]) -> Any:
    sgd = optimizer(0.1)
    return lrs.SequentialLR(sgd, [part(sgd) for part in parts], milestones)


def walk(scheduler: Any, arguments: list[tuple[Any, ...]]) -> list[Any]:
    """The rates after construction, and after each step with these arguments."""
    rates = [scheduler.get_last_lr()]
    for given in arguments:
        scheduler.step(*given)
        rates.append(scheduler.get_last_lr())
    return rates


def edited(cls: Any, *options: Any) -> list[Any]:
    """The group's rate is assigned 1.0 before the 5th step."""
    sgd = optimizer(0.1)
    scheduler = cls(sgd, *options)
    rates = walk(scheduler, [()] * 4)
    sgd.param_groups[0]["lr"] = 1.0
    return rates + walk(scheduler, [()] * 8)[1:]


def stacked() -> list[Any]:
    sgd = optimizer(0.1)
    first, second = lrs.ExponentialLR(sgd, 0.9), lrs.StepLR(sgd, 3, 0.5)
    rates = [second.get_last_lr()]
    for _ in range(len(CASES["stacked/ExponentialLR(0.9)+StepLR(3,0.5)"]["output"]["lr"]) - 1):
        first.step()
        second.step()
        rates.append(second.get_last_lr())
    return rates


IN_WORDS: dict[str, Callable[[], Any]] = {
    "SequentialLR/const+exp": lambda: sequential(
        [2], lambda o: lrs.ConstantLR(o, 0.1, 2), lambda o: lrs.ExponentialLR(o, 0.9)
    ),
    "SequentialLR/linear+cosine": lambda: sequential(
        [5], lambda o: lrs.LinearLR(o, 0.1, total_iters=5), lambda o: lrs.CosineAnnealingLR(o, 20)
    ),
    "SequentialLR/linear+step+poly": lambda: sequential(
        [4, 16],
        lambda o: lrs.LinearLR(o, 0.5, total_iters=4),
        lambda o: lrs.StepLR(o, 3, 0.5),
        lambda o: lrs.PolynomialLR(o, 10),
    ),
    "SequentialLR/exp+multistep": lambda: sequential(
        [5], lambda o: lrs.ExponentialLR(o, 0.9), lambda o: lrs.MultiStepLR(o, [2, 4], 0.5)
    ),
    "SequentialLR/one": lambda: sequential([], lambda o: lrs.ExponentialLR(o, 0.9)),
    "SequentialLR/descending": lambda: sequential(
        [5, 3], lambda o: lrs.ExponentialLR(o, 0.9), lrs.ConstantLR, lambda o: lrs.StepLR(o, 2)
    ),
    "stacked/ExponentialLR(0.9)+StepLR(3,0.5)": stacked,
    "ExponentialLR/resumed:last_epoch=3": lambda: resumed(lrs.ExponentialLR, gamma=0.9),
    "PolynomialLR/resumed:last_epoch=3": lambda: resumed(lrs.PolynomialLR, total_iters=8),
    "LinearLR/resumed:last_epoch=3": lambda: resumed(lrs.LinearLR, total_iters=8),
    "ConstantLR/resumed:last_epoch=3": lambda: resumed(lrs.ConstantLR, total_iters=8),
    "CosineAnnealingLR/resumed:last_epoch=3": lambda: resumed(lrs.CosineAnnealingLR, T_max=6),
    "MultiStepLR/resumed:last_epoch=3": lambda: resumed(lrs.MultiStepLR, milestones=[3, 8]),
    "LambdaLR/resumed:last_epoch=3": lambda: resumed(lrs.LambdaLR, lr_lambda=lambda e: 0.9**e),
    "ExponentialLR/outside-change": lambda: edited(lrs.ExponentialLR, 0.9),
    "LambdaLR/outside-change": lambda: edited(lrs.LambdaLR, lambda e: 0.9**e),
    "CosineAnnealingLR/outside-change": lambda: edited(lrs.CosineAnnealingLR, 10),
    "StepLR/on-nn.SGD": lambda: lrs.StepLR(SimpleNamespace(learning_rate=0.1), 2),  # it has no param_groups
    "ReduceLROnPlateau/on-nn.SGD": lambda: lrs.ReduceLROnPlateau(SimpleNamespace(learning_rate=0.1)),
    "names": lambda: sorted({n for n in dir(lrs) if n[0].isupper()} - {"ChainedScheduler", "OneCycleLR", "ScheduleLR"}),
    "StepLR/get_last_lr-repr": lambda: repr(lrs.StepLR(optimizer(0.1), 30, 0.1).get_last_lr()),
}

DIFFERENT: dict[str, tuple[str, Callable[[str, dict[str, Any]], bool]]] = {
    "a bool is not a number": (
        "MindSpore takes True for 1 in a step size, a T_max or a milestone",
        lambda name, given: (
            True in [given.get("step_size"), given.get("T_max"), *given.get("milestones", [])] and "True" in name
        ),
    ),
    "degenerate": (
        "a length of 0 or below, or a negative factor, runs silently in MindSpore, to a rate that means nothing",
        lambda name, given: (
            any(type(value) in (int, float) and value < LEAST.get(key, -math.inf) for key, value in given.items())
            and "error" not in CASES[name]["output"]
            and not name.startswith("ConstantLR/")
        ),
    ),
    "scale_mode": (
        "MindSpore takes any scale_mode but 'cycle' for 'iterations'",
        lambda name, given: given.get("scale_mode") == "nonsense",
    ),
    "int for a float": ("MindSpore refuses gamma=1", lambda name, given: name == "StepLR/bad:step_size=2,gamma=1"),
    "verbose": ("MindSpore has no such option", lambda name, given: "verbose" in given),
    "start factor 0": (
        "the closed form is defined there; MindSpore divides by the factor, so has to refuse it",
        lambda name, given: given.get("start_factor") == 0,
    ),
    "wrong kind": (
        "a fraction where a count is meant is a TypeError here, a ValueError in MindSpore's restarts",
        lambda name, given: any(type(given.get(key)) is float for key in ("T_0", "T_mult")),
    ),
    "fails in MindSpore": (
        "step(epoch) has no closed form, or a broken one, and SequentialLR calls it: see `test_where_mindspore_fails`",
        lambda name, given: "failed_at" in CASES[name]["output"] or name == "MultiStepLR/jumps",
    ),
    "multiplies once more": (
        "MindSpore's MultiplicativeLR takes step(epoch) for step()",
        lambda name, given: name == "MultiplicativeLR/jumps",
    ),
    "milestones out of order": (
        "MindSpore runs them to a rate that means nothing",
        lambda name, given: name == "SequentialLR/descending",
    ),
    "resumed by recursion": (
        "MindSpore goes on from the rate that the group happens to have; here the epoch says what it is",
        lambda name, given: "/resumed" in name and not name.startswith(("LambdaLR", "CosineAnnealingLR")),
    ),
    "an edit is forgotten": (
        "MindSpore's LambdaLR overwrites a rate that was changed from outside",
        lambda name, given: name == "LambdaLR/outside-change",
    ),
    "an edit is not scaled": (
        "MindSpore's cosine adds what it would have risen by, so the changed curve comes back to the old one",
        lambda name, given: name == "CosineAnnealingLR/outside-change",
    ),
    "a tensor is shown": ("here a rate is a float", lambda name, given: name == "StepLR/get_last_lr-repr"),
}
"""What is left out, by name: the reason, and which. Each must behave otherwise here: `test_left_out_differs`."""

LEAST = {"step_size": 1, "total_iters": 1, "T_max": 1, "patience": 0, "factor": 0, "gamma": 0}


def options(case: dict[str, Any]) -> dict[str, Any]:
    return case["kwargs"]


def outcome(case: dict[str, Any]) -> str:
    names = [name for name, (_, left_out) in DIFFERENT.items() if left_out(case["name"], options(case))]
    assert len(names) <= 1, (case["name"], names)
    return names[0] if names else "tested"


def allowed(case: dict[str, Any], recorded: Any) -> Any:
    """What float32 recursions may be off: of the initial rate, and of the present one where it has grown.

    1.1 in float32 is 2.2e-8 above 1.1: 40 times that, and 40 roundings.
    """
    given = options(case)
    peak = np.max(given.get("max_lr", [0.1]))
    peak = max(peak, np.max(given.get("base_lr", 0.0)), np.abs(recorded[0]).max())
    name = case["name"] + str(given.get("what", ""))
    share = 4e-6 if "CosineAnnealingLR" in name else 1e-6 if "CyclicLR" in name else 3e-7
    return share * peak + 1.2e-6 * np.where(recorded > recorded[0], recorded, 0)


def excess(case: dict[str, Any], rates: list[Any]) -> float:
    """By how many times the tolerance the rates are off, at most."""
    recorded = np.array([np.atleast_1d(decode(rate)) for rate in case["output"]["lr"]], np.float64)
    with np.errstate(invalid="ignore"):
        off = np.abs(np.array(rates[: len(recorded)]) - recorded) / allowed(case, recorded)
    return math.inf if np.isnan(off).any() else float(off.max())


def cosine(share: float) -> float:
    return 0.05 * (1 + math.cos(math.pi * share))


FORMS: dict[str, Callable[[float], float]] = {
    "MultiStepLR/jumps": lambda e: 0.1 * 0.5 ** ((e >= 2) + (e >= 5)),
    "CosineAnnealingWarmRestarts/jumps": lambda e: cosine(e / 3 if e < 3 else (e - 3) / 6 if e < 9 else (e - 9) / 12),
    "CosineAnnealingWarmRestarts/fractions": lambda e: cosine(
        e / 2 if e < 2 else (e - 2) / 4 if e < 6 else (e - 6) / 8 if e < 14 else (e - 14) / 16
    ),
    "SequentialLR/exp+multistep": lambda e: 0.1 * (0.9**e if e < 5 else 0.5 ** ((e >= 7) + (e >= 9))),
}
"""Closed forms, written out."""
