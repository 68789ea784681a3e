"""Charts in letters, read back from their dots."""

from __future__ import annotations

import re

import numpy as np
import pytest
from curves import COSINE, LONG, RAMP, STAIRS
from random_charts import random_picture

import lrkit
from lrkit import (
    ConstantLR,
    LearningRateSchedule,
    PiecewiseConstantLR,
)
from lrkit.chart import AxisOptions, LoggedRun, Panels, chart_of, make_chart
from lrkit.plotting.renderers import draw
from lrkit.plotting.text import sketch


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
    """Within a dot, of the rates in the column's part of the run; the chart spans 0 and the curve's own range."""
    width, height = 80, 10
    dots = dots_of(sketch(make_chart([schedule]), width, height), width - 12)
    rows, columns = dots.shape
    assert dots.any(axis=0).all()
    assert dots[0].any()
    assert dots[-1].any()
    last = schedule.horizon
    every = schedule(np.linspace(0, last, 200_001))
    low, high = min(every.min(), 0), max(every.max(), 0)
    level = (every - low) / (high - low) * (rows - 1)
    where = np.linspace(0, columns - 1, 200_001)
    for column in range(columns):
        lit = rows - 1 - np.flatnonzero(dots[:, column])
        near = level[np.abs(where - column) <= 1.01]
        assert near.min() - 1 <= lit.min()
        assert lit.max() <= near.max() + 1


def test_a_jump_in_a_sketch_is_an_upright_line() -> None:
    dots = dots_of(sketch(make_chart([PiecewiseConstantLR([50, 100], [0.2, 0.1])], steps=100)), 68)
    rows = len(dots)
    assert (dots.sum(axis=0) >= rows / 2).sum() == 1  # from 0.2, the upper edge, to the middle
    left, right = dots[0].sum(), dots[rows // 2 - 1 : rows // 2 + 1].any(axis=0).sum()
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
    assert lines[-1].split() == ["step", "0", "200", "400", "600", "800", "1k"]
    epochs = sketch(make_chart([RAMP], steps=1001, x="epoch", steps_per_epoch=100), 60).splitlines()
    assert epochs[-1].split() == ["epoch", "0", "2", "4", "6", "8", "10"]
    assert sketch(make_chart([RAMP], steps=1)).splitlines()[-1].split() == ["step", "0"]
    assert sketch(make_chart([RAMP], steps=2)).splitlines()[-1].split() == ["step", "0", "1"]


def test_a_logarithmic_sketch_has_powers_of_ten_and_a_note() -> None:
    text = lrkit.plot([1.0, 0.01], backend="text", yscale="log")
    assert [line[:11].strip() for line in text.splitlines()[1:11] if line[:11].strip()] == [
        "1",
        "0.1",
        "0.01",
        "0.001",  # three powers of ten below the peak, however low the curve is
    ]
    assert text.count("lower edge") == 0
    tiny = lrkit.plot([1.0, 5e-324], backend="text", yscale="log").splitlines()
    assert [line[:11].strip() for line in tiny[1:11] if line[:11].strip()] == ["1", "0.1", "0.01", "0.001"]
    assert tiny[-1] == "rates below 0.001 are drawn at the lower edge"
    zero = lrkit.plot([1.0, 0.1, 0.0], backend="text", yscale="log").splitlines()
    assert [line[:11].strip() for line in zero[1:11] if line[:11].strip()] == ["1", "0.1", "0.01", "0.001"]
    assert zero[-1] == "rates of 0 are drawn at the lower edge"


def test_a_constant_in_a_sketch() -> None:
    for rate in (0.0, 0.25, -1.0):
        lines = [line for line in sketch(make_chart([ConstantLR(rate)]), ascii_only=True).splitlines() if "*" in line]
        assert len(lines) == 1
        assert lines[0].endswith("|" + "*" * 68)


def test_numbers_of_tokens_are_short_at_every_width() -> None:
    for width in (24, 60, 100):
        numbers = lrkit.plot(lrkit.recipe("gpt3"), backend="text", width=width).splitlines()[-1].split()
        assert numbers[0] == "token"
        assert len(numbers) >= 3
        assert set(numbers[1:]) <= {"0", *(f"{k}B" for k in range(10, 301, 10))}


def test_marks_are_spots_and_lines_of_text() -> None:
    warm = COSINE.warmup(20)
    for ascii_only, spot in ((False, "●"), (True, "o")):
        chart = make_chart([warm], labels=["a"], title="a", marks=["peak", "end"])
        lines = sketch(chart, 60, ascii_only=ascii_only).splitlines()
        panel = [line[12:] for line in lines if line[11:12] in ("┤", "|")]
        assert [line.strip() for line in lines[11:13]] == [f"{spot} peak 0.1 at 20", f"{spot} end 0 at 120"]
        assert [(row, line.index(spot)) for row, line in enumerate(panel) if spot in line] == [(0, 8), (9, 47)]


def test_few_rows_of_a_log_are_points_and_many_a_line_with_gaps() -> None:
    options = AxisOptions()
    few = chart_of([LoggedRun("log", np.array([0.0, 50.0, 99.0]), np.array([0.1, 0.05, 0.0]))], options)
    dots = dots_of(sketch(few), 68)
    assert dots.sum() == 3
    assert [tuple(place) for place in np.argwhere(dots)] == [(0, 0), (19, 68), (39, 135)]
    at = np.array([*range(100), *range(200, 301)], float)
    many = dots_of(sketch(chart_of([LoggedRun("log", at, np.full(at.size, 0.1))], options)), 68)
    seen = many.any(axis=0)
    assert seen[:45].all()
    assert not seen[46:90].any()
    assert seen[91:].all()


def test_panels_have_their_notes_once_and_no_line_is_too_long() -> None:
    panels = lrkit.plot_grid({name: [1.0, 0.0] for name in ("a", "b", "c")}, backend="text", yscale="log")
    assert panels.count("rates of 0 are drawn at the lower edge") == 1
    assert panels.endswith("lower edge")
    long = lrkit.plot({"a" * 70: COSINE.repeat(100, 4), "b": [0.1, 0.0]}, backend="text", yscale="log", width=40)
    assert max(map(len, long.splitlines())) <= 40
    assert "lower edge" in long


def test_panels_drawn_at_random_are_as_wide_as_asked() -> None:
    for seed in range(40):
        picture, theme = random_picture(seed)
        for ascii_only in (False, True):
            options = {} if isinstance(picture, Panels) else {"width": 50, "ascii_only": ascii_only}
            text = draw(picture, theme, "text", **options)
            wide = [len(line) + sum(line.count(letter) for letter in "余弦") for line in text.splitlines()]
            assert max(wide) <= options.get("width", 80)
            assert text.isascii() or not options.get("ascii_only")
