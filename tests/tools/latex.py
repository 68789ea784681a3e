r"""The formulas of docstrings, evaluated: the part of LaTeX that they are written in, read by recursive descent.

A block is a list of definitions, ``\eta(t) = …, \qquad p = …``. A definition may have several right sides: cases,
each with its condition (``\quad\text{for}\quad t < W``), or alternatives, of which a field of the schedule chooses one.
"""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

TOKEN = re.compile(r"\\text\{[^}]*\}|\\operatorname\{\w+\}|\\[A-Za-z]+|\\[{}#]|\S")
SPACE = re.compile(r"\\[,;:! ]|\\(left|right|bigl|bigr)(?![A-Za-z])")
BLOCK = re.compile(r"^( *)\.\. math::(.*(?:\n(?:\1 +\S.*)?)*)", re.MULTILINE)
BETWEEN_DEFINITIONS = re.compile(
    r",?\s*\\qquad|,\s*\\quad(?!\s*\\text)|\\quad\s*\\text\{or[^}]*\}\s*\\quad|\\text\{or\}"
)
BEFORE_CONDITION = re.compile(r"\\quad\s*\\text\{for\}\s*\\quad|\\text\{ for \}")
RELATIONS: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt, ">": operator.gt, "=": operator.eq, "\\le": operator.le, "\\ge": operator.ge,
}  # fmt: skip
FUNCTIONS: dict[str, Callable[..., Any]] = {
    "\\cos": math.cos, "\\tanh": math.tanh, "\\ln": math.log, "\\min": min, "\\max": max,
}  # fmt: skip
CLOSING = {"(": ")", "\\lfloor": "\\rfloor", "\\lceil": "\\rceil"}
ROUNDED: dict[str, Callable[[Any], Any]] = {"(": lambda x: x, "\\lfloor": math.floor, "\\lceil": math.ceil}
GREEK = {
    "\\alpha", "\\beta", "\\gamma", "\\delta", "\\epsilon", "\\eta", "\\lambda", "\\mu", "\\pi", "\\rho", "\\sigma",
    "\\tau",
}  # fmt: skip


class NotReadError(Exception):
    """What is written is not in the part of LaTeX that is read here."""


@dataclass
class Definition:
    """The right sides of one symbol, each with its condition or None; `argument` is what a function is taken of."""

    argument: str | None
    sides: list[tuple[list[str], list[str] | None]] = field(default_factory=list)


def blocks(doc: str) -> list[str]:
    """The formulas of a docstring, each with its lines joined."""
    return [" ".join(found[2].split()) for found in BLOCK.finditer(doc)]


def tokens(latex: str) -> list[str]:
    return TOKEN.findall(SPACE.sub(" ", latex))


def rows(doc: str) -> list[tuple[str, str]]:
    """The entries of a docstring's Parameters section: what is described, and the description."""
    section = doc.partition("Parameters\n----------\n")[2].partition("\n\n")[0]
    entries = re.split(r"\n(?=\S)", section) if section else []
    return [(head, " ".join(text.split())) for head, _, text in (entry.partition("\n") for entry in entries)]


def key(symbol: str) -> str:
    r"""A symbol without braces and spaces: ``\eta_\min`` for ``\eta_{\min}``."""
    return "".join(token for token in tokens(symbol) if token not in "{}")


class Formula:
    r"""A block of definitions, of which the first is what is asked for: a function of `t`, or of an index `i`."""

    def __init__(self, block: str) -> None:
        self.definitions: dict[str, Definition] = {}
        last = ""
        for piece in BETWEEN_DEFINITIONS.split(block):
            side, *condition = BEFORE_CONDITION.split(piece)
            left, equals, right = side.partition("=")
            if equals:
                found = re.fullmatch(r"(.*)\((\w)\)|(.*)", left.strip())
                assert found is not None
                last = key(found[1] or found[3])
                if last not in self.definitions:
                    self.definitions[last] = Definition(found[2])
            elif last:
                right = side
            else:
                raise NotReadError(f"no definition: {block}")
            condition_tokens = tokens(condition[0].rstrip(" ,")) if condition else None
            self.definitions[last].sides.append((tokens(right.strip().rstrip(",")), condition_tokens))
        self.first = next(iter(self.definitions))

    def value(self, given: Mapping[str, Any], alternative: int = 0, of: str = "") -> Any:
        """A definition, by default the first, with the values of other symbols, and the alternative that is meant."""
        return Scope(self, given, alternative).defined(self.definitions[of or self.first], {})


@dataclass
class Scope:
    """What symbols stand for: numbers, lists with an index, functions of one argument, or other definitions."""

    formula: Formula
    given: Mapping[str, Any]
    alternative: int

    def defined(self, definition: Definition, local: dict[str, Any]) -> Any:
        sides = definition.sides
        if sides[0][1] is None:
            return Reader(sides[self.alternative if len(sides) > 1 else 0][0], self, local).whole()
        longest = max((len(value) for value in self.given.values() if isinstance(value, (list, tuple))), default=0)
        for side, condition in sides:
            if condition is None:
                raise NotReadError("a case without a condition")
            free = "k" in condition and "k" not in self.given
            for k in range(longest + 1 if free else 1):
                inner = {**local, "k": k} if free else local
                if Reader(condition, self, inner).holds():
                    return Reader(side, self, inner).whole()
        raise NotReadError("no case holds")

    def lookup(self, name: str, local: dict[str, Any]) -> Any:
        for values in (local, self.given):
            if name in values:
                return values[name]
        definition = self.formula.definitions.get(name)
        if definition is not None and (name != self.formula.first or definition.argument is None):
            if definition.argument is None:
                return self.defined(definition, local)
            return lambda x: self.defined(definition, {**local, definition.argument: x})
        return {"\\pi": math.pi}.get(name)


class Reader:
    """One side of a definition, evaluated as it is read."""

    def __init__(self, found: list[str], scope: Scope, local: dict[str, Any]) -> None:
        self.tokens, self.scope, self.local, self.at = found, scope, local, 0

    def whole(self) -> Any:
        value = self.sum()
        self.require(self.peek == "", "the end")
        return value

    def holds(self) -> bool:
        """A condition: two or more values with relations between them."""
        value, true = self.sum(), True
        while self.peek:
            relation = RELATIONS[self.next()]
            after = self.sum()
            value, true = after, true and relation(value, after)
        return true

    @property
    def peek(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def next(self) -> str:
        self.at += 1
        return self.tokens[self.at - 1]

    def require(self, true: bool, wanted: str) -> None:
        if not true:
            raise NotReadError(f"{wanted} expected at {self.at} of {' '.join(self.tokens)}")

    def take(self, token: str) -> None:
        self.require(self.peek == token, token)
        self.at += 1

    def sum(self) -> Any:
        sign = -1 if self.peek == "-" else 1
        self.at += self.peek == "-"
        value = sign * self.product()
        while self.peek in ("+", "-"):
            value = value + self.product() if self.next() == "+" else value - self.product()
        return value

    def product(self) -> Any:
        value = self.power()
        while self.peek in ("/", "\\cdot", "\\bmod") or self.begins_factor():
            if self.peek == "/":
                self.next()
                value /= self.power()
            elif self.peek == "\\bmod":
                self.next()
                value %= self.power()
            else:
                self.at += self.peek == "\\cdot"
                value *= self.power()
        return value

    def begins_factor(self) -> bool:
        token = self.peek
        known = token in GREEK or token in FUNCTIONS or token in CLOSING
        return known or token in ("{", "\\frac", "\\tfrac", "\\sqrt") or token.isalnum() or token.startswith("\\text")

    def power(self) -> Any:
        base = self.factor()
        while self.peek == "^":
            self.next()
            base = base ** self.argument()
        return base

    def argument(self) -> Any:
        """What a command is taken of: a group in braces, or one token."""
        if self.peek == "{":
            self.take("{")
            value = self.sum()
            self.take("}")
            return value
        if self.peek.isdigit():
            return int(self.next())
        return self.factor()

    def factor(self) -> Any:
        token = self.peek
        if token in CLOSING:
            self.next()
            value = self.sum()
            self.take(CLOSING[token])
            return ROUNDED[token](value)
        if token in ("\\frac", "\\tfrac"):
            self.next()
            above = self.argument()
            return above / self.argument()
        if token == "\\sqrt":
            self.next()
            return math.sqrt(self.argument())
        if token in FUNCTIONS:
            return self.applied()
        if token == "|":
            self.next()
            value = abs(self.sum())
            self.take("|")
            return value
        if token == "{":
            return self.argument()
        if token.isdigit():
            digits = ""
            while self.peek.isdigit():
                digits += self.next()
            return int(digits)
        return self.symbol()

    def applied(self) -> Any:
        """A function of what stands in brackets after it, or of the product that follows."""
        function = FUNCTIONS[self.next()]
        if self.peek != "(":
            self.require(self.begins_factor(), "an argument")
            return function(self.product())
        self.next()
        values = [self.sum()]
        while self.peek == ",":
            self.next()
            values.append(self.sum())
        self.take(")")
        return function(*values)

    def symbol(self) -> Any:
        if self.peek == "\\#":
            return self.count()
        self.require(self.peek.isalpha() or self.peek in GREEK or self.peek.startswith("\\text"), "a symbol")
        base = self.next()
        if base == "e" and self.peek == "^":
            return math.e
        index = self.index() if self.peek == "_" else []
        name = base + ("_" + "".join(index) if index else "")
        value = self.scope.lookup(name, self.local)
        if index and (value is None or isinstance(value, (list, tuple))):
            value = self.indexed(base, index)
        if value is None:
            raise NotReadError(f"{name} is not known")
        if callable(value):
            self.take("(")
            argument = self.sum()
            self.take(")")
            return value(argument)
        return value

    def index(self) -> list[str]:
        """The tokens of an index."""
        self.take("_")
        if self.peek != "{":
            return [self.next()]
        self.take("{")
        start = self.at
        while self.next() != "}":
            pass
        return self.tokens[start : self.at - 1]

    def indexed(self, base: str, index: list[str]) -> Any:
        """An element of a list; what another definition says of an index; after the last milestone, none."""
        items = self.scope.lookup(f"{base}_k", {})
        if not isinstance(items, (list, tuple)):
            return None
        at = Reader(index, self.scope, self.local).whole()
        if 0 <= at < len(items):
            return items[at]
        defined = self.scope.lookup(f"{base}_{at}", self.local)
        return math.inf if defined is None and at == len(items) else defined

    def count(self) -> int:
        r"""How many of a list fulfil a condition: ``\#\{j : M_j \le t\}``."""
        self.take("\\#")
        self.take("\\{")
        name = self.next()
        self.take(":")
        end = self.tokens.index("\\}", self.at)
        condition, self.at = self.tokens[self.at : end], end + 1
        items = self.scope.lookup(f"{condition[0]}_k", self.local)
        self.require(isinstance(items, (list, tuple)), "a list")
        return sum(Reader(condition, self.scope, {**self.local, name: k}).holds() for k in range(len(items)))
