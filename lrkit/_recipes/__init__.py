"""Published training set-ups: the schedules of runs that are known, with where each number was read.

One JSON file each, named as its recipe; nothing is read before it is asked for. The package is private because the
public name is a function's: `recipes`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from .._params import shorten
from ..catalogue import FUNCTIONS as FUNCTIONS  # importing it enters the functions that `parse` reads
from ..schedules._base import LearningRateSchedule
from ..schedules._json import _unique
from ..schedules._parse import parse

UNITS = ("step", "epoch", "token")
FIELDS = {"title": str, "schedule": str, "steps": int, "unit": str, "source": str, "stated": dict, "open": list}
"""The fields of a file, all of them required, and what each is."""


@dataclass(frozen=True)
class Recipe:
    """A published training set-up: its schedule, the length of the run, and where both were read.

    Parameters
    ----------
    name : str
        What `recipe` and the command call it.
    title : str
        Which model, data and shape, in a line.
    expression : str
        The schedule as `parse` reads it.
    schedule : LearningRateSchedule
        The schedule, on a clock that counts in `unit`.
    steps : int
        The length of the run, in `unit`.
    unit : {"step", "epoch", "token"}
        What the clock counts.
    source : str
        The publication and its sections, or the repository and its files.
    stated : dict of str to str
        The numbers that the source states.
    open : tuple of str
        What the source leaves open, and what was chosen; empty if nothing.

    Examples
    --------
    >>> import lrkit
    >>> bert = lrkit.recipe("bert")
    >>> bert.steps, bert.unit, bert.stated["peak"]
    (1000000, 'step', '1e-4')
    >>> bert.schedule([5_000, 500_000])
    array([5.e-05, 5.e-05])
    """

    name: str
    title: str = field(repr=False)
    expression: str = field(repr=False)
    schedule: LearningRateSchedule
    steps: int
    unit: str
    source: str = field(repr=False)
    stated: Mapping[str, str] = field(repr=False, hash=False)
    open: tuple[str, ...] = field(repr=False)

    @property
    def length(self) -> str:
        """The length of the run in words: ``1,000,000 steps``."""
        return f"{self.steps:,} {self.unit}s"

    def __str__(self) -> str:
        parts = [f"{self.name}: {self.title}", f"  schedule  {self.expression}", f"  length    {self.length}"]
        parts += [f"  source    {self.source}", "  stated"]
        parts += [f"    {what}: {value}" for what, value in self.stated.items()]
        return "\n".join([*parts, "  open", *(f"    {text}" for text in self.open or ("nothing",))])

    def _repr_html_(self) -> str:
        from ..plotting.card import card_of_recipe  # the pictures are above, and loaded when a notebook asks

        return card_of_recipe(self)


def unit_of(value: Any) -> str:
    """The unit in which a recipe counts; steps for anything else."""
    return value.unit if isinstance(value, Recipe) else "step"


def length_of(value: Any) -> int | None:
    """The length of a recipe's run; None for anything else."""
    return value.steps if isinstance(value, Recipe) else None


def recipe(name: str) -> Recipe:
    """The published training set-up of a name.

    Parameters
    ----------
    name : str
        One of the keys of `recipes`; `lrkit list --recipes` prints them.

    Returns
    -------
    Recipe
        Its `schedule` is a schedule like any other. `plot`, `diff` and the command take the recipe itself, too.

    Raises
    ------
    TypeError
        If `name` is not a str.
    ValueError
        If no recipe has this name; the message lists names near it.

    Examples
    --------
    >>> import lrkit
    >>> gpt3 = lrkit.recipe("gpt3")
    >>> gpt3.length
    '300,000,000,000 tokens'
    >>> gpt3.schedule([375_000_000, 260_000_000_000])
    array([6.e-05, 6.e-06])
    >>> lrkit.recipe("gpt4")
    Traceback (most recent call last):
    ...
    ValueError: recipe: there is no 'gpt4'; near it: gpt3
    """
    if not isinstance(name, str):
        raise TypeError(f"recipe: name must be str, got {type(name).__name__}")
    known = recipe_names()
    if name not in known:
        near = get_close_matches(name, known) or [other for other in known if name and name in other]
        told = f"near it: {', '.join(near)}" if near else f"there are {', '.join(known)}"
        raise ValueError(f"recipe: there is no {shorten(name)}; {told}")
    return _read(name, (_folder() / f"{name}.json").read_text(encoding="utf-8"))


def recipes() -> dict[str, Recipe]:
    """Every published training set-up, by name.

    Returns
    -------
    dict of str to Recipe
        In alphabetical order.

    Examples
    --------
    >>> import lrkit
    >>> [name for name, r in lrkit.recipes().items() if r.unit == "token"]
    ['chinchilla', 'deepseek_v3', 'gpt3']
    """
    return {name: recipe(name) for name in recipe_names()}


def _folder() -> Any:
    from importlib.resources import files

    return files(__name__)


def recipe_names() -> list[str]:
    return sorted(file.name[: -len(".json")] for file in _folder().iterdir() if file.name.endswith(".json"))


def _read(name: str, text: str) -> Recipe:
    """The recipe that a file holds; every field is there, is known and has its type."""
    import json

    owner = f"recipe {name!r}"
    try:
        document = json.loads(text, object_pairs_hook=_unique)
    except ValueError as error:
        raise ValueError(f"{owner}: {error}") from None
    if not isinstance(document, dict) or set(document) != set(FIELDS):
        raise ValueError(f"{owner}: the file must be an object with the fields {', '.join(FIELDS)}")
    for key, kind in FIELDS.items():
        if type(document[key]) is not kind:  # True is no number of steps
            raise ValueError(f"{owner}: {key} must be {kind.__name__}, got {shorten(document[key])}")
    stated, left = document["stated"], document["open"]
    if not stated or not all(isinstance(item, str) and item for item in [*stated.values(), *left, document["source"]]):
        raise ValueError(f"{owner}: source, stated and open must be texts, and something must be stated")
    if document["steps"] < 1 or document["unit"] not in UNITS:
        raise ValueError(f"{owner}: steps must be at least 1, and unit one of {', '.join(UNITS)}")
    try:
        schedule = parse(document["schedule"])
    except ValueError as error:
        raise ValueError(f"{owner}: schedule: {error}") from None
    expression = document.pop("schedule")
    return Recipe(name, expression=expression, schedule=schedule, **(document | {"open": tuple(left)}))
