"""How code is written: calls that break over lines where they are long."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from ..schedules._base import LearningRateSchedule
from ..schedules.piecewise_linear import PiecewiseLinearLR
from ..schedules.polynomial_decay import PolynomialDecayLR
from ..schedules.warm_up import WarmUpLR

WIDTH = 100


def call(name: str, *arguments: str, indent: int = 0, **named: Any) -> str:
    """The text of a call; `arguments` are code already, named ones are values."""
    texts = [*arguments, *(f"{key}={plain(value)}" for key, value in named.items())]
    return broken(name + "(", texts, ")", indent)


def base_rate_lines(rate: float) -> list[str]:
    """The lines that give an optimizer of torch its base rate, also if another scheduler has noted one there."""
    return ["for group in optimizer.param_groups:", f'    group["lr"] = group["initial_lr"] = {rate!r}']


def line_of(schedule: LearningRateSchedule) -> tuple[float, float, int] | None:
    """The first rate, the last and the length of a straight line of whole steps, then level."""
    match schedule:
        case WarmUpLR(rate, steps):
            return 0.0, rate, steps
        case PolynomialDecayLR(first, last, steps, 1.0, False):
            return first, last, steps
        case PiecewiseLinearLR((0.0, end), (first, last)) if end > 0 and end.is_integer():
            return first, last, int(end)
    return None


def rising(milestones: Sequence[int]) -> bool:
    """Whether each milestone is above the one before."""
    return all(before < after for before, after in pairwise(milestones))


def plain(value: Any) -> str:
    """A value as code: numbers, texts, and lists and dicts of them."""
    if isinstance(value, str):
        return json.dumps(value)
    if isinstance(value, dict):
        return f"{{{', '.join(f'{plain(key)}: {plain(item)}' for key, item in value.items())}}}"
    if isinstance(value, (tuple, np.ndarray)):
        return f"[{', '.join(map(plain, np.asarray(value).tolist() if isinstance(value, np.ndarray) else value))}]"
    return repr(value)


def broken(head: str, texts: Sequence[str], tail: str, indent: int) -> str:
    """What stands in brackets: on one line, on one line of its own, or on a line each, whichever fits first."""
    pad = " " * (indent + 4)
    inside = ", ".join(texts)
    whole = head + inside + tail
    if "\n" not in whole and indent + len(whole) <= WIDTH:
        return whole
    if "\n" not in inside and len(pad) + len(inside) <= WIDTH:
        return f"{head}\n{pad}{inside}\n{' ' * indent}{tail}"
    lines = "".join(f"{pad}{text},\n" for text in texts)
    return f"{head}\n{lines}{' ' * indent}{tail}"


def schedule_code(value: Any, indent: int = 0) -> str:
    """A schedule as code, its parts indented."""
    if isinstance(value, tuple) and value and isinstance(value[0], LearningRateSchedule):
        return broken("[", [schedule_code(item, indent + 4) for item in value], "]", indent)
    if not isinstance(value, LearningRateSchedule):
        return plain(value)
    texts = [name + schedule_code(item, indent + 4) for name, item in value._written()]  # noqa: SLF001
    return broken(f"{type(value).__name__}(", texts, ")", indent)


def schedule_lines(schedule: LearningRateSchedule, adapter: str = "") -> list[str]:
    """The lines that import what the schedule is made of, make it, and hand it to an adapter."""
    code = schedule_code(schedule)
    homes: dict[str, set[str]] = {}
    for cls in _classes(schedule):
        home = cls.__module__
        homes.setdefault("lrkit" if home.startswith("lrkit.") else home, set()).add(cls.__name__)
    ours = sorted(homes.pop("lrkit", ())) + re.findall(r"to_\w+", adapter)
    lines = [broken("from lrkit import (", ours, ")", 0)] if ours else []
    lines = [lines[0].replace("(", "").replace(")", "")] if lines and "\n" not in lines[0] else lines
    lines += [f"from {home} import {', '.join(sorted(names))}" for home, names in homes.items()]
    return [*lines, "", f"schedule = {code}", *([adapter] if adapter else [])]


def _classes(schedule: LearningRateSchedule) -> set[type]:
    """The classes that a schedule is made of."""
    return {type(schedule)}.union(*map(_classes, schedule.parts()))
