"""The formats of logs: a file for each, with a function ``read(container)`` that gives what is in it, or None.

A format is recognised by its content, never by its name. Those whose files begin with ``any_`` know only that there
are rates beside something that counts; they are tried last.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Protocol, cast

from .._containers import Container
from .._raw import Raw

NAMES = sorted(
    (file.name for file in iter_modules([str(Path(__file__).parent)]) if file.name[0] != "_"),
    key=lambda name: (name.startswith("any_"), name),
)
"""The files, in the order in which they are tried."""


class Format(Protocol):
    """A module that reads one format."""

    def read(self, container: Container, /) -> Raw | None:
        """What is in a log; None if it has another format."""


def formats() -> list[Format]:
    """The modules, imported when the first log is read."""
    return [cast("Format", import_module(f".{name}", __name__)) for name in NAMES]
