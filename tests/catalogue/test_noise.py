"""Seeded noise: the stream of the seed, its limits and its spread."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import lrkit


@given(
    steps=st.integers(1, 300),
    std=st.floats(0.1, 1),
    limit=st.floats(0.15, 1),
    seed=st.integers(0, 2**32 - 1),
)
def test_noise_is_the_stream_of_the_seed_less_what_is_too_far_out(
    steps: int, std: float, limit: float, seed: int
) -> None:
    stream, wanted = np.random.RandomState(seed), []
    while len(wanted) < steps:
        if abs(drawn := std * stream.standard_normal()) <= limit:
            wanted.append(1 + drawn)
    made = lrkit.noise(steps, std, limit, seed)
    assert made.to_list(steps) == wanted
    assert made(10 * steps) == wanted[-1]


def test_noise_has_numpy_s_published_first_numbers() -> None:
    """Those that ``np.random.seed(0); np.random.randn(4)`` has given since NumPy's beginnings."""
    known = [1.764052345967664, 0.4001572083672233, 0.9787379841057392, 2.240893199201458]
    assert lrkit.noise(4, 0.25, 1.0, 0).to_list(4) == [1 + 0.25 * z for z in known]
    assert lrkit.noise(2, 0.25, 0.3, 0).to_list(2) == [1 + 0.25 * known[1], 1 + 0.25 * known[2]]


def test_longer_noise_begins_with_the_shorter() -> None:
    long = lrkit.noise(1000).to_list(1000)
    for steps in (1, 2, 7, 500, 999):
        assert lrkit.noise(steps).to_list(steps) == long[:steps]
    assert lrkit.noise(1000, seed=1).to_list(1000) != long


def test_noise_keeps_within_its_limit_and_has_the_mean_and_spread_of_a_normal_cut_there() -> None:
    factors = lrkit.noise(200_000, 1.0, 1.0, 3).to_array(200_000) - 1
    assert np.abs(factors).max() <= 1
    assert abs(factors.mean()) < 0.006  # five standard errors
    assert abs(factors.std() - 0.539560) < 0.006  # sqrt(1 - 2 phi(1) / (2 Phi(1) - 1))


def test_large_bounds_are_written_in_full() -> None:
    with pytest.raises(ValueError, match=r"noise: seed must be an integer >= 0 and <= 2\*\*32 - 1, got 4294967296"):
        lrkit.noise(10, seed=2**32)
    with pytest.raises(ValueError, match=r"noise: steps must be an integer >= 1 and <= 2\*\*24, got 16777217"):
        lrkit.noise(2**24 + 1)
