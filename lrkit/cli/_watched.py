"""What `lrkit watch` knows: the newest rows of a log beside its plan, how fast they come, and what is next."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..chart import Chart, make_chart
from ..difference import diff
from ..difference._logged import LogDifference
from ..runs.log import LoggedRates
from ..schedules._base import LearningRateSchedule
from ..schedules._endless import is_endless

REMEMBERED = 30
"""Over how many of the last changes the speed is measured."""
MINUTE, HOUR, DAY = 60, 3600, 86_400


@dataclass
class Pace:
    """How fast a log grows: when it had come how far."""

    seen: deque[tuple[float, float]] = field(default_factory=lambda: deque(maxlen=REMEMBERED))

    def note(self, now: float, position: float) -> None:
        """Note how far the log has come by a time."""
        if self.seen and position < self.seen[-1][1]:
            self.seen.clear()  # another run
        if not self.seen or position > self.seen[-1][1]:
            self.seen.append((now, position))

    @property
    def speed(self) -> float | None:
        """Units in a second; None until there were two changes."""
        if len(self.seen) < 2 or self.seen[-1][0] <= self.seen[0][0]:
            return None
        (start, first), (end, last) = self.seen[0], self.seen[-1]
        return (last - first) / (end - start)


@dataclass(frozen=True)
class Watched:
    """A log beside its plan, as they are now."""

    plan: LearningRateSchedule
    log: LoggedRates
    found: LogDifference
    length: int | None
    """The length of the run, in steps of the plan, if it is known."""

    @property
    def at(self) -> float:
        """The step of the plan that the last row has."""
        return float(self.found.alignment.steps[-1])

    @property
    def ended(self) -> bool:
        """Whether the next row would be past the end."""
        steps = self.found.alignment.steps
        usual = float(np.median(np.diff(steps))) if steps.size > 1 else 0.0
        return self.length is not None and self.at + max(usual, 1) > self.length

    def milestones(self) -> list[tuple[float, str]]:
        """What the plan does after the last row, with the step at which it does."""
        total = self.length or self.plan.horizon + 1
        told = {phase.start: f"{phase.name} begins" for phase in self.chart(total).curves[0].phases}
        steps = {float(knot) for knot in np.round(self.plan.knots(total)) if self.at < knot < total - 1}
        ahead = [step for step in sorted(steps | {*told}) if step > self.at]
        nexts = [(step, told.get(step, "the plan bends or jumps")) for step in ahead]
        return nexts[:1] + ([(float(self.length), "the run ends")] if self.length else [])

    def chart(self, total: int) -> Chart:
        """The plan and the rows on common axes."""
        return make_chart([self.plan, self.found.alignment.series], steps=total, labels=["plan", "log"], title="")

    def lines(self, speed: float | None) -> list[str]:
        """What is known, in sentences."""
        one, unit = self.found.alignment, self.found.unit
        x, of = float(self.found.x[-1]), f" of {self.length:,}" if self.length else ""
        part = f" ({100 * self.at // self.length:.0f} %)" if self.length else ""
        told = [f"{unit} {x:,.10g}{of if one.clock.scale == 1 else ''}{part}, rate {one.series.rates[-1]:.6g}"]
        if self.found.same:
            told.append(f"all {self.found.rows:,} rows as planned{self._behind()}")
        else:
            row = int(one.departing.argmax()) if one.departing.any() else 0
            told.append(
                f"{self.found.differing_rows:,} of {self.found.rows:,} rows depart from the plan, the first at {unit} "
                f"{self.found.x[row]:,.10g}: logged {one.series.rates[row]:.6g}, planned {one.planned[row]:.6g}"
            )
            told += [f"it looks as if {cause.text}" for cause in self.found.causes[:1]]
        if self.ended:
            return [*told, "the run has ended"]
        for step, text in self.milestones():
            ahead = (step - self.at) / one.clock.scale
            told.append(f"{text} at step {step:,.10g}{f', in {duration(ahead / speed)}' if speed else ''}")
        told.append(_pace(speed, unit) if speed else "the speed is known when the next row has come")
        return told

    def _behind(self) -> str:
        return f", {self.found.skips[-1][1]:,} skipped updates behind" if self.found.skips else ""


def watched(plan: LearningRateSchedule, log: LoggedRates, steps: int | None) -> Watched:
    """The last run of a log beside its plan; of several groups, the one that agrees best."""
    rates = log.rates
    if not rates:
        raise ValueError(f"watch: {log.source}: there is no learning rate in it yet")
    newest = max(series.run for series in rates)
    compared: list[Any] = [diff(plan, series) for series in rates if series.run == newest]
    best = min(compared, key=lambda found: found.differing_rows / found.rows)
    total = log.facts.get("total")
    known = total if isinstance(total, int) and best.unit == "step" else None
    return Watched(plan, log, best, steps or known or (None if is_endless(plan) else plan.horizon))


def _pace(speed: float, unit: str) -> str:
    if speed < 1 / MINUTE:
        return f"{speed * HOUR:.3g} {unit}s in an hour"
    return f"{speed:,.0f} {unit}s in a second" if speed >= 10 else f"{speed:.2g} {unit}s in a second"


def duration(seconds: float) -> str:
    """A time in two units."""
    if seconds < MINUTE:
        return f"{seconds:.0f} s"
    for size, name, inner, part in ((DAY, "d", HOUR, "h"), (HOUR, "h", MINUTE, "min"), (MINUTE, "min", 1, "s")):
        if seconds >= size:
            return f"{seconds // size:,.0f} {name} {seconds % size // inner:.0f} {part}"
    return ""
