"""Where two schedules part: `diff` and the `Difference` it returns."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from ._params import as_kind, count, shorten
from .interop._reading import read
from .naming import short_name
from .schedules._base import LearningRateSchedule

BLOCK = 65_536
FEW = 4096
"""How many steps past the end are looked at, beside the knots."""
LONGEST_NAME = 40


@dataclass(frozen=True)
class Side:
    """What one of the two schedules does: the four conventions in which frameworks differ, and its sum."""

    name: str
    first_value: float
    peak: float
    peak_first_at: int
    peak_steps: int
    last_value: float
    past_the_end: str
    sum: float


@dataclass(frozen=True, eq=False)
class Difference:
    """How two schedules differ over a run: data, a short report when printed, a picture by `plot`.

    Attributes
    ----------
    a, b : Side
        What each does: `name`, `first_value`, `peak` (with `peak_first_at`, the first step that uses it, and
        `peak_steps`, how many do), `last_value` (the rate of the last update, at step ``steps - 1``), `past_the_end`
        in words, and `sum`, of all rates of the run.
    steps : int
        The length of the run.
    tolerance : float
        How far apart two rates may be and count as equal, as a part of the higher peak.
    first_step : int or None
        The first step at which they part; None if they never do.
    differing_steps : int
        At how many steps of the run.
    largest_gap : float
        ``b - a`` where it is largest, of either sign.
    largest_gap_at : int
        The step of that.
    conventions : dict
        Whether they differ in "first value", "peak" (its height, or when it is used), "last value" and "past the end".
    """

    a: Side
    b: Side
    steps: int
    tolerance: float
    first_step: int | None
    differing_steps: int
    largest_gap: float
    largest_gap_at: int
    conventions: dict[str, bool]
    schedules: tuple[LearningRateSchedule, LearningRateSchedule]

    @property
    def same(self) -> bool:
        """Whether the two are equal, in the run and past its end."""
        return self.first_step is None and not any(self.conventions.values())

    def to_dict(self) -> dict[str, Any]:
        """Everything but the schedules, as plain numbers, texts and dicts: JSON can hold it."""
        return {name: value for name, value in asdict(self).items() if name != "schedules"} | {"same": self.same}

    def __str__(self) -> str:
        return "\n".join(_report(self))

    def __repr__(self) -> str:
        parted = "never" if self.first_step is None else f"first at step {self.first_step}"
        return (
            f"<Difference over {self.steps} steps: {parted}, at {self.differing_steps} of them, "
            f"by at most {abs(self.largest_gap):.6g}>"
        )

    def plot(self, **options: Any) -> Any:
        """Both curves, and below them ``b - a``: `lrkit.plot_diff`, with the same options."""
        from .plotting import plot_diff

        options.setdefault("steps", self.steps + self.steps // 4 + 1)
        options.setdefault("labels", [self.a.name, self.b.name])
        return plot_diff(*self.schedules, **options)


def diff(a: Any, b: Any, steps: int | None = None, *, tolerance: float = 1e-12) -> Difference:
    """Where two schedules part: the first step, the largest gap, the sums, and which conventions differ.

    Parameters
    ----------
    a, b : LearningRateSchedule or anything that `lrkit.plot` draws
        What to compare: also a list of rates, a scheduler of torch or timm, a schedule of Keras or optax.
    steps : int, optional
        The length of the run, at least 1. By default until nothing new happens in either.
    tolerance : float
        How far apart two rates may be and count as equal, as a part of the higher peak, at least 0. Default: 1e-12,
        which leaves out differences of rounding.

    Returns
    -------
    Difference

    Raises
    ------
    TypeError, ValueError
        If something is no schedule, has several groups that differ, or an option is outside its domain.

    Notes
    -----
    *First step*: step 0. *The last value* is that of the last update, at ``steps - 1``: a minimum that is only reached
    at ``steps`` is never used. *Past the end*: as many steps again are looked at; of more than 4096, so many and those
    where either curve bends.

    Examples
    --------
    >>> import lrkit
    >>> a = lrkit.CosineDecayLR(0, 1.0, 90).warmup(10)
    >>> b = lrkit.cosine_wave(0, 1.0, 90).warmup(10, start_lr=0.1)
    >>> print(lrkit.diff(a, b, steps=100))  # doctest: +ELLIPSIS
    a: JoinLR([WarmUpLR(learning_rate=1.0, warmup_steps=10), CosineDecayLR(...
    b: JoinLR([PolynomialDecayLR(learning_rate=0.1, end_learning_rate=1.0, ...
    differ at 10 of 100 steps, first at step 0
                  a          b
    first value   0          0.1                differs
    peak          1 at 10    1 at 10
    last value    0.0003046  0.0003046
    past the end  holds 0    rises to 1 at 190  differs
    sum of rates: 50 and 50.55 (+1.100%)
    largest gap: b - a = 0.1 at step 0
    """
    owner = "diff"
    total = None if steps is None else count(owner, "steps", steps)
    allowed = as_kind(tolerance, float)
    if allowed is None or not 0 <= allowed < math.inf:
        raise (TypeError if allowed is None else ValueError)(
            f"{owner}: tolerance must be a finite number >= 0, got {shorten(tolerance)}"
        )
    pair = _one("a", a, total), _one("b", b, total)
    total = total or max(schedule.horizon for schedule in pair)
    peak = max(float(np.abs(rates).max()) for blocks in _blocks(pair, total) for rates in blocks)
    return _compared(pair, total, allowed, allowed * peak)


def _one(name: str, value: Any, steps: int | None) -> LearningRateSchedule:
    """The schedule of an argument, which must have one only."""
    found = read(value, None if steps is None else 2 * steps)
    if len(found) > 1:
        labels = ", ".join(label for label, _ in found)
        raise ValueError(f"diff: {name} has {len(found)} different schedules ({labels}): give one of them")
    return found[0][1]


def _blocks(
    pair: tuple[LearningRateSchedule, LearningRateSchedule], total: int
) -> Iterator[tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]]:
    """The rates of both, a block of steps at a time."""
    for start in range(0, total, BLOCK):
        steps = np.arange(start, min(start + BLOCK, total))
        yield pair[0](steps), pair[1](steps)


def _compared(
    pair: tuple[LearningRateSchedule, LearningRateSchedule], total: int, tolerance: float, allowed: float
) -> Difference:
    first, differing, gap, gap_at, start = None, 0, 0.0, 0, 0
    tops, sums = [-math.inf, -math.inf], [[], []]  # type: tuple[list[float], list[list[float]]]
    for rates in _blocks(pair, total):
        apart = rates[1] - rates[0]
        parted = np.flatnonzero(np.abs(apart) > allowed)
        if parted.size:
            first = start + int(parted[0]) if first is None else first
            differing += parted.size
        if abs(apart[k := int(np.abs(apart).argmax())]) > abs(gap):
            gap, gap_at = float(apart[k]), start + k
        for side in range(2):
            tops[side] = max(tops[side], float(rates[side].max()))
            sums[side].append(float(rates[side].sum()))
        start += apart.size
    uses = [_uses(pair, side, total, tops[side], allowed) for side in range(2)]
    after = [_after(schedule, total, allowed) for schedule in pair]
    names = _names(pair)
    sides = [
        Side(names[k], schedule(0), tops[k], *uses[k], schedule(total - 1), after[k], math.fsum(sums[k]))
        for k, schedule in enumerate(pair)
    ]
    beyond = _beyond(pair, total)
    conventions = {
        "first value": abs(sides[0].first_value - sides[1].first_value) > allowed,
        "peak": abs(tops[0] - tops[1]) > allowed or uses[0] != uses[1],
        "last value": abs(sides[0].last_value - sides[1].last_value) > allowed,
        "past the end": bool((np.abs(pair[0](beyond) - pair[1](beyond)) > allowed).any()),
    }
    return Difference(sides[0], sides[1], total, tolerance, first, differing, gap, gap_at, conventions, pair)


def _uses(pair: Any, side: int, total: int, top: float, allowed: float) -> tuple[int, int]:
    """The first step that uses the peak, and how many do."""
    first, uses, start = None, 0, 0
    for rates in _blocks(pair, total):
        at = np.flatnonzero(rates[side] >= top - allowed)
        if at.size:
            first = start + int(at[0]) if first is None else first
            uses += at.size
        start += rates[side].size
    return first or 0, uses


def _beyond(schedules: tuple[LearningRateSchedule, ...], total: int) -> np.ndarray[Any, Any]:
    """Steps past the end: as many as the run has, or of many those that tell."""
    stop = 2 * total
    knots = [np.concatenate([np.floor(k), np.ceil(k)]) for k in (s.knots(stop) for s in schedules)]
    steps = np.concatenate([np.linspace(total, stop, min(total, FEW) + 1).round(), *knots]).astype(np.int64)
    return np.unique(steps[steps >= total])


def _after(schedule: LearningRateSchedule, total: int, allowed: float) -> str:
    """What a schedule does past the end, in words."""
    steps = _beyond((schedule,), total)
    rates = schedule(steps)
    low, high = int(rates.argmin()), int(rates.argmax())
    if rates[high] - rates[low] <= allowed:
        return f"holds {_number(rates[0])}"
    if rates[low] < -allowed <= rates[0]:
        return f"falls below 0, to {_number(rates[low])} at {steps[low]}"
    if rates[high] - rates[0] > allowed:
        return f"rises to {_number(rates[high])} at {steps[high]}"
    return f"falls to {_number(rates[low])} at {steps[low]}"


def _names(pair: tuple[LearningRateSchedule, LearningRateSchedule]) -> tuple[str, str]:
    a, b = map(short_name, pair)
    return (a, b) if a != b and max(len(a), len(b)) <= LONGEST_NAME else ("a", "b")


def _number(value: float) -> str:
    return f"{value:.4g}"


def _report(found: Difference) -> Iterator[str]:
    """The lines of the printed report."""
    a, b = found.a, found.b
    yield from (f"{name}: {shorten(schedule, 110)}" for name, schedule in zip("ab", found.schedules, strict=True))
    if found.first_step is None:
        yield f"equal at all {found.steps:,} steps"
    else:
        yield f"differ at {found.differing_steps:,} of {found.steps:,} steps, first at step {found.first_step:,}"
    rows = [
        ("", "a", "b", ""),
        ("first value", _number(a.first_value), _number(b.first_value), "first value"),
        ("peak", *(f"{_number(s.peak)} at {_uses_in_words(s)}" for s in (a, b)), "peak"),
        ("last value", _number(a.last_value), _number(b.last_value), "last value"),
        ("past the end", a.past_the_end, b.past_the_end, "past the end"),
    ]
    widths = [max(len(row[k]) for row in rows) for k in range(3)]
    for row in rows:
        mark = "differs" if found.conventions.get(row[3]) else ""
        yield "  ".join([*(text.ljust(width) for text, width in zip(row[:3], widths, strict=True)), mark]).rstrip()
    share = f" ({(b.sum / a.sum - 1):+.3%})" if a.sum else ""
    yield f"sum of rates: {a.sum:.6g} and {b.sum:.6g}{share}"
    if found.first_step is not None:
        yield f"largest gap: b - a = {found.largest_gap:.4g} at step {found.largest_gap_at:,}"


def _uses_in_words(side: Side) -> str:
    more = f", {side.peak_steps:,} times" if side.peak_steps > 1 else ""
    return f"{side.peak_first_at:,}{more}"
