"""What `lint` returns: `Findings`, an immutable sequence of `Finding`."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, final, overload

from ..catalogue._recognition import text_of
from ..chart import make_chart
from ..plotting.card import card_of_findings
from ..schedules._base import LearningRateSchedule
from ._codes import CODES, SEVERITIES, Severity
from ._sarif import sarif

WIDTH = 100
LONGEST_FIX = 300


@final
@dataclass(frozen=True)
class Finding:
    """One thing that `lint` found.

    Attributes
    ----------
    code : str
        What kind of finding it is, as ``peak/never``.
    severity : {"error", "warning", "note"}
        An error wastes the run, a warning a part of it, and a note may be meant so.
    step : int
        Where it shows, in steps of the schedule.
    number : float
        The number that shows it: a rate, a share of the run, a factor; the sentence says which.
    sentence : str
        What is found, where, and what to do about it.
    fix : LearningRateSchedule or None
        A schedule in which `lint` does not find it; None where there is no such schedule, or it is no matter of one.
    """

    code: str
    severity: Severity
    step: int
    number: float
    sentence: str
    fix: LearningRateSchedule | None = None

    @property
    def rule(self) -> str:
        """What the code stands for, in a line."""
        return CODES[self.code].rule

    def to_dict(self) -> dict[str, Any]:
        """Plain numbers and texts: JSON can hold it. The fix is written as `lrkit.parse` reads it."""
        fix = None if self.fix is None else text_of(self.fix)
        return {
            "code": self.code,
            "severity": self.severity,
            "step": self.step,
            "number": self.number,
            "sentence": self.sentence,
            "fix": fix,
        }

    def __str__(self) -> str:
        return "\n".join(self._lines(0))

    def _lines(self, width: int) -> Iterator[str]:
        """The finding as text, its code padded to `width`."""
        head = f"{self.severity:<7}  {self.code:<{width}}  "
        margin = " " * len(head)
        yield from textwrap.wrap(
            self.sentence, max(WIDTH, len(head) + 40), initial_indent=head, subsequent_indent=margin
        )
        if self.fix is not None and len(text := text_of(self.fix)) <= LONGEST_FIX:
            yield f"{margin}fix: {text}"


@final
@dataclass(frozen=True)
class Findings(Sequence[Finding]):
    """What `lint` found, the gravest first: an immutable sequence, which is false if nothing was found.

    It prints as a text, is a card in a notebook, and `marks` can be given to `lrkit.plot`.

    Examples
    --------
    >>> import lrkit
    >>> found = lrkit.lint(lrkit.CosineDecayLR(0, 1e-3, 75), budget=85)
    >>> found.codes, found[0].step, found[0].fix
    (('floor/early',), 75, CosineDecayLR(min_lr=0.0, max_lr=0.001, decay_steps=85))
    """

    items: tuple[Finding, ...] = ()
    schedules: tuple[LearningRateSchedule, ...] = field(default=(), repr=False, compare=False)
    owners: tuple[int, ...] = field(default=(), repr=False, compare=False)
    total: int = field(default=1, repr=False, compare=False)

    @overload
    def __getitem__(self, index: int) -> Finding: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Finding, ...]: ...
    def __getitem__(self, index: int | slice) -> Finding | tuple[Finding, ...]:
        return self.items[index]

    def __len__(self) -> int:
        return len(self.items)

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes that were found, each once."""
        return tuple(dict.fromkeys(one.code for one in self.items))

    @property
    def errors(self) -> tuple[Finding, ...]:
        """The findings that are errors."""
        return tuple(one for one in self.items if one.severity == "error")

    @property
    def marks(self) -> dict[str, int]:
        """The step of each finding in the run, by its code, as ``lrkit.plot(schedule, marks=...)`` takes it."""
        return self._marks(self.items)

    def marks_of(self, schedule: Any) -> dict[str, int]:
        """The same of one of the `schedules`: where several groups differ, each has findings of its own."""
        return self._marks(
            [one for one, k in zip(self.items, self.owners, strict=True) if self.schedules[k] == schedule]
        )

    def _marks(self, items: Iterable[Finding]) -> dict[str, int]:
        found: dict[str, int] = {}
        for one in items:
            found.setdefault(one.code, min(one.step, self.total - 1))
        return found

    def to_dict(self) -> dict[str, Any]:
        """Plain numbers and texts: JSON can hold it."""
        counts = {severity: sum(one.severity == severity for one in self.items) for severity in SEVERITIES}
        return {"findings": [one.to_dict() for one in self.items], "counts": counts}

    def to_sarif(self, source: str = "") -> dict[str, Any]:
        """The findings as SARIF 2.1.0, which code hosts show; `source` is the file or expression that they are of."""
        return sarif(self.items, source)

    def __str__(self) -> str:
        if not self.items:
            return "nothing found"
        width = max(len(one.code) for one in self.items)
        lines = [line for one in self.items for line in one._lines(width)]  # noqa: SLF001
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        rows = [(f"{one.severity} {one.code}", one.sentence) for one in self.items]
        chart = make_chart([*self.schedules[:1]], steps=self.total, marks=self) if self.schedules else None
        return card_of_findings(rows, chart)
