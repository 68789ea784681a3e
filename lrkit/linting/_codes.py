"""What a code of `lint` is: declared once, with its severity, its rule, where it was seen, and its check."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

if TYPE_CHECKING:
    from ..schedules._base import LearningRateSchedule
    from ._plan import Plan

Severity = Literal["error", "warning", "note"]
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "note")


class Found(NamedTuple):
    """What a check found: where, the number that shows it, and what to do; `fixes` are tried in turn."""

    step: int
    number: float
    sentence: str
    fixes: Iterable[LearningRateSchedule] = ()


Check = Callable[["Plan"], Iterator[Found]]


@dataclass(frozen=True)
class Code:
    """One kind of finding.

    Attributes
    ----------
    name : str
        As `Findings` and ``--ignore`` call it: ``peak/never``.
    severity : {"error", "warning", "note"}
        An error wastes the run, a warning a part of it, and a note may be meant so.
    rule : str
        What is found, in a line.
    source : str
        Where this happened, or where the bound comes from.
    bad, good : str
        A schedule that has it, and one near it that has not, as `parse` reads them; empty where only a live object can
        show it.
    budget : dict
        The `Budget` that both are for; None for a schedule on its own.
    hides : tuple of str
        Codes that would only say the same again.
    """

    name: str
    severity: Severity
    rule: str
    source: str
    check: Check
    bad: str = ""
    good: str = ""
    budget: dict[str, Any] | None = None
    hides: tuple[str, ...] = ()

    @property
    def page(self) -> str:
        """The name of its page in the documentation."""
        return self.name.replace("/", "-")


CODES: dict[str, Code] = {}
"""All codes by name, in the order in which they are looked for."""


def code(name: str, severity: Severity, rule: str, source: str, **more: Any) -> Callable[[Check], Check]:
    """Declare the check below as a code."""

    def declare(check: Check) -> Check:
        CODES[name] = Code(name, severity, rule, source, check, **more)
        return check

    return declare
