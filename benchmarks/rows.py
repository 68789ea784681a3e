"""The rows of the table: for each, lrkit's job and the peer's. A peer is imported when its row is measured."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from limit_rows import limit_rows
from measure import Job, Row
from optimizer_rows import OPTIMIZER_ROWS, own, start
from user_rows import USER_ROWS

import lrkit

STEPS = 100_000
CALLS = 10_000
MILLION = 1_000_000

LISTS: tuple[tuple[str, float, float, dict[str, float]], ...] = (
    ("cosine_decay_lr", 50, 4, {"min_lr": 0.0, "max_lr": 0.1}),
    ("polynomial_decay_lr", 50, 1, {"learning_rate": 0.1, "end_learning_rate": 0.001, "power": 0.9}),
    ("warmup_lr", 50, 4, {"learning_rate": 0.1}),
    ("exponential_decay_lr", 20, 1, {"learning_rate": 0.1, "decay_rate": 0.01}),
    ("natural_exp_decay_lr", 20, 1, {"learning_rate": 0.1, "decay_rate": 1e-4}),
    ("inverse_decay_lr", 20, 4, {"learning_rate": 0.1, "decay_rate": 9.0}),
)
"""The list functions: what the ratio must be with 100 steps an epoch and with one, and the options beside lengths."""


def list_row(function: str, step_per_epoch: int, must: float, options: dict[str, float]) -> Row:
    """One list function, as lrkit has it and as MindSpore has it. A warm-up takes half the run, a decay all of it."""
    epochs = STEPS // step_per_epoch
    length = {"warmup_epoch": epochs // 2} if function == "warmup_lr" else {"decay_epoch": epochs}
    arguments: dict[str, Any] = {"total_step": STEPS, "step_per_epoch": step_per_epoch, **options, **length}

    def jobs() -> tuple[Job, Job]:
        os.environ.setdefault("GLOG_v", "4")  # MindSpore logs nothing but what ends the process
        from mindspore.nn import dynamic_lr

        return partial(getattr(lrkit, function), **arguments), partial(getattr(dynamic_lr, function), **arguments)

    name = f"list{step_per_epoch}-{function.removesuffix('_lr').removesuffix('_decay')}"
    title = f"{STEPS:,} steps, {step_per_epoch} an epoch, against MindSpore's `{function}`"
    return Row(name, title, ("mindspore",), "faster", must, None, jobs, same=True)


def call_jobs(*, join: bool) -> tuple[Job, Job]:
    """One rate after another: of a cosine, or of a line up for a tenth of the run and a cosine down."""
    import torch
    from torch.optim import lr_scheduler as peer

    torch.set_num_threads(1)
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=0.1)
    warm = CALLS // 10 if join else 0
    schedule: Any = lrkit.CosineDecayLR(0.0, 0.1, CALLS - warm)
    scheduler: Any = peer.CosineAnnealingLR(optimizer, CALLS - warm)
    if join:
        schedule = schedule.warmup(warm)
        line = peer.LinearLR(optimizer, start_factor=0.001, total_iters=warm)
        scheduler = peer.SequentialLR(optimizer, [line, scheduler], [warm])
    optimizer.step()  # torch warns of schedulers that step before their optimizer
    schedule(0)  # a schedule is compiled when it is first called

    def call() -> None:
        for step in range(CALLS):
            schedule(step)

    def advance() -> None:
        for _ in range(CALLS):
            scheduler.step()

    return call, advance


def million(warm: int, stable: int) -> lrkit.LearningRateSchedule:
    """A million steps: up in a line, constant, and down a cosine to the end; the first two in percent."""
    first, second = warm * MILLION // 100, (warm + stable) * MILLION // 100
    parts = (lrkit.WarmUpLR(0.1, first), lrkit.ConstantLR(0.1), lrkit.CosineDecayLR(0.0, 0.1, MILLION - second))
    return lrkit.JoinLR(parts, (first, second))


@cache
def array_jobs(warm: int, stable: int) -> tuple[Job, Job]:
    """The rates of all steps at once; the peer takes the cosine of an array as long as the cosine part."""
    angles = np.linspace(0, np.pi, (100 - warm - stable) * MILLION // 100)
    return partial(million(warm, stable), np.arange(MILLION)), partial(np.cos, angles)


def png_jobs(*, words: bool) -> tuple[Job, Job]:
    """A curve, and a figure without one, of the same size, style and layout; with `words`, with the same words too."""
    from lrkit.plotting.mpl_style import new_picture
    from lrkit.plotting.style import THEMES

    schedule = million(5, 5)

    def save(draw: Callable[[], Any]) -> None:
        draw().savefig(io.BytesIO(), format="png")

    def curve() -> Any:
        return lrkit.plot(schedule, steps=MILLION).figure

    def no_curve() -> Any:
        figure = curve()
        figure.axes[0].lines[0].set_visible(False)
        return figure

    def empty() -> Any:
        picture = new_picture(THEMES["light"])
        picture.subplots()
        return picture

    return partial(save, curve), partial(save, no_curve if words else empty)


def by_hand_jobs() -> tuple[Job, Job]:
    """A picture, and the same curve, title and labels as a user draws them with matplotlib, at 2000 points."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    schedule, steps = million(5, 5), np.linspace(0, MILLION - 1, 2000).astype(int)
    first = lrkit.plot(schedule, steps=MILLION).figure
    size, dpi = first.get_size_inches(), first.dpi

    def drawn() -> None:
        lrkit.plot(schedule, steps=MILLION).figure.savefig(io.BytesIO(), format="png")

    def by_hand() -> None:
        figure = Figure(figsize=size, dpi=dpi, layout="constrained")
        FigureCanvasAgg(figure)
        axes = figure.add_subplot()
        axes.plot(steps, schedule(steps), linewidth=2)
        axes.set_title("warm up, constant, cosine decay", loc="left")
        axes.set_xlabel("step")
        axes.set_ylabel("learning rate")
        figure.savefig(io.BytesIO(), format="png")

    return drawn, by_hand


def page_jobs() -> tuple[Job, Job]:
    """The size of the one file that the command writes, and of the page that plotly itself writes."""
    from lrkit.chart import make_chart
    from lrkit.plotting.renderers import save

    def own() -> int:
        with TemporaryDirectory() as folder:
            path = Path(folder) / "lr.html"
            save(make_chart([million(5, 5)], steps=MILLION), path, "html")
            return path.stat().st_size

    def whole() -> int:
        return len(lrkit.plot(million(5, 5), steps=MILLION, backend="plotly").to_html().encode())

    return own, whole


def knots_jobs() -> tuple[Job, Job]:
    """The knots of 99 nested clips, and of 11, nine times: the time is to grow with the number of them."""

    def nest(depth: int) -> lrkit.LearningRateSchedule:
        schedule: lrkit.LearningRateSchedule = lrkit.CosineDecayLR(0.0, 0.1, 1000)
        for k in range(depth):
            schedule = schedule.clip(max_lr=0.1 - 0.0005 * k)
        return schedule

    deep, low = nest(99), nest(11)
    return partial(deep.knots, 2000), lambda: [low.knots(2000) for _ in range(9)]


def html_jobs() -> tuple[Job, Job]:
    """The size of the same curve as a page beside plotly.js, and of the page that holds every step."""
    import plotly.graph_objects as go

    schedule = million(5, 5)

    def size(draw: Callable[[], Any]) -> int:
        return len(draw().to_html(include_plotlyjs="directory").encode())

    def naive() -> Any:
        steps = np.arange(MILLION)
        return go.Figure(go.Scatter(x=steps, y=schedule(steps)))

    return partial(size, lambda: lrkit.plot(schedule, steps=MILLION, backend="plotly")), partial(size, naive)


@cache
def import_jobs(use: str) -> tuple[Job, Job]:
    """A new interpreter that imports one package and ends. The round that is not counted compiles them."""
    bytecode = TemporaryDirectory()

    def start(code: str) -> None:
        environment = os.environ | {"PYTHONPYCACHEPREFIX": bytecode.name, "PYTHONDONTWRITEBYTECODE": ""}
        subprocess.run([sys.executable, "-c", f"import {code}"], env=environment, check=True)

    return partial(start, f"lrkit{use}"), partial(start, "numpy")


TORCH = "one Python int, against one step of torch's `{}`"
ARRAY = "1,000,000 steps at once, {} % of them on a cosine, against `np.cos` of those"
PNG = "`lrkit.plot` of 1,000,000 steps as PNG, against an empty figure"
CURVE = "the same, against the figure with its curve hidden"
HTML = "the same as HTML beside plotly.js, against a point per step"
HAND = "the same, against the curve, its title and its labels drawn by hand, 2000 points"
PAGE = "the same as one HTML file, as the command writes it, against plotly's own"
KNOTS = "the knots of 99 nested clips, against nine times those of 11"
IMPORT = "`import lrkit`, whose names are loaded when they are first used, against `import numpy`"
USE = "the same and a first name, `lrkit.CosineDecayLR`, which imports NumPy, against `import numpy`"
COSINE, JOIN = TORCH.format("CosineAnnealingLR"), TORCH.format("SequentialLR")

ROWS = (
    *(list_row(function, 100, must, options) for function, must, _, options in LISTS),
    *(list_row(function, 1, must, options) for function, _, must, options in LISTS),
    Row("call-cosine", COSINE, ("torch",), "faster", 6, 8, partial(call_jobs, join=False), calls=CALLS),
    Row("call-join", JOIN, ("torch",), "faster", 4, 8, partial(call_jobs, join=True), calls=CALLS),
    Row("array-90", ARRAY.format(90), ("numpy",), "within", 0.5, None, partial(array_jobs, 5, 5)),
    Row("array-20", ARRAY.format(20), ("numpy",), "within", 1.2, None, partial(array_jobs, 1, 79)),
    Row("plot-png", PNG, ("matplotlib",), "within", 1.3, None, partial(png_jobs, words=False)),
    Row("plot-curve", CURVE, ("matplotlib",), "within", 1.3, None, partial(png_jobs, words=True)),
    Row("plot-hand", HAND, ("matplotlib",), "within", 1.3, None, by_hand_jobs),
    Row("plot-page", PAGE, ("plotly",), "bytes", 1300, None, page_jobs, rounds=2),
    Row("grow-knots", KNOTS, ("numpy",), "within", 1.3, None, knots_jobs),
    Row("plot-html", HTML, ("plotly",), "bytes", 40, None, html_jobs, rounds=2),
    Row("import", IMPORT, ("numpy",), "within", 1.1, None, partial(import_jobs, ""), rounds=41, repeats=1),
    Row("import-use", USE, ("numpy",), "within", 1.1, None, partial(import_jobs, "; lrkit.CosineDecayLR"), 41, 1),
    *limit_rows(million, start, own),
    *OPTIMIZER_ROWS,
    *USER_ROWS,
)
