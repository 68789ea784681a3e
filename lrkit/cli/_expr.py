"""What a word of the command line stands for: a schedule, a file, a log, a recipe, a name in a script."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from ..chart.things import is_config, is_read_log
from ..designing.mark import is_link
from ..schedules._base import LearningRateSchedule
from ..schedules._json import from_json
from ..schedules._parse import call_of, is_maker, parse, parse_number
from ..schedules._suggestions import suggest
from ._config_files import SUFFIXES, config_or_none
from ._scripts import CALLED, CODE, run

if TYPE_CHECKING:
    from pathlib import Path

    from .._recipes import Recipe
    from ..budget import Budget

RECIPE = "recipe:"
"""What the name of a published training set-up is written after."""
CSV = (".csv", ".tsv")
DATA = (*CSV, ".json")
"""The ends of the names of data files. Whether one holds a schedule or rates is found from its content."""
MOST_SHOWN = 40
LONGEST_PATH = 4096


class Word(NamedTuple):
    """What was written, and what it stands for; `label` is what a picture may call it, or nothing."""

    text: str
    value: Any
    label: str = ""
    group: int | None = None
    is_code: bool = False

    def drawn(self, steps: int | None) -> dict[str, Any]:
        """The thing to draw, by its label."""
        return {self.label: self.value if self.group is None else self.schedule(steps)}

    def schedule(self, steps: int | None) -> LearningRateSchedule:
        """The one schedule meant."""
        if is_read_log(self.value):
            raise ValueError(
                f"{self.text} is the log of a run ({self.value.form}), which has rates at some steps only: "
                "`lrkit plot` and `lrkit diff` read it"
            )
        from ..interop._reading import read  # which knows the frameworks: a picture of an expression needs none

        found = read(self.value, steps, f"{self.text}: cannot read")
        if self.group is not None:
            for label, schedule in found:
                if str(self.group) in re.findall(r"\d+", label) or (not label and self.group == 0):
                    return schedule
            raise ValueError(f"{self.text}: there is no group {self.group}")
        if len(found) > 1 and is_config(self.value):
            labels = ", ".join(label for label, _ in found)
            raise ValueError(f"{self.text} has {len(found)} groups ({labels}): write {self.text}:{found[0][0]}")
        if len(found) > 1:
            labels = ", ".join(label for label, _ in found)
            raise ValueError(f"{self.text} has {len(found)} different schedules ({labels}): write {self.text}[0]")
        return found[0][1]


def word_of(text: str, names: Mapping[str, float], budget: Budget | None = None) -> Word:
    """What a word stands for: `names` are the numbers that an expression may use, `budget` is the size of the run."""
    label = text if len(text) <= MOST_SHOWN else ""
    if text.startswith(RECIPE):
        found = recipe_of(text, names)
        return Word(text, found, found.name)
    if is_link(text):
        from ..designing.link import from_link

        return Word(text, from_link(text).schedule)
    where, column = _file_of(text)
    if where:
        from ._contents import content  # which knows all that a file may hold: an expression needs none of it

        return Word(text, content(where, column, names, budget), label if where != "-" else "")
    if code := CODE.fullmatch(text):
        value, group = run(text, code)
        return Word(text, value, label, group, is_code=True)
    if CALLED.match(text):
        raise ValueError("what a script makes is called as name(), without arguments")
    if text.lower().endswith(".py"):
        from ._contents import text_of

        if os.path.isfile(text) and (config := config_or_none(text, text_of(text), None, budget)) is not None:  # noqa: PTH113
            return Word(text, config, label)
        raise ValueError(f"write {text}:NAME, the name of a scheduler or a schedule in it")
    if "(" not in text and not text.lstrip().startswith("{"):
        raise ValueError(f"no such file, and no expression{hint_for(text) or ' such as CosineDecayLR(0, 0.1, 9500)'}")
    # A picture names the curve of a class by the class, and any other curve by the text.
    return Word(text, schedule_of(text, names), "" if re.match(r"\s*([A-Z{])", text) else label)


def recipe_of(text: str, names: Mapping[str, float]) -> Recipe:
    """The recipe that a word names, for a run of its own length or of another: ``recipe:bert@50_000``."""
    from .._recipes import recipe

    name, at, total = text.removeprefix(RECIPE).partition("@")
    found = recipe(name)
    if at and not total.strip():
        raise ValueError(f"write {RECIPE}{name}@STEPS, with the length of the run")
    return found.for_run(total=parse_number(total, names)) if at else found


def hint_for(text: str, *, called: bool = True) -> str:
    """What may be meant by a word that stands for nothing: a recipe, a schedule, or, where it is called, a file."""
    near = _meant(text.strip(), files=called)
    return f"; did you mean {call_of(near) if called and is_maker(near) else near}?" if near else ""


def _meant(name: str, *, files: bool) -> str:
    from difflib import get_close_matches
    from pathlib import Path

    from .. import catalogue as catalogue  # whose functions may be meant
    from .._recipes import recipe_names

    recipes = {key: RECIPE + key for key in recipe_names()}
    if name in recipes:
        return recipes[name]
    if ours := suggest(name):
        return ours
    if near := get_close_matches(name.lower().replace("-", "_"), recipes, 1, cutoff=0.75):
        return recipes[near[0]]
    if not files:
        return ""
    folder = Path(name).parent if len(name) < LONGEST_PATH and "\0" not in name else Path()
    near = get_close_matches(name, [str(folder / path) for path in _names_in(folder)], 1, cutoff=0.75)
    return near[0] if near else ""


def _names_in(folder: Path) -> list[str]:
    try:
        return [path.name for _, path in zip(range(1000), folder.iterdir(), strict=False)]
    except OSError:
        return []


def _file_of(text: str) -> tuple[str, str | None]:
    """The file that a word names, and a column of it: ``rates.csv:lr``. Nothing, if it names none."""
    before, colon, column = text.rpartition(":")
    if text == "-" or _is_file(text):
        return text, None
    if colon and not before.lower().endswith(".py") and _is_file(before):
        return before, column
    if text.lower().endswith((*DATA, *SUFFIXES)) and "(" not in text:
        return text, None
    if colon and before.lower().endswith((*DATA, *SUFFIXES)) and "(" not in before:
        return before, column
    return "", None


def _is_file(text: str) -> bool:
    """Whether there is something to read: a file, a folder with a log, or a pipe such as ``<(...)``."""
    if "(" in text and not text.lower().endswith(DATA):
        return False
    try:
        return os.path.exists(text) and not text.lower().endswith(".py")  # noqa: PTH110
    except (OSError, ValueError):  # no name of a file at all
        return False


def schedule_of(text: str, names: Mapping[str, float]) -> LearningRateSchedule:
    """The schedule that a text writes: as an expression or as JSON."""
    return from_json(text) if text.lstrip().startswith("{") else parse(text, names)
