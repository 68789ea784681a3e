"""What a row of the table is, and the one function that measures it."""

from __future__ import annotations

import gc
from array import array
from collections.abc import Callable
from dataclasses import dataclass
from statistics import fmean, median, quantiles
from time import perf_counter
from typing import Any, Literal

Job = Callable[[], Any]


@dataclass(frozen=True)
class Row:
    """One line of the table: the same work done by lrkit and by a peer, and what the comparison must give.

    `jobs` is called before each round, untimed, and returns lrkit's job and the peer's. What is judged depends on
    `kind`: "faster" is the peer's time over lrkit's, at least `must`; "within" is lrkit's time over the peer's, at
    most `must`; for "bytes" a job returns a size, and lrkit's own is at most `must`.
    """

    name: str
    title: str
    needs: tuple[str, ...]
    kind: Literal["faster", "within", "bytes"]
    must: float
    stretch: float | None
    jobs: Callable[[], tuple[Job, Job]]
    rounds: int = 41
    repeats: int = 1  # how often a round runs each job, one after another
    calls: int = 1  # how many calls a job makes: a time is divided by them
    same: bool = False  # whether both jobs must return the same floats, bit for bit

    def cells(self, costs: Costs) -> list[str]:
        """The line of the table."""
        pairs = zip(*costs, strict=True)
        ratios = sorted(peer / own if self.kind == "faster" else own / peer for own, peer in pairs)
        judged = median(costs[0] if self.kind == "bytes" else ratios)
        unit = "B" if self.kind == "bytes" else "s"
        own, peer = (with_unit(median(cost), unit) for cost in costs)
        goals = [self._goal(self.must), "" if self.stretch is None else self._goal(self.stretch)]
        return [f"`{self.name}` {self.title}", own, peer, spread(ratios), *goals, self._verdict(judged)]

    def _goal(self, bound: float) -> str:
        return {"faster": f"≥ {bound:g}×", "within": f"≤ {bound:g}×", "bytes": f"≤ {with_unit(bound, 'B')}"}[self.kind]

    def _verdict(self, value: float) -> str:
        def met(bound: float) -> bool:
            return value >= bound if self.kind == "faster" else value <= bound

        if not met(self.must):
            return "**missed**"
        return "met" if self.stretch is None or not met(self.stretch) else "met, and the stretch"


Costs = tuple[list[float], list[float]]
"""What each round cost lrkit, and the peer: seconds or bytes."""


def measure(row: Row) -> Costs:
    """The costs of many rounds; each runs lrkit's job, then the peer's. A first round is not counted."""
    if row.same:
        own, peer = (array("d", job()).tobytes() for job in row.jobs())
        if own != peer:
            raise AssertionError(f"{row.name}: the lists differ")
    cost = (lambda job: float(job())) if row.kind == "bytes" else seconds

    def mean(job: Job) -> float:
        return fmean(cost(job) for _ in range(row.repeats)) / row.calls

    rounds = [[mean(job) for job in row.jobs()] for _ in range(row.rounds + 1)]
    own_costs, peer_costs = map(list, zip(*rounds[1:], strict=True))
    return own_costs, peer_costs


def seconds(job: Job) -> float:
    """How long a job takes, without the garbage collector, and without the time to free what it returns."""
    gc.disable()
    try:
        start = perf_counter()
        result = job()
        elapsed = perf_counter() - start
    finally:
        gc.enable()
    del result
    return elapsed


def with_unit(value: float, unit: str) -> str:
    """A value in three digits: ``2.1e-6, "s"`` as ``2.1 µs``."""
    for scale, prefix in ((1e6, "M"), (1e3, "k"), (1, ""), (1e-3, "m"), (1e-6, "µ"), (1e-9, "n")):
        if abs(value) >= scale:
            return f"{value / scale:.3g} {prefix}{unit}"
    return f"{value:.3g} {unit}"


def spread(ratios: list[float]) -> str:
    """The median, with the 10th and the 90th percentile behind it if there are several."""
    text = f"{median(ratios):.3g}×"
    if len(ratios) == 1:
        return text
    tenths = quantiles(ratios, n=10, method="inclusive")
    return f"{text} ({tenths[0]:.3g}–{tenths[-1]:.3g})"
