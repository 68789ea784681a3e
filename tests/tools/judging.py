"""How an answer to "which schedule was it?" stands beside the truth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from synthetic_logs import SyntheticLog

Word = Literal["right", "open", "unsure", "wrong", "missed", "refused"]
GOOD = ("right", "open")
"""What an answer should be: the truth alone, or among several that agree with all rows."""


@dataclass(frozen=True)
class Verdict:
    """What an answer is, and the reason in words.

    ``right``: the first match is certain, has the true rate at every update that the log covers, and the true numbers
    lie in its intervals. ``open``: nothing is claimed, the truth is among the matches, and so is another schedule that
    agrees with all rows and is not true or is of another kind, or there are too few rows for any claim. ``unsure``:
    nothing is claimed, though the truth is the only match of enough rows. ``missed``: nothing is claimed, and the truth
    is not among the matches. ``refused``: there is no match. ``wrong``: something else is claimed.
    """

    word: Word
    reason: str = ""


def judge(log: SyntheticLog, matches: Sequence[Any]) -> Verdict:
    if not matches:
        return Verdict("refused", "; ".join(getattr(matches, "tried", ())))
    claims = [match for match in matches if match.certain and match.kind != "segment"]
    if not claims:
        faults = [fault(log, match) for match in matches]
        if all(faults):
            return Verdict("missed", "; ".join(faults))
        true = matches[faults.index("")]
        rivals = [
            match
            for match, of in zip(matches, faults, strict=True)
            if _of_all_rows(log, match) and (of or match.open.keys() != true.open.keys())
        ]
        return Verdict("open" if rivals or _too_few(log) else "unsure", f"{len(matches)} listed")
    found = fault(log, matches[0])
    if claims == list(matches[:1]) and not found:
        return Verdict("right")
    return Verdict("wrong", found or "more than one claim")


def fault(log: SyntheticLog, match: Any) -> str:
    """What is not true of a match, or nothing."""
    if not _of_all_rows(log, match):
        return f"explains rows {match.rows}"
    off = _departure(log, match)
    if off > 1:
        return f"{off:.3g} times too far from the truth"
    outside = [text for name, value in log.curve.numbers.items() if (text := _outside(log, match, name, value))]
    return "; ".join(outside)


def _too_few(log: SyntheticLog) -> bool:
    """Whether the rows have less than two rates more than the fewest numbers of a curve that is no constant."""
    return 1 < len(set(log.texts)) < 2 + 2


def _of_all_rows(log: SyntheticLog, match: Any) -> bool:
    return match.kind != "segment" and match.rows == (0, len(log.x))


def _departure(log: SyntheticLog, match: Any) -> float:
    """The largest distance from the truth at any update between the first row and the last, in tolerances.

    The tolerance is 1e-9 of the peak for numbers printed in full, and two half units of the last place for others.
    Between rows of another lag each it is not known when the lag grew.
    """
    x = log.x
    if len(x) < 2:
        return 0.0
    between = np.arange(x[0] * log.scale, x[-1] * log.scale + 1) / log.scale
    row = np.clip(np.searchsorted(x, between - 1e-9), 1, len(x) - 1)
    ours = np.broadcast_to(match.skips, x.shape)
    known = (log.lag[row] == log.lag[row - 1]) & (ours[row] == ours[row - 1])
    between, row = between[known], row[known]
    updates = np.rint(log.scale * between + log.offset - log.lag[row]).astype(int)
    inside = (updates >= 0) & (updates < len(log.curve.rates))
    between, row, updates = between[inside], row[inside], updates[inside]
    truth = log.curve.rates[updates]
    position = match.scale * _in_unit_of(match, log) * between + match.offset - ours[row]
    found = match.schedule(np.maximum(position, 0))
    allowed = 1e-9 * np.abs(log.curve.rates).max()
    if log.precision != "float64":
        halves = match.series.precisions[0].half_units
        allowed = allowed + 2 * np.maximum(halves[row], halves[row - 1])
    return float((np.abs(found - truth) / allowed)[~_across_a_jump(log, between, row)].max())


def _across_a_jump(log: SyntheticLog, between: Any, row: Any) -> Any:
    """The updates between two rows that the rate jumps between: when it did is not seen."""
    before, after = log.updates[row - 1], log.updates[row]
    steps = np.abs(np.diff(log.curve.rates))
    largest = np.array([steps[a:b].max(initial=0) for a, b in zip(log.updates[:-1], log.updates[1:], strict=True)])[
        row - 1
    ]
    rates = log.curve.rates
    jumps = largest > 0.4 * np.abs(rates[after] - rates[before])
    return jumps & (after - before > 2) & (between > log.x[row - 1]) & (between < log.x[row])


def _in_unit_of(match: Any, log: SyntheticLog) -> float:
    """How much the clock of the series goes on in one row of the log: 16 where it counts samples."""
    return float(match.series.x[-1] / log.x[-1])


def _outside(log: SyntheticLog, match: Any, name: str, value: float) -> str:
    """In words, how a true number is outside the interval that a match states for it.

    Another convention counts a start from another zero: then a length may be longer or shorter by that much, and the
    peak, where it is the rate at that zero, is another.
    """
    bounds = match.open.get(name)
    if bounds is None:
        return ""
    moved = (match.offset - float(np.ravel(match.skips)[0])) - (log.offset - float(log.lag[0]))
    moved = 0.0 if log.scale > 1 else moved
    if moved and name in ("max_lr", "gamma"):
        return ""
    per = match.scale * _in_unit_of(match, log) / log.scale  # the match's unit in one update
    if per != 1 and name == "gamma" and log.curve.family.startswith("exponential"):
        value **= 1 / per
    if per != 1 and (name.endswith("_steps") or name.startswith("milestones")):
        value, moved = value * per, moved * per
    low, high = bounds
    slack = 1e-9 * abs(value)
    if any(low - slack <= value + move <= high + slack for move in (0.0, moved, -moved)):
        return ""
    return f"{name} is {value:.6g}, not in [{low:.10g}, {high:.10g}]"
