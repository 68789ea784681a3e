"""EXPR: how a word of the command line is read, and how it is completed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import click

from ..schedules._parse import METHODS, makers
from ..schedules._registry import FUNCTIONS, kinds
from ._config_files import SUFFIXES
from ._expr import DATA, MOST_SHOWN, RECIPE, hint_for, word_of
from ._options import BUDGET, in_shell, names_in

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

MOST_FILES = 200
"""How many files are offered at most."""


class Expression(click.ParamType):  # type: ignore[type-arg]
    """A schedule as in Python, a file or config, ``-`` for standard input, a recipe, or a name in Python code."""

    name = "expr"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Click's hook: the word, read; not while the shell completes a line, since a script would run."""
        if not isinstance(value, str) or (ctx is not None and ctx.resilient_parsing):
            return value
        try:
            return word_of(value, names_in(ctx), None if ctx is None else ctx.meta.get(BUDGET))
        except FileNotFoundError as error:
            message = f"{error.strerror}{hint_for(value)}"
        except (ValueError, TypeError, OSError) as error:
            message = in_shell(getattr(error, "strerror", None) or str(error))
        shown = value if len(value) <= MOST_SHOWN else value[: MOST_SHOWN - 3] + "..."
        return self.fail(f"{shown!r}: {message}", param, ctx)

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """Click's hook: schedules and methods in an expression; recipes and files where one begins."""
        before = re.sub(r"[A-Za-z_]\w*$", "", incomplete)
        word = incomplete.removeprefix(before)
        if before.endswith((")", ").")):
            dot = "" if before.endswith(".") else "."
            return [_item(f"{before}{dot}{name}(") for name in METHODS if name.startswith(word)]
        from .._recipes import recipe_names

        names = [_item(f"{before}{name}(", name) for name in sorted(makers()) if name.startswith(word)]
        if "(" in before or re.fullmatch(r"[\d\s.*+/-]*[*+/-]\s*", before):
            return names
        runs = [_item(RECIPE + name) for name in recipe_names() if f"{RECIPE}{name}".startswith(incomplete)]
        return [*([] if before else names), *runs, *files(incomplete)]


class Kind(click.ParamType):  # type: ignore[type-arg]
    """What `lrkit show` describes: a kind, a class, a function or a recipe."""

    name = "kind"

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """Click's hook."""
        from .._recipes import recipe_names

        known = [*sorted(makers()), *kinds(), *(RECIPE + name for name in recipe_names())]
        return [_item(name, name) for name in known if name.startswith(incomplete)]


def files(incomplete: str) -> list[CompletionItem]:
    """The folders, the files with data and the scripts that begin so."""
    folder, slash, start = incomplete.rpartition("/")
    from pathlib import Path

    try:
        found = sorted(Path(folder + slash or ".").iterdir())
    except (OSError, ValueError):
        return []
    names = [
        f"{folder}{slash}{path.name}{'/' if path.is_dir() else ':' if path.suffix == '.py' else ''}"
        for path in found
        if path.name.startswith(start) and (start or not path.name.startswith("."))
        if path.is_dir() or path.suffix.lower() in (*DATA, *SUFFIXES, ".py")
    ]
    return [_item(name) for name in names[:MOST_FILES]]


def _item(value: str, name: str = "") -> CompletionItem:
    """A completion, with the first line of the help of what it names."""
    from click.shell_completion import CompletionItem

    entry = makers().get(name) or kinds().get(name) or FUNCTIONS.get(name)
    return CompletionItem(value, help=(entry.__doc__ or "").strip().partition("\n")[0] if entry else None)
