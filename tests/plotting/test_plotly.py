"""What is drawn with plotly, read back from its traces and from the page."""

from __future__ import annotations

import base64
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest
from curves import COSINE, EVERY_CURVE, LONG, RAMP, STAIRS, last_step

import lrkit
from lrkit import (
    ConstantLR,
    LearningRateSchedule,
    TableLR,
)
from lrkit.chart import make_chart
from lrkit.plotting.renderers import save
from lrkit.plotting.style import THEMES


def decoded(array: Any) -> np.ndarray:
    """An array of a figure's JSON, as the page's JavaScript reads it: a typed array, or plain numbers."""
    if isinstance(array, list):
        return np.array(array)
    kind = {"i1": "<i1", "i2": "<i2", "i4": "<i4", "u1": "<u1", "u2": "<u2", "u4": "<u4", "f8": "<f8"}[array["dtype"]]
    return np.frombuffer(base64.b64decode(array["bdata"]), kind)


@EVERY_CURVE
def test_traces_hold_exactly_the_schedules_values(schedule: LearningRateSchedule) -> None:
    """In the figure, and in the JSON that the page gets."""
    figure = lrkit.plot(schedule, backend="plotly")
    trace = figure.data[0]
    np.testing.assert_array_equal(trace.y, schedule(np.asarray(trace.x)))
    sent = json.loads(figure.to_json())["data"][0]
    at = decoded(sent["x"])
    np.testing.assert_array_equal(decoded(sent["y"]), schedule(at.astype(np.float64)))
    assert at[0] == 0
    assert at[-1] == last_step(schedule)


def test_traces_have_names_colours_and_every_vertex() -> None:
    figure = lrkit.plot(COSINE, STAIRS, backend="plotly", labels=["a", "b"])
    assert isinstance(figure, go.Figure)
    assert [trace.name for trace in figure.data] == ["a", "b"]
    assert [trace.line.simplify for trace in figure.data] == [False, False]
    assert [trace.line.dash for trace in figure.data] == ["solid", "solid"]
    assert [trace.line.color for trace in figure.data] == list(THEMES["light"].colours[:2])
    assert [trace.mode for trace in figure.data] == ["lines", "lines"]
    assert not figure.layout.showlegend  # short names are beside the curves
    assert figure.layout.xaxis.title.text == "step"
    alone = lrkit.plot(COSINE, backend="plotly", steps=5)
    assert not alone.layout.showlegend
    assert alone.data[0].mode == "lines+markers"
    assert alone.layout.title.text == "cosine decay"


def test_a_jump_is_upright_in_a_trace() -> None:
    trace = lrkit.plot(STAIRS, backend="plotly", steps=100).data[0]
    k = trace.x.tolist().index(30)
    assert (trace.x[k - 1], trace.y[k - 1], trace.y[k]) == (np.nextafter(30, 0), 0.1, 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_template_has_no_upload_button_and_the_theme(theme: str) -> None:
    layout = lrkit.plot(COSINE, backend="plotly", theme=theme).layout
    assert "sendChartToCloud" in layout.template.layout.modebar.remove
    assert layout.template.layout.paper_bgcolor == THEMES[theme].background
    assert layout.template.layout.colorway == THEMES[theme].colours
    assert layout.template.layout.yaxis.exponentformat == "power"
    assert layout.template.data.to_plotly_json() == {}


def test_hover_and_alt_text() -> None:
    figure = lrkit.plot(COSINE, RAMP, backend="plotly", labels=["a", "b"])
    assert [trace.hovertemplate for trace in figure.data] == ["%{y:.6~g} (%{y:.4~e})"] * 2
    assert figure.layout.meta == {"alt": make_chart([COSINE, RAMP], labels=["a", "b"]).alt}
    assert lrkit.plot(COSINE, backend="plotly").data[0].hovertemplate.endswith("<extra></extra>")


def test_on_a_logarithmic_axis_the_hover_shows_the_true_rate() -> None:
    figure = lrkit.plot([0.0, 0.4, 0.1], ConstantLR(0.2), steps=3, yscale="log", backend="plotly")
    moved, plain = figure.data
    assert figure.layout.yaxis.type == "log"
    assert moved.y.min() == pytest.approx(0.4 / 1000)
    np.testing.assert_array_equal(moved.customdata, TableLR([0.0, 0.4, 0.1])(moved.x))
    assert moved.hovertemplate == "%{customdata:.6~g} (%{customdata:.4~e})"
    assert plain.hovertemplate == "%{y:.6~g} (%{y:.4~e})"
    assert plain.customdata is None
    assert "rates of 0 are drawn at the lower edge" in [note.text for note in figure.layout.annotations]


def test_epochs_in_plotly() -> None:
    figure = lrkit.plot(LONG, backend="plotly", x="epoch", steps_per_epoch=1000)
    trace = figure.data[0]
    np.testing.assert_array_equal(trace.y, LONG(np.rint(trace.x * 1000)))
    assert trace.x[-1] == 1000
    assert figure.layout.xaxis.title.text == "epoch"


def test_line_options_reach_every_trace_and_keep_every_vertex() -> None:
    figure = lrkit.plot(COSINE, RAMP, backend="plotly", opacity=0.5, line={"width": 7})
    assert [trace.opacity for trace in figure.data] == [0.5, 0.5]
    assert [(trace.line.width, trace.line.simplify) for trace in figure.data] == [(7, False), (7, False)]
    assert figure.data[1].line.color == THEMES["light"].colours[1]


class Links(HTMLParser):
    """Every address that a page names in its tags, and the text of its title."""

    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.attributes: dict[str, dict[str, str | None]] = {}
        self.title = ""
        self.inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.inside = tag
        self.attributes.setdefault(tag, {}).update(dict(attrs))
        self.addresses += [value or "" for name, value in attrs if name in ("src", "href", "action", "data", "srcset")]

    def handle_endtag(self, tag: str) -> None:
        self.inside = ""

    def handle_data(self, data: str) -> None:
        self.title += data if self.inside == "title" else ""


def test_a_saved_page_needs_nothing_from_elsewhere(tmp_path: Path) -> None:
    label = '</script><script src="http://example.org/x.js"></script>'
    chart = make_chart([COSINE], labels=[label], title=f'"mine" {label}')
    save(chart, tmp_path / "a.html", "html", "dark")
    text = (tmp_path / "a.html").read_text(encoding="utf-8")
    links = Links()
    links.feed(text)
    assert links.addresses == []
    assert links.title == chart.title
    assert links.attributes["html"] == {"lang": "en"}
    assert links.attributes["body"]["aria-label"] == chart.alt
    assert links.attributes["meta"]["name"] == "viewport"
    assert "sendChartToCloud" in re.findall(r'"modebar":\{"remove":(\[[^\]]*\])', text)[0]
    assert f"background:{THEMES['dark'].background}" in text
    assert re.search(r'style="height:max\(\d{3}px, min\(100vh, 56vw\)\); width:100%;"', text)


def test_a_million_steps_beside_a_local_plotly_are_small(tmp_path: Path) -> None:
    for name, options in (("a", {}), ("b", {"yscale": "log"})):
        lrkit.plot(LONG, backend="plotly", **options).write_html(
            tmp_path / f"{name}.html", include_plotlyjs="directory"
        )
        assert (tmp_path / f"{name}.html").stat().st_size <= 40 * 1024
    links = Links()
    links.feed((tmp_path / "a.html").read_text(encoding="utf-8"))
    assert links.addresses == ["plotly.min.js"]
