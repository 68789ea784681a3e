"""Files that hold the config of a training system."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from ._output import remark

if TYPE_CHECKING:
    from .._configured import Configured
    from ..budget import Budget
    from ..configs._load import Loaded
    from ..schedules._base import LearningRateSchedule

CODED = (".json", ".py")
SUFFIXES = (".yaml", ".yml", ".toml")
"""The ends of the names of files that can be nothing else."""


def config_at(where: str, group: str | None, budget: Budget | None) -> Any:
    """The config in a file whose name says that it is one."""
    from ..configs._load import load

    return _read(load(where), group, budget)


def config_or_none(where: str, text: str, group: str | None, budget: Budget | None) -> Any:
    """The config in a text, if it is one of a known system; flags can be nothing else."""
    from pathlib import Path

    from ..configs._load import load_text
    from ..configs._reading import config_in  # which loads all systems

    name = "standard input" if where == "-" else Path(where).name
    suffix = Path(where).suffix.lower()
    if text.lstrip().startswith("--"):
        return _read(load_text(text, name), group, budget)
    loaded = config_in(text, name, suffix if suffix in CODED else "")
    return None if loaded is None else _read(loaded, group, budget)


def _read(loaded: Loaded, group: str | None, budget: Budget | None) -> Configured | LearningRateSchedule:
    """The config, or one group of it; what is to be known of it goes to standard error."""
    from ..configs._reading import read_quietly

    try:
        configured = read_quietly(loaded, None, budget)
    except ValueError as error:
        raise ValueError(str(error).removeprefix("from_config: ").removeprefix(f"{loaded.name}: ")) from None
    said = [f"{loaded.name}: {configured.system}, since {configured.because}"]
    said += [f"  {text}" for text in configured.departures]
    if not group and (others := [f"{loaded.name}:{name}" for name in configured if name not in configured.rates]):
        said.append(f"  no learning rates: {', '.join(others)}")
    for line in said:
        _tell(line)
    if not group:
        return configured
    if group not in configured:
        raise ValueError(f"there is no group {group!r} in it; there are {', '.join(map(repr, configured))}")
    return configured[group]


def _tell(line: str) -> None:
    """Said once in a command, also where several words are groups of one file."""
    told: set[str] = click.get_current_context().meta.setdefault(f"{__name__}.told", set())
    if line not in told:
        told.add(line)
        remark(line)
