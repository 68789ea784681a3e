"""Rows of the command's first picture, and rows whose peer is what the machine allows: a copy of memory, an import.

The peer of a `limit` row does nothing that is wanted: it moves as many bytes, or makes as many numbers. The ratio says
how many times the limit lrkit takes.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from measure import Job, Row

import lrkit

MILLION = 1_000_000
EXPRESSION = "CosineDecayLR(0, 0.1, 9500).warmup(500)"
RATES = "np.where(t < 500, t / 500 * 0.1, 0.05 * (1 + np.cos(np.pi * (t - 500) / 9500)))"
WITH_MATPLOTLIB = f"""
import sys
import numpy as np
from matplotlib.figure import Figure
axes = Figure(figsize=(8, 4.5), layout="constrained").add_subplot()
t = np.arange(10_000)
axes.plot(t, {RATES}, linewidth=2)
axes.set_title("warm up, cosine decay", loc="left")
axes.set_xlabel("step")
axes.set_ylabel("learning rate")
axes.figure.savefig(sys.argv[1])
"""
WITH_PLOTLY = f"""
import sys
import numpy as np
import plotly.graph_objects as go
t = np.arange(0, 10_000, 10)
figure = go.Figure(go.Scatter(x=t, y={RATES}, name="warm up, cosine decay"))
figure.update_layout(title="warm up, cosine decay", xaxis_title="step", yaxis_title="learning rate")
figure.write_html(sys.argv[1])
"""


@cache
def shell_jobs(form: str, script: str) -> tuple[Job, Job]:
    """The command, from its start to its picture; and a script that draws the same, or only imports NumPy."""
    folder = TemporaryDirectory()
    place = Path(folder.name)

    def start(*arguments: str) -> None:
        bytecode = os.environ | {"PYTHONPYCACHEPREFIX": folder.name, "PYTHONDONTWRITEBYTECODE": ""}
        command = [sys.executable, *arguments]
        subprocess.run(command, env=bytecode, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    where = ["-o", str(place / f"ours.{form}")] if form != "text" else []
    peer = str(place / f"theirs.{form}")
    return partial(start, "-m", "lrkit", "plot", EXPRESSION, *where), partial(start, "-c", script, peer)


@cache
def array_limit_jobs(schedule: Callable[[], Any]) -> tuple[Job, Job]:
    """The rates of a million steps, and a copy of the steps: as many bytes read and written."""
    steps = np.arange(MILLION)
    return partial(schedule(), steps), steps.copy


@cache
def list_limit_jobs() -> tuple[Job, Job]:
    """A list of a million rates, and the list of an array that is there."""
    schedule = lrkit.CosineDecayLR(0.0, 0.1, MILLION)
    return partial(schedule.to_list, MILLION), schedule.to_array(MILLION).tolist


@cache
def adam_limit_jobs(start: Callable[[str], Any], own: Callable[..., Any]) -> tuple[Job, Job]:
    """Compiled Adam, which reads four numbers for each three that it writes; and copies of as many bytes."""
    weights, gradients = start("resnet")
    step, _ = own("adam", weights, gradients, threads=1)
    here, there = np.ones((2, sum(w.size for w in weights) * 7 // 2), np.float32)
    return step, partial(np.copyto, there, here)


SHELL = "`lrkit plot` from the shell to a {}, against {}"
NUMPY, BY_HAND = "`python -c 'import numpy'`", "a script for {}"
COPY = "1,000,000 steps at once, {} % of them on a cosine, against a copy of the steps: the limit of memory"
LIST = "a list of 1,000,000 rates, against `ndarray.tolist`: the limit of lists"
ADAM = "one step, ResNet-50's 161 tensors, compiled, 1 thread, against a copy of as many bytes: the limit of memory"


def shell_row(form: str, must: float | None, library: str, script: str, title: str, name: str = "shell") -> Row:
    """The command's picture in a form; the peer is a script, with this title."""
    jobs = partial(shell_jobs, form, script)
    words = SHELL.format(form, title.format(library))
    return Row(f"{name}-{form}", words, (library,), "within", must, None, jobs, rounds=11, repeats=1)


def limit_rows(million: Callable[[int, int], Any], start: Callable[[str], Any], own: Callable[..., Any]) -> list[Row]:
    """The rows: `million` makes the schedules of the rows of arrays, `start` and `own` are those of the optimizers."""
    arrays = {90: partial(million, 5, 5), 20: partial(million, 1, 79)}
    return [
        shell_row("text", 1.5, "numpy", "import numpy", NUMPY),
        shell_row("png", 1.5, "matplotlib", WITH_MATPLOTLIB, BY_HAND),
        shell_row("svg", 1.5, "matplotlib", WITH_MATPLOTLIB, BY_HAND),
        shell_row("html", 1.5, "plotly", WITH_PLOTLY, BY_HAND),
        *(
            shell_row(form, None, library, "import numpy", NUMPY, "limit-shell")
            for form, library in (("png", "matplotlib"), ("svg", "matplotlib"), ("html", "plotly"))
        ),
        *(
            Row(f"limit-array-{share}", COPY.format(share), ("numpy",), "within", None, None,
                partial(array_limit_jobs, schedule))
            for share, schedule in arrays.items()
        ),
        Row("limit-list", LIST, ("numpy",), "within", None, None, list_limit_jobs),
        Row("limit-adam", ADAM, ("numba",), "within", None, None, partial(adam_limit_jobs, start, own), rounds=9),
    ]  # fmt: skip
