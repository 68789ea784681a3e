"""A schedule as the config of a training system: proposed by the system, read back, and compared."""

from __future__ import annotations

import json
import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np

from .._params import count
from ..catalogue._simplified import simplified
from ..schedules._base import LearningRateSchedule
from ._fields import Fields
from ._system import Config, System
from ._systems import system_named

SAME = 1e-12
"""Rates that differ by less, relative to the peak, are the same."""
DENSE = 20_000
"""How many steps are compared one by one; of a longer run, as many that are spread, and those around each knot."""


def config_of(name: str, schedule: LearningRateSchedule, steps: int | None) -> str:
    """The config of a system as a text; a `ValueError` says where the nearest differs."""
    system = system_named(name)
    config, when = equal_config(system, schedule, None)
    if config is None and steps is not None:
        config, when = equal_config(system, schedule, count("as_source", "steps", steps))
    if config is None:
        raise ValueError(f"as_source: no config of {system.title} is equal to this schedule{when}")
    return formatted(config, system.form)


def equal_config(system: System, schedule: LearningRateSchedule, steps: int | None) -> tuple[Config | None, str]:
    """The first config that is equal, in so many steps or always; or None, and where the nearest differs."""
    nearest: tuple[float, str] = (float("inf"), "")
    for config in _proposals(system, schedule):
        try:
            found = _read_back(system, config)
        except ValueError:  # a proposal outside what the system takes
            continue
        size, at = difference(schedule, found, steps)
        if size <= SAME:
            return config, ""
        if size < nearest[0]:
            told = formatted(config, system.form).replace("\n", " ")
            nearest = (
                size,
                (
                    f": the nearest, {' '.join(told.split())[:200]}, has {found(at):.6g} at step {at:,}, "
                    f"and the schedule {schedule(at):.6g}"
                ),
            )
    return None, nearest[1]


def _proposals(system: System, schedule: LearningRateSchedule) -> Iterator[Config]:
    if system.write:
        yield from system.write(simplified(schedule))


def _read_back(system: System, config: Config) -> LearningRateSchedule:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return system.read(Fields(config, "what is written", system.name, system.title), None).schedule


def difference(one: LearningRateSchedule, other: LearningRateSchedule, steps: int | None) -> tuple[float, int]:
    """The largest difference relative to the peak, and the first step that has one."""
    end = steps if steps is not None else 2 * max(one.horizon, other.horizon) + 1000
    at = np.arange(end) if end <= DENSE else np.linspace(0, end - 1, DENSE).astype(np.int64)
    knots = np.concatenate([np.asarray(s.knots(min(end, 2**53)), dtype=float)[:DENSE] for s in (one, other)])
    near = np.rint(np.add.outer(knots, [-1, 0, 1])).astype(np.int64).ravel()
    at = np.unique(np.concatenate([at, near[(near >= 0) & (near < end)]]))
    ours, theirs = one(at), other(at)
    peak = max(float(np.max(np.abs(ours))), 1e-300)
    gap = np.abs(ours - theirs) / peak
    return float(np.max(gap)), int(at[np.argmax(gap > SAME)])


def formatted(config: Config, form: str) -> str:
    """A config in the form of its system."""
    if form == "json":
        return json.dumps(config, indent=2)
    if form == "flags":
        return " \\\n".join(f"--{name.replace('_', '-')} {_word(value)}".rstrip() for name, value in config.items())
    return "\n".join(_yaml_lines(config))


def _yaml_lines(config: Config, indent: str = "") -> Iterator[str]:
    for name, value in config.items():
        if isinstance(value, dict):
            yield f"{indent}{name}:"
            yield from _yaml_lines(value, indent + "  ")
        else:
            yield f"{indent}{name}: {_yaml_value(value)}"


def _yaml_value(value: Any) -> str:
    """JSON's form of a value; a float has the dot that YAML 1.1 wants."""
    text = json.dumps(value)
    if isinstance(value, float) and "e" in text and "." not in text:
        return text.replace("e", ".0e")
    return value if isinstance(value, str) and value.replace("_", "a").replace("-", "a").isalnum() else text


def _word(value: Any) -> str:
    if isinstance(value, list):
        return " ".join(map(_word, value))
    return "" if value is True else str(value)
