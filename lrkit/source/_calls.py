"""Calls as code, broken over lines where they are long; a schedule of lrkit as the call that makes it."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

import numpy as np

from ..catalogue._recognition import written
from ..schedules._base import LearningRateSchedule
from ..schedules._registry import FUNCTIONS

WIDTH = 100


def call(name: str, *arguments: str, indent: int = 0, **named: Any) -> str:
    """The text of a call; `arguments` are code already, named ones are values."""
    texts = [*arguments, *(f"{key}={value_code(value)}" for key, value in named.items())]
    return broken(name + "(", texts, ")", indent)


def value_code(value: Any) -> str:
    """A value as code: numbers, texts, and lists and dicts of them."""
    if isinstance(value, str):
        return json.dumps(value)
    if isinstance(value, dict):
        return f"{{{', '.join(f'{value_code(key)}: {value_code(item)}' for key, item in value.items())}}}"
    if isinstance(value, (tuple, np.ndarray)):
        return f"[{', '.join(map(value_code, np.asarray(value).tolist() if isinstance(value, np.ndarray) else value))}]"
    return repr(value)


def broken(head: str, texts: Sequence[str], tail: str, indent: int) -> str:
    """Texts in brackets: all on the same line, on one line of their own, or each on a line, whichever fits first."""
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
        return value_code(value)
    name, arguments = written(value)
    texts = [before + schedule_code(item, indent + 4) for before, item in arguments]
    return broken(f"{name}(", texts, ")", indent)


def schedule_lines(schedule: LearningRateSchedule, adapter: str = "") -> list[str]:
    """The lines that import what the schedule is made of, make it, and hand it to an adapter."""
    code = schedule_code(schedule)
    homes: dict[str, set[str]] = {}
    for name, home in _makers(schedule):
        homes.setdefault("lrkit" if home.startswith("lrkit.") else home, set()).add(name)
    ours = sorted(homes.pop("lrkit", ())) + re.findall(r"to_\w+", adapter)
    lines = [broken("from lrkit import (", ours, ")", 0)] if ours else []
    lines = [lines[0].replace("(", "").replace(")", "")] if lines and "\n" not in lines[0] else lines
    lines += [_import_of(home, sorted(names)) for home, names in homes.items()]
    return [*lines, "", f"schedule = {code}", *([adapter] if adapter else [])]


def _import_of(home: str, names: Sequence[str]) -> str:
    """The import of what is not ours, or a comment if its module is one that no other code can import."""
    if home in ("__main__", "builtins") or not all(map(str.isidentifier, home.split("."))):
        return "\n".join(f"# {name}: your own class" for name in names)
    return f"from {home} import {', '.join(names)}"


def _makers(schedule: LearningRateSchedule) -> set[tuple[str, str]]:
    """The names of the classes and functions that a schedule is written with, and their modules."""
    name, arguments = written(schedule)
    home = FUNCTIONS[name].__module__ if name in FUNCTIONS else type(schedule).__module__
    values = [item for _, value in arguments for item in (value if isinstance(value, tuple) else (value,))]
    return {(name, home)}.union(*(_makers(value) for value in values if isinstance(value, LearningRateSchedule)))
