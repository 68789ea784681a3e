"""Where two schedules part: `diff` and the `Difference` it returns."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, Unpack, overload

import numpy as np

from ._params import Field, Param, count, shorten
from ._recipes import unit_of
from ._types import DiffOptions
from .catalogue._recognition import text_of
from .catalogue._simplified import simplified
from .interop._reading import read_one
from .naming import Run, name_schedules, one_line, short_name
from .schedules._base import LearningRateSchedule
from .schedules.table import TableLR

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from plotly.graph_objects import Figure

BLOCK = 65_536
LONGEST_RUN = 100_000_000
"""How many steps are gone through without being asked for."""
FEW = 4096
"""How many steps past the end are looked at, beside the knots."""
LONGEST_NAME = 40
LONGEST_LINE = 110
FINE, ROUGH = 1e-12, 1e-6
"""Tolerances in float64 and float32."""
TOLERANCE = Field("tolerance", float, Param("", low=0))


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
    unit : {"step", "epoch", "token"}
        What both count; of recipes it need not be steps.
    labels : (str, str)
        What the printed report calls them.
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
    unit: str = "step"
    labels: tuple[str, str] = ("a", "b")

    @property
    def same(self) -> bool:
        """Whether the two are equal, in the run and past its end."""
        return self.first_step is None and not any(self.conventions.values())

    def to_dict(self) -> dict[str, Any]:
        """Everything but the schedules, as plain numbers, texts and dicts: JSON can hold it."""
        left_out = ("schedules", "labels")
        return {name: value for name, value in asdict(self).items() if name not in left_out} | {"same": self.same}

    def __str__(self) -> str:
        return "\n".join(_report(self))

    def __repr__(self) -> str:
        parted = "never" if self.first_step is None else f"first at {self.unit} {self.first_step}"
        return (
            f"<Difference over {self.steps} {self.unit}s: {parted}, at {self.differing_steps} of them, "
            f"by at most {abs(self.largest_gap):.6g}>"
        )

    @overload
    def plot(self, *, backend: Literal["matplotlib"] = "matplotlib", **options: Unpack[DiffOptions]) -> list[Axes]: ...
    @overload
    def plot(self, *, backend: Literal["plotly"], **options: Unpack[DiffOptions]) -> Figure: ...
    @overload
    def plot(self, *, backend: Literal["text"], **options: Unpack[DiffOptions]) -> str: ...
    def plot(self, **options: Any) -> Any:
        """Both curves, and below them ``b - a``: `lrkit.plot_diff`, with the same options."""
        from .plotting.panels import draw_diff

        runs, steps = pictured(self, options.pop("labels", None))
        return draw_diff(runs, **{"steps": steps} | options)


def pictured(found: Difference, labels: Sequence[str] | None = None) -> tuple[list[Run], int]:
    """What a picture shows: the two runs, and how many steps of them, a quarter of the run past its end."""
    runs = name_schedules(found.schedules, labels or [found.a.name, found.b.name])
    return [run._replace(unit=found.unit) for run in runs], found.steps + found.steps // 4 + 1


def diff(
    a: Any,
    b: Any,
    steps: int | None = None,
    *,
    tolerance: float | None = None,
    labels: Sequence[str] | None = None,
) -> Difference:
    """Where two schedules part: the first step, the largest gap, the sums, and which conventions differ.

    Parameters
    ----------
    a, b : LearningRateSchedule or anything that `lrkit.plot` draws
        What to compare: also a list of rates, a scheduler of torch or timm, a schedule of Keras or optax.
    steps : int, optional
        The length of the run, at least 1. By default until nothing new happens in either.
    tolerance : float, optional
        How far apart two rates may be and count as equal, as a part of the higher peak, at least 0. By default what
        leaves out differences of rounding: 1e-12, or 1e-6 if one of the two could only be recorded, in float32.
    labels : list of str, optional
        What the report and the picture call the two.

    Returns
    -------
    Difference

    Raises
    ------
    TypeError, ValueError
        If something is no schedule, has several groups that differ, or an option is outside its domain; or if one
        counts tokens or epochs, as some recipes do, and the other does not.

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
    b: JoinLR([linear(start_lr=0.1, end_lr=1.0, decay_steps=10), cosine_wave(...
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
    if labels is not None and (not isinstance(labels, (list, tuple)) or len(labels) != 2):
        raise ValueError(f"{owner}: labels must be one label for each curve, 2 in all, got {shorten(labels)}")
    total = None if steps is None else count(owner, "steps", steps)
    if tolerance is not None:
        TOLERANCE.coerce(owner, tolerance)
    unit = _common_unit(a, b)
    pair = _one("a", a, total), _one("b", b, total)
    rough = any(_is_float32(*given) for given in zip((a, b), pair, strict=True))
    allowed = float(tolerance) if tolerance is not None else ROUGH if rough else FINE
    total = total or max(schedule.horizon for schedule in pair)
    if steps is None and total > LONGEST_RUN:
        raise ValueError(f"{owner}: nothing new happens only after {total:,} steps: give steps, the length of the run")
    ends = [_extremes(schedule, total) for schedule in pair]
    apart = allowed * max(abs(rate) for low_and_high in ends for rate in low_and_high)
    given = None if labels is None else (one_line(str(labels[0])), one_line(str(labels[1])))
    a, b = (
        _side(name, schedule, total, top, apart)
        for name, schedule, (_, top) in zip(given or _names(pair), pair, ends, strict=True)
    )
    return replace(_compared(pair, (a, b), total, allowed, apart), unit=unit, labels=given or ("a", "b"))


def _common_unit(a: Any, b: Any) -> str:
    """What both count."""
    units = unit_of(a), unit_of(b)
    if units[0] != units[1]:
        other = next(unit for unit in units if unit != "step")
        raise ValueError(
            f"diff: a counts {units[0]}s and b counts {units[1]}s: bring the recipe to the other's clock, as in "
            f"recipe.schedule.stretch(k) if k is the length of one {other}; or lrkit.plot_diff(a, b, x='progress') "
            "shows both from 0 to 100 % of their runs"
        )
    return units[0]


def _one(name: str, value: Any, steps: int | None) -> LearningRateSchedule:
    """The schedule of an argument, which must have one only; of what is recorded, as long as is looked at."""
    return read_one(value, None if steps is None else 2 * steps + 1, f"diff: {name}: cannot read")


def _is_float32(given: Any, schedule: LearningRateSchedule) -> bool:
    """Whether what was given could only be recorded, and its rates are those of float32."""
    if not isinstance(schedule, TableLR) or isinstance(given, (LearningRateSchedule, list, tuple)):
        return False
    return bool((schedule.rates == schedule.rates.astype(np.float32)).all())


def _blocks(schedule: LearningRateSchedule, total: int) -> Iterator[tuple[int, np.ndarray[Any, Any]]]:
    """The rates of a run, a block of steps at a time, and the first step of each."""
    for start in range(0, total, BLOCK):
        yield start, schedule(np.arange(start, min(start + BLOCK, total)))


def _extremes(schedule: LearningRateSchedule, total: int) -> tuple[float, float]:
    """The lowest and the highest rate of a run."""
    ends = [(float(rates.min()), float(rates.max())) for _, rates in _blocks(schedule, total)]
    return min(low for low, _ in ends), max(high for _, high in ends)


def _compared(
    pair: tuple[LearningRateSchedule, LearningRateSchedule],
    sides: tuple[Side, Side],
    total: int,
    tolerance: float,
    allowed: float,
) -> Difference:
    first, differing, gap, gap_at = None, 0, 0.0, 0
    for (start, one), (_, other) in zip(*(_blocks(schedule, total) for schedule in pair), strict=True):
        apart = other - one
        parted = np.flatnonzero(np.abs(apart) > allowed)
        if parted.size:
            first = start + int(parted[0]) if first is None else first
            differing += parted.size
        if abs(apart[k := int(np.abs(apart).argmax())]) > abs(gap):
            gap, gap_at = float(apart[k]), start + k
    a, b = sides
    beyond = _beyond(pair, total)
    conventions = {
        "first value": abs(a.first_value - b.first_value) > allowed,
        "peak": abs(a.peak - b.peak) > allowed or (a.peak_first_at, a.peak_steps) != (b.peak_first_at, b.peak_steps),
        "last value": abs(a.last_value - b.last_value) > allowed,
        "past the end": bool((np.abs(pair[0](beyond) - pair[1](beyond)) > allowed).any()),
    }
    return Difference(a, b, total, tolerance, first, differing, gap, gap_at, conventions, pair)


def _side(name: str, schedule: LearningRateSchedule, total: int, top: float, allowed: float) -> Side:
    first, uses, sums = None, 0, []
    for start, rates in _blocks(schedule, total):
        at = np.flatnonzero(rates >= top - allowed)
        first = start + int(at[0]) if first is None and at.size else first
        uses += at.size
        sums.append(float(rates.sum()))
    after = _after(schedule, total, allowed)
    return Side(name, schedule(0), top, first or 0, uses, schedule(total - 1), after, math.fsum(sums))


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
    if rates[high] - schedule(total - 1) > allowed:
        sunk = rates[high] - rates[-1] > (rates[high] - rates[low]) / 2
        then = f", then falls to {_number(rates[-1])}" if sunk else ""
        return f"rises to {_number(rates[high])} at {steps[high]}{then}"
    return f"falls to {_number(rates[low])} at {steps[low]}"


def _names(pair: tuple[LearningRateSchedule, LearningRateSchedule]) -> tuple[str, str]:
    for numbers in (True, False):
        a, b = (short_name(schedule, numbers=numbers) for schedule in pair)
        if a != b and max(len(a), len(b)) <= LONGEST_NAME:
            return a, b
    return "a", "b"


def _number(value: float) -> str:
    return f"{value:.4g}"


def _report(found: Difference) -> Iterator[str]:
    """The lines of the printed report."""
    a, b = found.a, found.b
    for name, schedule in zip(found.labels, found.schedules, strict=True):
        text = min(text_of(schedule), text_of(simplified(schedule)), key=len)
        yield f"{name}: {text if len(text) <= LONGEST_LINE else text[: LONGEST_LINE - 3] + '...'}"
    if found.first_step is None:
        within = "" if found.tolerance <= FINE else f", to {found.tolerance:g} of the peak"
        yield f"equal at all {found.steps:,} {found.unit}s{within}"
    else:
        parted = f"first at {found.unit} {found.first_step:,}"
        yield f"differ at {found.differing_steps:,} of {found.steps:,} {found.unit}s, {parted}"
    rows = [
        ("", *found.labels, ""),
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
        gap = " - ".join(reversed(found.labels))
        yield f"largest gap: {gap} = {found.largest_gap:.4g} at {found.unit} {found.largest_gap_at:,}"


def _uses_in_words(side: Side) -> str:
    more = f", {side.peak_steps:,} times" if side.peak_steps > 1 else ""
    return f"{side.peak_first_at:,}{more}"
