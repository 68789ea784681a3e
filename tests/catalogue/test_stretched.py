"""A stretch written with other lengths is the same curve."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from helpers import magnitude, own_kinds, schedules
from hypothesis import given, settings
from hypothesis import strategies as st

import lrkit
from lrkit.catalogue._stretched import stretched


@pytest.mark.parametrize("kind", sorted(own_kinds()))
@settings(max_examples=3)
@given(data=st.data(), factor=st.sampled_from([Fraction(2), Fraction(3), Fraction(1, 2), Fraction(4, 3)]))
def test_it_is_the_curve_of_the_stretch(kind: str, data: st.DataObject, factor: Fraction) -> None:
    schedule = data.draw(schedules([kind], depth=1 if kind in leaves() else 2))
    steps = np.arange(120)
    whole = steps[(steps % factor.numerator) == 0] if factor.numerator > 1 else steps  # where the old clock is whole
    longer = stretched(schedule, factor)
    expected = schedule(whole // factor.numerator * factor.denominator)
    np.testing.assert_allclose(longer(whole), expected, rtol=0, atol=1e-12 * magnitude(schedule, steps))


def leaves() -> list[str]:
    return [kind for kind, cls in own_kinds().items() if not any(f.is_schedule for f in cls._lrkit_fields.values())]


def test_whole_lengths_need_no_stretch() -> None:
    schedule = lrkit.warmup_stable_decay(0.1, 10, 80, 30).every(2) * 0.5
    assert stretched(schedule, Fraction(5, 2)) == lrkit.warmup_stable_decay(0.1, 25, 200, 75).every(5) * 0.5
    assert "StretchLR" not in repr(stretched(lrkit.cosine_restarts(0, 0.1, 10, 2), Fraction(3)))
    assert stretched(schedule, Fraction(1)) is schedule
