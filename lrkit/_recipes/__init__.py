"""Published training set-ups: the schedules of runs that are known, with where each number was read.

One JSON file each, named as its recipe; nothing is read before it is asked for. The package is private because the
public name is a function's: `recipes`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from math import ceil
from typing import Any

from .._params import Field, Param, count, shorten
from ..catalogue import FUNCTIONS as FUNCTIONS  # importing it enters the functions that `parse` reads
from ..catalogue._recognition import text_of
from ..catalogue._simplified import simplified
from ..schedules._base import LearningRateSchedule
from ..schedules._json import _unique
from ..schedules._parse import parse, parse_number

UNITS = ("step", "epoch", "token")
FIELDS = {
    "title": str, "schedule": str, "lengths": dict, "max_lr": float, "steps": int, "unit": str, "source": str,
    "stated": dict, "open": list,
}  # fmt: skip
"""The fields of a file, all of them required, and what each is: `schedule` has the names of `lengths` in braces."""
MAX_LR = Field("max_lr", float, Param("", low=0, exclusive=True))


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
    lengths : dict of str to str
        What each length of the schedule is, as the source means it: a number stays as it is on a run of another length,
        a formula of ``total``, the length of the run, is scaled. `for_run` reads them.
    max_lr : float
        The peak, as the source states it.
    form : (str, float)
        The expression with the names of `lengths` in braces, and its peak.

    Examples
    --------
    >>> import lrkit
    >>> bert = lrkit.recipe("bert")
    >>> bert.steps, bert.unit, bert.stated["peak"]
    (1000000, 'step', '1e-4')
    >>> bert.schedule([5_000, 500_000])
    array([5.e-05, 5.e-05])
    >>> dict(bert.lengths)
    {'warmup': '10_000', 'decay': 'total'}
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
    lengths: Mapping[str, str] = field(repr=False, hash=False)
    max_lr: float = field(repr=False)
    form: tuple[str, float] = field(repr=False)

    def for_run(self, *, total: int | None = None, max_lr: float | None = None, **lengths: int) -> Recipe:
        """This set-up for a run of your own: the shape kept, each length scaled or kept as its source means it.

        Parameters
        ----------
        total : int, optional
            The length of the run, in `unit`, at least 1. By default that of the source.
        max_lr : float, optional
            The peak, above 0, in place of `max_lr`: all rates are multiplied alike. By default that of the source.
        **lengths : int
            Lengths to give otherwise, by the names in `lengths`, such as ``warmup=500``: at least 1.

        Returns
        -------
        Recipe
            Like any other; its name tells the length, ``llama_7b@20000``.

        Raises
        ------
        TypeError, ValueError
            If a number is outside its domain, there is no such length, or the run is too short for those that are kept.

        Notes
        -----
        A warm-up that the source counts in steps keeps its steps; one that it gives as a share, in tokens or in epochs
        of a run that counts steps is scaled. A part that is no whole step is rounded up. With the source's own length
        and peak the recipe is unchanged.

        Examples
        --------
        >>> import lrkit
        >>> lrkit.recipe("llama_7b").for_run(total=20_000).expression
        'JoinLR([WarmUpLR(3.0e-4, 2_000), CosineDecayLR(3.0e-5, 3.0e-4, 18_000)], [2_000])'
        >>> mine = lrkit.recipe("llama_7b").for_run(total=20_000, max_lr=1e-4, warmup=160)
        >>> mine.name, mine.schedule([80, 160, 20_000])
        ('llama_7b@20000', array([5.e-05, 1.e-04, 1.e-05]))
        """
        return for_run(self, total, max_lr, lengths)

    @property
    def length(self) -> str:
        """The length of the run in words: ``1,000,000 steps``."""
        return f"{self.steps:,} {self.unit}s"

    def __str__(self) -> str:
        parts = [f"{self.name}: {self.title}", f"  schedule  {self.expression}", f"  length    {self.length}"]
        parts += [f"  source    {self.source}", "  stated"]
        parts += [f"    {what}: {value}" for what, value in self.stated.items()]
        parts += ["  lengths", *(f"    {name} = {formula}" for name, formula in self.lengths.items())]
        return "\n".join([*parts, "  open", *(f"    {text}" for text in self.open or ("nothing",))])

    def _repr_html_(self) -> str:
        from ..plotting.card import card_of_recipe  # the pictures are above, and loaded when a notebook asks

        return card_of_recipe(self)


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
    form, formulas = document.pop("schedule"), document["lengths"]
    try:
        expression = form.format_map(_lengths(formulas, document["steps"]))
        schedule = parse(expression)
    except (TypeError, ValueError, LookupError, AttributeError) as error:
        raise ValueError(f"{owner}: schedule: {error}") from None
    given = document | {"open": tuple(left)}
    return Recipe(name, expression=expression, schedule=schedule, form=(form, document["max_lr"]), **given)


def _lengths(formulas: Mapping[str, str], total: int) -> dict[str, int]:
    """The number of each length in a run; a part that is no whole step is rounded up."""
    numbers: dict[str, int] = {}
    for name, formula in formulas.items():
        numbers[name] = ceil(parse_number(formula, {"total": total} | numbers))
    return numbers


def for_run(whole: Recipe, total: int | None, max_lr: float | None, given: Mapping[str, int]) -> Recipe:
    """What `Recipe.for_run` returns."""
    owner = f"Recipe.for_run: {whole.name}"
    steps = whole.steps if total is None else count(owner, "total", total)
    top = whole.max_lr if max_lr is None else MAX_LR.coerce(owner, max_lr)
    for name in sorted(given.keys() - whole.lengths.keys()):
        raise TypeError(f"{owner} has no length {shorten(name)}; it has {', '.join(whole.lengths)}")
    form, own_top = whole.form
    if "warmup" in given and top != own_top and "formula" in whole.stated:
        raise TypeError(
            f"{owner}: max_lr and warmup: the peak of its formula follows from the warm-up: give one of them"
        )
    formulas = dict(whole.lengths) | {name: f"{count(owner, name, number):_}" for name, number in given.items()}
    numbers = _lengths(formulas, steps)
    for name, number in numbers.items():
        if number < 1 or (name == "warmup" and number >= steps):
            told = ", ".join(f"{one} = {formula}" for one, formula in formulas.items())
            room = "but must be below total" if name == "warmup" else "but must be at least 1"
            raise ValueError(f"{owner}: total = {steps:_} does not fit {told}: {name} would be {number:_}, {room}")
    if steps == whole.steps and top == whole.max_lr and formulas == whole.lengths:
        return whole
    expression = form.format_map(numbers)
    schedule = parse(expression)
    if top != own_top:
        schedule = simplified(schedule * (top / own_top))
        expression = text_of(schedule)
    own = whole.name.partition("@")[0]
    name = own if steps == recipe(own).steps else f"{own}@{steps}"
    return replace(
        whole, name=name, expression=expression, schedule=schedule, steps=steps, lengths=formulas, max_lr=top
    )
