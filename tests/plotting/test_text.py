"""Charts in letters, read back from their dots."""

from __future__ import annotations

import re

import numpy as np
import pytest
from curves import COSINE, LONG, RAMP, STAIRS

import lrkit
from lrkit import (
    ConstantLR,
    LearningRateSchedule,
    PiecewiseConstantLR,
)
from lrkit.chart import make_chart
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
