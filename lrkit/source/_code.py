"""How code is written: calls that break over lines where they are long."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np

from ..schedules._base import LearningRateSchedule

WIDTH = 100


def call(name: str, *arguments: str, indent: int = 0, **named: Any) -> str:
    """The text of a call; `arguments` are code already, named ones are values."""
    texts = [*arguments, *(f"{key}={plain(value)}" for key, value in named.items())]
    return broken(name + "(", texts, ")", indent)


def plain(value: Any) -> str:
    """A value as code: numbers and lists of numbers."""
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
    names = sorted(set(re.findall(r"\b([A-Z]\w*)\(", code))) + re.findall(r"to_\w+", adapter)
    imported = f"from lrkit import {', '.join(names)}"
    if len(imported) > WIDTH:
        imported = broken("from lrkit import (", names, ")", 0)
    return [imported, "", f"schedule = {code}", *([adapter] if adapter else [])]
