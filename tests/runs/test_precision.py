"""How precisely printed rates are known: the number that was printed is within the half units that are stated."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lrkit.runs.precision import precisions

COLUMNS = [
    (["1.3333333333333334e-06", "5e-05", "0.0"], ["float64"]),
    (["0.0002", "0.0002"], ["float64", "1 digit"]),
    (["1.875E-05", "3.750E-05", "5.625E-05"], ["4 digits"]),
    (["5.969E-05", "5.279E-05"], ["4 digits"]),  # without a zero at the end: Python would print e
    (["0.000E+00", "1.875E-05", "1.250E-05"], ["4 digits"]),
    (["6.0000e-05", "1.2000e-04"], ["5 digits"]),
    (["0.000001", "0.000010"], ["6 decimals"]),
    (["0.00", "0.14", "0.29"], ["2 decimals"]),
    (["0.070545", "0.0032727", "0.01"], ["5 digits", "7 decimals", "float64"]),
    (["1.73333e-05", "3.46667e-05"], ["6 digits", "float64"]),
    (["2.5641025e-08", "0.0", "5.128205e-08"], ["float32", "float32"]),
    (["0.0010000000474974513", "0.0005000000237487257"], ["float32", "float32"]),
    (["0.1", "0.05", "0.025"], ["float64", "2 digits", "3 decimals"]),
    (["0.0e00719999", "0.5"], ["float64", "1 digit"]),
    ([], ["float64"]),
]


@pytest.mark.parametrize(("texts", "readings"), COLUMNS, ids=str)
def test_the_readings_of_a_column(texts: list[str], readings: list[str]) -> None:
    assert [str(reading) for reading in precisions(texts)] == readings


def test_half_units_of_some_columns() -> None:
    (digits,) = precisions(["1.875E-05", "3.750E-04"])
    np.testing.assert_allclose(digits.half_units, [5e-9, 5e-8], rtol=1e-5)
    (decimals,) = precisions(["0.000597", "0.000010"])
    np.testing.assert_allclose(decimals.half_units, [5e-7, 5e-7], rtol=1e-5)
    (exact,) = precisions(["1.3333333333333334e-06", "5e-05"])
    np.testing.assert_allclose(exact.half_units, 5e-17)


FORMS = {
    "%.3E": lambda rate: f"{rate:.3E}",
    "%.6E": lambda rate: f"{rate:.6E}",
    "%.4e": lambda rate: f"{rate:.4e}",
    "%.6f": lambda rate: f"{rate:.6f}",
    "%.2f": lambda rate: f"{rate:.2f}",
    "%.5g": lambda rate: f"{rate:.5g}",
    "%.6g": lambda rate: f"{rate:.6g}",
    "repr": repr,
    "float32, short": lambda rate: str(np.float32(rate)),
    "float32, long": lambda rate: repr(float(np.float32(rate))),
}
RATES = st.lists(st.floats(1e-7, 1.0), min_size=1, max_size=30)


@pytest.mark.parametrize("form", FORMS)
@given(rates=RATES)
def test_the_true_rates_are_within_half_a_unit_of_some_reading(form: str, rates: list[float]) -> None:
    readings = precisions([FORMS[form](rate) for rate in rates])
    printed = np.array([float(FORMS[form](rate)) for rate in rates])
    within = [bool((np.abs(printed - rates) <= reading.half_units).all()) for reading in readings]
    assert any(within)


@pytest.mark.parametrize("form", FORMS)
def test_a_long_column_is_read_as_it_was_printed(form: str) -> None:
    rates = 1e-3 * (1 + np.cos(np.arange(200) / 64)) + 1.7e-6
    (first, *_) = precisions([FORMS[form](float(rate)) for rate in rates])
    expected = {"%.3E": "4 digits", "%.6E": "7 digits", "%.4e": "5 digits", "%.6f": "6 decimals", "%.2f": "2 decimals",
                "%.5g": "5 digits", "%.6g": "6 digits", "repr": "float64"}  # fmt: skip
    assert str(first) == expected.get(form, "float32")


def test_arrays() -> None:
    assert precisions(np.array([0.1, 0.2], np.float32))[0].form == "float32"
    assert precisions(np.array([1 / 3, 2 / 3]))[0].form == "float64"
    assert str(precisions(np.array([0.125, 0.25]))[0]) == "float64"
    half = precisions(np.array([0.1], np.float16))[0].half_units
    assert abs(float(np.float16(0.1)) - 0.1) <= half[0]


def test_some_rows_of_a_precision() -> None:
    (digits,) = precisions(["1.875E-05", "3.750E-04"])
    assert digits[1:].half_units.tolist() == digits.half_units[1:].tolist()
    assert repr(digits[np.array([True, False])]) == "<Precision: 4 digits>"


@pytest.mark.parametrize("bad", ["nan", "inf", "x", "1e400"])
def test_what_is_no_rate(bad: str) -> None:
    with pytest.raises(ValueError, match="precisions: rates must be finite numbers, got "):
        precisions(["0.1", bad])


@pytest.mark.parametrize("digits", [5, 6, *range(8, 15)])  # 7 are also how float32 is printed
def test_a_column_of_many_digits_is_known_to_half_a_unit_of_the_last(digits: int) -> None:
    """Half a unit by hand; and no less than the rounding of a computation, 1e-12 of the highest."""
    texts = [f"{math.pi / k:.{digits - 1}e}" for k in (4, 5, 6)]  # 0.785..., 0.628..., 0.523...
    texts = [text for text in texts if text.split("e")[0][-1] != "0"]
    reading = precisions(texts)[0]
    assert (reading.form, reading.count) == ("digits", digits)
    half = max(0.5 * 10.0**-digits, 1e-12 * max(map(float, texts)))
    assert reading.half_units == pytest.approx([half] * len(texts), rel=1e-5)
