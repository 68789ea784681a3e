"""``lrkit list``: what there is."""

from __future__ import annotations

import inspect
import json
from typing import Any

import click

from .._params import Field, fields_of
from .._recipes import recipes
from ..schedules._registry import FUNCTIONS, sorted_kinds
from ._command import cli
from ._docstring import plain
from ._output import say


@cli.command("list")
@click.option("--json", "as_json", is_flag=True, help="As JSON, for programs.")
@click.option("--recipes", "as_recipes", is_flag=True, help="The published training set-ups instead.")
def list_command(as_json: bool, as_recipes: bool) -> None:
    """List every kind of schedule, and every known expression, with the parameters and their domains."""
    if as_recipes:
        _list_recipes(as_json)
        return
    functions = dict(sorted(FUNCTIONS.items()))
    if as_json:
        kinds = [{"kind": kind, "class": cls.__name__} | _entry(cls) for kind, cls in sorted_kinds().items()]
        say(json.dumps(kinds + [{"function": name} | _entry(f) for name, f in functions.items()], indent=2))
        return
    for kind, cls in sorted_kinds().items():
        _list_entry(f"{cls.__name__}  [{kind}]", cls)
    say("\nKnown schedules that are expressions of these:\n")
    for name, function in functions.items():
        _list_entry(name, function)


def _list_recipes(as_json: bool) -> None:
    found = recipes().values()
    if as_json:
        told = ("name", "title", "expression", "steps", "unit", "source", "stated", "open", "lengths")
        say(json.dumps([{name: getattr(each, name) for name in told} for each in found], indent=2))
        return
    for each in found:
        say(f"{each.name}\n    {each.title}\n      {each.length}\n      {each.source}")


def _list_entry(title: str, entry: Any) -> None:
    say(f"{title}\n    {plain(summary(entry))}")
    for field in fields_of(entry).values():
        say(f"      {field.name:<20} {_domain(field)}")


def _entry(entry: Any) -> dict[str, Any]:
    parameters = [
        {"name": f.name, "domain": f.domain, "unit": f.param.unit, "symbol": f.param.symbol}
        | ({} if f.required else {"default": f.default})
        for f in fields_of(entry).values()
    ]
    return {"summary": summary(entry), "parameters": parameters}


def summary(entry: Any) -> str:
    """The first line of a schedule's docstring: what its curve looks like."""
    return (inspect.getdoc(entry) or "").partition("\n")[0]


def _domain(field: Field) -> str:
    unit = f", in {field.unit_text.strip()}" if field.param.unit else ""
    return f"{field.domain}{unit}" + ("" if field.required else f" (default: {field.default})")
