"""Objects that have the classes and attributes of fastai's and composer's schedules, where these are not installed."""

from __future__ import annotations

import math
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np

FASTAI, COMPOSER = "fastai.callback.schedule", "composer.optim.scheduler"


def known(monkeypatch: Any, *packages: str) -> None:
    """Let packages be imported, as they are wherever their objects come from."""
    for package in packages:
        monkeypatch.setitem(__import__("sys").modules, package, ModuleType(package))


class _Annealer:
    def __init__(self, f: Any, start: Any, end: Any) -> None:
        self.f, self.start, self.end = f, start, end


def sched_cos(start: Any, end: Any, pos: float) -> Any:
    return start + (1 + math.cos(math.pi * (1 - pos))) * (end - start) / 2


def sched_lin(start: Any, end: Any, pos: float) -> Any:
    return start + pos * (end - start)


def sched_no(start: Any, end: Any, pos: float) -> Any:
    return start


def sched_exp(start: Any, end: Any, pos: float) -> Any:
    return start * (end / start) ** pos


ANNEALED = {"SchedCos": sched_cos, "SchedLin": sched_lin, "SchedNo": sched_no, "SchedExp": sched_exp}
for thing in (_Annealer, *ANNEALED.values()):
    thing.__module__ = FASTAI


def fastai_schedule(spec: list[Any], dtype: Any = np.float64) -> Any:
    """What fastai makes of data: a name and arguments; its shares are of a type."""
    name, *rest = spec
    if name in ANNEALED:
        return _Annealer(ANNEALED[name], *rest)
    if name == "combined_cos":
        share, start, middle, end = rest
        return fastai_schedule(
            ["combine_scheds", [share, 1 - share], [["SchedCos", start, middle], ["SchedCos", middle, end]]], dtype
        )
    if name == "SchedPoly":
        start, end, power = rest

        def _inner(pos: float) -> Any:
            return start + (end - start) * pos**power

    else:
        pcts, scheds = np.cumsum(np.array([0, *rest[0]], dtype)), [fastai_schedule(part, dtype) for part in rest[1]]

        def _inner(pos: float) -> Any:
            return pcts, scheds

    _inner.__module__ = FASTAI
    return _inner


def composer_scheduler(name: str, **arguments: Any) -> Any:
    """A scheduler of a name; lengths beside the warm-up's are times of composer's own, as some of its classes keep."""
    cls = type(name, (), {"__module__": COMPOSER})
    scheduler = cls()
    for key, value in arguments.items():
        setattr(scheduler, key, _time(value) if key == "t_max" else value)
    return scheduler


def _time(text: str) -> Any:
    number = text.rstrip("abcdefghijklmnopqrstuvwxyz")
    value = float(number) if text.endswith("dur") else int(number)
    return SimpleNamespace(value=value, unit=SimpleNamespace(value=text.removeprefix(number)))
