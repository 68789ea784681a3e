"""The rows of the table: for each, lrkit's job and the peer's. A peer is imported when its row is measured."""

from __future__ import annotations

import atexit
import io
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from functools import cache, partial
from typing import Any

import numpy as np
from measure import Job, Row

import lrkit

STEPS = 100_000
CALLS = 10_000
MILLION = 1_000_000

# The lists: function, least ratio with 100 steps an epoch, least ratio with one, and the parameters beside the lengths.
LISTS: tuple[tuple[str, float, float, dict[str, float]], ...] = (
    ("cosine_decay_lr", 50, 4, {"min_lr": 0.0, "max_lr": 0.1}),
    ("polynomial_decay_lr", 50, 1, {"learning_rate": 0.1, "end_learning_rate": 0.001, "power": 0.9}),
    ("warmup_lr", 50, 4, {"learning_rate": 0.1}),
    ("exponential_decay_lr", 20, 1, {"learning_rate": 0.1, "decay_rate": 0.01}),
    ("natural_exp_decay_lr", 20, 1, {"learning_rate": 0.1, "decay_rate": 1e-4}),
    ("inverse_decay_lr", 20, 4, {"learning_rate": 0.1, "decay_rate": 9.0}),
)


def list_row(function: str, step_per_epoch: int, must: float, options: dict[str, float]) -> Row:
    """One list function, as lrkit has it and as MindSpore has it. A warm-up takes half the run, a decay all of it."""
    epochs = STEPS // step_per_epoch
    length = {"warmup_epoch": epochs // 2} if function == "warmup_lr" else {"decay_epoch": epochs}
    arguments: dict[str, Any] = {"total_step": STEPS, "step_per_epoch": step_per_epoch, **options, **length}

    def jobs() -> tuple[Job, Job]:
        os.environ.setdefault("GLOG_v", "4")  # MindSpore's log level: errors that end the process
        from mindspore.nn import dynamic_lr

        return partial(getattr(lrkit, function), **arguments), partial(getattr(dynamic_lr, function), **arguments)

    title = f"100 000 steps, {step_per_epoch} an epoch, against MindSpore's"
    name = f"list{step_per_epoch}-{function.removesuffix('_lr').removesuffix('_decay')}"
    return Row(name, title, ("mindspore",), "faster", must, None, jobs, rounds=25, repeats=5, same=True)


def list_rows() -> Iterator[Row]:
    """Every list function at 100 steps an epoch, then at one."""
    yield from (list_row(function, 100, must, options) for function, must, _, options in LISTS)
    yield from (list_row(function, 1, must, options) for function, _, must, options in LISTS)


def call_jobs(join: bool) -> tuple[Job, Job]:
    """`CALLS` rates: a cosine, or a tenth of a line up and nine of a cosine down, at one Python int after another."""
    import torch
    from torch.optim import lr_scheduler as peer

    torch.set_num_threads(1)
    warm = CALLS // 10
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=0.1)
    if join:
        schedule = lrkit.CosineDecayLR(0.0, 0.1, CALLS - warm).warmup(warm)
        line = peer.LinearLR(optimizer, start_factor=0.001, total_iters=warm)
        cosine = peer.CosineAnnealingLR(optimizer, CALLS - warm)
        scheduler: Any = peer.SequentialLR(optimizer, [line, cosine], [warm])
    else:
        schedule = lrkit.CosineDecayLR(0.0, 0.1, CALLS)
        scheduler = peer.CosineAnnealingLR(optimizer, CALLS)
    schedule(0)  # a schedule is compiled when it is first called
    optimizer.step()  # torch warns of schedulers that step before their optimizer

    def call_each(rate: Callable[[int], float], steps: Iterable[int]) -> None:
        for step in steps:
            rate(step)

    def call(step: Callable[[], None], steps: Iterable[int]) -> None:
        for _ in steps:
            step()

    return partial(call_each, schedule, range(CALLS)), partial(call, scheduler.step, range(CALLS))


def million(warm: int, stable: int) -> lrkit.LearningRateSchedule:
    """A million steps: up in a line, constant, and down a cosine to the end; the first two in percent."""
    first, second = warm * MILLION // 100, (warm + stable) * MILLION // 100
    parts = [lrkit.WarmUpLR(0.1, first), lrkit.ConstantLR(0.1), lrkit.CosineDecayLR(0.0, 0.1, MILLION - second)]
    return lrkit.JoinLR(parts, [first, second])


@cache
def array_jobs(warm: int, stable: int) -> tuple[Job, Job]:
    """The rates of all steps at once; the peer takes the cosine of an array as long as the cosine part."""
    angles = np.linspace(0, np.pi, (100 - warm - stable) * MILLION // 100)
    return partial(million(warm, stable), np.arange(MILLION)), partial(np.cos, angles)


def png_jobs() -> tuple[Job, Job]:
    """A curve, and a figure with empty axes: of the same size, style and layout, both drawn and written as PNG."""
    import matplotlib as mpl

    mpl.use("agg")
    import matplotlib.pyplot as plt

    from lrkit.plotting.mpl import style
    from lrkit.plotting.style import THEMES

    schedule = million(5, 5)

    def save(draw: Callable[[], Any]) -> None:
        figure = draw()
        figure.savefig(io.BytesIO(), format="png")
        plt.close(figure)

    def empty() -> Any:
        with style(THEMES["light"]):
            return plt.subplots(layout="constrained")[0]

    return partial(save, lambda: lrkit.plot(schedule, steps=MILLION).figure), partial(save, empty)


def html_jobs() -> tuple[Job, Job]:
    """The size of the same curve as a page beside plotly.js, and of the page that holds every step."""
    import plotly.graph_objects as go

    schedule = million(5, 5)

    def size(figure: Any) -> int:
        return len(figure.to_html(include_plotlyjs="directory").encode())

    def naive() -> Any:
        steps = np.arange(MILLION)
        return go.Figure(go.Scatter(x=steps, y=schedule(steps)))

    return lambda: size(lrkit.plot(schedule, steps=MILLION, backend="plotly")), lambda: size(naive())


@cache
def bytecode() -> str:
    """A folder for bytecode, gone at the end: the package may stand in one that takes none."""
    folder = tempfile.TemporaryDirectory()
    atexit.register(folder.cleanup)
    return folder.name


def import_jobs() -> tuple[Job, Job]:
    """A new interpreter that imports one package, compiled in the round that is not counted, and ends."""
    environment = os.environ | {"PYTHONPYCACHEPREFIX": bytecode(), "PYTHONDONTWRITEBYTECODE": ""}

    def start(package: str) -> None:
        subprocess.run([sys.executable, "-c", f"import {package}"], env=environment, check=True)

    return partial(start, "lrkit"), partial(start, "numpy")


CALL = "one Python int, against one step of torch's"
ARRAY = "1 000 000 steps at once, {} % of them a cosine, against `np.cos` of those"
PNG = "`lrkit.plot` of 1 000 000 steps to PNG, against an empty figure"
HTML = "the same to HTML beside plotly.js, against a point per step"

ROWS = (
    *list_rows(),
    Row("call-cosine", f"{CALL} `CosineAnnealingLR`", ("torch",), "faster", 6, 8, partial(call_jobs, False), calls=CALLS),
    Row("call-join", f"{CALL} `SequentialLR`", ("torch",), "faster", 4, 8, partial(call_jobs, True), calls=CALLS),
    Row("array-90", ARRAY.format(90), ("numpy",), "within", 1.3, 0.3, partial(array_jobs, 5, 5)),
    Row("array-20", ARRAY.format(20), ("numpy",), "within", 1.3, 0.3, partial(array_jobs, 1, 79)),
    Row("plot-png", PNG, ("matplotlib",), "within", 1.3, None, png_jobs),
    Row("plot-html", HTML, ("plotly",), "bytes", 40_000, None, html_jobs, rounds=1),
    Row("import", "`import lrkit`, against `import numpy`", ("numpy",), "within", 1.1, None, import_jobs),
)
