"""`plot`: what it refuses, what it imports, and labels that no backend reads as markup."""

from __future__ import annotations

import html
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pytest
from curves import COSINE, RAMP
from processes import LIMIT

import lrkit
from lrkit.chart import Chart, Panels, make_chart
from lrkit.plotting import renderers

AWKWARD = ["a_$b$", "_under", "<b>x", r"$\frac$", "%{y} &amp; 100%", "$", 'quote"', "__"]


def run_python(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=LIMIT)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("backend", ["matplotlib", "plotly", "text"])
def test_awkward_labels_are_shown_as_they_are(backend: str) -> None:
    """Short names are beside the curves, long ones in a legend."""
    many = lrkit.plot(*[COSINE * k for k in range(1, 9)], labels=AWKWARD, backend=backend, title="$ti_tle$\n<i>two")
    if backend == "matplotlib":
        many.figure.canvas.draw()
        texts = [text for text in many.texts if text.get_text() in AWKWARD]
        assert sorted(text.get_text() for text in texts) == sorted(AWKWARD)
        assert not any(text.get_parse_math() for text in texts)
        assert many.get_title(loc="left") == "$ti_tle$\n<i>two"
        assert not many._left_title.get_parse_math()
        below = lrkit.plot(COSINE, RAMP, labels=["$a_1$ " * 40, "_b"])
        (legend,) = below.figure.legends
        assert [text.get_text().split() for text in legend.get_texts()] == [["$a_1$"] * 40, ["_b"]]
        assert not any(text.get_parse_math() for text in legend.get_texts())
    elif backend == "plotly":
        assert [html.unescape(trace.name) for trace in many.data] == AWKWARD
        assert not any(set("<$") & set(trace.name) or "%{" in trace.name for trace in many.data)
        assert many.layout.title.text == "&#36;ti_tle&#36;<br>&lt;i&gt;two"
    else:
        lines = many.splitlines()
        assert lines[0] == "$ti_tle$ <i>two"
        assert [line for line in lines if line in AWKWARD] == AWKWARD


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"backend": "gnuplot"}, ValueError, "plot: backend must be 'matplotlib', 'plotly' or 'text', got 'gnuplot'"),
        ({"theme": "blue"}, ValueError, "plot: theme must be 'light' or 'dark', got 'blue'"),
        (
            {"ax": 5, "backend": "plotly"},
            TypeError,
            "plot: ax is for the backend 'matplotlib', not for 'plotly'; leave",
        ),
        ({"ax": 5, "backend": "text"}, TypeError, "plot: ax is for the backend 'matplotlib', not for 'text'; leave"),
        ({"ax": 5}, TypeError, "plot: ax must be the Axes of a matplotlib figure, got 5"),
        ({"ax": np.array([1])}, TypeError, r"plot: ax must be the Axes of a matplotlib figure, got array\(\[1\]\)"),
        ({"backend": "text", "width": 0}, ValueError, "plot: width must be an integer >= 1, got 0"),
        ({"backend": "text", "height": 0}, ValueError, "plot: height must be an integer >= 1, got 0"),
        ({"steps": -1}, ValueError, "plot: steps must be an integer >= 1, got -1"),
    ],
)
def test_errors(options: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        lrkit.plot(COSINE, **options)
    assert plt.get_fignums() == []


def test_drawing_libraries_are_imported_only_to_draw() -> None:
    """The notebook's view and the sketch need neither of them; drawing on axes that are given needs no pyplot."""
    code = """
import sys, lrkit, lrkit.cli
lrkit.WarmUpLR(0.1, 5)._repr_html_()
print(len(lrkit.plot(lrkit.WarmUpLR(0.1, 5), backend="text").splitlines()))
assert not {"matplotlib", "plotly"} & set(sys.modules), "too early"
from matplotlib.figure import Figure
ax = Figure().subplots()
assert lrkit.plot(lrkit.WarmUpLR(0.1, 5), ax=ax) is ax
assert "matplotlib.pyplot" not in sys.modules, "pyplot"
assert "plotly" not in sys.modules, "plotly"
"""
    assert run_python(code).strip() == "13"


@pytest.mark.parametrize("form", renderers.FORMS)
def test_every_form_of_file_has_a_renderer(form: str, tmp_path: Path) -> None:
    panels = Panels([[make_chart([COSINE])], [make_chart([RAMP])]], [1, 1])
    for picture in (make_chart([COSINE]), panels):
        renderers.save(picture, tmp_path / "picture", form)
        assert (tmp_path / "picture").stat().st_size > 500


def test_a_renderer_is_found_by_its_name_alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """All functions that draw, and the files, go through `renderer`: a stand-in there serves all of them."""
    drawn: list[Any] = []
    stand_in = SimpleNamespace(
        draw=lambda chart, _look, **_options: drawn.append(chart) or "drawn",
        draw_panels=lambda panels, _look, **_options: drawn.append(panels) or "drawn",
        write=lambda drawn, path, *_: path.write_text(drawn),
    )
    monkeypatch.setattr(renderers, "renderer", lambda _name: stand_in)
    monkeypatch.setitem(renderers.FORMS, "ps", "pretend")
    made: list[Any] = [
        lrkit.plot(COSINE, backend="pretend"),
        COSINE.plot(backend="pretend"),
        lrkit.plot_diff(COSINE, RAMP, backend="pretend"),
        lrkit.diff(COSINE, RAMP).plot(backend="pretend"),
        lrkit.plot_groups([{"lr": COSINE}], backend="pretend"),
        lrkit.plot_grid({"a": COSINE}, backend="pretend"),
    ]
    assert made == ["drawn"] * 6
    assert [type(picture) for picture in drawn] == [Chart, Chart, Panels, Panels, Panels, Panels]
    renderers.save(make_chart([COSINE]), tmp_path / "picture.ps", "ps")
    assert (tmp_path / "picture.ps").read_text() == "drawn"
