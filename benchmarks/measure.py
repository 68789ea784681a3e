"""What a row of the table is, and the one function that measures it."""

from __future__ import annotations

import gc
from array import array
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median, quantiles
from time import perf_counter
from typing import Any, Literal

Job = Callable[[], Any]
Costs = tuple[list[float], list[float]]
"""What each round cost lrkit, and the peer: seconds or bytes."""


@dataclass(frozen=True)
class Row:
    """One line of the table: the same work done by lrkit and by a peer, and what the comparison must give.

    `jobs` is called before each round, untimed, and returns lrkit's job and the peer's. What is judged depends on
    `kind`: "faster" is the peer's time over lrkit's, at least `must`; "within" is lrkit's time over the peer's, at
    most `must`; for "bytes" a job returns a size, and lrkit's own is at most `must`, in kB. Without a `must`, the ratio
    is reported and nothing is judged.
    """

    name: str
    title: str
    needs: tuple[str, ...]
    kind: Literal["faster", "within", "bytes"]
    must: float | None
    stretch: float | None
    jobs: Callable[[], tuple[Job, Job]]
    rounds: int = 25
    repeats: int = 3  # how often a round runs each job, one after another: the fastest counts
    calls: int = 1  # how many calls a job makes: a time is divided by them
    same: bool = False  # whether both jobs must return the same floats, bit for bit

    def cells(self, costs: Costs) -> list[str]:
        """The line of the table."""
        unit = "B" if self.kind == "bytes" else "s"
        sign, bound_unit = ("≥", "×") if self.kind == "faster" else ("≤", "×" if self.kind == "within" else " kB")
        ratios = [peer / own if self.kind == "faster" else own / peer for own, peer in zip(*costs, strict=True)]
        tenths = quantiles(ratios, n=10, method="inclusive")
        judged = median(costs[0]) / 1000 if self.kind == "bytes" else median(ratios)
        bounds = [bound for bound in (self.must, self.stretch) if bound is not None]
        met = sum(judged >= bound if sign == "≥" else judged <= bound for bound in bounds)
        return [
            f"`{self.name}` {self.title}",
            *(with_unit(median(cost), unit) for cost in costs),
            f"{median(ratios):.3g}× ({tenths[0]:.3g}–{tenths[-1]:.3g})",
            *([f"{sign} {bound:g}{bound_unit}" for bound in bounds] + ["", ""])[:2],
            ("**missed**", "met", "met, and the stretch")[met] if bounds else "",
        ]


def measure(row: Row) -> Costs:
    """The costs of many rounds; each runs lrkit's job, then the peer's. A first round is not counted."""
    if row.same:
        own, peer = (array("d", job()).tobytes() for job in row.jobs())
        if own != peer:
            raise AssertionError(f"{row.name}: the lists differ")
    cost = (lambda job: job()) if row.kind == "bytes" else seconds

    def lowest(job: Job) -> float:
        return min(cost(job) for _ in range(row.repeats)) / row.calls

    rounds = [[lowest(job) for job in row.jobs()] for _ in range(row.rounds + 1)]
    own_costs, peer_costs = map(list, zip(*rounds[1:], strict=True))
    return own_costs, peer_costs


def seconds(job: Job) -> float:
    """How long a job takes, without the garbage collector, and without the time to free what it returns."""
    gc.disable()
    start = perf_counter()
    result = job()
    elapsed = perf_counter() - start
    gc.enable()
    del result
    return elapsed


def with_unit(value: float, unit: str) -> str:
    """A value in three digits: ``2.1e-6, "s"`` as ``2.1 µs``."""
    scales = ((1e6, "M"), (1e3, "k"), (1, ""), (1e-3, "m"), (1e-6, "µ"), (0, "n"))
    scale, prefix = next(pair for pair in scales if value >= pair[0])
    return f"{value / (scale or 1e-9):.3g} {prefix}{unit}"
