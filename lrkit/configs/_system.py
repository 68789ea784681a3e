"""`System`: how the config of a training system is told and read; each file of this folder declares one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from .._configured import Configured
from ..budget import Budget
from ._fields import Fields


@dataclass(frozen=True)
class System:
    """A training system: the ``SYSTEM`` of a file of this folder.

    Attributes
    ----------
    name : str
        What `from_config` and `as_source` call it.
    title : str
        What people call it, for messages.
    recognise : function
        What in a config says that it is of this system, as the end of a sentence, ``it has "scheduler": ...``; nothing
        if it is not.
    read : function
        The schedules that a config says. It gets the budget that the user gave, or None.
    aliases : tuple of str
        Other names that `from_config` knows it by.
    """

    name: str
    title: str
    recognise: Callable[[Mapping[str, Any]], str]
    read: Callable[[Fields, Budget | None], Configured]
    aliases: tuple[str, ...] = ()


def having(names: Iterable[str]) -> Callable[[Mapping[str, Any]], str]:
    """What tells a system whose configs have one of some names, with a mapping of arguments."""

    def recognise(data: Mapping[str, Any]) -> str:
        return next((f"it has {name}" for name in names if isinstance(data.get(name), Mapping)), "")

    return recognise


def shown(key: str, value: Any = None) -> str:
    """A key and its value as a config has them, for what tells a system: ``"type": "WarmupLR"``."""
    import json

    return json.dumps(key) + ("" if value is None else f": {json.dumps(value, ensure_ascii=False)[:60]}")
