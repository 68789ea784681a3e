"""What is printed, wherever it goes: a terminal, a pipe, a file, something that knows ASCII only, nowhere."""

from __future__ import annotations

import os
import sys
import unicodedata
from typing import IO

import click

PLAIN = str.maketrans(
    {"→": "->", "←": "<-", "–": "-", "—": "-", "−": "-", "×": "x", "·": "*", "≤": "<=", "≥": ">=", "…": "...",
     "½": "1/2", "⌊": "floor(", "⌋": ")", "⌈": "ceil(", "⌉": ")", "√": "sqrt", "π": "pi", "η": "eta", "γ": "gamma",
     "τ": "tau", "ρ": "rho", "β": "beta", "σ": "sigma",
     "Σ": "sum", "“": '"', "”": '"', "‘": "'", "’": "'", "ø": "o", "ł": "l"}
)  # fmt: skip
"""What is printed for a character that the stream does not have."""


def say(text: str) -> None:
    """Print a text; what the terminal cannot show, in letters that it can."""
    click.echo(shown(text, sys.stdout))


def remark(text: str) -> None:
    """Say something beside what was asked for: on standard error."""
    click.echo(shown(text, sys.stderr), err=True)


def shown(text: str, stream: IO[str] | None) -> str:
    """The text in the characters of a stream."""
    if can_show(text, stream):
        return text
    plain = unicodedata.normalize("NFKD", text.translate(PLAIN))
    letters = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return letters.encode(_encoding(stream), "replace").decode(_encoding(stream))


def can_show(text: str, stream: IO[str] | None) -> bool:
    """Whether a stream has all the characters of a text."""
    try:
        text.encode(_encoding(stream))
    except UnicodeEncodeError:
        return False
    return True


def _encoding(stream: IO[str] | None) -> str:
    return getattr(stream, "encoding", None) or "ascii"


def open_streams() -> None:
    """Open the null device for each standard stream that is closed: else the next file opened would get its number."""
    for number, name, mode in ((0, "stdin", "r"), (1, "stdout", "w"), (2, "stderr", "w")):
        if getattr(sys, name) is None:
            handle = os.open(os.devnull, os.O_RDONLY if mode == "r" else os.O_WRONLY)
            if handle != number:
                os.dup2(handle, number)
                os.close(handle)
            setattr(sys, name, open(number, mode, encoding="utf-8"))  # noqa: SIM115, PTH123


def discard() -> None:
    """Drop what could not be written, so that the interpreter does not try to write it when it ends."""
    try:
        sys.stdout.flush()
    except (OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
