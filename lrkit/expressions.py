"""What a word of the command line stands for: a schedule, a file, a recipe, a name in a script."""

from __future__ import annotations

import importlib
import re
import runpy
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from . import catalogue as catalogue  # whose functions `parse` reads
from ._recipes import Recipe, recipe
from .interop._reading import read
from .schedules._base import LearningRateSchedule
from .schedules._json import from_json
from .schedules._parse import parse

CODE = re.compile(r"(?P<where>.+\.py|[A-Za-z_][\w.]*):(?P<name>[A-Za-z_]\w*)(\[(?P<group>\d+)\])?")
"""A name in a script or in a module, and a group of it: ``train.py:scheduler``, ``package.module:scheduler[1]``."""
RECIPE = "recipe:"
"""What the name of a published training set-up is written after."""
MOST_SHOWN = 40


@dataclass(frozen=True)
class Word:
    """What was written, and what it stands for; `label` is what a picture may call it, or nothing."""

    text: str
    value: Any
    label: str = ""
    group: int | None = None

    def drawn(self, steps: int | None) -> dict[str, Any]:
        """The thing to draw, by its label."""
        return {self.label: self.value if self.group is None else self.schedule(steps)}

    def schedule(self, steps: int | None) -> LearningRateSchedule:
        """The one schedule meant."""
        found = read(self.value, steps, f"{self.text}: cannot read")
        if self.group is not None:
            for label, schedule in found:
                if str(self.group) in re.findall(r"\d+", label) or (not label and self.group == 0):
                    return schedule
            raise ValueError(f"{self.text}: there is no group {self.group}")
        if len(found) > 1:
            labels = ", ".join(label for label, _ in found)
            raise ValueError(f"{self.text} has {len(found)} different schedules ({labels}): write {self.text}[0]")
        return found[0][1]


class Expression(click.ParamType):  # type: ignore[type-arg]
    """A schedule as in Python, a JSON file, ``-`` for either on standard input, a recipe, or a name in Python code."""

    name = "expr"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Click's hook: the word, read."""
        if not isinstance(value, str):
            return value
        try:
            return _read(value)
        except (ValueError, OSError) as error:
            shown = value if len(value) <= MOST_SHOWN else value[: MOST_SHOWN - 3] + "..."
            self.fail(f"{shown!r}: {getattr(error, 'strerror', None) or error}", param, ctx)


def _read(text: str) -> Word:
    label = text if len(text) <= MOST_SHOWN else ""
    if text == "-":
        return Word(text, _schedule(sys.stdin.read()))
    if text.startswith(RECIPE):
        found: Recipe = recipe(text.removeprefix(RECIPE))
        return Word(text, found, found.name)
    if code := CODE.fullmatch(text):
        group = code["group"]
        return Word(text, _named(code["where"], code["name"]), label, int(group) if group else None)
    if text.lower().endswith(".py"):
        raise ValueError(f"write {text}:NAME, the name of a scheduler or a schedule in it")
    if text.lower().endswith(".json") or ("(" not in text and _is_readable(Path(text))):
        content = Path(text).read_text(encoding="utf-8")
        if not content.strip():
            raise ValueError("the file is empty")
        return Word(text, _schedule(content), label)
    if "(" not in text and not text.lstrip().startswith("{"):
        raise ValueError("no such file, and no expression such as CosineDecayLR(0, 0.1, 9500)")
    # A class says by itself what it is; a function, or what is made of several, only by what was written.
    return Word(text, _schedule(text), "" if re.match(r"\s*([A-Z{])", text) else label)


def _schedule(text: str) -> LearningRateSchedule:
    schedule: LearningRateSchedule = from_json(text) if text.lstrip().startswith("{") else parse(text)
    return schedule


def _named(where: str, name: str) -> Any:
    """What a script or a module calls by a name: of lrkit or of any framework that it can read."""
    is_script = where.endswith(".py")
    try:
        with _at_home(Path(where).parent if is_script else Path()), redirect_stdout(sys.stderr):
            found = runpy.run_path(where) if is_script else vars(importlib.import_module(where))
    except SystemExit as error:
        raise ValueError(f"{where} ended before it was done, with exit code {error.code}") from None
    except Exception as error:  # noqa: BLE001  # whatever the user's own code raises
        raise ValueError(f"{where}: {_place(error, where)}{type(error).__name__}: {error}") from None
    if name not in found:
        raise ValueError(f"{where} has no {name!r}")
    return found[name]


@contextmanager
def _at_home(folder: Path) -> Iterator[None]:
    """Modules are looked for beside the script first, as Python does, and no arguments are the script's."""
    arguments, path = sys.argv, list(sys.path)
    sys.path.insert(0, str(folder.resolve()))
    sys.argv = arguments[:1]
    try:
        yield
    finally:
        sys.argv, sys.path[:] = arguments, path


def _place(error: BaseException, where: str) -> str:
    """The line of the script where it went wrong, if it was there."""
    line, trace = None, error.__traceback__
    while trace:
        line = trace.tb_lineno if trace.tb_frame.f_code.co_filename == where else line
        trace = trace.tb_next
    return f"line {line}: " if line else ""


def _is_readable(path: Path) -> bool:
    try:
        return path.exists() and not path.is_dir()  # a pipe is: `<(...)`
    except OSError:  # no name of a file at all
        return False
