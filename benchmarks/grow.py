"""How time and memory grow with the size of what is given: ``python benchmarks/grow.py --help``.

For each kind of size there is a job for each use. A cell is the least processor time of some runs. The exponent is the
slope of log time against log size over the larger half of the sizes: 1 is linear, 0 is independent of the size. A size
whose job would take longer than a few seconds, by what the one before took, is left out. With ``--write`` each table is
put into the page as soon as it is measured, so an interrupted run loses at most the one it was at.
"""

from __future__ import annotations

import argparse
import gc
import math
import os
import sys
import tracemalloc
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import process_time, time
from types import SimpleNamespace
from typing import Any

import matplotlib as mpl
import numpy as np
from measure import with_unit

import lrkit
from lrkit import chart, lr_scheduler, plotting

Job = Callable[[], Any]
PAGE = Path(__file__).resolve().parent / "growth.md"
MARK = "<!-- tables -->"
LONGEST = 5.0
"""The processor time in seconds that the next size may be expected to take."""
ENOUGH = 0.02
"""A job is run again until its runs took as long together, or `MOST_RUNS` times; once only if it is `LONG`."""
MOST_RUNS = 3
LONG = 0.5
NOTED = 1.15
"""An exponent above this is printed in bold: more than linear."""


@dataclass(frozen=True)
class Growth:
    """What grows: its name, its sizes, and the jobs by name, made for a size."""

    name: str
    sizes: Sequence[int]
    jobs: Callable[[int], dict[str, Job]]


def of_schedule(schedule: lrkit.LearningRateSchedule, steps: int) -> dict[str, Job]:
    """The jobs that each schedule has, over a run of so many steps."""
    again = lrkit.from_json(schedule.to_json())
    again(0)
    text, written = schedule.to_json(), repr(schedule)
    spread = np.linspace(0, steps - 1, 1000).astype(int)
    return {
        "first call": lambda: fresh(schedule)(steps // 2),
        "1000 calls": lambda: [again(step) for step in spread.tolist()],
        "array of 1000": lambda: again(spread),
        "to_json": schedule.to_json,
        "from_json": lambda: lrkit.from_json(text),
        "repr": lambda: repr(schedule),
        "parse": lambda: lrkit.parse(written),
        "==, hash": lambda: (again == schedule, hash(schedule)),
        "knots": lambda: schedule.knots(steps),
        "lint": lambda: lrkit.lint(schedule, steps),
        "plot, text": lambda: lrkit.plot(schedule, steps=steps, backend="text"),
        "plot, matplotlib": lambda: plotting.plot(schedule, steps=steps),
        "plot, plotly": lambda: lrkit.plot(schedule, steps=steps, backend="plotly"),
        "as_source, torch": lambda: lrkit.as_source(schedule, "torch"),
        "scheduler step": stepping([{"lr": 0.1}], schedule),
    }


def fresh(schedule: lrkit.LearningRateSchedule) -> lrkit.LearningRateSchedule:
    """An equal schedule that was never called."""
    return type(schedule)(**schedule.parameters())


def stepping(groups: list[dict[str, Any]], schedule: lrkit.LearningRateSchedule) -> Job:
    """A hundred steps of a scheduler."""
    scheduler = lr_scheduler.ScheduleLR(SimpleNamespace(param_groups=groups), schedule)
    scheduler.step()
    return lambda: [scheduler.step() for _ in range(100)]


def of_steps(steps: int) -> dict[str, Job]:
    schedule = lrkit.CosineDecayLR(0.0, 0.1, steps).warmup(max(1, steps // 20))
    jobs = of_schedule(schedule, steps)
    whole = {"array": lambda: schedule.to_array(steps), "to_list": lambda: schedule.to_list(steps)}
    return jobs | (whole if steps <= 10**7 else {})


def of_groups(groups: int) -> dict[str, Job]:
    def held() -> list[dict[str, Any]]:
        return [{"lr": 0.1 + k / groups} for k in range(groups)]

    schedule = lrkit.CosineDecayLR(0.0, 0.1, 1000)
    optimizer = SimpleNamespace(param_groups=held())
    scheduler = lr_scheduler.CosineAnnealingLR(optimizer, 1000)
    parameters = [{"params": [lrkit.Parameter(np.ones(1, np.float32), name=f"w{k}")]} for k in range(groups)]
    own = lr_scheduler.CosineAnnealingLR(lrkit.optim_ex.SGD(parameters, 0.1), 1000)
    scheduler.step(), own.step()  # the first step prepares the next ones
    state = scheduler.state_dict()
    return {
        "bind": lambda: lr_scheduler.ScheduleLR(SimpleNamespace(param_groups=held()), schedule),
        "100 steps, one schedule": stepping(held(), schedule),
        "100 steps, one for each": lambda: [scheduler.step() for _ in range(100)],
        "100 steps, optim_ex": lambda: [own.step() for _ in range(100)],
        "state_dict": scheduler.state_dict,
        "load_state_dict": lambda: scheduler.load_state_dict(state),
        "plot_groups": lambda: lrkit.plot_groups(scheduler, steps=1000),
    }


def of_clips(depth: int) -> dict[str, Job]:
    schedule: lrkit.LearningRateSchedule = lrkit.CosineDecayLR(0.0, 0.1, 1000)
    for k in range(depth - 1):
        schedule = schedule.clip(max_lr=0.1 - 0.0005 * k)
    return of_schedule(schedule, 2000)


def of_nested(depth: int) -> dict[str, Job]:
    schedule: lrkit.LearningRateSchedule = lrkit.CosineDecayLR(0.0, 0.1, 1000)
    for k in range(depth - 1):
        ways = (
            schedule.shift(1),
            schedule.stretch(1.01),
            schedule.clip(max_lr=0.09),
            0.99 * schedule,
            schedule.warmup(5),
        )
        schedule = ways[k % len(ways)]
    return of_schedule(schedule, 2000)


def of_milestones(milestones: int) -> dict[str, Job]:
    rates = np.linspace(1.0, 0.001, milestones).tolist()
    return of_schedule(lrkit.PiecewiseConstantLR([10 * k for k in range(1, milestones + 1)], rates), 10 * milestones)


def of_parts(parts: int) -> dict[str, Job]:
    ways = (lrkit.WarmUpLR, lambda rate, steps: lrkit.CosineDecayLR(0.0, rate, steps))
    schedules = [ways[k % 2](0.1 + k * 1e-6, 100) for k in range(parts)]
    return of_schedule(lrkit.JoinLR(schedules, [100 * k for k in range(1, parts)]), 100 * parts)


def of_terms(terms: int) -> dict[str, Job]:
    lines = [lrkit.PolynomialDecayLR(0.1 + k / terms, 0.0, 100 + k, 1.0) for k in range(terms)]
    return of_schedule(lrkit.MinimumLR(lines), 2 * terms + 200)


def of_table(rates: int) -> dict[str, Job]:
    schedule = lrkit.TableLR(np.random.default_rng(0).random(rates))
    return of_schedule(schedule, rates)


def of_curves(curves: int) -> dict[str, Job]:
    schedules = {f"curve {k}": lrkit.CosineDecayLR(0.0, 0.1 + 0.001 * k, 1000) for k in range(curves)}
    return {
        "chart": lambda: chart.make_chart([schedules], steps=1000),
        "plot, text": lambda: lrkit.plot(schedules, steps=1000, backend="text"),
        "plot, matplotlib": lambda: drawn(lrkit.plot(schedules, steps=1000)),
        "plot, plotly": lambda: lrkit.plot(schedules, steps=1000, backend="plotly").to_json(),
        "plot_grid": lambda: lrkit.plot_grid(schedules, steps=1000),
        "compare": lambda: lrkit.compare(schedules, steps=1000),
    }


def drawn(axes: Any) -> None:
    axes.figure.canvas.draw()


GROWTHS = (
    Growth("steps of the run", (10, 10**3, 10**5, 10**7, 10**9), of_steps),
    Growth("groups of the optimizer", (1, 10, 100, 1000, 10_000), of_groups),
    Growth("nested clips", (11, 33, 99), of_clips),
    Growth("nested parts of several kinds", (11, 33, 99), of_nested),
    Growth("milestones", (10, 1000, 10_000, 100_000), of_milestones),
    Growth("joined parts", (10, 100, 1000, 10_000), of_parts),
    Growth("schedules of a minimum", (10, 100, 1000), of_terms),
    Growth("rates of a table", (10, 1000, 100_000, 1_000_000), of_table),
    Growth("curves in one picture", (1, 10, 100, 1000), of_curves),
)


def cost(job: Job) -> tuple[float, float]:
    """The least processor time of some runs, and the most memory that a run allocates, in bytes."""
    times: list[float] = []
    while len(times) < 2 or (len(times) < MOST_RUNS and sum(times) < ENOUGH):
        gc.disable()
        start = process_time()
        result = job()
        times.append(process_time() - start)
        gc.enable()
        del result
        if times[-1] > LONG:
            break
    if min(times) > 1:  # tracing takes several times as long
        return min(times), math.nan
    tracemalloc.start()
    job()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return min(times), float(peak)


def measured(growth: Growth) -> Iterator[tuple[str, list[tuple[int, float, float]]]]:
    """Each job with size, time and memory of each size that was not left out."""
    found: dict[str, list[tuple[int, float, float]]] = {}
    for size in growth.sizes:
        for name, job in growth.jobs(size).items():
            before = found.setdefault(name, [])
            if expected(before, size) > LONGEST:
                continue
            before.append((size, *cost(job)))
            print(f"{growth.name}, {size:,}: {name}, {with_unit(before[-1][1], 's')}", file=sys.stderr, flush=True)
    yield from found.items()


def expected(before: Sequence[tuple[int, float, float]], size: int) -> float:
    """The time that a size may take, by the growth from the last size but one to the last."""
    if not before:
        return 0.0
    (low, less, _), (high, more, _) = before[-2:] if len(before) > 1 else (before[0], before[0])
    slope = math.log(more / less) / math.log(high / low) if high > low else 0.0
    return float(more * (size / high) ** max(slope, 0.0))


def exponent(points: Sequence[tuple[int, float]]) -> float:
    """The slope of log cost against log size over the larger half of the sizes."""
    points = [(size, value) for size, value in points if value > 0]
    late = points[len(points) // 2 - (len(points) > 1) :][-3:]
    if len(late) < 2:
        return math.nan
    return float(np.polyfit(np.log([size for size, _ in late]), np.log([value for _, value in late]), 1)[0])


def section(growth: Growth) -> str:
    """The table of one growth, with a heading and how it was measured."""
    load, start = os.getloadavg()[0], time()
    table = "\n".join(lines(growth))
    told = f"Measured in {time() - start:.0f} s; before it the machine's load was {load:.1f} of {os.cpu_count()}."
    return f"## {growth.name}\n\n{told}\n\n{table}\n"


def put(made: str) -> None:
    """Put a section into the page, in the place of the one of its name."""
    before, _, after = PAGE.read_text(encoding="utf-8").partition(MARK)
    sections = {text.partition("\n")[0]: text.strip() for text in after.split("\n## ")[1:]}
    sections[made.partition("\n")[0].removeprefix("## ")] = made.removeprefix("## ").strip()
    ordered = [f"\n## {sections[growth.name]}\n" for growth in GROWTHS if growth.name in sections]
    PAGE.write_text(f"{before}{MARK}\n{''.join(ordered)}", encoding="utf-8")


def lines(growth: Growth) -> Iterator[str]:
    """The table of one growth."""
    yield f"| {growth.name} | {' | '.join(f'{size:,}' for size in growth.sizes)} | exponent | memory | exponent |"
    yield "| --- |" + " --- |" * (len(growth.sizes) + 3)
    for name, rows in measured(growth):
        cells = {size: with_unit(time, "s") for size, time, _ in rows}
        slope = exponent([(size, time) for size, time, _ in rows])
        memory = [(size, peak) for size, _, peak in rows if not math.isnan(peak)]
        most = with_unit(memory[-1][1], "B") if memory else ""
        told = [cells.get(size, "") for size in growth.sizes]
        yield f"| {name} | {' | '.join(told)} | {shown(slope)} | {most} | {shown(exponent(memory))} |"


def shown(slope: float) -> str:
    text = "" if math.isnan(slope) else f"{slope:.2f}"
    return f"**{text}**" if slope > NOTED else text


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description="Measure how time and memory grow with what is given.")
    parser.add_argument("names", nargs="*", help="what grows, by the start of its name; by default all")
    parser.add_argument("--write", action="store_true", help=f"put each table into {PAGE.name} when it is measured")
    options = parser.parse_args()
    mpl.use("agg")
    warnings.simplefilter("ignore")  # of groups whose own rates have no effect
    for job in of_schedule(lrkit.ConstantLR(0.1), 10).values():
        job()  # what is loaded at a first use is not measured
    chosen = [one for one in GROWTHS if not options.names or one.name.startswith(tuple(options.names))]
    for number, growth in enumerate(chosen, 1):
        print(f"{number} of {len(chosen)}: {growth.name}", file=sys.stderr, flush=True)
        made = section(growth)
        print(made, flush=True)
        if options.write:
            put(made)


if __name__ == "__main__":
    main()
