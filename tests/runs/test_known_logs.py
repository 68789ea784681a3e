"""The rates of public training runs: each is read, and the schedule that it is known to have had is found."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from known_logs import KnownLog, departure, half_units_of, known_logs

import lrkit

LOGS = known_logs()
ONE_MORE = 1 + 1e-6  # a half unit is itself a rounded number


def of_kind(*answers: str) -> Any:
    chosen = [log for log in LOGS.values() if log.answer in answers]
    return pytest.mark.parametrize("log", chosen, ids=lambda log: log.file.removesuffix(".csv"))


@pytest.mark.parametrize("log", LOGS.values(), ids=lambda log: log.file.removesuffix(".csv"))
def test_the_columns_are_read(log: KnownLog) -> None:
    read = lrkit.read_log(log.path)
    assert len(read.series) == log.runs * len(log.rates)
    assert {series.name for series in read.series} == set(log.rates)
    for series in read.series:
        assert series.unit == log.unit
        assert series.parameter == ("multiplier" if series.name == "lrm" else "lr")
        assert log.precision in [precision.form for precision in series.precisions]
        if log.answer != "constant":  # one rate of one digit is printed alike by all
            assert series.precisions[0].form == log.precision


@of_kind("schedule")
def test_the_schedule_is_found(log: KnownLog) -> None:
    for series in lrkit.read_log(log.path).series:
        match = lrkit.identify(series)[0]
        assert match.kind == "schedule"
        assert match.rows == (0, len(series.x))
        assert half_units_of(match).max() <= ONE_MORE
        assert match.exactness == ("exact" if log.precision == "float64" else "to the printed digits")
        off = departure(match, log)
        half = series.precisions[0].half_units.max()
        assert off <= (1e-12 * np.abs(series.rates).max() if log.precision == "float64" else 2 * half)
        if log.precision != "digits":
            assert match.certain
        lag = log.scale * series.x + log.offset - log.lag(series.x)
        assert match.scale * series.x + match.offset - match.skips == pytest.approx(lag, abs=1e-6)


@of_kind("constant")
def test_a_constant_claims_no_alignment(log: KnownLog) -> None:
    (series,) = lrkit.read_log(log.path).series
    match = lrkit.identify(series)[0]
    assert match.schedule == log.truth
    assert match.open["offset"] is None


@of_kind("several")
def test_what_the_rows_cannot_tell_apart_is_listed_and_not_claimed(log: KnownLog) -> None:
    (series,) = lrkit.read_log(log.path).series
    matches = lrkit.identify(series)
    assert not any(match.certain for match in matches)
    assert all(half_units_of(match).max() <= ONE_MORE for match in matches)
    assert any(type(match.schedule) is type(log.truth) for match in matches)
    assert departure(matches[0], log) <= 2 * series.precisions[0].half_units.max()


@of_kind("steps")
def test_steps_of_a_metric_are_steps(log: KnownLog) -> None:
    (series,) = lrkit.read_log(log.path).series
    match = lrkit.identify(series)[0]
    assert match.kind == "steps"
    assert half_units_of(match).max() <= ONE_MORE


@of_kind("segments")
def test_several_experiments_are_no_one_schedule(log: KnownLog) -> None:
    (series,) = lrkit.read_log(log.path).series
    matches = lrkit.identify(series)
    changed = int(np.argmin(np.diff(series.rates))) + 1  # 5.999e-05, then 5.842e-05 one iteration later
    assert changed == 5
    assert all(match.kind == "segment" for match in matches)
    assert not any(first < changed < stop for first, stop in (match.rows for match in matches))
    assert matches or matches.tried


@of_kind("rows")
def test_every_row_of_each_group_is_explained(log: KnownLog) -> None:
    for series in lrkit.read_log(log.path).series:
        matches = lrkit.identify(series)
        explained = np.zeros(len(series.x), bool)
        for match in matches:
            assert half_units_of(match).max() <= ONE_MORE
            explained[slice(*match.rows)] = True
        assert explained.all()
