"""What is drawn on one pair of axes: `Chart` holds all numbers and decisions, and a renderer draws them."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from .._params import counted
from .._types import Floats, Scale
from ..schedules._endless import is_endless
from .axis_options import Beside, Limits
from .curve import Curve, Phase
from .fan import fans_of
from .marks import Mark

FEW_STEPS = 30
"""The longest run in which each step gets a mark."""
DECADES = 3
"""How many powers of ten below the peak a logarithmic axis begins."""
MARGIN = 0.05
"""What an axis shows beyond the highest rate, as a part of its length."""
COUNTS = ("step", "sample", "token", "row")
"""What is counted one by one."""
COLOURS = 8
"""How many curves have a colour of their own. Of more, each further round has another dash."""


class Look(NamedTuple):
    """The numbers of a curve's colour, below `COLOURS`, and of its dash; dash 0 is a full line.

    Curves of a fan have one colour in several shades, from 0 for the palest to 1 for the strongest.
    """

    colour: int
    dash: int
    shade: float | None = None


class End(NamedTuple):
    """Where a curve ends: its place on the horizontal axis, and how high it is, as a part of the vertical axis."""

    curve: int
    x: float
    height: float


Name = tuple[str, int]
"""A label, and how often it was there before."""


@dataclass(frozen=True, eq=False)
class Chart:
    """What a renderer draws on one pair of axes.

    The horizontal axis counts a unit ("step", "epoch", "sample", "token", "hour"), or per cent of each curve's own run
    ("progress"). `beside`, if given, is what a second axis counts. `ylim` is what was asked of the vertical axis; None
    at an end leaves it to the chart. With `dashes` each curve has another dash.

    Beside other charts, `names` are all their names, in the order of the colours, `fans` those of each fan, and `reach`
    is how far the horizontal axis goes at least. `marks` point at curves by their number.
    """

    curves: tuple[Curve, ...]
    axis: str
    yscale: Scale
    title: str
    y_label: str = "learning rate"
    beside: Beside | None = None
    ylim: Limits = (None, None)
    marks: tuple[Mark, ...] = ()
    dashes: bool = False
    names: tuple[Name, ...] = ()
    fans: tuple[tuple[Name, ...], ...] | None = None
    reach: float = 0

    # Words

    @property
    def alt(self) -> str:
        """What the picture shows, in words, for readers who do not see it."""
        return " ".join(self._alt(bundle) for bundle in self.bundles)

    def _alt(self, bundle: tuple[int, ...]) -> str:
        if len(bundle) == 1:
            return self.curves[bundle[0]].alt
        low, high = self.curves[bundle[0]], self.curves[bundle[-1]]
        between = f"{counted(len(bundle) - 2, 'curve')} of the same shape"
        return f"{high.alt} {low.alt} Between them: {between}."

    @property
    def x_label(self) -> str:
        """What the horizontal axis counts."""
        return "progress (%)" if self.axis == "progress" else self.axis

    @property
    def note(self) -> str:
        """What the picture does not show: rates beyond its edges, steps that were left out, colours that repeat."""
        return "; ".join(note for note in (self.clipped, left_out(self.curves), self.repeated) if note)

    @property
    def clipped(self) -> str:
        """Which rates are beyond the edges, in words."""
        lowest, highest = self._extremes
        low, high = self.bounds
        above = f"rates above {high:.3g} are cut off" if highest > high else ""
        if self.yscale == "linear":
            below = f"rates below {low:.3g} are cut off" if lowest < low else ""
        elif any(((curve.rates > 0) & (curve.rates < low)).any() for curve in self.curves):
            below = f"rates below {low:.3g} are drawn at the lower edge"
        else:
            below = f"rates of 0{' and below' if lowest < 0 else ''} are drawn at the lower edge" if lowest <= 0 else ""
        return "; ".join(note for note in (below, above) if note)

    @property
    def repeated(self) -> str:
        """How curves of one colour are told apart, in words."""
        in_fan = self._in_fan
        many = len({in_fan.get(name, (name, 0.0))[0] for name in self._order})
        return "colours repeat, with dashes" if many > COLOURS else ""

    @property
    def endless(self) -> str:
        """Which curves repeat past the last step, in words."""
        names = [curve.label for curve in self.curves if curve.schedule is not None and is_endless(curve.schedule)]
        if not names or len(names) == len(self.curves):
            return "repeats without end" if names else ""
        return f"{', '.join(names)}: repeats without end"

    @property
    def named(self) -> bool:
        """Whether the curves need their names: a single one does only beside other charts, if nothing else names it."""
        label = self.curves[0].label
        return len(self.curves) > 1 or (bool(self.names) and label != self.title and label not in self.y_label)

    def phases(self, letter: float) -> tuple[Phase, ...]:
        """The phases of a single curve that have room for their names; `letter` is the width of one, the axis being 1.

        A single name would only repeat the title, so there are at least two.
        """
        if len(self.curves) != 1:
            return ()
        (curve,) = self.curves
        long = float(self.at(curve, curve.total))
        parts = [(phase, float(self.at(curve, phase.stop) - self.at(curve, phase.start))) for phase in curve.phases]
        room = [phase for phase, part in parts if part / long > letter * len(phase.name)]
        return tuple(room) if len(room) > 1 else ()

    # Colours

    @property
    def looks(self) -> tuple[Look, ...]:
        """The look of each curve. A name looks the same in all charts of a picture."""
        in_fan = self._in_fan
        place = {name: k for k, name in enumerate(dict.fromkeys(in_fan.get(one, (one, 0))[0] for one in self._order))}
        found = []
        for name in names_of(self.curves):
            first, shade = in_fan.get(name, (name, None))
            k = place[first]
            found.append(Look(k % COLOURS, k // COLOURS + (k if self.dashes else 0), shade))
        return tuple(found)

    @property
    def _in_fan(self) -> dict[Name, tuple[Name, float]]:
        """Of each name in a fan: the first name of the fan, and its shade."""
        return {name: (fan[0], k / (len(fan) - 1)) for fan in self.fans_by_name for k, name in enumerate(fan)}

    @cached_property
    def fans_by_name(self) -> tuple[tuple[Name, ...], ...]:
        """The names in each fan, from the lowest curve to the highest."""
        if self.fans is not None:
            return self.fans
        names = [*names_of(self.curves)]
        return tuple(tuple(names[k] for k in fan) for fan in fans_of(self.curves))

    @cached_property
    def bundles(self) -> tuple[tuple[int, ...], ...]:
        """The numbers of the curves that stand together: those of a fan, from the lowest to the highest, or one."""
        number = {name: k for k, name in enumerate(names_of(self.curves))}
        fans = [[number[name] for name in fan if name in number] for fan in self.fans_by_name]
        own = {k: tuple(fan) for fan in fans for k in fan}
        return tuple(dict.fromkeys(own.get(k, (k,)) for k in number.values()))

    @cached_property
    def told(self) -> tuple[int, ...]:
        """The numbers of the curves that are named: of a fan the two outermost ones."""
        return tuple(sorted({k for bundle in self.bundles for k in (bundle[0], bundle[-1])}))

    @property
    def _order(self) -> tuple[Name, ...]:
        return (*self.names, *names_of(self.curves))

    # The horizontal axis

    @cached_property
    def total(self) -> int:
        """The length of the longest run."""
        return max(int(curve.last) + 1 for curve in self.curves)

    @property
    def few(self) -> bool:
        """Whether each step gets a mark."""
        return self.total <= FEW_STEPS

    @cached_property
    def last(self) -> float:
        """Where the axis ends."""
        return max(self.reach, *(float(self.at(curve, curve.last)) for curve in self.curves))

    @property
    def x_edges(self) -> tuple[float, float]:
        """What the horizontal axis shows: a little more than from 0 to where it ends."""
        room = 0.02 * self.last or 0.5
        return -room, self.last + room

    @property
    def whole(self) -> bool:
        """Whether only whole numbers of the axis mean something: steps, say, but not hours."""
        return self.axis in COUNTS or (self.axis == "epoch" and all(curve.unit == "epoch" for curve in self.curves))

    def at(self, curve: Curve, step: Any) -> Any:
        """Where a step of a curve, or each of many, is on the axis."""
        return curve.clock.at(step)

    def x(self, curve: Curve) -> Any:
        """The curve's positions on the axis: whole steps as integers, parts of epochs and of runs as floats."""
        at = self.at(curve, curve.steps)
        if not self.whole:
            return at
        whole = at.astype(np.int64)
        return whole if (whole == at).all() else at

    # The vertical axis

    @property
    def bounds(self) -> tuple[float, float]:
        """The lowest and highest rate that the axis must show.

        A linear axis begins at 0, or below it with the lowest rate; a logarithmic one three powers of ten below the
        peak. `ylim` says otherwise.
        """
        lowest, highest = self._extremes
        low, high = self.ylim
        if self.yscale == "log":
            high = highest if high is None else high
            low = max(high / 10**DECADES, sys.float_info.min) if low is None else low
            return low, high if high > low else 10 * low
        low = min(lowest, 0.0) if low is None else low
        high = max(highest, 0.0) if high is None else high
        return low, high if high > low else low + 1

    @property
    def y_edges(self) -> tuple[float, float]:
        """What the vertical axis shows: exactly what `ylim` says, else a little beyond the rates, but for a lower 0."""
        low, high = self.bounds
        if self.yscale == "log":
            lower, upper = low, high * (high / low) ** MARGIN
        else:
            room = MARGIN * high - MARGIN * low
            lower, upper = low - room if low else low, high + room if high else high
        asked = self.ylim
        return (
            max(lower, -sys.float_info.max) if asked[0] is None else asked[0],
            min(upper, sys.float_info.max) if asked[1] is None else asked[1],
        )

    def shown(self, curve: Curve) -> Floats:
        """The curve's rates as they are drawn: on a logarithmic axis, none below the lower edge."""
        return curve.rates if self.yscale == "linear" else np.maximum(curve.rates, self.bounds[0])

    def heights(self, rates: Any) -> Floats:
        """Where rates are between the bounds: 0 at the lower one and below it, 1 at the upper one and above it."""
        return self._part(rates, self.bounds)

    @property
    def ends(self) -> tuple[End, ...]:
        """Where each curve with a name ends, the highest first; of those together, the one that was higher before."""
        found = []
        for k in self.told:
            curve = self.curves[k]
            x, height = self.at(curve, curve.steps), self._part(self.shown(curve), self.y_edges)
            before = np.interp(self.last * np.array([0.98, 0.9, 0.75, 0.5]), x, height)
            found.append((round(float(height[-1]), 3), *before.tolist(), -k, End(k, float(x[-1]), float(height[-1]))))
        return tuple(end for *_, end in sorted(found, reverse=True))

    @property
    def apart(self) -> tuple[int, ...]:
        """The numbers of the curves with names, the highest first, where they are farthest apart."""
        at, told = np.linspace(0, self.last, 65), self.told
        curves = [self.curves[k] for k in told]
        heights = np.array(
            [np.interp(at, self.at(c, c.steps), self._part(self.shown(c), self.y_edges)) for c in curves]
        )
        gaps = np.diff(np.sort(heights, axis=0), axis=0)
        best = int(np.log(gaps + 1e-3).sum(axis=0).argmax())
        return tuple(told[k] for k in np.argsort(-heights[:, best], kind="stable"))

    @cached_property
    def _extremes(self) -> tuple[float, float]:
        return (
            min(float(curve.rates.min()) for curve in self.curves),
            max(float(curve.rates.max()) for curve in self.curves),
        )

    def _part(self, rates: Any, edges: tuple[float, float]) -> Floats:
        """Where rates are between the edges, as a part of the axis."""
        # Halved, so that the difference does not overflow.
        bend: Callable[[Any], Any] = np.log10 if self.yscale == "log" else lambda rates: np.asarray(rates) / 2
        low, high = bend(edges)
        return np.asarray(np.clip((bend(np.clip(rates, *edges)) - low) / (high - low), 0, 1))


def left_out(curves: Iterable[Curve]) -> str:
    """From how many steps a curve is drawn of which some that matter are left out, in words."""
    thinned = [curve for curve in curves if curve.thinned]
    if not thinned:
        return ""
    total, drawn = max((c.total, c.steps.size if c.logged else int((c.steps % 1 == 0).sum())) for c in thinned)
    units = {"row" if curve.logged else curve.unit for curve in thinned}
    unit = units.pop() if len(units) == 1 else "point"
    return f"drawn from {drawn:,} of {total:,} {unit}s (the highest and lowest of each stretch)"


def names_of(curves: tuple[Curve, ...]) -> Iterator[Name]:
    """The name of each curve: its label, and how many curves before it have the same."""
    seen: dict[str, int] = {}
    for curve in curves:
        seen[curve.label] = seen.get(curve.label, -1) + 1
        yield curve.label, seen[curve.label]
