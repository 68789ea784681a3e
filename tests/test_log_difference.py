"""A plan beside a log: the rows are written here from the plan, in a known convention and with known departures."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import lrkit
from lrkit.difference import LogDifference, LogDifferences
from lrkit.runs.log import LoggedRates, LoggedSeries
from lrkit.runs.precision import precisions
from lrkit.runs.reading import read_log

LINE = lrkit.linear(1e-3, 0.0, 9500).warmup(500)
COSINE = lrkit.CosineDecayLR(0.0, 1e-3, 9500).warmup(500)
X = np.arange(25, 5001, 25)
FORMS: dict[str, Callable[[float], str]] = {"repr": repr, "4 digits": lambda rate: f"{rate:.3e}"}
EVERY_FORM = pytest.mark.parametrize("form", FORMS)
EVERY_PLAN = pytest.mark.parametrize("plan", [LINE, COSINE], ids=["linear", "cosine"])


def written(x: Any, rates: Any, form: str = "repr", unit: str = "step") -> LoggedRates:
    """A log of two columns, each rate printed in a form."""
    rows = [f"{at},{FORMS[form](float(rate))}" for at, rate in zip(x, rates, strict=True)]
    return read_log(io.StringIO("\n".join([f"{unit},lr", *rows, ""])))


def diff(plan: Any, log: Any, **options: Any) -> LogDifference:
    found = lrkit.diff(plan, log, **options)
    assert isinstance(found, LogDifference)
    return found


# Agreement ------------------------------------------------------------------------------------------------------


@EVERY_FORM
@EVERY_PLAN
@pytest.mark.parametrize("offset", [-1, 0, 1])
def test_the_convention_is_found(plan: Any, form: str, offset: int) -> None:
    found = diff(plan, written(X, plan(X + offset), form))
    assert (found.same, found.offset, found.scale, found.unit) == (True, offset, 1, "step")
    assert (found.first_row, found.differing_rows, found.skips, found.causes) == (None, 0, (), ())
    assert abs(found.largest_residual) <= 1
    told = {-1: " - 1", 0: "", 1: " + 1"}[offset]
    assert f"convention: the row at step x has the planned rate of step x{told}\n" in str(found)


def test_either_may_be_the_log() -> None:
    log = written(X, LINE(X))
    for found in (diff(log, LINE), diff(log["lr"], LINE), diff({"mine": LINE}, log), diff(LINE, [log])):
        assert found.same
    assert str(diff({"mine": LINE}, log)).startswith("mine: ")
    assert str(diff(log, LINE, labels=["measured", "meant"])).splitlines()[1].startswith("measured: ")


def test_where_the_rate_does_not_change_the_convention_stays_open() -> None:
    found = diff(lrkit.ConstantLR(0.1), written(X, np.full(X.size, 0.1)))
    assert found.same
    assert (found.offset, found.other_offsets) == (0, (-1, 1))
    assert "an offset of -1, +1 agrees too: the rates of this log do not tell which" in str(found)


@EVERY_FORM
@EVERY_PLAN
def test_skipped_updates_are_found_where_the_lag_grows(plan: Any, form: str) -> None:
    """One before the second row, two more before the row at 2025."""
    lag = 1 * (X > 25) + 2 * (X >= 2025)
    found = diff(plan, written(X, plan(X - 1 - lag), form))
    assert found.same
    assert (found.offset, found.skips) == (-1, ((50.0, 1), (2025.0, 3)))
    assert "skipped updates: 1 by step 50, 2 more by step 2,025; the plan is 3 steps behind at the end" in str(found)
    assert found.alignment.lags.tolist() == lag.tolist()


def test_the_rows_of_a_run_with_skipped_updates() -> None:
    """Numbers of a public run in half precision: 2 updates skipped before the first row, a third before the second."""
    path = Path(__file__).parent / "runs" / "logs" / "hf_linear_fp16_skips_a.csv"
    found = diff(lrkit.parse("linear(1e-05, 0.0, 4500).warmup(500)"), path)
    assert found.same
    assert (found.rows, found.offset, found.skips) == (200, 0, ((25.0, 2), (50.0, 3)))


def test_a_lag_that_never_grows_is_no_skipped_update() -> None:
    found = diff(LINE, written(X, LINE(X - 4)))
    assert not found.same
    assert [(cause.kind, cause.number) for cause in found.causes] == [("offset", -4)]
    assert "the whole curve is 4 steps later than planned" in found.causes[0].text


@example(digits=12, offset=0, peak=0.3037816667236999, total=300, every=25)
@given(
    digits=st.integers(3, 12),
    offset=st.sampled_from([-1, 0, 1]),
    peak=st.floats(1e-6, 1.0),
    total=st.integers(300, 20_000),
    every=st.integers(1, 50),
)
def test_a_log_of_the_plan_agrees_however_it_is_printed(
    digits: int, offset: int, peak: float, total: int, every: int
) -> None:
    plan = lrkit.CosineDecayLR(0.0, peak, total).warmup(50)
    x = np.arange(1, total, every)
    texts = [f"{float(rate):.{digits - 1}e}" for rate in plan(x + offset)]
    rates = np.array([float(text) for text in texts])
    series = LoggedSeries("lr", "lr", {"step": x.astype(float)}, rates, precisions(texts))
    found = diff(plan, series)
    assert found.same
    assert offset in (found.offset, *found.other_offsets)


# Departures -----------------------------------------------------------------------------------------------------


@EVERY_PLAN
def test_the_first_row_that_departs(plan: Any) -> None:
    rates = plan(X)
    rates[100:] *= 1.001
    found = diff(plan, written(X, rates))
    assert (found.same, found.first_row, found.differing_rows) == (False, 100, 100)
    assert f"differ at 100 of 200 rows, first at step 2,525: logged {rates[100]:.10g}" in str(found)
    assert not found.causes


@pytest.mark.parametrize(
    ("name", "rates", "kind", "number", "told"),
    [
        ("longer", lambda p: p(np.where(X < 500, X, 500 + (X - 500) * 9500 / 11_500)), "horizon", 12_000,
         "with 12,000 steps in place of the plan's 10,000, its first 500 as planned"),
        ("shorter", lambda p: p(np.where(X < 500, X, 500 + (X - 500) * 9500 / 7000)), "horizon", 7500,
         "with 7,500 steps in place of the plan's 10,000, its first 500 as planned"),
        ("longer in proportion", lambda p: p(X * 10_000 / 12_345), "horizon", 12_345,
         "with 12,345 steps in place of the plan's 10,000"),
        ("eight processes", lambda p: p(8 * X), "clock", 8, "8 times too fast, as when each of 8 processes steps it"),
        ("batches", lambda p: p(X / 4), "clock", 0.25, "4 times too slowly"),
        ("epochs", lambda p: p(X // 391), "epochs", 391, "stepped once an epoch of 391 steps"),
        ("world size", lambda p: 4 * p(X), "factor", 4, "every rate is 4 times the plan's"),
        ("divided", lambda p: p(X) / 16, "factor", 1 / 16, "every rate is the plan's divided by 16"),
        ("another peak", lambda p: 1.25 * p(X), "factor", 1.25, "every rate is 1.25 times the plan's"),
        ("later", lambda p: p(X - 20), "offset", -20, "the whole curve is 20 steps later than planned"),
        ("earlier", lambda p: p(X + 500), "offset", 500, "the whole curve is 500 steps earlier than planned"),
        ("peak", lambda p: p(np.where(X < 500, X + 1, X)), "peak", 500, "the peak is reached a step early"),
    ],
)  # fmt: skip
@pytest.mark.parametrize(("plan", "form"), [(LINE, "4 digits"), (COSINE, "repr")], ids=["linear", "cosine"])
def test_the_usual_causes_are_recognised(
    plan: Any, form: str, name: str, rates: Any, kind: str, number: float, told: str
) -> None:
    found = diff(plan, written(X[X >= 50], rates(plan)[X >= 50], form))
    assert not found.same, name
    cause = found.causes[0]
    assert (cause.kind, cause.number) == (kind, pytest.approx(number))
    assert told in cause.text
    assert f"it looks as if: {cause.text}" in str(found)


def test_another_curve_is_explained_by_nothing() -> None:
    found = diff(LINE, written(X, COSINE(X)))
    assert (found.same, found.causes, found.first_row) == (False, (), 20)  # the warm-up is the same
    assert "it looks" not in str(found)


def test_a_length_that_the_rows_leave_open_is_an_interval() -> None:
    """At three digits both ends of the interval give what was printed; lengths well beside it do not."""
    x = np.arange(100, 1100, 100)
    plan = lrkit.linear(1e-3, 0.0, 10_000)
    texts = [f"{float(rate):.2e}" for rate in lrkit.linear(1e-3, 0.0, 8100)(x)]
    log = read_log(io.StringIO("step,lr\n" + "".join(f"{at},{text}\n" for at, text in zip(x, texts, strict=True))))
    cause = next(cause for cause in diff(plan, log).causes if cause.kind == "horizon")
    low, high = (int(number.replace(",", "")) for number in re.findall(r"([\d,]+) to ([\d,]+) agree", cause.text)[0])
    assert low <= 8100 <= high

    def prints(length: int) -> bool:
        rates = lrkit.linear(1e-3, 0.0, length)
        logged = [float(text) for text in texts]
        return any(
            all(abs(rates(int(at) + offset) - rate) <= 0.501e-6 for at, rate in zip(x, logged, strict=True))
            for offset in (0, -1, 1)
        )

    assert prints(low)
    assert prints(high)
    assert not prints(low - 200)
    assert not prints(high + 200)


# Clocks, groups and series --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("from_one", "last"), [(0, 0), (0, 1), (1, 0), (1, 1)])
def test_a_log_of_epochs_of_a_plan_of_steps(from_one: int, last: int) -> None:
    """The rate of the first or of the last update of each epoch of 391, counted from 0 or from 1."""
    plan = lrkit.CosineDecayLR(0.0, 0.1, 391 * 30).warmup(391 * 5)
    epochs = np.arange(30) + from_one
    steps = (epochs - from_one + last) * 391 - last
    found = diff(plan, written(epochs, plan(steps), unit="epoch"))
    assert found.same
    assert (found.unit, found.scale) == ("epoch", 391)
    assert found.alignment.steps.tolist() == steps.tolist()


def several() -> LoggedRates:
    log = written(X, LINE(X))
    [series] = log.series
    other = LoggedSeries("lr/pg1", "lr", series.clocks, 0.5 * series.rates, precisions(0.5 * series.rates), (0,))
    named = LoggedSeries("lr/pg0", "lr", series.clocks, series.rates, series.precisions, (0,))
    return LoggedRates("run.csv", "table", (named, other))


def test_the_series_that_fits_is_compared() -> None:
    assert diff(0.5 * LINE, several()).log.label == "run.csv, lr/pg1"
    assert diff(COSINE, several()["lr/pg0"]).first_row == 20
    message = r"diff: b: the log has 2 series \(lr/pg0, lr/pg1\), and none of them agrees with the plan: give one"
    with pytest.raises(ValueError, match=message):
        lrkit.diff(COSINE, several())


def test_groups_are_paired_by_name_or_number() -> None:
    for plan in ({"lr/pg0": LINE, "lr/pg1": 0.5 * LINE}, {"pg0": LINE, "pg1": 0.5 * LINE}):
        found = lrkit.diff(plan, several())
        assert isinstance(found, LogDifferences)
        assert found.same
        assert list(found.groups) == ["lr/pg0", "lr/pg1"]
    scheduler = lrkit.lr_scheduler.ScheduleLR(
        type("Optimizer", (), {"param_groups": [{"lr": 1.0}, {"lr": 1.0}]})(), [LINE, LINE]
    )
    scheduler.step()
    wrong = lrkit.diff({"pg0": LINE, "pg1": LINE}, several())
    assert not wrong.same
    assert [group.same for group in wrong.groups.values()] == [True, False]
    assert "lr/pg1\n  plan: " in str(wrong)
    assert json.loads(json.dumps(wrong.to_dict()))["groups"]["lr/pg1"]["causes"][0]["kind"] == "factor"
    assert len(wrong.panels().charts) == 4
    with pytest.raises(ValueError, match="no series of the log is called as head; there are lr/pg0, lr/pg1"):
        lrkit.diff({"pg0": LINE, "head": LINE}, several())


# As data and as a picture ---------------------------------------------------------------------------------------


def test_it_is_plain_data() -> None:
    found = diff(LINE, written(X, COSINE(X)))
    stored = json.loads(json.dumps(found.to_dict()))
    assert stored["first_row"] == {
        "row": 20, "step": 525, "logged": COSINE(525), "planned": LINE(525),
    }  # fmt: skip
    assert (stored["rows"], stored["same"], stored["offset"], stored["precision"]) == (200, False, 0, "float64")
    assert repr(found) == "<LogDifference over 200 rows: 180 differ, offset 0>"
    assert repr(diff(LINE, written(X, LINE(X)))) == "<LogDifference over 200 rows: agree, offset 0>"


def test_the_picture_has_the_plan_the_rows_and_the_gap() -> None:
    log = written(X[::10], 1.5 * LINE(X[::10] - 1))
    above, below = diff(LINE, log).panels().charts
    plan, rows = above.curves
    assert (plan.logged, rows.logged, rows.joined) == (False, True, False)
    assert rows.steps.tolist() == (X[::10] - 1).tolist() or rows.steps.tolist() == X[::10].tolist()
    [gap] = below.curves
    np.testing.assert_allclose(gap.rates, rows.rates - LINE(rows.steps), atol=1e-18)
    agreeing = diff(LINE, written(X, LINE(X), "4 digits")).panels().charts[1]
    assert not agreeing.curves[0].rates.any()  # within the rounding there is no gap
    assert len(lrkit.plot_diff(LINE, log)) == len(diff(LINE, log).plot()) == 2
    assert "┤" in diff(LINE, log).plot(backend="text")


# Bounds and refusals --------------------------------------------------------------------------------------------


def test_a_tolerance_and_a_length() -> None:
    rates = LINE(X)
    rates[150:] *= 1.01
    log = written(X, rates)
    assert not diff(LINE, log).same
    assert diff(LINE, log, tolerance=0.01).same
    assert diff(LINE, log, steps=3700).rows == 148
    with pytest.raises(ValueError, match=r"diff: steps must reach to the first row of the log at 25, got 10"):
        lrkit.diff(LINE, log, 10)


def test_a_function_is_recorded_as_far_as_the_log_goes() -> None:
    assert diff(lambda step: 0.1 / (1 + step), written(np.arange(9), 0.1 / (1 + np.arange(9)))).same


@pytest.mark.parametrize("tolerance", [-1.0, float("nan")])
def test_options_are_checked(tolerance: float) -> None:
    with pytest.raises(ValueError, match="diff: tolerance must be a number >= 0, got"):
        lrkit.diff(LINE, written(X, LINE(X)), tolerance=tolerance)
    with pytest.raises(ValueError, match="diff: labels must be one label for each curve, 2 in all, got"):
        lrkit.diff(LINE, written(X, LINE(X)), labels=["a"])
