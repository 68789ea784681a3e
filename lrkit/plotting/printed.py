"""Text that a notebook prints as it is."""

from __future__ import annotations

from typing import Any, final


@final
class Printed(str):
    """A text of several lines, and a str like any other; a notebook and IPython show it printed, not as its repr."""

    __slots__ = ()

    def _repr_pretty_(self, printer: Any, _cycle: bool) -> None:
        """IPython's hook."""
        for k, line in enumerate(self.split("\n")):
            if k:
                printer.break_()
            printer.text(line)
