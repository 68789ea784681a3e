"""The formulas in docstrings are the schedules' own: each is evaluated as written, and compared with the rates."""

from __future__ import annotations

import inspect
import math
from types import SimpleNamespace
from typing import Any

import pytest
from catalogue_calls import FUNCTIONS, arguments
from helpers import leaf_kinds, schedules, values
from hypothesis import assume, given
from hypothesis import strategies as st
from latex import Formula, NotReadError, blocks, key

import lrkit
from lrkit import lr_scheduler
from lrkit._params import declared_of, fields_of
from lrkit.schedules._registry import kinds

STEPS = st.lists(st.integers(0, 12) | st.integers(0, 1000), min_size=1, max_size=6)
CLASSES = {cls.__name__: cls for cls in kinds().values() if cls.__module__.startswith("lrkit.")}
ENTRIES = {**CLASSES, **FUNCTIONS}
SCHEDULERS = {
    name: getattr(lr_scheduler, name)
    for name in dir(lr_scheduler)
    if isinstance(getattr(lr_scheduler, name), type) and blocks(getattr(lr_scheduler, name).__doc__ or "")
}

NOT_EVALUATED = {
    "SumLR": "the terms are counted by dots",
    "ProductLR": "the factors are counted by dots",
    "MinimumLR": "the parts are numbered by an index of the minimum",
    "MaximumLR": "the parts are numbered by an index of the maximum",
    "RepeatLR": "the cycle is the largest of a set, and begins at a sum",
    "cosine_restarts": "the cycle is described in words",
    "noise": "the factors are drawn at random",
    "one_cycle": "a list of points",
    "wsd_s": "the periods end at sums",
    "LRScheduler": "any schedule, with the factors that a user has set",
    "ScheduleLR": "any schedule",
    "SequentialLR": "any schedulers",
    "ChainedScheduler": "any schedulers, and a product over them",
    "LambdaLR": "a function of the user's own",
    "MultiplicativeLR": "a function of the user's own, and a product",
    "CosineAnnealingWarmRestarts": "the cycle begins at a sum",
    "CyclicLR": "the height and the amplitude are described in words",
    "MultiStepLR": "the milestones have no index",
    "OneCycleLR": "three rates, one after another",
    "ReduceLROnPlateau": "a change, and no function of the step",
}
"""The formulas that are not evaluated, and why. One that can be evaluated must not be here."""

ALTERNATIVES = {
    "ExponentialDecayLR": "is_stair",
    "InverseDecayLR": "is_stair",
    "NaturalExpDecayLR": "is_stair",
    "PolynomialDecayLR": "update_decay_steps",
    "cooldown": "shape",
    "linear_warm_up": "first",
    "cyclic": "mode",
    "untuned_warm_up": "shape",
    "exponential_decay_lr": "is_stair",
    "inverse_decay_lr": "is_stair",
    "natural_exp_decay_lr": "is_stair",
}
"""Which field chooses one of the alternatives that a formula has."""


def known_of(name: str, given: dict[str, Any]) -> dict[str, Any]:
    """What the symbols of an entry stand for; of what may be left out, what the docstring says of it."""
    fields = fields_of(ENTRIES[name])
    a = SimpleNamespace(**{f.name: given.get(f.name, f.default) for f in fields.values()})
    known = {key(f.param.symbol): getattr(a, f.name) for f in fields.values() if f.kind not in (bool, str)}
    if name == "ClipLR":
        known |= {r"\eta_\min": -math.inf if a.min_lr is None else a.min_lr}
        known |= {r"\eta_\max": math.inf if a.max_lr is None else a.max_lr}
    if name == "cyclic":
        known["d"] = a.down_steps or a.up_steps
    if name == "inverse_sqrt":
        known[r"\tau"] = a.timescale or a.warmup_steps or 10_000
    if name == "TableLR":
        known["n"] = len(a.rates)
        assume(a.counts is None)
    if name in ("virtual_last_step", "warmup_stable_decay"):
        known["g"] = lrkit.cooldown(1, a.shape, a.power, a.ratio)
    return known


def alternative_of(name: str, given: dict[str, Any], fields: dict[str, Any]) -> int:
    if name not in ALTERNATIVES:
        return 0
    field = fields[ALTERNATIVES[name]]
    value = given.get(field.name, field.default)
    return int(value) if field.kind is bool else field.param.choices.index(value)


def covers(name: str, given: dict[str, Any], step: int) -> bool:
    """Whether the formula speaks of a step; after it, and before it, the docstring says in words what is held."""
    if name in ("PiecewiseConstantLR", "PiecewiseCosineLR", "PiecewiseLinearLR"):
        first = 0 if name == "PiecewiseConstantLR" else given["milestones"][0]
        return bool(first <= step < given["milestones"][-1])
    if name == "PolynomialDecayLR" and not given.get("update_decay_steps"):
        return bool(step <= given["decay_steps"])
    return True


def check(name: str, data: st.DataObject) -> None:
    entry = ENTRIES[name]
    (block,) = blocks(inspect.getdoc(entry) or "")
    formula = Formula(block)
    given = data.draw(arguments(name) if name in FUNCTIONS else values(entry, schedules(leaf_kinds(), 1)))
    made, known = entry(**given), known_of(name, given)
    alternative = alternative_of(name, given, fields_of(entry))
    drawn = data.draw(STEPS) + [n + d for n in known.values() if type(n) is int and n < 10**6 for d in (-1, 0, 1)]
    steps = [step for step in drawn if step >= 0 and covers(name, given, step)]
    peak = max((abs(made(step)) for step in steps), default=0.0)
    for step in steps:
        wanted = made(step)
        assert formula.value(known | {"t": step}, alternative) == pytest.approx(wanted, rel=1e-9, abs=1e-7 * peak), step


@pytest.mark.parametrize("name", sorted(ENTRIES.keys() - NOT_EVALUATED.keys()))
@given(data=st.data())
def test_a_formula_gives_the_rates(name: str, data: st.DataObject) -> None:
    check(name, data)


SCHEDULER_ARGUMENTS = {
    "ConstantLR": {"factor": 0.3, "total_iters": 7},
    "CosineAnnealingLR": {"T_max": 7, "eta_min": 0.02},
    "ExponentialLR": {"gamma": 0.9},
    "LinearLR": {"start_factor": 0.2, "end_factor": 0.7, "total_iters": 9},
    "PolynomialLR": {"total_iters": 9, "power": 1.7},
    "StepLR": {"step_size": 4, "gamma": 0.3},
}


@pytest.mark.parametrize("name", sorted(SCHEDULERS.keys() - NOT_EVALUATED.keys()))
def test_a_formula_gives_a_scheduler_s_rates(name: str) -> None:
    (block,) = blocks(inspect.getdoc(SCHEDULERS[name]) or "")
    given = SCHEDULER_ARGUMENTS[name]
    scheduler = SCHEDULERS[name](SimpleNamespace(param_groups=[{"lr": 0.1}]), **given)
    known = {key(field.param.symbol): given[field.name] for field in declared_of(SCHEDULERS[name]).values()}
    for step in range(30):
        (rate,) = scheduler.get_last_lr()
        assert Formula(block).value(known | {r"\eta_0": 0.1, "t": step}) == pytest.approx(rate, rel=1e-9, abs=1e-12)
        scheduler.step()


def evaluate_once(name: str, data: st.DataObject) -> None:
    if name in ENTRIES:
        check(name, data)
        return
    (block,) = blocks(inspect.getdoc(SCHEDULERS[name]) or "")
    symbols = [key(field.param.symbol) for field in declared_of(SCHEDULERS[name]).values()]
    Formula(block).value({r"\eta_0": 0.1, "t": 1} | dict.fromkeys(symbols, 1))


@pytest.mark.parametrize("name", NOT_EVALUATED)
@given(data=st.data())
def test_what_is_listed_cannot_be_evaluated(name: str, data: st.DataObject) -> None:
    """A formula that becomes readable leaves the list."""
    with pytest.raises(NotReadError):
        evaluate_once(name, data)
