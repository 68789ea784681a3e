"""Names beside the curves: next to their own curve and clear of all others, or in a legend."""

from __future__ import annotations

from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pytest
from curves import COSINE, RAMP, STAIRS
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.lines import Line2D
from matplotlib.text import Annotation

import lrkit
from lrkit import (
    ConstantLR,
    CosineDecayLR,
    ExponentialDecayLR,
    InverseDecayLR,
    LearningRateSchedule,
    PolynomialDecayLR,
)
from lrkit.plotting.name_places import name_places

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
    (upper, lower) = name_places([flat(0.8), flat(0.2)], [0.1, 0.1], 0.06)
    assert upper[1] == pytest.approx(0.82) or upper[1] == pytest.approx(0.8 - 0.02 - 0.06)
    assert lower[1] == pytest.approx(0.22) or lower[1] == pytest.approx(0.2 - 0.02 - 0.06)


def test_two_names_in_one_gap_stand_side_by_side() -> None:
    """There is no room above the upper line, at 0.65, or below the lower, at 0.5; between them, for one at a time."""
    spots = name_places([flat(0.5), flat(0.65)], [0.3, 0.3], 0.06, [flat(0.42), flat(0.73)])
    assert spots is not None
    (first, low), (second, high) = spots
    assert (low, high) == (pytest.approx(0.52), pytest.approx(0.65 - 0.02 - 0.06))
    assert abs(first - second) > 0.3


def test_no_name_far_from_a_steep_line() -> None:
    """Another line is right above. Below a falling line the mark, on the left, is far off; below a rising one, near."""
    falling, rising = (np.array([0.0, 1.0]), np.array([1.2, 0.2])), (np.array([0.0, 1.0]), np.array([0.2, 1.2]))
    others = [(np.array([0.0, 1.0]), line[1] + 0.07) for line in (falling, rising)]
    assert name_places([falling, flat(0.05)], [0.3, 0.1], 0.06, others[:1]) is None
    assert name_places([rising, flat(0.05)], [0.3, 0.1], 0.06, others[1:]) is not None


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
def test_lines_without_room_for_names(heights: list[float], width: float, others: list[float]) -> None:
    lines = [flat(height) for height in heights]
    assert name_places(lines, [width] * len(lines), 0.06, [flat(height) for height in others]) is None
