"""Places for texts in a column: in order, apart, inside, and as near as can be to where they are wanted."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize

from lrkit.chart import spread

HEIGHTS = st.lists(st.tuples(st.floats(-0.5, 1.5), st.floats(0.01, 0.12)), min_size=1, max_size=8)


@given(HEIGHTS)
def test_texts_keep_their_order_and_do_not_overlap(texts: list[tuple[float, float]]) -> None:
    wanted = sorted((place for place, _ in texts), reverse=True)
    heights = [height for _, height in texts]
    middles = spread(wanted, heights, 0, 1)
    assert middles is not None
    assert middles[0] + heights[0] / 2 <= 1 + 1e-9
    assert middles[-1] - heights[-1] / 2 >= -1e-9
    for (above, tall), (below, low) in pairwise(zip(middles, heights, strict=True)):
        assert above - below >= (tall + low) / 2 - 1e-9


@pytest.mark.parametrize(
    ("wanted", "heights"),
    [([0.9, 0.5, 0.5, 0.5], [0.1] * 4), ([0.02, 0.01, 0.0], [0.1, 0.2, 0.1]), ([1.2, 0.6, 0.58, 0.1], [0.2] * 4)],
)
def test_no_places_are_nearer_to_where_they_are_wanted(wanted: list[float], heights: list[float]) -> None:
    """A general solver of constrained least squares finds the same."""
    rules = [{"type": "ineq", "fun": lambda m, h=heights: 1 - m[0] - h[0] / 2},
             {"type": "ineq", "fun": lambda m, h=heights: m[-1] - h[-1] / 2}]  # fmt: skip
    rules += [
        {"type": "ineq", "fun": lambda m, k=k, h=heights: m[k] - m[k + 1] - (h[k] + h[k + 1]) / 2}
        for k in range(len(wanted) - 1)
    ]
    best = minimize(lambda m: ((m - np.array(wanted)) ** 2).sum(), wanted, constraints=rules, method="SLSQP", tol=1e-12)
    assert spread(wanted, heights, 0, 1) == pytest.approx(best.x.tolist(), abs=1e-5)


def test_texts_that_are_apart_stay_where_they_are_wanted() -> None:
    assert spread([0.9, 0.5, 0.1], [0.1] * 3, 0, 1) == pytest.approx([0.9, 0.5, 0.1])
    assert spread([], [], 0, 1) == []


def test_more_texts_than_there_is_room_for_have_no_places() -> None:
    assert spread([0.5] * 5, [0.2] * 5, 0, 1) == pytest.approx([0.9, 0.7, 0.5, 0.3, 0.1])
    assert spread([0.5] * 6, [0.2] * 6, 0, 1) is None
