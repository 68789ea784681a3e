"""The text of an expression, parsed by Python's `ast` within bounds, and errors that say where a fault is."""

from __future__ import annotations

import ast
import re
from itertools import accumulate
from typing import Any

MAX_WITH_LISTS = 64 * 2**20
"""Longest expression that is read, in characters, as of JSON: a table of three million different rates still fits."""
MAX_TEXT = 2**22
"""The most characters outside of long lists of numbers."""
MAX_COMMAS = 2**18
"""The most commas there: each argument takes half a kibibyte in Python's parser."""
MAX_BRACKETS = 250
"""How deep brackets may nest: schedules nest 100 deep, and each may take two."""

LEXEMES = re.compile(
    r"""[ ]{2,}+ | (?P<prefixed>[^\W\d]\w*(?=['"]))
    | '[^'\\\n]*' | "[^"\\\n]*" | \#[^\n]* | (?P<backslash>\\) | [^\W\d]\w*
    | (?P<number>(0[xX](_?[0-9a-fA-F])+ | 0[oO](_?[0-7])+ | 0[bB](_?[01])+
      | ((\d(_?\d)*)\.?(\d(_?\d)*)? | \.\d(_?\d)*) ([eE][+-]?\d(_?\d)*)? [jJ]?) (?P<after>\w+)?)""",
    re.VERBOSE,
)
"""Finds what makes Python's parser warn: texts with a prefix or a backslash, and numbers run together with a name."""

NUMBER = r"-?(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?(?:[eE][+-]?[0-9]++)?"
LONG_LIST = re.compile(rf"\[{NUMBER}(?:, {NUMBER}){{99,}}+\]")
"""Finds the long lists of numbers in a `repr`: they are JSON as they stand, and no tree is made of them."""
BRACKETS = re.compile(r"[][(){}]")


class Source:
    """The text that the function `owner` reads, and the lines and columns in it."""

    def __init__(self, owner: str, text: str) -> None:
        if not isinstance(text, str):
            raise TypeError(f"{owner}: text must be str, got {type(text).__name__}")
        if len(text) > MAX_WITH_LISTS:
            raise ValueError(f"{owner}: the expression has {len(text)} characters, at most {MAX_WITH_LISTS} are read")
        self._lists: list[str] = []
        text = LONG_LIST.sub(self._set_aside, text)
        if (others := len(text) - sum(map(len, self._lists))) > MAX_TEXT:
            raise ValueError(f"{owner}: the expression has {others} characters, at most {MAX_TEXT} are read")
        if (commas := text.count(",")) > MAX_COMMAS:
            raise ValueError(f"{owner}: the expression has {commas} commas, at most {MAX_COMMAS} are read")
        self._owner = owner
        self._text = text.strip()
        self._lines = re.split(r"\r\n|\r|\n", self._text)
        self._before = re.split(r"\r\n|\r|\n", text[: len(text) - len(text.lstrip())])

    def _set_aside(self, found: re.Match[str]) -> str:
        """A starred number, with blanks behind it so that columns stay: the list's place among those set aside."""
        self._lists.append(found[0])
        return f"[*{len(self._lists) - 1}".ljust(len(found[0]) - 1) + "]"

    def long_list(self, node: ast.expr) -> list[Any] | None:
        """The numbers of a long list, or None if a node is anything else."""
        match node:
            case ast.List(elts=[ast.Starred(value=ast.Constant(value=int() as place))], end_col_offset=int() as end):
                if place >= len(self._lists) or end - node.col_offset != len(self._lists[place]):
                    return None  # written by hand
                import json

                try:
                    return list(json.loads(self._lists[place]))
                except ValueError as error:  # an integer of thousands of digits
                    raise self.error(node, str(error)) from None
        return None

    def tree(self) -> ast.expr:
        """The syntax tree of the expression."""
        if not self._text:
            raise self._error(1, 0, "the expression is empty")
        if _bracket_depth(self._text) > MAX_BRACKETS:
            raise ValueError(f"{self._owner}: brackets nest more than {MAX_BRACKETS} deep")
        self._refuse_what_warns()
        try:
            return ast.parse(self._text, mode="eval").body
        except SyntaxError as error:
            raise self._error(error.lineno or 1, max((error.offset or 1) - 1, 0), error.msg) from None
        except (RecursionError, MemoryError):
            raise self.too_deep() from None
        except (ValueError, OverflowError) as error:
            raise ValueError(f"{self._owner}: {error}") from None

    def _refuse_what_warns(self) -> None:
        # Not silenced by a filter: filters are those of the whole process, so other threads would lose warnings.
        for found in LEXEMES.finditer(self._text):
            if found["backslash"]:
                message = "a backslash has no meaning here"
            elif found["prefixed"]:
                message = f"a text is written in quotes alone, without {found['prefixed'][:20]!r} before them"
            elif found["after"]:
                message = f"{found['number'][:20]!r} is no number"
            else:
                continue
            lines = re.split(r"\r\n|\r|\n", self._text[: found.start()])
            raise self._error(len(lines), len(lines[-1]), message)

    def error(self, node: ast.expr, message: str) -> ValueError:
        """The error for a part of the expression."""
        line = self._lines[node.lineno - 1]
        return self._error(node.lineno, len(line.encode()[: node.col_offset].decode(errors="ignore")), message)

    def too_deep(self) -> ValueError:
        """The error for an expression at which Python's parser or our reader hits its recursion limit."""
        return ValueError(f"{self._owner}: the expression is nested too deeply")

    def _error(self, line: int, column: int, message: str) -> ValueError:
        """`line` counts from 1, `column` from 0, both after leading blanks."""
        column += 1 + (len(self._before[-1]) if line == 1 else 0)
        line += len(self._before) - 1
        where = f"line {line}, " if len(self._lines) + len(self._before) > 2 else ""
        return ValueError(f"{self._owner}: {where}column {column}: {message}")


def _bracket_depth(text: str) -> int:
    return max(accumulate((bracket in "([{") - (bracket in ")]}") for bracket in BRACKETS.findall(text)), default=0)
