"""A docstring as it is read in a terminal: without the marks that the documentation's builder needs."""

from __future__ import annotations

import re

from ._formula import GAP, as_text

BLOCK = re.compile(r"^\.\. math::(?P<first>.*)\n(?P<rest>(?:[ \t]+\S.*\n|\n(?=[ \t]+\S))*)", re.MULTILINE)
INDENT = "    "


def readable(doc: str) -> str:
    """The text of a docstring, with its formulas as text."""
    description, examples, rest = doc.partition("\nExamples\n--------\n")
    return plain(BLOCK.sub(_formula, f"{description}\n")).rstrip() + ("\n" + examples + rest if examples else "")


def plain(text: str) -> str:
    """A text without roles, double quotation marks of code, and stars of emphasis."""
    text = re.sub(r":math:`([^`]*)`", lambda found: as_text(found[1]), text)
    text = re.sub(r":[a-z:]+:`([^`]*)`", r"`\1`", text)
    text = re.sub(r"``([^`]+)``", r"`\1`", text)
    return re.sub(r"(?<![\w*`])\*(\w[^*\n]*(?:\n[^*\n]+)?)\*(?![\w*])", r"\1", text)


def _formula(found: re.Match[str]) -> str:
    lines = as_text(f"{found['first']} {found['rest']}").replace(f",{GAP}", ",\n").split("\n")
    return "\n".join(INDENT + line.strip() for line in lines) + "\n"
