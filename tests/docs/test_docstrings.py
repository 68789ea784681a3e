"""The Parameters section of a docstring says what is declared: the parameters in order, domains, units and defaults."""

from __future__ import annotations

import ast
import inspect
import re
from typing import Any

import pytest
from catalogue_calls import FUNCTIONS
from latex import key, rows

from lrkit import lr_scheduler, optim, optim_ex
from lrkit._params import LARGEST_COUNT, Field, declared_of, fields_of
from lrkit.schedules._registry import kinds

IN_THE_BASE = {
    "optimizer", "last_epoch", "verbose", "on_load", "params", "learning_rate", "lr", "weight_decay", "loss_scale",
    "maximize", "grad_centralization", "check_finite",
}  # fmt: skip
"""Parameters that a base class documents: a subclass may leave them out, or describe them in another order."""


def public_classes(module: Any) -> dict[str, type]:
    name = module.__name__.rpartition(".")[2]
    found = {f"{name}.{each}": getattr(module, each) for each in dir(module)}
    return {name: cls for name, cls in found.items() if isinstance(cls, type)}


SCHEDULES = {cls.__name__: cls for cls in kinds().values() if cls.__module__.startswith("lrkit.")}
WITH_FIELDS: dict[str, Any] = {**SCHEDULES, **FUNCTIONS}
EVERY = WITH_FIELDS | public_classes(lr_scheduler) | public_classes(optim) | public_classes(optim_ex)


def described(entry: Any) -> dict[str, tuple[str, list[str]]]:
    """The parameters of a docstring: what is said of each, and of which others with it."""
    found = {}
    for head, text in rows(inspect.getdoc(entry) or ""):
        names = head.partition(" : ")[0].split(", ")
        found |= dict.fromkeys(names, (text, names))
    return found


def declared(name: str) -> dict[str, Field]:
    return fields_of(EVERY[name]) if name in WITH_FIELDS else declared_of(EVERY[name])


@pytest.mark.parametrize("name", EVERY)
def test_every_parameter_is_described_in_order(name: str) -> None:
    taken = [each for each in inspect.signature(EVERY[name]).parameters if each not in ("args", "kwargs")]
    listed = list(described(EVERY[name]))
    base = IN_THE_BASE if name not in WITH_FIELDS else set()
    assert [each for each in listed if each not in base] == [each for each in taken if each not in base]
    assert set(listed) <= set(taken)


def defaults_in(text: str, names: list[str]) -> list[Any]:
    """The defaults that a description states, one for each name or one for all; None where it is no literal."""
    found = re.search(r"Default: (.+?)(?=\.?$|\. [A-Z`*]|, of which|, which|; )", text)
    if not found:
        return []
    stated = re.sub(r"(?<=\d) (?=\d{3})", "", found[1])
    texts = re.split(r", | and ", stated) if len(names) > 1 and not stated.startswith("(") else [stated]
    return [literal(each) for each in texts]


def literal(text: str) -> Any:
    try:
        return ast.literal_eval(text.strip(" `"))
    except (ValueError, SyntaxError):
        return {"a third": 1 / 3}.get(text)


@pytest.mark.parametrize("name", EVERY)
def test_a_default_that_is_described_is_the_declared_one(name: str) -> None:
    parameters = inspect.signature(EVERY[name]).parameters
    for parameter, (text, names) in described(EVERY[name]).items():
        if stated := defaults_in(text, names):
            one = stated[names.index(parameter)] if len(stated) == len(names) else stated[0]
            assert one is None or parameters[parameter].default == one, f"{parameter}: {text}"


@pytest.mark.parametrize("name", EVERY)
def test_a_unit_that_is_described_is_the_declared_one(name: str) -> None:
    for parameter, field in declared(name).items():
        text, _ = described(EVERY[name]).get(parameter, ("", []))
        if field.param.unit and (found := re.search(r"\bin (step|epoch|token)s\b", text)):
            assert field.param.unit == found[1], f"{parameter}: {text}"


def own_part(field: Field, text: str) -> str:
    """Of a description of several parameters, what follows the symbol of one, up to the next symbol."""
    parts = re.split(r":math:`([^`]+)`", text)
    symbols = [key(symbol) for symbol in parts[1::2]]
    own = key(field.param.symbol)
    return parts[2 * symbols.index(own) + 2] if own in symbols else text


NUMBER = r"(-?[\d.]+(?:\*\*\d+)?(?: - 1)?)(?!\d)(?! `)"
BOUNDS = {
    f"at least {NUMBER}": ("low", False),
    f"above {NUMBER}": ("low", True),
    f"from {NUMBER}": ("low", False),
    f"at most {NUMBER}": ("high", False),
    f"(?:, |and )below {NUMBER}": ("high", True),
    f" to {NUMBER}": ("high", False),
}
"""What a description says of a bound, which bound it is, and whether the number itself is left out."""


@pytest.mark.parametrize("name", EVERY)
def test_a_bound_that_is_described_is_the_declared_one(name: str) -> None:
    for parameter, field in declared(name).items():
        text, _ = described(EVERY[name]).get(parameter, ("", []))
        part = own_part(field, text).partition(":")[0].partition(". ")[0]
        for pattern, (side, exclusive) in BOUNDS.items():
            if not (found := re.search(pattern, part)) or " with a sum" in part:  # a bound of several together
                continue
            number = eval(found[1])
            bound = getattr(field.param, side)
            if bound is None and side == "high" and field.kind is int:
                bound = LARGEST_COUNT
            excluded = field.param.exclusive if side == "low" else field.param.high_exclusive
            assert (bound, excluded) == (number, exclusive), f"{parameter}: {text}"
