"""What the renderers draw, read back: artists, traces, characters, files."""

from __future__ import annotations

import base64
import html
import io
import json
import re
import subprocess
import sys
from html.parser import HTMLParser
from itertools import combinations
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import matplotlib as mpl
import numpy as np
import pytest
from processes import LIMIT

mpl.use("Agg")

import matplotlib.pyplot as plt
import plotly.graph_objects as go
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.lines import Line2D
from matplotlib.text import Annotation
from PIL import Image

import lrkit
from lrkit import (
    ConstantLR,
    CosineDecayLR,
    ExponentialDecayLR,
    InverseDecayLR,
    LearningRateSchedule,
    PiecewiseConstantLR,
    PolynomialDecayLR,
    TableLR,
    WarmUpLR,
)
from lrkit.chart import make_chart
from lrkit.plotting import mpl as renderer
from lrkit.plotting import plotly as page
from lrkit.plotting.labels import label_spots
from lrkit.plotting.style import DASHES, THEMES, dash
from lrkit.plotting.text import sketch

COSINE = CosineDecayLR(0, 0.1, 100)
RAMP = WarmUpLR(0.1, 100)
STAIRS = PiecewiseConstantLR([30, 60, 90], [0.1, 0.05, 0.01])
LONG = CosineDecayLR(0, 0.1, 999_995).warmup(5)
CURVES = {
    "cosine": COSINE,
    "stairs": STAIRS,
    "restarts": COSINE.repeat(100, 3),
    "a million": LONG,
    "negative": -COSINE,
    "zero": ConstantLR(0),
    "table": TableLR([0.1, 0.3, 0.2]),
    "huge": ConstantLR(0.1).then(ConstantLR(0.05), 2**52).hold(2**53),
}


def last_step(schedule: LearningRateSchedule) -> int:
    """Where a picture ends: at the horizon, and of a list at its last rate."""
    return schedule.horizon - isinstance(schedule, TableLR)


EVERY_CURVE = pytest.mark.parametrize("schedule", CURVES.values(), ids=CURVES)
AWKWARD = ["a_$b$", "_under", "<b>x", r"$\frac$", "%{y} &amp; 100%", "$", 'quote"', "__"]


@pytest.fixture(autouse=True)
def _no_figures() -> Any:
    plt.close("all")
    yield
    plt.close("all")


def run_python(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=LIMIT)
    assert done.returncode == 0, done.stderr
    return done.stdout


# matplotlib -----------------------------------------------------------------------------------------------------


@EVERY_CURVE
def test_lines_hold_exactly_the_schedules_values(schedule: LearningRateSchedule) -> None:
    ax = lrkit.plot(schedule)
    line = ax.lines[0]
    at = np.asarray(line.get_xdata())
    np.testing.assert_array_equal(line.get_ydata(), schedule(at))
    assert at[0] == 0
    assert at[-1] == last_step(schedule)


def test_each_curve_is_a_line_of_its_own() -> None:
    ax = lrkit.plot(COSINE, RAMP, [0.1, 0.05], labels=["a", "b", "c"], steps=40)
    assert [line.get_label() for line in ax.lines] == ["a", "b", "c"]
    np.testing.assert_array_equal(ax.lines[0].get_ydata(), COSINE(np.arange(40)))
    np.testing.assert_array_equal(ax.lines[1].get_ydata(), RAMP(np.arange(40)))
    np.testing.assert_array_equal(ax.lines[2].get_ydata()[[0, -1]], [0.1, 0.05])
    assert ax.get_xlabel() == "step"
    assert ax.get_ylabel() == "learning rate"
    assert ax.get_title(loc="left") == ""


def test_the_method_draws_the_same_line() -> None:
    assert (
        COSINE.plot(steps=50).lines[0].get_xydata().tolist()
        == lrkit.plot(COSINE, steps=50).lines[0].get_xydata().tolist()
    )


def test_jumps_are_upright_lines() -> None:
    points = lrkit.plot(STAIRS, steps=100).lines[0].get_xydata()
    for at, before, after in ((30, 0.1, 0.05), (60, 0.05, 0.01)):
        k = points[:, 0].tolist().index(at)
        assert points[k - 1].tolist() == [np.nextafter(at, 0), before]
        assert points[k].tolist() == [at, after]


def test_epochs_on_the_horizontal_axis() -> None:
    ax = lrkit.plot(COSINE, x="epoch", steps_per_epoch=8, steps=81)
    np.testing.assert_array_equal(ax.lines[0].get_xdata(), np.arange(81) / 8)
    np.testing.assert_array_equal(ax.lines[0].get_ydata(), COSINE(np.arange(81)))
    assert ax.get_xlabel() == "epoch"


def notes_of(ax: Axes) -> str:
    return " ".join(text.get_text().replace("\n", " ") for text in ax.texts)


def test_a_logarithmic_axis_shows_zeros_at_the_edge_and_says_so() -> None:
    ax = lrkit.plot([0.0, 0.4, 0.1], steps=4, yscale="log")
    assert ax.get_yscale() == "log"
    drawn = ax.lines[0].get_ydata()
    assert set(drawn) == {0.05, 0.4, 0.1}
    assert notes_of(ax) == "rates of 0 are drawn at the lower edge"
    assert ax.get_ylim()[0] <= 0.05


def test_the_caption_counts_the_steps_drawn() -> None:
    ax = lrkit.plot(LONG)
    drawn = (np.asarray(ax.lines[0].get_xdata()) % 1 == 0).sum()
    assert f"drawn from {drawn:,} of 1,000,001 steps" in notes_of(ax)
    assert "drawn from" not in notes_of(lrkit.plot(COSINE))


def test_a_new_figure_has_one_axes_and_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("show", "pause", "draw"):
        monkeypatch.setattr(plt, name, lambda *_a, **_k: pytest.fail("the picture was shown"))
    ax = lrkit.plot(COSINE)
    assert plt.get_fignums() == []
    assert ax.figure.axes == [ax]


def test_only_the_axes_given_are_touched() -> None:
    figure, (left, right) = plt.subplots(1, 2)
    right.plot([1, 2], [3, 4])
    right.set_title("mine", loc="left")
    other = plt.figure()
    before = (right.get_xlim(), right.get_ylim(), right.get_title(loc="left"), len(right.get_children()))
    layout, size = figure.get_layout_engine(), figure.get_size_inches().tolist()
    assert lrkit.plot(COSINE, RAMP, ax=left) is left
    assert len(left.lines) == 2
    assert plt.get_fignums() == [1, 2]
    assert plt.gcf() is other
    assert figure.axes == [left, right]
    assert (right.get_xlim(), right.get_ylim(), right.get_title(loc="left"), len(right.get_children())) == before
    assert (figure.get_layout_engine(), figure.get_size_inches().tolist()) == (layout, size)


def test_what_is_on_the_axes_already_stays() -> None:
    _, ax = plt.subplots()
    (own,) = ax.plot([0, 100], [0.02, 0.1], label="mine $x^2$")
    ax.set_title("my title", loc="left")
    lrkit.plot(COSINE, RAMP, COSINE * 0.5, RAMP * 0.5, COSINE * 0.3, ax=ax)
    assert ax.lines[0] is own
    assert ax.get_title(loc="left") == "my title"
    texts = ax.get_legend().get_texts()
    assert [text.get_text() for text in texts][:2] == ["mine $x^2$", "cosine decay (1)"]
    assert [text.get_parse_math() for text in texts] == [True, False, False, False, False, False]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_no_setting_of_matplotlib_changes(theme: str, tmp_path: Path) -> None:
    before = dict(mpl.rcParams)
    lrkit.plot(COSINE, theme=theme)
    renderer.save(make_chart([COSINE]), tmp_path / "a.svg", "svg", theme)
    assert dict(mpl.rcParams) == before


def test_no_setting_of_matplotlib_changes_for_a_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings are one for all threads: what one of them sets, another may be drawing with."""
    monkeypatch.setattr(mpl.RcParams, "__setitem__", lambda *_: pytest.fail("a setting was changed"))
    own = plt.Figure().subplots()
    for ax in (None, own):
        lrkit.plot(COSINE, RAMP, ax=ax, theme="dark", steps_per_epoch=7, yscale="log").figure.savefig(io.BytesIO())
    for panels in (
        lrkit.plot_grid({"a": COSINE, "b": RAMP}),
        lrkit.plot_groups([{"lr": COSINE}, {"lr": 0.1}]),
        lrkit.plot_diff(COSINE, RAMP),
    ):
        panels[0].figure.savefig(io.BytesIO())


@pytest.mark.parametrize("sheet", ["default", "ggplot", "dark_background", "classic"])
def test_the_look_is_ours_whatever_the_users_style(sheet: str) -> None:
    """Colours, grid and spines; the letters are the user's."""
    with plt.style.context(sheet):
        ax = lrkit.plot(COSINE, RAMP)
        ax.figure.canvas.draw()
    look = THEMES["light"]
    assert to_hex(ax.figure.get_facecolor()) == look.background
    assert to_hex(ax.get_facecolor(), keep_alpha=True)[-2:] == "00"
    assert [to_hex(line.get_color()) for line in ax.lines] == [colour.lower() for colour in look.colours[:2]]
    assert {line.get_linewidth() for line in ax.lines} == {2}
    assert [ax.spines[side].get_visible() for side in ("top", "right", "left", "bottom")] == [False, False, True, True]
    assert {to_hex(spine.get_edgecolor()) for spine in ax.spines.values()} == {look.faint}
    texts = [ax.xaxis.label, ax.yaxis.label, *ax.get_xticklabels(), *ax.get_yticklabels()]
    assert {to_hex(text.get_color()) for text in texts} == {look.ink}
    assert [line.get_visible() for line in ax.get_xgridlines()] == [False] * len(ax.get_xgridlines())
    assert {(line.get_visible(), to_hex(line.get_color())) for line in ax.get_ygridlines()} == {(True, look.grid)}


def test_the_users_axes_keep_their_own_look() -> None:
    """Only curves, labels and the title are drawn on them."""
    ax, plain = (plt.Figure().subplots() for _ in range(2))
    lrkit.plot(COSINE, ax=ax, theme="dark")
    assert ax.get_facecolor() == plain.get_facecolor()
    assert [s.get_edgecolor() for s in ax.spines.values()] == [s.get_edgecolor() for s in plain.spines.values()]
    assert {text.get_color() for text in ax.get_xticklabels()} == {"black"}
    assert ax.xaxis.label.get_color() == plain.xaxis.label.get_color()


def test_nothing_is_left_open_when_drawing_fails() -> None:
    with pytest.raises(TypeError, match=r"plot: .*sparkles"):
        lrkit.plot(COSINE, sparkles=3)
    assert plt.get_fignums() == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_themes(theme: str) -> None:
    look = THEMES[theme]
    ax = lrkit.plot(COSINE, RAMP, theme=theme)
    assert to_hex(ax.figure.get_facecolor()) == look.background
    assert [to_hex(line.get_color()) for line in ax.lines] == [colour.lower() for colour in look.colours[:2]]
    assert to_hex(ax.xaxis.label.get_color()) == look.ink
    names = [text for text in ax.texts if text.get_text() in ("cosine decay", "warm up")]
    assert [to_hex(text.get_color()) for text in names] == [look.ink] * 2


def contrast(one: str, other: str) -> float:
    """WCAG 2's contrast ratio of two colours."""

    def luminance(colour: str) -> float:
        parts = np.array([int(colour[k : k + 2], 16) for k in (1, 3, 5)]) / 255
        linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
        return float(linear @ [0.2126, 0.7152, 0.0722])

    low, high = sorted([luminance(one), luminance(other)])
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("look", THEMES.values(), ids=THEMES)
def test_colours_stand_out_from_the_background(look: Any) -> None:
    """WCAG 2 asks for 3:1 of graphics and for 4.5:1 of text."""
    assert all(contrast(colour, look.background) >= 3 for colour in look.colours)
    assert contrast(look.ink, look.background) >= 4.5
    assert contrast(look.faint, look.background) >= 4.5


# How a deficiency mixes linear red, green and blue: Machado, Oliveira and Fernandes, "A Physiologically-based Model for
# Simulation of Color Vision Deficiency", IEEE TVCG 15(6), 2009, at full severity.
DEFICIENCIES = {
    "none": np.eye(3),
    "protan": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deutan": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritan": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}


def oklab(colour: str, deficiency: Any) -> Any:
    """A colour as it is seen, in the coordinates of Ottosson's OKLab, whose distances are what the eye makes them."""
    parts = np.array([int(colour[k : k + 2], 16) for k in (1, 3, 5)]) / 255
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    seen = np.clip(np.asarray(deficiency) @ linear, 0, 1)
    cones = [[0.4122214708, 0.5363325363, 0.0514459929], [0.2119034982, 0.6806995451, 0.1073969566],
             [0.0883024619, 0.2817188376, 0.6299787005]]  # fmt: skip
    axes = [[0.2104542553, 0.7936177850, -0.0040720468], [1.9779984951, -2.4285922050, 0.4505937099],
            [0.0259040371, 0.7827717662, -0.8086757660]]  # fmt: skip
    return np.array(axes) @ np.cbrt(np.array(cones) @ seen)


@pytest.mark.parametrize("deficiency", DEFICIENCIES)
@pytest.mark.parametrize("look", THEMES.values(), ids=THEMES)
def test_colours_are_told_apart_with_a_colour_vision_deficiency(look: Any, deficiency: str) -> None:
    """The usual palettes have two colours closer than 0.01 (two blues of plotly's to a protanope: 0.005)."""
    seen = [oklab(colour, DEFICIENCIES[deficiency]) for colour in look.colours]
    apart = [np.linalg.norm(one - other) for one, other in combinations(seen, 2)]
    assert min(apart) > 0.07
    plotlys = [oklab(colour, DEFICIENCIES["protan"]) for colour in ("#636efa", "#ab63fa")]
    assert np.linalg.norm(plotlys[0] - plotlys[1]) < 0.01  # the measure sees it


def test_twenty_five_curves_differ_in_colour_or_dash() -> None:
    ax = lrkit.plot(*[COSINE * (k + 1) for k in range(25)])
    assert len({(line.get_color(), str(line._unscaled_dash_pattern)) for line in ax.lines}) == 25
    assert len({(k % 5, dash(k)) for k in range(25)}) == 25
    assert dash(0) == DASHES[0] == ()


def test_line_options_reach_every_line() -> None:
    ax = lrkit.plot(COSINE, RAMP, lw=5, ls=":", c="red", alpha=0.5)
    for line in ax.lines:
        assert (line.get_linewidth(), line.get_linestyle(), line.get_color(), line.get_alpha()) == (5, ":", "red", 0.5)
    swatches = [text for text in ax.texts if text.get_text() == "●"]
    assert [text.get_color() for text in swatches] == ["red", "red"]


@pytest.mark.parametrize("backend", ["matplotlib", "plotly", "text"])
def test_awkward_labels_are_shown_as_they_are(backend: str) -> None:
    """With five and more curves the names are in a legend, with two beside the curves."""
    many = lrkit.plot(*[COSINE * k for k in range(1, 9)], labels=AWKWARD, backend=backend, title="$ti_tle$\n<i>two")
    if backend == "matplotlib":
        many.figure.canvas.draw()
        texts = many.get_legend().get_texts()
        assert [text.get_text() for text in texts] == AWKWARD
        assert not any(text.get_parse_math() for text in texts)
        assert many.get_title(loc="left") == "$ti_tle$\n<i>two"
        assert not many._left_title.get_parse_math()
        for pair in (AWKWARD[0:2], AWKWARD[2:4]):
            few = lrkit.plot(COSINE, RAMP, labels=pair)
            few.figure.canvas.draw()
            shown = [text for text in few.texts if text.get_text() in pair]
            assert [text.get_text() for text in shown] == pair
            assert not any(text.get_parse_math() for text in shown)
    elif backend == "plotly":
        assert [html.unescape(trace.name) for trace in many.data] == AWKWARD
        assert not any(set("<$") & set(trace.name) or "%{" in trace.name for trace in many.data)
        assert many.layout.title.text == "&#36;ti_tle&#36;<br>&lt;i&gt;two"
    else:
        lines = many.splitlines()
        assert lines[0] == "$ti_tle$ <i>two"
        assert [line for line in lines if line in AWKWARD] == AWKWARD


def test_long_titles_are_broken_not_cut() -> None:
    title = "a very long title that says everything there is to say about this schedule, and then goes on a bit more"
    ax = lrkit.plot(COSINE, title=title)
    ax.figure.canvas.draw()
    shown = ax.get_title(loc="left")
    assert shown.split() == title.split()
    left_title = ax._left_title
    assert left_title.get_window_extent().x1 <= ax.figure.bbox.x1
    assert left_title.get_window_extent().y1 <= ax.figure.bbox.y1


@pytest.mark.parametrize("steps", [1, 2, 5])
def test_few_steps_have_marks_and_whole_ticks(steps: int) -> None:
    ax = lrkit.plot(RAMP, steps=steps)
    assert ax.lines[0].get_marker() == "o"
    low, high = ax.get_xlim()
    ticks = [tick for tick in ax.get_xticks() if low <= tick <= high]
    assert ticks == list(range(steps))
    assert lrkit.plot(RAMP, steps=31).lines[0].get_marker() == "None"


@pytest.mark.parametrize(
    ("rate", "above"), [(0.1, ""), (1e-3, "×10⁻³"), (2e-12, "×10⁻¹²"), (5e4, "×10⁴"), (-1e-5, "×10⁻⁵")]
)
def test_rates_at_the_ticks_times_the_power_of_ten_above_them(rate: float, above: str) -> None:
    ax = lrkit.plot([0.0, rate], steps=3)
    ax.figure.canvas.draw()
    assert ax.yaxis.get_offset_text().get_text() == above
    power = int(above[3:].translate(str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")) or 0)
    shown = [float(text.get_text().replace("−", "-")) * 10.0**power for text in ax.get_yticklabels()]
    np.testing.assert_allclose(shown, ax.get_yticks(), rtol=1e-9, atol=1e-9 * abs(rate))


def test_phases_are_named_above_and_divided_by_lines() -> None:
    ax = lrkit.plot(WarmUpLR(0.1, 40).then(ConstantLR(0.1), 40).then(COSINE, 60), steps=100)
    assert [line.get_xdata()[0] for line in ax.lines[1:]] == [40, 60]
    named = {text.get_text(): text.xy[0] for text in ax.texts}
    assert named == {"warm up": 20, "constant": 50, "cosine decay": 80}
    ax.figure.canvas.draw()
    boxes = [text.get_window_extent() for text in ax.texts]
    below_title = ax._left_title.get_window_extent().y0
    assert all(box.y1 <= below_title for box in boxes)
    assert not any(a.overlaps(b) for k, a in enumerate(boxes) for b in boxes[:k])


@pytest.mark.parametrize("size", [8, 10, 18])
def test_the_caption_is_clear_of_the_axis_whatever_the_letters(size: int) -> None:
    with plt.rc_context({"font.size": size}):
        ax = lrkit.plot(CosineDecayLR(0, 1e-3, 9500).warmup(500), yscale="log")
        ax.figure.canvas.draw()
    caption = next(text for text in ax.texts if "drawn from" in text.get_text()).get_window_extent()
    assert caption.y1 <= ax.xaxis.label.get_window_extent().y0
    assert caption.y0 >= 0
    assert caption.x0 >= 0
    assert caption.x1 <= ax.figure.bbox.x1


def test_the_caption_of_a_small_plot_stays_under_it() -> None:
    figure, axes = plt.subplots(2, 2, figsize=(8, 5), layout="constrained")
    for ax in axes.flat:
        lrkit.plot(CosineDecayLR(0, 1e-3, 9500).warmup(500), yscale="log", ax=ax)
    figure.canvas.draw()
    captions = [next(t for t in ax.texts if "drawn from" in t.get_text()).get_window_extent() for ax in axes.flat]
    for k, caption in enumerate(captions):
        assert not any(caption.overlaps(other) for other in captions[:k])
        assert not any(caption.overlaps(ax.bbox) for ax in axes.flat)


# Names beside the curves ----------------------------------------------------------------------------------------

FAMILIES: dict[str, list[LearningRateSchedule]] = {
    "crossing": [COSINE, RAMP, ConstantLR(0.05)],
    "default": [
        CosineDecayLR(0, 1e-3, 9500).warmup(500),
        PolynomialDecayLR(1e-3, 0, 9500, 1.0).warmup(500),
        InverseDecayLR(1e-3, 1, 1500).warmup(500),
        ConstantLR(1e-3).warmup(500),
    ],
    "stairs": [ExponentialDecayLR(0.1, 0.5, 10, is_stair=True), STAIRS],
    "restarts": [COSINE.repeat(100, 4), ConstantLR(0.15)],
    "signs": [COSINE, -COSINE],
    "apart": [ConstantLR(0.1), ConstantLR(0.2), ConstantLR(0.3), ConstantLR(0.4)],
}


def names_of(ax: Axes) -> list[Annotation]:
    return [text for text in ax.texts if isinstance(text, Annotation) and text.get_text() != "●"]


def distance(box: Any, line: Line2D) -> float:
    """The pixels between a box and a line, 0 if they touch: every point of the line, looked at closely."""
    x, y = line.axes.transData.transform(line.get_xydata()).T
    dense = np.linspace(x[0], x[-1], 20_000)
    x, y = np.concatenate([x, dense]), np.concatenate([y, np.interp(dense, x, y)])
    across = np.maximum(0, np.maximum(box.x0 - x, x - box.x1))
    along = np.maximum(0, np.maximum(box.y0 - y, y - box.y1))
    return float(np.hypot(across, along).min())


@pytest.mark.parametrize(
    ("family", "yscale"),
    [*((family, "linear") for family in FAMILIES), *((family, "log") for family in FAMILIES if family != "signs")],
)
def test_names_stand_beside_their_own_curves_and_clear_of_all_others(family: str, yscale: str) -> None:
    """On the picture as drawn, in pixels: each name is nearest to its own curve, and touches nothing."""
    schedules = FAMILIES[family]
    ax = lrkit.plot(*schedules, yscale=yscale, labels=[f"curve {k}" for k in range(len(schedules))])
    ax.figure.canvas.draw()
    names = [text for text in names_of(ax) if text.get_text().startswith("curve")]
    if not names:
        assert [text.get_text() for text in ax.get_legend().get_texts()] == [line.get_label() for line in ax.lines]
        assert yscale == "log"
        return
    assert ax.get_legend() is None
    assert [text.get_text() for text in names] == [line.get_label() for line in ax.lines]
    boxes = [text.get_window_extent() for text in names]
    for k, box in enumerate(boxes):
        gaps = [distance(box, line) for line in ax.lines]
        assert min(gaps) == gaps[k] > 0
        assert all(gap >= 8 for j, gap in enumerate(gaps) if j != k)
        assert not any(box.overlaps(other) for other in boxes[:k])
        assert ax.bbox.x0 < box.x0
        assert box.x1 < ax.bbox.x1
        assert ax.bbox.y0 < box.y0
        assert box.y1 < ax.bbox.y1


@pytest.mark.parametrize(
    "schedules",
    [
        [COSINE, COSINE],
        [COSINE * k for k in range(1, 6)],
        {"a name that is so long that it goes from one side of the picture to the other, and on": COSINE, "b": RAMP},
    ],
    ids=["the same", "five", "long names"],
)
def test_names_go_to_a_legend_where_they_do_not_fit(schedules: Any) -> None:
    ax = lrkit.plot(*(schedules if isinstance(schedules, list) else [schedules]))
    shown = [" ".join(text.get_text().split("\n")) for text in ax.get_legend().get_texts()]
    assert shown == [line.get_label() for line in ax.lines]
    ax.figure.canvas.draw()
    assert ax.get_legend().get_window_extent().width < ax.bbox.width
    assert names_of(ax) == []
    handles = ax.get_legend().get_lines()
    assert [to_hex(handle.get_color()) for handle in handles] == [to_hex(line.get_color()) for line in ax.lines]


def test_a_name_has_room_for_its_letters() -> None:
    """Ms are half as wide again as the average letter."""
    ax = lrkit.plot(ConstantLR(0.1), ConstantLR(0.3), labels=["M" * 40, "i" * 40])
    ax.figure.canvas.draw()
    assert all(text.get_window_extent().x1 < ax.bbox.x1 for text in names_of(ax))
    assert [text.get_text() for text in names_of(ax)] == ["M" * 40, "i" * 40]


def test_names_keep_clear_of_what_was_there_before() -> None:
    _, ax = plt.subplots(figsize=(8, 4.5))
    for height in (0.32, 0.35, 0.38, 0.42):
        ax.plot([0, 100], [height, height], color="grey")
    lrkit.plot(ConstantLR(0.1), ConstantLR(0.4), labels=["a", "b"], ax=ax)
    assert ax.get_legend() is not None
    assert names_of(ax) == []


def flat(height: float) -> tuple[np.ndarray, np.ndarray]:
    return np.array([0.0, 1.0]), np.array([height, height])


def test_spots_beside_flat_lines() -> None:
    """The upper line at 0.8 has its name above it or below, 0.02 away; so has the lower at 0.2."""
    (upper, lower) = label_spots([flat(0.8), flat(0.2)], [0.1, 0.1], 0.06)
    assert upper[1] == pytest.approx(0.82) or upper[1] == pytest.approx(0.8 - 0.02 - 0.06)
    assert lower[1] == pytest.approx(0.22) or lower[1] == pytest.approx(0.2 - 0.02 - 0.06)


def test_two_names_in_one_gap_stand_side_by_side() -> None:
    """There is no room above the upper line, at 0.65, or below the lower, at 0.5; between them, for one at a time."""
    spots = label_spots([flat(0.5), flat(0.65)], [0.3, 0.3], 0.06, [flat(0.42), flat(0.73)])
    assert spots is not None
    (first, low), (second, high) = spots
    assert (low, high) == (pytest.approx(0.52), pytest.approx(0.65 - 0.02 - 0.06))
    assert abs(first - second) > 0.3


def test_no_name_far_from_a_steep_line() -> None:
    """Another line is right above. Below a falling line the mark, on the left, is far off; below a rising one, near."""
    falling, rising = (np.array([0.0, 1.0]), np.array([1.2, 0.2])), (np.array([0.0, 1.0]), np.array([0.2, 1.2]))
    others = [(np.array([0.0, 1.0]), line[1] + 0.07) for line in (falling, rising)]
    assert label_spots([falling, flat(0.05)], [0.3, 0.1], 0.06, others[:1]) is None
    assert label_spots([rising, flat(0.05)], [0.3, 0.1], 0.06, others[1:]) is not None


@pytest.mark.parametrize(
    ("heights", "width", "others"),
    [
        ([0.5], 0.1, []),
        ([0.5, 0.505], 0.1, []),
        ([0.9, 0.1], 0.97, []),
        ([0.5, 0.1], 0.1, [0.55, 0.45]),
        ([0.1, 0.3, 0.5, 0.7, 0.9], 0.1, []),
    ],
    ids=["one line", "too close", "too wide", "between others", "too many"],
)
def test_no_spots(heights: list[float], width: float, others: list[float]) -> None:
    lines = [flat(height) for height in heights]
    assert label_spots(lines, [width] * len(lines), 0.06, [flat(height) for height in others]) is None


# Files ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["png", "svg", "pdf"])
def test_the_same_chart_gives_the_same_bytes(form: str, tmp_path: Path) -> None:
    for name in ("a", "b"):
        renderer.save(make_chart([COSINE, STAIRS], yscale="log"), tmp_path / name, form)
    data = (tmp_path / "a").read_bytes()
    assert data == (tmp_path / "b").read_bytes()
    assert data[:4] == {"png": b"\x89PNG", "svg": b"<?xm", "pdf": b"%PDF"}[form]
    assert plt.get_fignums() == []


def test_an_svg_has_the_alt_text_as_its_title(tmp_path: Path) -> None:
    chart = make_chart([COSINE], labels=["<curve> & co"])
    renderer.save(chart, tmp_path / "a.svg", "svg")
    root = ET.parse(tmp_path / "a.svg").getroot()
    assert root[0].tag == "{http://www.w3.org/2000/svg}title"
    assert root[0].text == chart.alt == "<curve> & co: starts at 0.1, ends at 0 at step 100."
    links = [value for part in root.iter() for name, value in part.attrib.items() if name.endswith(("href", "src"))]
    assert links
    assert all(link.startswith("#") for link in links)


def test_a_png_has_the_alt_text_as_its_description(tmp_path: Path) -> None:
    chart = make_chart([COSINE.warmup(20)], title="mine")
    renderer.save(chart, tmp_path / "a.png", "png")
    with Image.open(tmp_path / "a.png") as image:
        assert image.text["Description"] == chart.alt
        assert image.text["Title"] == "mine"
        assert image.size == (1280, 720)


def test_a_dark_png_is_dark(tmp_path: Path) -> None:
    renderer.save(make_chart([COSINE]), tmp_path / "a.png", "png", "dark")
    with Image.open(tmp_path / "a.png") as image:
        assert image.convert("RGB").getpixel((2, 2)) == (0x1B, 0x1F, 0x24)


def test_a_pdf_has_the_alt_text_as_its_subject(tmp_path: Path) -> None:
    renderer.save(make_chart([COSINE], labels=["curve"]), tmp_path / "a.pdf", "pdf")
    assert b"/Subject (curve: starts at 0.1, ends at 0 at step 100.)" in (tmp_path / "a.pdf").read_bytes()


# plotly ---------------------------------------------------------------------------------------------------------


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


def test_traces_have_names_dashes_and_every_vertex() -> None:
    figure = lrkit.plot(COSINE, STAIRS, backend="plotly", labels=["a", "b"])
    assert isinstance(figure, go.Figure)
    assert [trace.name for trace in figure.data] == ["a", "b"]
    assert [trace.line.simplify for trace in figure.data] == [False, False]
    assert [trace.line.dash for trace in figure.data] == ["solid", "12.5px,4.5px"]
    assert [trace.mode for trace in figure.data] == ["lines", "lines"]
    assert figure.layout.showlegend
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
def test_the_template_closes_plotlys_traps(theme: str) -> None:
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
    assert moved.y.min() == 0.05
    np.testing.assert_array_equal(moved.customdata, TableLR([0.0, 0.4, 0.1])(moved.x))
    assert moved.hovertemplate == "%{customdata:.6~g} (%{customdata:.4~e})"
    assert plain.hovertemplate == "%{y:.6~g} (%{y:.4~e})"
    assert plain.customdata is None
    assert "rates of 0 are drawn at the lower edge" in figure.layout.xaxis.title.text


def test_epochs_and_caption_in_plotly() -> None:
    figure = lrkit.plot(LONG, backend="plotly", x="epoch", steps_per_epoch=1000)
    trace = figure.data[0]
    np.testing.assert_array_equal(trace.y, LONG(np.rint(trace.x * 1000)))
    assert trace.x[-1] == 1000
    lines = re.split(r"<br>|<[^>]*>", figure.layout.xaxis.title.text)
    assert lines[0] == "epoch"
    assert f"drawn from {len(trace.x):,} of 1,000,001 steps" in lines


def test_line_options_reach_every_trace_and_keep_every_vertex() -> None:
    figure = lrkit.plot(COSINE, RAMP, backend="plotly", opacity=0.5, line={"width": 7})
    assert [trace.opacity for trace in figure.data] == [0.5, 0.5]
    assert [(trace.line.width, trace.line.simplify) for trace in figure.data] == [(7, False), (7, False)]
    assert figure.data[1].line.dash == "12.5px,4.5px"


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
    page.save(chart, tmp_path / "a.html", "dark")
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


def test_a_million_steps_beside_a_local_plotly_are_small(tmp_path: Path) -> None:
    for name, options in (("a", {}), ("b", {"yscale": "log"})):
        lrkit.plot(LONG, backend="plotly", **options).write_html(
            tmp_path / f"{name}.html", include_plotlyjs="directory"
        )
        assert (tmp_path / f"{name}.html").stat().st_size <= 40 * 1024
    links = Links()
    links.feed((tmp_path / "a.html").read_text(encoding="utf-8"))
    assert links.addresses == ["plotly.min.js"]


# Terminal -------------------------------------------------------------------------------------------------------


def panel_of(text: str) -> list[str]:
    return [line.partition("┤")[2] for line in text.splitlines() if "┤" in line]


def dots_of(text: str, columns: int) -> np.ndarray:
    """The dots of a braille sketch, row 0 at the top: Unicode numbers a cell's dots by columns, the last row apart."""
    bits = {(0, 0): 0, (1, 0): 1, (2, 0): 2, (0, 1): 3, (1, 1): 4, (2, 1): 5, (3, 0): 6, (3, 1): 7}
    rows = panel_of(text)
    dots = np.zeros((4 * len(rows), 2 * columns), bool)
    for r, row in enumerate(rows):
        for c, cell in enumerate(row):
            for (down, right), bit in bits.items():
                dots[4 * r + down, 2 * c + right] = cell != " " and (ord(cell) - 0x2800) >> bit & 1
    return dots


@pytest.mark.parametrize("schedule", [RAMP, COSINE, COSINE.warmup(30), COSINE.repeat(25, 4), -COSINE, LONG], ids=repr)
def test_the_dots_of_a_sketch_are_at_the_curves_height(schedule: LearningRateSchedule) -> None:
    """Within a dot, of the rates in the column's part of the run; the chart spans the curve's own range."""
    width, height = 80, 10
    dots = dots_of(sketch(make_chart([schedule]), width, height), width - 12)
    rows, columns = dots.shape
    assert dots.any(axis=0).all()
    assert dots[0].any()
    assert dots[-1].any()
    last = schedule.horizon
    every = schedule(np.linspace(0, last, 200_001))
    low, high = every.min(), every.max()
    level = (every - low) / (high - low) * (rows - 1)
    where = np.linspace(0, columns - 1, 200_001)
    for column in range(columns):
        lit = rows - 1 - np.flatnonzero(dots[:, column])
        near = level[np.abs(where - column) <= 1.01]
        assert near.min() - 1 <= lit.min()
        assert lit.max() <= near.max() + 1


def test_a_jump_in_a_sketch_is_an_upright_line() -> None:
    dots = dots_of(sketch(make_chart([PiecewiseConstantLR([50, 100], [0.2, 0.1])], steps=100)), 68)
    assert dots.all(axis=0).sum() == 1
    left, right = dots[0].sum(), dots[-1].sum()
    assert abs(left - right) <= 2
    assert left + right == dots.shape[1] + 1


@pytest.mark.parametrize("ascii_only", [False, True])
@pytest.mark.parametrize("width", [24, 40, 80, 120])
@pytest.mark.parametrize("steps", [1, 2, 10, 1000, 1_000_000, 2**53])
def test_a_sketch_is_as_wide_as_asked_however_long_the_run(steps: int, width: int, ascii_only: bool) -> None:
    chart = make_chart([COSINE, RAMP], steps=steps, title="a title → " * 20, labels=["é" * 200, "漢" * 200])
    lines = sketch(chart, width, ascii_only=ascii_only).splitlines()
    assert len(lines) == 1 + 2 * (1 + 6) + 2
    assert len(lines[-2]) == width
    wide = [len(line) + line.count("漢") for line in lines]
    assert max(wide) == width
    if ascii_only:
        assert "".join(lines).isascii()
        assert lines[0].startswith("a title -> a")
        assert lines[1] == lines[8] == "?" * width


@pytest.mark.parametrize("ascii_only", [False, True])
def test_every_curve_has_a_panel_with_its_name(ascii_only: bool) -> None:
    text = lrkit.plot(COSINE, RAMP, STAIRS, backend="text", labels=["a", "b", "c"], height=4, ascii_only=ascii_only)
    lines = text.splitlines()
    assert [k for k, line in enumerate(lines) if line in ("a", "b", "c")] == [0, 5, 10]
    panels = ["\n".join(lines[k + 1 : k + 5]) for k in (0, 5, 10)]
    assert len(set(panels)) == 3
    mark = r"\*" if ascii_only else "[⠁-⣿]"
    assert all(re.search(mark, panel) for panel in panels)


def test_a_sketch_names_rates_and_steps() -> None:
    lines = sketch(make_chart([RAMP], steps=1001), 60).splitlines()
    assert [line[:11].strip() for line in lines[1:11]] == ["0.1", "", "0.075", "", "0.05", "", "", "0.025", "", "0"]
    assert lines[-1].split() == ["step", "0", "250", "500", "750", "1,000"]
    epochs = sketch(make_chart([RAMP], steps=1001, x="epoch", steps_per_epoch=100), 60).splitlines()
    assert epochs[-1].split() == ["epoch", "0", "2", "4", "6", "8", "10"]
    assert sketch(make_chart([RAMP], steps=1)).splitlines()[-1].split() == ["step", "0"]
    assert sketch(make_chart([RAMP], steps=2)).splitlines()[-1].split() == ["step", "0", "1"]


def test_a_logarithmic_sketch_has_powers_of_ten_and_a_note() -> None:
    text = lrkit.plot([1.0, 0.01], backend="text", yscale="log")
    assert [line[:11].strip() for line in text.splitlines()[1:11] if line[:11].strip()] == ["1", "0.1", "0.01"]
    assert text.count("lower edge") == 0
    # From 5e-324, which is drawn at the smallest normal number, to 1.
    tiny = lrkit.plot([1.0, 5e-324], backend="text", yscale="log").splitlines()
    assert [line[:11].strip() for line in tiny[1:11] if line[:11].strip()] == [
        "1",
        "1e-62",
        "1e-124",
        "1e-186",
        "1e-248",
    ]
    zero = lrkit.plot([1.0, 0.1, 0.0], backend="text", yscale="log").splitlines()
    assert [line[:11].strip() for line in zero[1:11] if line[:11].strip()] == ["1", "0.1"]
    assert zero[-1] == "rates of 0 are drawn at the lower edge"


def test_a_constant_in_a_sketch() -> None:
    for rate in (0.0, 0.25, -1.0):
        lines = [line for line in sketch(make_chart([ConstantLR(rate)]), ascii_only=True).splitlines() if "*" in line]
        assert len(lines) == 1
        assert lines[0].endswith("|" + "*" * 68)


# Notebook -------------------------------------------------------------------------------------------------------


@EVERY_CURVE
def test_the_notebook_view_is_well_formed_and_draws_the_curve(schedule: LearningRateSchedule) -> None:
    """Heights to the tenth of a unit that the path is written with: 4 to 68, the lowest rate at the bottom."""
    root = ET.fromstring(schedule._repr_html_())
    svg = root.find(".//svg")
    assert svg is not None
    assert svg.attrib["role"] == "img"
    assert svg[0].tag == "title"
    assert svg[0].text == make_chart([schedule]).alt
    points = np.array([pair.split() for pair in svg[1].attrib["d"][1:].split("L")], float)
    assert (points[0, 0], points[-1, 0]) == (4, 236)
    every = schedule(np.linspace(0, last_step(schedule), 100_001))
    low, high = every.min(), every.max()
    if low == high:
        assert set(points[:, 1]) == {36}
        return
    assert (points[:, 1].max(), points[:, 1].min()) == (68, 4)
    height = 68 - 64 * (every - low) / (high - low)
    where = np.linspace(4, 236, every.size)
    for x, y in points:
        near = height[np.abs(where - x) <= 0.06]
        assert near.min() - 0.06 <= y <= near.max() + 0.06


def test_the_notebook_view_lists_the_parameters_with_their_units() -> None:
    root = ET.fromstring(COSINE._repr_html_())
    rows = [[cell.text for cell in row] for row in root.iter("tr")]
    assert rows == [["min_lr", "0.0"], ["max_lr", "0.1"], ["decay_steps", "100 steps"]]
    assert root.find("strong").text == "CosineDecayLR"


def test_the_notebook_view_escapes_what_it_shows() -> None:
    evil = type("<script>alert(1)</script>", (LearningRateSchedule,), {"construct": lambda _self, step: 0.1 + 0 * step})
    text = evil()._repr_html_()
    assert "<script>" not in text
    root = ET.fromstring(text)
    assert root.find("strong").text == "<script>alert(1)</script>"
    assert root.find(".//title").text.startswith("<script>alert(1)</script>: starts at 0.1")


def test_the_notebook_view_of_a_long_table_is_short() -> None:
    text = TableLR(np.random.default_rng(0).uniform(size=100_000))._repr_html_()
    assert "a list of 100000" in text
    assert len(text) < 40_000


# The front door -------------------------------------------------------------------------------------------------


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
