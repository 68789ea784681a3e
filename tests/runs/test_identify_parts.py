"""The parts of the search: levels, waves, decays without an end, skipped updates, and updates in an epoch."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from synthetic_logs import SyntheticLog, synthetic_log

import lrkit
from lrkit.runs.identify._candidate import Candidate, Hints
from lrkit.runs.identify._clocks import offsets, updates_in_one
from lrkit.runs.identify._endless import endless
from lrkit.runs.identify._levels import levels
from lrkit.runs.identify._lines import line_between
from lrkit.runs.identify._rows import Rows
from lrkit.runs.identify._skips import lags
from lrkit.runs.identify._waves import waves
from lrkit.runs.precision import precisions

Search = Callable[[Rows, Hints], Iterator[Candidate]]


def rows_of(log: SyntheticLog) -> Rows:
    known = precisions(log.texts)[0]
    return Rows(log.x, np.array([float(text) for text in log.texts]), known.half_units, known.form == "float64")


@pytest.mark.parametrize(
    ("search", "family"),
    [
        (levels, "step"),
        (levels, "multi-step"),
        (levels, "multi-step + warm-up"),
        (levels, "plateau"),
        (waves, "restarts"),
        (waves, "restarts, doubled"),
        (waves, "hard restarts + warm-up"),
        (waves, "triangles"),
        (waves, "cosine wave"),
        (endless, "exponential"),
        (endless, "exponential, keras"),
        (endless, "inverse square root"),
        (endless, "noam"),
        (endless, "t5"),
        (endless, "inverse time"),
        (endless, "power law + warm-up"),
    ],
)
@pytest.mark.parametrize("offset", [0, -1])
def test_a_family_is_found_at_every_update(search: Search, family: str, offset: int) -> None:
    """Numbers printed in full, a row in every update: what is found is the curve, and no other one is."""
    log = synthetic_log(family, 2, interval=1, offset=offset)
    found = list(search(rows_of(log), Hints((offset,))))
    assert found
    for candidate in found:
        rates = candidate.schedule(log.x + candidate.offset)
        np.testing.assert_allclose(rates, log.rates, rtol=1e-11, atol=1e-12 * log.rates.max())


@pytest.mark.parametrize("search", [levels, waves, endless])
@pytest.mark.parametrize("family", ["linear + warm-up", "cosine", "one-cycle"])
def test_nothing_is_found_in_other_families(search: Search, family: str) -> None:
    assert not list(search(rows_of(synthetic_log(family)), Hints()))


@pytest.mark.parametrize("search", [levels, waves, endless])
def test_nothing_is_found_in_noise(search: Search) -> None:
    rates = np.random.default_rng(1).uniform(0.01, 0.1, 60)
    rows = Rows(np.arange(60.0), rates, np.full(60, 1e-14), exact=True)
    assert not list(search(rows, Hints()))


def test_where_a_level_begins_is_open_between_two_rows() -> None:
    log = synthetic_log("multi-step", 1, interval=50)
    found = list(levels(rows_of(log), Hints((0,))))[-1]
    low, high = found.open["milestones[0]"] or (0, 0)
    assert low <= log.curve.numbers["milestones[0]"] <= high
    assert high - low == 49


def test_lines_between_bounds() -> None:
    """The steepest and the flattest line by hand: between (0, 0 to 1) and (10, 0 to 1)."""
    line = line_between(np.array([0.0, 10.0]), np.array([0.0, 0.0]), np.array([1.0, 1.0]))
    assert line is not None
    assert line.slopes == pytest.approx((-0.1, 0.1))
    assert line_between(np.array([0.0, 1.0, 2.0]), np.array([0.0, 5.0, 0.0]), np.array([1.0, 6.0, 1.0])) is None


@pytest.mark.parametrize("precision", ["float64", "float32"])
@pytest.mark.parametrize("family", ["linear", "linear + warm-up", "cosine to a floor + warm-up", "inverse square root"])
def test_skipped_updates_are_read_off_the_curve(family: str, precision: Any) -> None:
    """`explain` knows the truth, but only where no update was skipped."""
    log = synthetic_log(family, 2, precision=precision, interval=10, skips=3)
    rows = rows_of(log)
    truth = lrkit.TableLR(tuple(log.curve.rates.tolist()))

    def explain(part: Rows) -> list[Candidate]:
        for lag in range(4):
            if (worst := part.worst(truth(np.maximum(part.x - lag, 0)))) <= 1:
                return [Candidate("truth", truth, -lag, 0.0, 9, worst, {})]
        return []

    found = next(lags(rows, explain))
    np.testing.assert_array_equal(found - found[0], log.lag - log.lag[0])


def test_updates_in_an_epoch() -> None:
    """A warm-up of 866 and a run of 8660 updates, in epochs of 782: both are whole in halves of an epoch."""
    near = [(knot / 782 - 1e-9, knot / 782 + 1e-9) for knot in (866, 8660)]
    assert updates_in_one(near) == 391
    assert updates_in_one([(12.25 - 1e-8, 12.25 + 1e-8)]) == 4
    assert updates_in_one([(3.14159265 - 1e-3, 3.14159265 + 1e-3)]) is None  # 7 and 22 would fit by chance
    assert updates_in_one([]) is None
    assert offsets(55) == (0, 54, -55, -1, 55)
