"""Skipped updates: the path of a lag, compared with all paths there are."""

from __future__ import annotations

from itertools import combinations_with_replacement

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

import lrkit
from lrkit.runs.lag import growth, lag_path, lags_within


def changes_of(path: tuple[int, ...]) -> int:
    return sum(a != b for a, b in zip(path, path[1:], strict=False))


@given(arrays(np.bool_, st.tuples(st.integers(1, 6), st.integers(1, 5)), elements=st.booleans()))
def test_no_other_path_has_fewer_changes(fits: np.ndarray) -> None:
    """All non-decreasing sequences of lags, one by one."""
    rows, lags = fits.shape
    every = [
        path
        for path in combinations_with_replacement(range(lags), rows)
        if all(fits[row, lag] for row, lag in enumerate(path))
    ]
    found = lag_path(fits)
    if not every:
        assert found is None
        return
    assert found is not None
    assert tuple(found.tolist()) in every
    assert changes_of(tuple(found.tolist())) == min(map(changes_of, every))


def test_a_lower_lag_is_given_up_only_where_it_must_be() -> None:
    """Row 1 fits at both lags: the change comes at row 2, the first that needs it."""
    found = lag_path(np.array([[1, 0, 0], [1, 1, 1], [0, 1, 1], [0, 1, 1]], bool))
    assert found is not None
    assert found.tolist() == [0, 0, 1, 1]


def test_the_longest_first_stretch_is_not_always_right() -> None:
    """At lag 4 the first six rows fit, and none after them."""
    fits = np.zeros((9, 5), bool)
    fits[:6, 4] = fits[:3, 1] = fits[3:, 2] = True
    found = lag_path(fits)
    assert found is not None
    assert found.tolist() == [1, 1, 1, 2, 2, 2, 2, 2, 2]


def test_skipped_updates_are_found_at_their_rows() -> None:
    """A run of 400 updates, logged after each, in which updates 0, 100 and 101 were skipped."""
    schedule = lrkit.linear(1e-3, 0.0, 400).warmup(20)
    done, rates = 0, []
    for update in range(400):
        rates.append(schedule(done))
        done += update not in (0, 100, 101)
    steps = np.arange(400)
    assert lags_within(steps, 100) == 20  # a twentieth of 399, and none
    lags = np.arange(20)
    at = steps[:, None] - lags
    fits = (at >= 0) & (np.abs(schedule(np.maximum(at, 0)) - np.array(rates)[:, None]) <= 1e-15)
    path = lag_path(fits)
    assert path is not None
    assert growth(path) == [(1, 1), (101, 2), (102, 3)]


def test_no_row_and_no_lag() -> None:
    assert lag_path(np.zeros((0, 3), bool)) is not None
    assert lag_path(np.zeros((2, 0), bool)) is None
    assert growth(np.array([2, 2, 5])) == [(0, 2), (2, 5)]
    assert lags_within(np.array([]), 9) == 1
    assert lags_within(np.array([3.0]), 9) == 2
