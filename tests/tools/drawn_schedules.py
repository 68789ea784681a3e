"""Schedules drawn from the declared domains by a seeded generator: a third of the fields over nine decades."""

from __future__ import annotations

import math
import random
from typing import Any

import numpy as np

from lrkit import LearningRateSchedule, catalogue
from lrkit._namespaces import scalar
from lrkit._params import LARGEST_COUNT, Field, fields_of
from lrkit.schedules._registry import sorted_kinds

CLASSES = {cls.__name__: cls for cls in sorted_kinds().values() if cls.__module__.startswith("lrkit.")}
LEAVES = [name for name, cls in CLASSES.items() if not any(field.is_schedule for field in fields_of(cls).values())]
MOST_KNOTS = 10_000
ERRORS = (ValueError, TypeError, ArithmeticError)


def number(rng: random.Random, field: Field) -> int | float:
    """A number of a field's domain."""
    param = field.param
    low, high = param.typical or (0.0, 1.0)
    low = low if param.low is None else max(low, param.low)
    wide = rng.random() < 1 / 3
    if field.kind is int:
        top = min(high * 1000 if wide else high, param.high or LARGEST_COUNT)
        value = round(math.exp(rng.uniform(math.log(max(low, 1)), math.log(max(top, 2)))))
        return max(value, math.ceil(low)) if low >= 0 or rng.random() < 0.5 else -value
    if low < 0 or (not wide and rng.random() < 0.3):
        return rng.uniform(low, high)
    value = 10 ** rng.uniform(-5, 4) if wide else math.exp(rng.uniform(math.log(max(low, high * 1e-4)), math.log(high)))
    if param.high is not None and not param.admits(value):
        return rng.uniform(max(low, 1e-3), param.high * 0.999)
    return value


def value(rng: random.Random, field: Field, depth: int) -> Any:
    """A value of a field's domain."""
    if field.optional and rng.random() < 0.4:
        return None
    if field.is_schedule:
        few = range(rng.randint(field.param.min_length or 1, 4))
        return [schedule(rng, depth - 1) for _ in few] if field.many else schedule(rng, depth - 1)
    if field.kind is bool:
        return rng.random() < 0.5
    if field.kind is str:
        return rng.choice(field.param.choices)
    if not field.many:
        return number(rng, field)
    return [number(rng, field) for _ in range(rng.randint(max(field.param.min_length, 1), 6))]


def fields(rng: random.Random, make: Any, depth: int = 1) -> dict[str, Any]:
    """Values for the fields of a class or the parameters of a function; lists fit together."""
    given = {
        field.name: value(rng, field, depth)
        for field in fields_of(make).values()
        if field.required or rng.random() < 0.6
    }
    if "milestones" in given:
        other = next((name for name in ("learning_rates", "schedules") if name in given), None)
        many = given["milestones"]
        if other:
            length = len(given[other]) - (other == "schedules")
            many = (many * length)[:length]
        given["milestones"] = sorted(many) if other else many
    if given.get("counts"):
        given["counts"] = (given["counts"] * len(given["rates"]))[: len(given["rates"])]
    if "steps" in given:
        given["steps"] = min(given["steps"], 2000)
    return given


def call(rng: random.Random, name: str, depth: int = 1) -> tuple[dict[str, Any], LearningRateSchedule]:
    """A class or function called with fields that fit together, and what it returns."""
    make = CLASSES.get(name) or catalogue.FUNCTIONS[name]
    while True:
        given = fields(rng, make, depth)
        try:
            made = make(**given)
            made.formula(0, scalar)
        except ERRORS:
            continue
        return given, made


def schedule(rng: random.Random, depth: int) -> LearningRateSchedule:
    """A schedule of at most that many floors."""
    return call(rng, rng.choice(LEAVES if depth <= 0 else [*CLASSES]), depth)[1]


def written(name: str, given: dict[str, Any]) -> str:
    """A call as text."""
    return f"{name}({', '.join(f'{key}={value!r}' for key, value in given.items())})"


def knots_of(schedule: LearningRateSchedule) -> np.ndarray[Any, Any] | None:
    """The knots before twice the horizon; None where a rate on the way is too large, or where there are very many."""
    try:
        found = schedule.knots(2 * schedule.horizon)
    except ERRORS:
        return None
    return found if found.size < MOST_KNOTS else None


def steps(rng: random.Random, schedule: LearningRateSchedule, knots: Any, number: int) -> list[float]:
    """Steps at, just beside and past the knots, whole and fractional, and far away."""
    horizon = schedule.horizon
    knots = [float(knot) for knot in (() if knots is None else knots)]
    near = rng.sample(knots, min(len(knots), number // 8))
    found = [0.0, *near, *(math.nextafter(k, math.inf) for k in near), *(math.nextafter(k, 0) for k in near)]
    found += [k + 1 for k in near]
    while len(found) < number:
        step = 10 ** rng.uniform(0, 15) if rng.random() < 0.05 else rng.uniform(0, 1.5 * horizon)
        found.append(step if rng.random() < 0.3 else float(math.floor(step)))
    return [step for step in found if step <= 2**53][:number]


def rates(schedule: LearningRateSchedule, at: list[float]) -> np.ndarray[Any, Any]:
    """The rates of numbers, by the formula; NaN where there is none."""
    found = []
    for step in at:
        try:
            found.append(float(schedule.formula(int(step) if step.is_integer() else step, scalar)))
        except ERRORS:
            found.append(math.nan)
    return np.array(found)
