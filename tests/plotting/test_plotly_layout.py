"""How figures of plotly are laid out: room for words, numbers and names once. docs/checks/charts.py looks at pages."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest
from curves import COSINE, RAMP, STAIRS
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path
from random_charts import WORDS, random_picture

import lrkit
from lrkit import ConstantLR
from lrkit.chart import AxisOptions, LoggedRun, Panels, chart_of, make_chart
from lrkit.plotting.plotly import draw as draw_chart
from lrkit.plotting.plotly import draw_panels
from lrkit.plotting.plotly_style import fitted, text_width, wrapped
from lrkit.plotting.renderers import draw
from lrkit.plotting.style import THEMES

LIGHT = THEMES["light"]
LONG_NAMES = [f"a name that is far too long to stand beside a curve, number {k}" for k in range(20)]
GROUPS = {
    "body": {"lr": 0.1 * COSINE, "weight_decay": RAMP, "betas": (RAMP, 0.99)},
    "head": {"lr": COSINE, "weight_decay": 0.0, "betas": (0.9, 0.99)},
}


def axes_of(figure: Any, letter: str) -> list[Any]:
    """The axes of a figure, panel by panel."""
    names = [name for name in figure.layout if re.fullmatch(rf"{letter}axis\d*", name)]
    return [figure.layout[name] for name in sorted(names, key=lambda name: int(name[5:] or 1))]


def texts(figure: Any, name: str) -> list[str]:
    """The annotations of this name."""
    return [note.text for note in figure.layout.annotations if note.name == name]


def panel_heights(figure: Any) -> list[float]:
    """The heights of the panels in pixels, if the legend takes nothing."""
    room = figure.layout.height - figure.layout.margin.t - figure.layout.margin.b
    return [room * (axis.domain[1] - axis.domain[0]) for axis in axes_of(figure, "y")]


# Panels


def test_only_the_lowest_panel_of_each_column_names_and_numbers_the_steps() -> None:
    figure = lrkit.plot_grid(dict.fromkeys("abcde", COSINE), columns=3, steps=100, backend="plotly")
    assert [axis.title.text for axis in axes_of(figure, "x")] == ["", "", "step", "step", "step"]
    assert [axis.showticklabels for axis in axes_of(figure, "x")] == [False, False, True, True, True]
    assert [axis.ticks for axis in axes_of(figure, "x")] == ["", "", "outside", "outside", "outside"]
    charts = [make_chart([COSINE], steps=50), make_chart([RAMP]), make_chart([STAIRS])]
    own = draw_panels(Panels([[chart] for chart in charts], [2.0] * 3, shared=False), LIGHT)
    assert [axis.title.text for axis in axes_of(own, "x")] == ["", "", "step"]
    assert all(axis.showticklabels for axis in axes_of(own, "x"))  # each has its own length
    assert {axis.matches for axis in axes_of(own, "x")} == {None}
    mixed = lrkit.plot_grid({"a": COSINE, "b": lrkit.recipe("gpt3")}, columns=1, backend="plotly")
    assert [axis.title.text for axis in axes_of(mixed, "x")] == ["step", "token"]


def test_rates_are_numbered_once_in_a_row_and_move_together() -> None:
    figure = lrkit.plot_grid({"a": COSINE, "b": 0.5 * COSINE, "c": RAMP}, columns=2, steps=100, backend="plotly")
    y = axes_of(figure, "y")
    assert [axis.showticklabels for axis in y] == [True, False, True]
    assert [axis.matches for axis in y] == [None, "y", None]
    assert len({axis.range for axis in y}) == 1
    assert [axis.matches for axis in axes_of(figure, "x")] == [None, "x", "x"]
    assert all(axis.title.text is None for axis in y)  # nothing is written across a curve
    assert texts(figure, "subtitle") == ["learning rate"]
    assert texts(figure, "heading") == ["a", "b", "c"]


def test_a_single_curve_has_no_legend_whatever_the_title_is() -> None:
    assert not lrkit.plot(COSINE, title="another title", backend="plotly").layout.showlegend


def test_a_grid_of_single_curves_has_no_legend() -> None:
    figure = lrkit.plot_grid({"a": COSINE, "b": RAMP}, backend="plotly")
    assert not figure.layout.showlegend
    assert len({trace.line.color for trace in figure.data}) == 1


def test_one_legend_has_each_name_once_in_one_colour() -> None:
    figure = lrkit.plot_groups(GROUPS, backend="plotly")
    entries = [trace.name for trace in figure.data if trace.showlegend]
    assert entries in (["body", "head"], ["body", "head", "body, head"])
    colours: dict[str, set[str]] = {}
    for trace in figure.data:
        colours.setdefault(trace.name, set()).add(trace.line.color)
    assert all(len(found) == 1 for found in colours.values())
    assert len({trace.legendgroup for trace in figure.data}) == len(colours)  # a click hides a name everywhere
    assert texts(figure, "heading") == ["learning rate", "weight decay", "betas[0]", "betas[1]"]


def test_two_curves_of_one_label_have_an_entry_each() -> None:
    figure = lrkit.plot_diff(COSINE, 0.5 * COSINE, labels=["x", "x"], backend="plotly")
    assert [trace.name for trace in figure.data if trace.showlegend].count("x") == 2
    assert len({trace.line.color for trace in figure.data}) == 3


@pytest.mark.parametrize("many", [2, 9, 20])
def test_a_long_legend_leaves_room_for_the_panels(many: int) -> None:
    """On a telephone a legend of long names took the whole height, and the page was empty.

    A row of a legend is 19 pixels high, measured in Chromium with plotly.js 4.1; there is one name in a row.
    """
    groups = {name: {"lr": COSINE * (k + 1), "weight_decay": 0.1} for k, name in enumerate(LONG_NAMES[:many])}
    for figure in (
        lrkit.plot_groups(groups, backend="plotly"),
        lrkit.plot(*[COSINE] * many, labels=LONG_NAMES[:many], backend="plotly"),
    ):
        legend = sum(19 + 15.6 * trace.name.count("<br>") for trace in figure.data if trace.showlegend)
        inside = figure.layout.height - figure.layout.margin.t - figure.layout.margin.b
        least = min(axis.domain[1] - axis.domain[0] for axis in axes_of(figure, "y"))
        assert (inside - legend) * least >= 100
        assert figure.layout.legend.maxheight is None  # the template's: all of the figure
        assert figure.layout.template.layout.legend.maxheight == 1
        assert all(axis.automargin == "height" for axis in axes_of(figure, "x"))  # so that it is below the numbers


def test_rows_are_apart_and_none_is_flat() -> None:
    for seed in range(60):
        picture, theme = random_picture(seed)
        if not isinstance(picture, Panels):
            continue
        figure = draw(picture, theme, "plotly")
        assert min(panel_heights(figure)) >= 100
        heads = 15.6 * max(text.count("<br>") + 1 for text in texts(figure, "heading")[: len(picture.rows[0])])
        domains = sorted({axis.domain for axis in axes_of(figure, "y")}, reverse=True)
        room = figure.layout.height - figure.layout.margin.t - figure.layout.margin.b
        for above, below in zip(domains, domains[1:], strict=False):
            assert (above[0] - below[1]) * room >= 15.6
        assert figure.layout.margin.t >= heads
        width = 390 - 62 - 16
        assert all((axis.domain[1] - axis.domain[0]) * width >= 30 for axis in axes_of(figure, "x"))


# Names


def test_short_names_are_beside_the_curves_and_long_ones_in_a_legend_below() -> None:
    ends = lrkit.plot({"up": RAMP, "down": COSINE, "half": ConstantLR(0.05)}, backend="plotly")
    assert texts(ends, "name") == ["up", "half", "down"]
    assert not ends.layout.showlegend
    leaders = [note for note in ends.layout.annotations if note.name == "name"]
    by_name = {trace.name: trace.line.color for trace in ends.data}
    assert [note.arrowcolor for note in leaders] == [by_name[note.text] for note in leaders]
    assert [note.y for note in leaders] == [0.1, 0.05, 0.0]  # each points at the end of its curve
    assert [shape.y0 for shape in ends.layout.shapes] == [0.1, 0.05, 0.0]
    assert ends.layout.margin.r < 0.26 * 390
    long = lrkit.plot(COSINE, RAMP, labels=LONG_NAMES[:2], backend="plotly")
    assert texts(long, "name") == []
    assert [trace.name.replace("<br>", " ") for trace in long.data] == LONG_NAMES[:2]
    assert long.layout.template.layout.legend.yref == "container"


def test_names_of_curves_that_end_together_are_listed_in_the_order_of_the_curves() -> None:
    curves = {f"c{k}": COSINE * k for k in range(1, 9)}
    figure = lrkit.plot(curves, backend="plotly")
    listed = [note for note in figure.layout.annotations if note.name == "name"]
    assert [note.text for note in listed] == [f"c{k}" for k in range(8, 0, -1)]
    assert {note.yref for note in listed} == {"paper"}
    assert not figure.layout.shapes
    by_name = {trace.name: trace.line.color for trace in figure.data}
    assert [note.arrowcolor for note in listed] == [by_name[note.text] for note in listed]
    # From the ninth on there are dashes, which a leader does not show.
    more = lrkit.plot({f"c{k}": COSINE * k + 0.01 for k in range(1, 11)}, backend="plotly")
    assert more.layout.showlegend
    assert [trace.line.dash == "solid" for trace in more.data] == [True] * 8 + [False] * 2
    ranks = [trace.legendrank for trace in more.data]
    assert ranks == sorted(ranks, reverse=True)  # the highest first


@pytest.mark.parametrize("size", [11, 12, 17])
def test_no_word_is_wider_than_is_reckoned(size: int) -> None:
    """Measured in DejaVu Sans, the widest of the usual fonts, with matplotlib."""
    font = FontProperties(family="DejaVu Sans", size=size)
    for word in (*WORDS, "The quick brown fox jumps over the lazy dog", "SGDR, AdamW, LARS", "0123456789.5e-04"):
        width, _, _ = text_to_path.get_text_width_height_descent(word, font, ismath=False)
        assert 0.93 * width <= text_width(word, size) <= 1.35 * width + 8


def test_lines_hold_all_words_and_are_no_wider_than_asked() -> None:
    text = "warm up, constant and then an_identifier_without_any_space_that_goes_on"
    lines = wrapped(text, 100)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert max(map(text_width, lines)) <= 100
    assert wrapped("two\nlines", 100) == ["two", "lines"]
    short = fitted(text, 100, 3)
    assert len(short) <= 3
    assert sum(line.count("…") for line in short) == 1
    assert short[0].startswith("warm up")
    assert short[-1].endswith("goes_on"[-4:])


def test_a_long_title_is_in_lines_that_a_telephone_has_room_for() -> None:
    title = "A title of many words that does not fit on one line of a telephone"
    figure = lrkit.plot(COSINE, title=title, backend="plotly")
    lines = figure.layout.title.text.split("<br>")
    assert " ".join(lines) == title
    assert len(lines) > 1
    assert max(text_width(line, 17) for line in lines) <= 390 - 62
    one = lrkit.plot(COSINE, title="A title", backend="plotly")
    assert figure.layout.margin.t == pytest.approx(one.layout.margin.t + 22.1 * (len(lines) - 1))
    assert figure.layout.height - one.layout.height == pytest.approx(22.1 * (len(lines) - 1), abs=1)


# Axes


def test_numbers_of_steps_and_tokens_are_short() -> None:
    """Formats of d3 write G for 1e9, plotly's own writes B, and for 1e12 T."""
    for steps in (999, 10_000, 10_001, 999_999_999):
        axis = lrkit.plot(RAMP, steps=steps, backend="plotly").layout.xaxis
        assert [stop.value for stop in axis.tickformatstops] == [",~f", "~s"]
        assert axis.hoverformat == ",.0f"
    for steps in (1_000_000_001, 15_000_000_000_000):
        axis = lrkit.plot(RAMP, steps=steps, backend="plotly").layout.xaxis
        assert axis.exponentformat == "B"
        assert not axis.tickformatstops
    assert lrkit.plot(RAMP, steps=5, backend="plotly").layout.xaxis.dtick == 1


def test_a_linear_axis_begins_right_below_0_and_a_logarithmic_one_three_powers_of_ten_below_the_peak() -> None:
    low, high = lrkit.plot(ConstantLR(3.0), backend="plotly").layout.yaxis.range
    assert high == pytest.approx(3.15)
    assert -0.05 < low < 0  # so that a line at 0 is seen whole
    axis = lrkit.plot([1.0, 1e-9, 0.1], backend="plotly", yscale="log").layout.yaxis
    assert axis.range[0] == pytest.approx(-3, abs=0.05)
    assert 0 < axis.range[1] < 0.2
    assert axis.nticks == 4  # 1, 0.1, 0.01 and 0.001
    wide = draw_chart(make_chart([[1.0, 1e-100]], yscale="log", ylim=(1e-100, None)), LIGHT)
    assert wide.layout.yaxis.nticks <= 8


def test_the_note_is_below_the_axis_and_has_room() -> None:
    plain = lrkit.plot([1.0, 0.5, 0.1], backend="plotly", yscale="log")
    noted = lrkit.plot([1.0, 0.5, 0.0], backend="plotly", yscale="log")
    (text,) = texts(noted, "note")
    assert text == "rates of 0 are drawn at the lower edge"
    (note,) = [note for note in noted.layout.annotations if note.name == "note"]
    assert (note.yref, note.y, note.yanchor) == ("paper", 0, "top")
    assert noted.layout.margin.b - plain.layout.margin.b >= 14
    assert -note.yshift + 14 <= noted.layout.margin.b
    assert noted.layout.xaxis.title.text == "step"


# Marks, and rows of logs


def test_marks_are_spots_with_their_texts() -> None:
    chart = make_chart([COSINE.warmup(20)], marks=["peak", "end"])
    figure = draw_chart(chart, LIGHT)
    spots = figure.data[-1]
    assert (list(spots.x), list(spots.y)) == ([20, 120], [0.1, 0.0])
    assert not spots.showlegend
    assert list(spots.text) == ["peak 0.1 at 20", "end 0 at 120"]
    assert texts(figure, "mark") == ["peak 0.1 at 20", "end 0 at 120"]
    assert [note.xanchor == "left" for note in figure.layout.annotations if note.name == "mark"][1] is False


def test_texts_of_marks_that_have_no_room_are_left_to_the_hover() -> None:
    chart = make_chart([COSINE * k for k in range(1, 21)], marks=["peak", "end", 50])
    figure = draw_chart(chart, LIGHT)
    spots = figure.data[-1]
    assert len(spots.x) == len(chart.marks)
    assert 3 <= len(texts(figure, "mark")) < len(chart.marks)
    assert spots.hovertemplate == "%{text}<extra></extra>"


def test_rows_of_a_log_are_points_and_many_a_line_that_is_broken_in_gaps() -> None:
    few = draw_chart(chart_of([LoggedRun("log", np.arange(10.0), np.full(10, 0.1))], AxisOptions()), LIGHT).data[0]
    assert few.mode == "markers"
    np.testing.assert_array_equal(few.x, np.arange(10))
    at = np.array([*range(100), *range(200, 300)], float)
    many = draw_chart(chart_of([LoggedRun("log", at, at / 1000)], AxisOptions()), LIGHT).data[0]
    assert many.mode == "lines+markers"
    assert np.flatnonzero(np.isnan(many.y)).tolist() == [100]
    assert not many.connectgaps
    np.testing.assert_array_equal(many.y[101:], at[100:] / 1000)


def test_panels_of_logs_and_schedules_have_one_range() -> None:
    log = chart_of([LoggedRun("log", np.arange(10.0), np.full(10, 0.4))], AxisOptions())
    figure = draw_panels(Panels([[log], [make_chart([COSINE], steps=10)]], [2.0, 2.0]), LIGHT)
    assert len({axis.range for axis in axes_of(figure, "y")}) == 1
