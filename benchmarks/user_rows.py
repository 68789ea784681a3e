"""Rows of what a user waits for: making and reading schedules, the command from the shell, and limits of Python."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
from measure import Job, Row

import lrkit

MANY = 1000
"""How often a job that takes microseconds is run at a time."""
TEXT = "JoinLR([WarmUpLR(0.1, 100), CosineDecayLR(0.0, 0.1, 1000)], [100])"
EXPRESSION = "CosineDecayLR(0, 0.1, 90000).warmup(10000)"
TABLE = 10**7


def times(number: int, ours: Callable[[], Any], peer: Callable[[], Any]) -> tuple[Job, Job]:
    def repeated(job: Callable[[], Any]) -> Job:
        def run() -> None:
            for _ in range(number):
                job()

        return run

    return repeated(ours), repeated(peer)


# Schedules that are made and read ----------------------------------------------------------------------------------


def torch_optimizer() -> Any:
    import torch

    torch.set_num_threads(1)
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=0.1)
    optimizer.step()  # torch warns of schedulers that step before their optimizer
    return optimizer


def construct_jobs(peer: str) -> tuple[Job, Job]:
    """A cosine, made again and again."""
    ours = partial(lrkit.CosineDecayLR, 0.0, 0.1, 1000)
    if peer == "torch":
        from torch.optim.lr_scheduler import CosineAnnealingLR

        return times(MANY, ours, partial(CosineAnnealingLR, torch_optimizer(), 1000))
    import optax

    return times(MANY, ours, partial(optax.cosine_decay_schedule, 0.1, 1000))


def warmup_jobs() -> tuple[Job, Job]:
    """A cosine with a warm-up, beside torch's of three schedulers."""
    from torch.optim.lr_scheduler import CosineAnnealingLR, LinearLR, SequentialLR

    optimizer = torch_optimizer()

    def theirs() -> None:
        parts = [LinearLR(optimizer, 0.001, total_iters=100), CosineAnnealingLR(optimizer, 1000)]
        SequentialLR(optimizer, parts, [100])

    return times(MANY, lambda: lrkit.CosineDecayLR(0.0, 0.1, 1000).warmup(100), theirs)


def reading_jobs(what: str) -> tuple[Job, Job]:
    """A text as a schedule, and as what the standard library makes of it, which is the least that reading takes."""
    schedule = lrkit.parse(TEXT)
    if what == "parse":
        return times(100, partial(lrkit.parse, TEXT), partial(ast.parse, TEXT, mode="eval"))
    text = schedule.to_json()
    return times(100, partial(lrkit.from_json, text), partial(json.loads, text))


def first_jobs() -> tuple[Job, Job]:
    """A schedule that is made and called once: lrkit compiles its formula, optax dispatches each operation."""
    import optax

    def ours() -> float:
        return lrkit.CosineDecayLR(0.0, 0.1, 1000).warmup(100)(50)

    def theirs() -> float:
        return float(optax.warmup_cosine_decay_schedule(0.0, 0.1, 100, 1100)(50))

    return times(10, ours, theirs)


# The command, from the shell ---------------------------------------------------------------------------------------

BY_HAND = """
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
steps = np.linspace(0, 100000, 2000)
rates = np.where(steps < 10000, steps / 1e5, .05 + .05 * np.cos(np.pi * (steps - 10000) / 90000))
figure = Figure(figsize=(8, 4.5), layout="constrained")
FigureCanvasAgg(figure)
axes = figure.add_subplot()
axes.plot(steps, rates)
axes.set(title="warm-up, cosine decay", xlabel="step", ylabel="learning rate")
figure.savefig({path!r})
"""


def shell(*arguments: str) -> None:
    subprocess.run([sys.executable, *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)


@cache
def shell_plot_jobs() -> tuple[Job, Job]:
    """From the shell to a PNG: the command, and a script that draws the same with matplotlib."""
    folder = Path(tempfile.mkdtemp())
    ours, theirs = str(folder / "ours.png"), str(folder / "theirs.png")
    command = ("-m", "lrkit", "plot", EXPRESSION, "-o", ours)
    return partial(shell, *command), partial(shell, "-c", BY_HAND.format(path=theirs))


def first_line(*arguments: str) -> None:
    """Start a program, read two lines of what it prints, and stop it."""
    with subprocess.Popen([sys.executable, *arguments], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(2)]
        process.kill()
    if not all(lines):
        raise AssertionError(f"{arguments[:3]}: nothing was printed")


def table_first_jobs() -> tuple[Job, Job]:
    """From the shell to the first row of ten million, and to two lines of a program that has imported NumPy."""
    command = ("-m", "lrkit", "table", EXPRESSION, "--steps", str(TABLE))
    return partial(first_line, *command), partial(first_line, "-c", r"import numpy; print('step\n0', flush=True)")


@cache
def table_jobs(rows: int) -> tuple[Job, Job]:
    """All rows, and as many that `csv` writes of numbers which are there already."""
    code = f"import csv, sys; csv.writer(sys.stdout).writerows(enumerate([k / {rows} for k in range({rows})]))"
    return partial(shell, "-m", "lrkit", "table", EXPRESSION, "--steps", str(rows)), partial(shell, "-c", code)


# Longer answers ----------------------------------------------------------------------------------------------------


@cache
def identify_jobs() -> tuple[Job, Job]:
    """The schedule behind a log of 2000 rows, and a fit of SciPy's that is told the formula and a start."""
    from scipy.optimize import curve_fit

    steps = np.arange(2000.0)
    rates = lrkit.CosineDecayLR(1e-5, 3e-4, 1500).warmup(200)(steps)
    text = "step,lr\n" + "".join(f"{step:.0f},{rate:.6g}\n" for step, rate in zip(steps, rates, strict=True))
    path = Path(tempfile.mkdtemp()) / "log.csv"
    path.write_text(text, encoding="utf-8")
    log = lrkit.read_log(path)
    assert lrkit.identify(log)[0].schedule.horizon == 1700

    def formula(t: Any, low: float, high: float, warm: float, length: float) -> Any:
        down = low + (high - low) * (1 + np.cos(np.pi * np.clip((t - warm) / length, 0, 1))) / 2
        return np.where(t < warm, high * t / warm, down)

    return partial(lrkit.identify, log), partial(curve_fit, formula, steps, rates, (0.0, 2e-4, 150.0, 1600.0))


def redraw_jobs() -> tuple[Job, Job]:
    """A schedule that is set in the designer's widget, until the page is told; and as much JSON alone."""
    widget = lrkit.designer(lrkit.CosineDecayLR(0.0, 0.1, 1000))
    schedules = [lrkit.CosineDecayLR(0.0, 0.1, 1000 + k) for k in range(2)]
    state = widget.get_state()
    plain = {key: value for key, value in state.items() if not callable(value) and key not in ("_esm", "_css")}
    text = json.dumps(plain, default=str)

    def ours() -> None:
        for schedule in schedules:
            widget.schedule = schedule

    return times(10, ours, lambda: [json.loads(text) for _ in schedules])


# Limits ------------------------------------------------------------------------------------------------------------


def call_limit_jobs(*, join: bool) -> tuple[Job, Job]:
    """One rate after another, and as many calls of a Python function that returns its argument."""
    schedule: Any = lrkit.CosineDecayLR(0.0, 0.1, 9000)
    schedule = schedule.warmup(1000) if join else schedule
    schedule(0)

    def bare(step: int) -> int:
        return step

    def call(function: Any) -> None:
        for step in range(10 * MANY):
            function(step)

    return partial(call, schedule), partial(call, bare)


class Bare:
    """The least that a scheduler does: it finds the rates that it wrote, and writes others."""

    def __init__(self, groups: list[dict[str, Any]]) -> None:
        self.groups = groups
        self.rates = [group["lr"] for group in groups]
        self.others = [2 * rate for rate in self.rates]

    def step(self) -> None:
        """Find and write."""
        rates, others = self.rates, self.others
        for group, rate, other in zip(self.groups, rates, others):  # noqa: B905  # to name an argument takes time
            if group["lr"] is not rate:
                return
            group["lr"] = other
        self.rates, self.others = others, rates


def step_limit_jobs(where: str, groups: int) -> tuple[Job, Job]:
    """Steps of a scheduler, and of a loop that does nothing else with the groups."""
    rates = [0.1 + k / 1000 for k in range(groups)]
    own: Any = SimpleNamespace(param_groups=[{"lr": rate} for rate in rates])
    if where == "optim_ex":
        parameters = [{"params": [lrkit.Parameter([1.0], f"p{k}")], "lr": rate} for k, rate in enumerate(rates)]
        own = lrkit.optim_ex.SGD(parameters, lr=0.1)
    scheduler = lrkit.lr_scheduler.CosineAnnealingLR(own, 10**6)
    jobs = times(MANY, scheduler.step, Bare([{"lr": rate} for rate in rates]).step)
    for _ in range(2):
        jobs[0]()
    return jobs


LIMIT = "`{}`, against {}: the limit of Python"


def within(name: str, title: str, needs: str, jobs: Callable[[], tuple[Job, Job]], **options: Any) -> Row:
    """A row that says how many times as long as the peer lrkit takes. No bound is given: the peer is a measure."""
    return Row(name, title, tuple(needs.split()), "within", None, None, jobs, **options)


WAIT = {"rounds": 9, "repeats": 1}
CONSTRUCT = "`CosineDecayLR(0, .1, 1000)`, against torch's `CosineAnnealingLR`"
FACTORY = "the same, against optax's `cosine_decay_schedule`, a closure"
WARMUP = "the same and `.warmup(100)`, against torch's `SequentialLR` of two"
PARSE = f"`parse` of `{TEXT}`, against `ast.parse`: the limit of reading"
JSON = "`from_json` of the same, against `json.loads`: the limit of reading"
FIRST = "the same, made and called once, against optax's"
PLOT = "`lrkit plot` from the shell to a PNG, against a script for matplotlib"
FIRST_ROW = "`lrkit table` from the shell to the first of 10⁷ rows, against `import numpy`"
ROWS = "`lrkit table` of 10⁷ rows, against `csv` writing numbers that are there"
IDENTIFY = "the schedule behind a log of 2000 rows, against SciPy's fit of its formula"
WIDGET = "a schedule set in the designer's widget, until the page is told, against `json.loads` of its state"
CALL, JOIN = (LIMIT.format(name, "an empty function") for name in ("schedule(step)", "joined(step)"))
DICTS, OWN = (LIMIT.format("step()", f"a loop over ten dicts; {words}") for words in ("dicts", "of `optim_ex.SGD`"))

USER_ROWS = (
    within("construct-torch", CONSTRUCT, "torch", partial(construct_jobs, "torch"), calls=MANY),
    within("construct-optax", FACTORY, "jax optax", partial(construct_jobs, "optax"), calls=MANY),
    within("construct-warmup", WARMUP, "torch", warmup_jobs, calls=MANY),
    within("parse", PARSE, "numpy", partial(reading_jobs, "parse"), calls=100),
    within("from_json", JSON, "numpy", partial(reading_jobs, "json"), calls=100),
    within("first-call", FIRST, "jax optax", first_jobs, calls=10, rounds=9),
    within("shell-plot", PLOT, "matplotlib", shell_plot_jobs, **WAIT),
    within("shell-table-first", FIRST_ROW, "numpy", table_first_jobs, **WAIT),
    within("shell-table", ROWS, "numpy", partial(table_jobs, TABLE), rounds=2, repeats=1),
    within("identify", IDENTIFY, "scipy", identify_jobs, **WAIT),
    within("widget", WIDGET, "anywidget", redraw_jobs, calls=20),
    within("limit-call-cosine", CALL, "numpy", partial(call_limit_jobs, join=False), calls=10 * MANY),
    within("limit-call-join", JOIN, "numpy", partial(call_limit_jobs, join=True), calls=10 * MANY),
    within("limit-scheduler-dicts-10", DICTS, "numpy", partial(step_limit_jobs, "dicts", 10), calls=MANY),
    within("limit-scheduler-optim_ex-10", OWN, "numpy", partial(step_limit_jobs, "optim_ex", 10), calls=MANY),
)
