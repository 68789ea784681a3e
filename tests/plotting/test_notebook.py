"""Pictures in a notebook, counted cell by cell in a real kernel; and what a script finds of them in pyplot: nothing."""

from __future__ import annotations

import base64
import io
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

nbformat = pytest.importorskip("nbformat")
nbclient = pytest.importorskip("nbclient")
pytest.importorskip("ipykernel")
# Before, a plain kernel shows the user's own first figure a cell late, with lrkit and without.
pytest.importorskip("matplotlib", minversion="3.10")

Outputs = list[Any]
Run = Callable[..., list[Outputs]]
FIRST = "import lrkit\ns = lrkit.CosineDecayLR(0, 0.1, 100).warmup(10)"
OWN = "import matplotlib.pyplot as plt\nplt.figure(figsize=(2, 1), facecolor='red')\nplt.plot([1, 2]);"
"""The user's own figure: small, on red."""


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """A fresh kernel of this interpreter runs the cells; all that it writes is in a folder of the test's."""
    for name in ("DATA", "CONFIG", "RUNTIME"):
        monkeypatch.setenv(f"JUPYTER_{name}_DIR", str(tmp_path / name))
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    monkeypatch.setenv("JUPYTER_PLATFORM_DIRS", "1")
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    monkeypatch.delenv("MPLBACKEND", raising=False)  # as where a notebook is started from a terminal
    spec = {"argv": [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"], "language": "python"}
    folder = tmp_path / "kernels" / "here"
    folder.mkdir(parents=True)
    (folder / "kernel.json").write_text(json.dumps(spec | {"display_name": "here"}))

    def run_cells(*sources: str) -> list[Outputs]:
        cells = [nbformat.v4.new_code_cell(source) for source in (FIRST, *sources)]
        notebook = nbformat.v4.new_notebook(cells=cells)
        nbclient.NotebookClient(notebook, kernel_name="here", timeout=120).execute()
        return [cell.outputs for cell in notebook.cells[1:]]

    return run_cells


def pictures(outputs: Outputs) -> list[Any]:
    """The images of a cell, as arrays of red, green and blue."""
    found = [output.data["image/png"] for output in outputs if "image/png" in output.get("data", {})]
    return [np.asarray(Image.open(io.BytesIO(base64.b64decode(png))).convert("RGB")) for png in found]


def counts(cells: list[Outputs]) -> list[int]:
    """How many images each cell has, nothing else being amiss."""
    assert not [output for outputs in cells for output in outputs if output.output_type in ("error", "stream")]
    return [len(pictures(outputs)) for outputs in cells]


def is_the_users(picture: Any) -> bool:
    return picture.shape[1] < 300 and picture[1, 1].tolist() == [255, 0, 0]


def test_in_a_plain_kernel_each_cell_shows_its_picture_once_and_the_users_figures_as_before(run: Run) -> None:
    cells = run(
        "lrkit.plot(s)",
        "ax = lrkit.plot(s)",
        "lrkit.plot(s)\nother = lrkit.plot(0.5 * s, theme='dark')",
        "s.plot()",
        OWN,
        "lrkit.plot(s);",
        "plt.figure(figsize=(2, 1), facecolor='red')\nplt.plot([2, 1]);",
        "lrkit.plot(s).set_title('mine')",
        "ax = lrkit.plot(s)\nlrkit.plot(0.5 * s, ax=ax)\nax.figure",
        "1 + 1",
        "(plt.get_fignums(), plt.isinteractive(), plt.get_backend()[-6:])",
    )
    assert counts(cells) == [1, 1, 2, 1, 1, 1, 1, 1, 1, 0, 0]
    assert [is_the_users(picture) for cell in cells for picture in pictures(cell)] == [
        *[False] * 5, True, False, True, False, False,
    ]  # fmt: skip
    light, dark = pictures(cells[2])  # in the order in which they were drawn
    assert (light[1, 1].tolist(), dark[1, 1].tolist()) == ([255] * 3, [0x1B, 0x1F, 0x24])
    assert all(picture.shape == (450, 800, 3) for picture in pictures(cells[0]) + pictures(cells[2]))
    # What a notebook of matplotlib's own is like once pyplot is there.
    assert cells[-1][0].data["text/plain"] == "([], True, 'inline')"


def test_pictures_are_shown_in_order_and_once(run: Run) -> None:
    cells = run(
        "lrkit.plot(s, theme='dark')\nlrkit.plot(s)",
        "ax = lrkit.plot(s, theme='dark')\ndisplay(ax.figure)\nlrkit.plot(s)",
        "for theme in ('dark', 'light', 'dark'):\n    display(lrkit.plot(s, theme=theme))",
        "ax",
        "lrkit.plot(0.5 * s, ax=ax)\nNone",
        "import matplotlib.pyplot as plt\nlrkit.plot(s, ax=plt.figure(figsize=(2, 1), facecolor='red').subplots())",
        "from matplotlib.figure import Figure\nlrkit.plot(s, ax=Figure().subplots())",
        "lrkit.plot(s)\nplt.show()",
        "lrkit.plot(s)\nplt.close('all')",
    )
    assert counts(cells) == [2, 2, 3, 1, 1, 1, 0, 1, 1]
    dark = [[picture[1, 1].tolist() == [0x1B, 0x1F, 0x24] for picture in pictures(cell)] for cell in cells[:5]]
    assert dark == [[True, False], [True, False], [True, False, True], [True], [True]]
    assert is_the_users(pictures(cells[5])[0])


def test_the_pictures_with_several_panels_show_once(run: Run) -> None:
    cells = run(
        "lrkit.plot_grid({'a': s, 'b': 0.5 * s})",
        "panels = lrkit.plot_groups([{'lr': s}, {'lr': 0.05}])",
        "lrkit.plot_diff(s, 0.5 * s)[0]",
        "lrkit.diff(s, 0.5 * s).plot()",
        "lrkit.plot_grid({'a': s, 'b': 0.5 * s})[0].figure",
        "print(lrkit.plot(s, backend='text')[:7])",
        "lrkit.plot(s, backend='plotly')",
        "figure = lrkit.plot_grid({'a': s}, backend='plotly')",
    )
    assert [len(pictures(cell)) for cell in cells] == [1, 1, 1, 1, 1, 0, 0, 0]
    assert [[output.output_type for output in cell] for cell in cells[5:]] == [["stream"], ["display_data"], []]
    assert cells[5][0].text == "warm up\n"
    assert "application/vnd.plotly.v1+json" in cells[6][0].data


def test_texts_print_and_results_have_cards(run: Run) -> None:
    log = "import io\nlog = lrkit.read_log(io.StringIO('step,lr\\n1,0.1\\n2,0.05\\n3,0.025\\n'))\n"
    cells = run(
        "lrkit.plot(s, backend='text', width=40, height=2)",
        "lrkit.plot_diff(s, 0.5 * s, backend='text')",
        "lrkit.recipe('bert')",
        "lrkit.diff(s, 0.5 * s)",
        f"{log}log",
        "lrkit.diff(s, log)",
        "import sys\nsorted({'matplotlib.pyplot', 'plotly'} & set(sys.modules))",
    )
    texts = [cell[-1].data["text/plain"] for cell in cells]
    assert texts[0].splitlines()[0] == "warm up → cosine decay"
    assert "┤" in texts[0]
    assert texts[1].count("└") == 2
    assert all("<svg" in cell[-1].data["text/html"] for cell in cells[2:6])
    assert texts[6] == "[]"


def test_after_the_matplotlib_magic_pictures_have_the_users_format(run: Run) -> None:
    cells = run(
        "%matplotlib inline",
        "lrkit.plot(s)",
        "ax = lrkit.plot(s)",
        "lrkit.plot(s)\nlrkit.plot(s).figure",
        OWN,
        "%config InlineBackend.figure_formats = ['svg']",
        "lrkit.plot(s)",
        "ax = lrkit.plot(s)\ndisplay(ax)",
    )
    assert counts(cells) == [0, 1, 1, 2, 1, 0, 0, 0]
    assert [["image/svg+xml" in output.data for output in cell] for cell in cells[6:]] == [[True], [True]]


def test_a_failing_cell_shows_its_pictures_and_the_next_cell_does_not(run: Run) -> None:
    cells = run(
        "try:\n    lrkit.plot(s, sparkles=1)\nexcept TypeError:\n    pass",
        "%%capture kept\nlrkit.plot(s)",
        "kept.show()",
        "get_ipython().run_cell('lrkit.plot(s); 1 / 0', silent=True).success",
        "2",
    )
    assert [len(pictures(cell)) for cell in cells] == [0, 0, 1, 1, 0]


PYPLOT = """
import matplotlib as mpl
mpl.use("agg")
import matplotlib.pyplot as plt
import warnings, locale, io, lrkit
import plotly.graph_objects as go, plotly.io as pio
go.Figure(go.Scatter()).to_html()  # at its first use, plotly adds filters of its own
mine, ax = plt.subplots()
settings, filters, place = dict(mpl.rcParams), list(warnings.filters), locale.setlocale(locale.LC_ALL)
theirs = pio.templates.default, pio.renderers.default, list(pio.templates)
s = lrkit.CosineDecayLR(0, 0.1, 100).warmup(10)
for k in range(50):
    lrkit.plot(s, lrkit.ConstantLR(0.05), theme=("light", "dark")[k % 2], yscale=("linear", "log")[k % 3 % 2])
panels = lrkit.plot_grid({"a": s, "b": s}), lrkit.plot_groups([{"lr": s}]), lrkit.plot_diff(s, 0.5 * s)
s.plot(steps_per_epoch=10).figure.savefig(io.BytesIO(), format="png")
panels[0][0].figure.savefig(io.BytesIO(), format="svg")
assert plt.get_fignums() == [1], plt.get_fignums()
assert plt.gcf() is mine and plt.gca() is ax
for theme in ("light", "dark"):
    lrkit.plot(s, backend="plotly", theme=theme).to_html()
    lrkit.plot(s, backend="text")
    s._repr_html_()
assert (pio.templates.default, pio.renderers.default, list(pio.templates)) == theirs
assert dict(mpl.rcParams) == settings
assert warnings.filters == filters
assert locale.setlocale(locale.LC_ALL) == place
assert not plt.isinteractive()
print("untouched")
"""


def run_python(code: str, *options: str) -> str:
    command = [sys.executable, *options, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def test_a_script_finds_its_pyplot_as_it_was_after_fifty_plots() -> None:
    assert run_python(PYPLOT, "-W", "error") == "untouched\n"


def test_a_picture_needs_no_pyplot_and_is_freed() -> None:
    code = """
import gc, io, sys, weakref, lrkit
s = lrkit.WarmUpLR(0.1, 50)
for draw in (lambda: s.plot(), lambda: lrkit.plot_grid({"a": s})[0], lambda: lrkit.plot_groups([{"lr": s}])[0]):
    ax = draw()
    ax.figure.savefig(io.BytesIO(), format="png")
    kept = weakref.ref(ax.figure)
    del ax
    gc.collect()
    assert kept() is None
assert not {"matplotlib.pyplot", "IPython"} & set(sys.modules)
"""
    run_python(code, "-W", "error")
