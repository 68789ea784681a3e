"""The geometry of the search for a schedule: least and last points of functions, and shapes that rows refuse."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from lrkit.runs.identify._geometry import edge, valley
from lrkit.runs.identify._refusal import least_miss, refuses, sure_fall
from lrkit.runs.identify._rows import Rows
from lrkit.runs.identify._shapes import COSINE, LINEAR, SHAPES

ENDS = np.array([-3.0, 0.0, 2.0]), np.array([5.0, 7.0, 2.5])
"""Three intervals."""


def of_each(function: Callable[[Any, Any], Any], centres: list[float]) -> Callable[[Any, Any], Any]:
    """A function of points and the numbers of their intervals, of which each has a centre of its own."""
    return lambda points, which: function(points, np.array(centres)[which])


def test_a_valley_is_found_in_many_intervals_at_once() -> None:
    """(x - c)² + 4 is least at c, where it is 4. The third c, 9, is past its interval: there the end, 2.5, is best."""
    at, least = valley(of_each(lambda x, c: (x - c) ** 2 + 4, [1.0, 6.5, 9.0]), *ENDS, 1e-7)
    np.testing.assert_allclose(at, [1.0, 6.5, 2.5], atol=1e-5)
    np.testing.assert_allclose(least, [4.0, 4.0, (9 - 2.5) ** 2 + 4], rtol=1e-9)


def test_a_valley_at_either_end_is_that_end() -> None:
    for centre, end in ((-10.0, 0), (10.0, 1)):
        at, _ = valley(of_each(lambda x, c: np.abs(x - c), [centre] * 3), *ENDS, 1e-6)
        np.testing.assert_allclose(at, ENDS[end], atol=1e-5)


def test_a_valley_with_a_corner_is_found() -> None:
    """|x - c|, which no parabola is near."""
    at, least = valley(of_each(lambda x, c: np.abs(x - c), [0.3, 5.1, 2.25]), *ENDS, 1e-6)
    np.testing.assert_allclose(at, [0.3, 5.1, 2.25], atol=1e-4)
    assert np.all(least < 1e-4)


@pytest.mark.parametrize("rounds", [10, 40])
def test_an_edge_is_the_last_good_point(rounds: int) -> None:
    """4 - x² is at least 0 up to 2, on the way from 0 to 10 and on that to -6; the way to 1.5 is good to its end."""
    good, bad = np.array([0.0, 0.0, 0.0]), np.array([10.0, -6.0, 1.5])
    last = edge(lambda x, _: 4 - x**2, good, bad, rounds)
    near = 0.5**rounds * np.abs(bad)
    assert np.all(np.abs(last - [2.0, -2.0, 1.5]) <= near + 1e-12)
    assert np.all(4 - last**2 >= 0)  # what is told is good


def test_an_edge_beside_the_good_point_is_found() -> None:
    """1e-9 away, on a way of 1: nothing between is skipped."""
    last = edge(lambda x, _: 1e-9 - x, np.array([0.0]), np.array([1.0]), 60)
    assert last[0] == pytest.approx(1e-9, rel=1e-3)


def test_an_edge_at_a_jump_is_found() -> None:
    """Good up to 0.7, where the function falls from 1 to -5 at once."""
    last = edge(lambda x, _: np.where(x <= 0.7, 1.0, -5.0), np.array([0.0]), np.array([1.0]), 30)
    assert 0.7 - 1e-6 <= last[0] <= 0.7


def rows(rates: Any, half: float, *, exact: bool = False) -> Rows:
    values = np.asarray(rates, float)
    return Rows(np.arange(values.size, dtype=float), values, np.full(values.size, half), exact)


def test_what_a_line_misses_of_a_bow() -> None:
    """By hand: the bow 2, -1, -2, -1, 2 has the sum 0, and no slope: 0 - 1 - 4 - 3 + 8 = 0.

    So of a line and a tenth of it the best line leaves a tenth of it: the mean square is 0.01 * 14 / 5 = 0.028, and its
    root 0.1673.
    """
    bow = 0.1 * np.array([2, -1, -2, -1, 2])
    missed = least_miss(rows(1 - 0.2 * np.arange(5) + bow, half=0.01), LINEAR)
    assert missed == pytest.approx(16.73, abs=0.01)


@pytest.mark.parametrize("shape", [shape for shape in SHAPES if shape.curves is not None], ids=lambda shape: shape.name)
def test_no_shape_refuses_its_own_rows(shape: Any) -> None:
    """Rows from a tenth to eight tenths of a decay, above a floor of 0.3."""
    u = np.linspace(0.1, 0.8, 30)
    fall = Rows(100 * u, 0.3 + 0.7 * shape.factor(u), np.full(30, 1e-5), exact=False)
    assert not refuses(fall, least_miss(fall, shape))


def test_a_line_refuses_a_cosine_and_a_cosine_a_line_with_a_bend() -> None:
    u = np.linspace(0.05, 0.95, 40)
    cosine = Rows(u, COSINE.factor(u), np.full(40, 1e-4), exact=False)
    assert refuses(cosine, least_miss(cosine, LINEAR))
    bend = Rows(u, np.where(u < 0.5, 1 - u, 0.75 - u / 2), np.full(40, 1e-4), exact=False)
    assert refuses(bend, least_miss(bend, COSINE))


def test_few_rows_refuse_nothing() -> None:
    """Four rows, that four numbers meet: a top, a floor, a start and an end."""
    assert least_miss(rows([1.0, 0.2, 0.9, 0.1], half=1e-6), LINEAR) == 0


def test_a_sure_fall_has_no_row_past_the_last_that_is_above_the_end() -> None:
    """The floor, 0.1, is met first in row 5: rows 6 and 7 may be past the end. Row 1 is the first after the top."""
    fall = sure_fall(rows([1.0, 0.9, 0.7, 0.5, 0.3, 0.1, 0.1, 0.1], half=0.01), after=1)
    np.testing.assert_array_equal(fall.rates, [0.9, 0.7, 0.5, 0.3])


def test_exact_rows_refuse_only_what_misses_them_by_more_than_a_search_does() -> None:
    assert refuses(rows([1.0] * 6, 1e-12), missed=2.5)
    assert not refuses(rows([1.0] * 6, 1e-12, exact=True), missed=2.5)
    assert refuses(rows([1.0] * 6, 1e-12, exact=True), missed=2e6)
