"""What is drawn with matplotlib, read back from its artists."""

from __future__ import annotations

import io
from pathlib import Path

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
from curves import COSINE, EVERY_CURVE, LONG, RAMP, STAIRS, last_step
from matplotlib.axes import Axes
from matplotlib.colors import to_hex

import lrkit
from lrkit import (
    ConstantLR,
    CosineDecayLR,
    LearningRateSchedule,
    WarmUpLR,
)
from lrkit.chart import make_chart
from lrkit.plotting.mpl_names import Gutter
from lrkit.plotting.renderers import save
from lrkit.plotting.style import THEMES

FLICKER = lrkit.TableLR([0.1, 0.2]).repeat(2)
"""With a bend at each step: of many steps, some that matter are left out."""


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
    assert set(drawn) == {0.4 / 1000, 0.4, 0.1}
    assert notes_of(ax) == "rates of 0 are drawn at the lower edge"
    assert ax.get_ylim()[0] == 0.4 / 1000


def test_the_caption_counts_the_steps_drawn_where_some_that_matter_are_left_out() -> None:
    ax = lrkit.plot(FLICKER, steps=10**6)
    drawn = (np.asarray(ax.lines[0].get_xdata()) % 1 == 0).sum()
    assert f"drawn from {drawn:,} of 1,000,000 steps" in notes_of(ax)
    assert notes_of(lrkit.plot(LONG)) == ""


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


def test_lines_that_were_on_the_axes_stay() -> None:
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
    save(make_chart([COSINE]), tmp_path / "a.svg", "svg", theme)
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
def test_the_look_is_the_same_with_every_style_of_the_user(sheet: str) -> None:
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


def test_line_options_reach_every_line() -> None:
    ax = lrkit.plot(COSINE, RAMP, lw=5, ls=":", c="red", alpha=0.5)
    for line in ax.lines:
        assert (line.get_linewidth(), line.get_linestyle(), line.get_color(), line.get_alpha()) == (5, ":", "red", 0.5)
    ax.figure.draw_without_rendering()
    (gutter,) = (artist for artist in ax.artists if isinstance(artist, Gutter))
    assert {line.get_color() for line in gutter.get_children()} == {"red"}


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
    caption = next(text for text in ax.texts if "lower edge" in text.get_text()).get_window_extent()
    assert caption.y1 <= ax.xaxis.label.get_window_extent().y0
    assert caption.y0 >= 0
    assert caption.x0 >= 0
    assert caption.x1 <= ax.figure.bbox.x1


def test_the_caption_of_a_small_plot_stays_under_it() -> None:
    figure, axes = plt.subplots(2, 2, figsize=(8, 5), layout="constrained")
    for ax in axes.flat:
        lrkit.plot(CosineDecayLR(0, 1e-3, 9500).warmup(500), yscale="log", ax=ax)
    figure.canvas.draw()
    captions = [next(t for t in ax.texts if "lower edge" in t.get_text()).get_window_extent() for ax in axes.flat]
    for k, caption in enumerate(captions):
        assert not any(caption.overlaps(other) for other in captions[:k])
        assert not any(caption.overlaps(ax.bbox) for ax in axes.flat)
