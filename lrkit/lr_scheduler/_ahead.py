"""`RatesAhead`: the rates of the next epochs, computed together before they are asked for."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .._memory import Array
from ..schedules._value import is_value
from ._binding import Binding

FIRST, MOST = 8, 1024
"""How many epochs are computed together at first, and at most: each time twice as many."""
OF_ONE_CURVE, OF_SEVERAL = 2**14, 2**16
"""How many rates are kept at most: more would leave the processor's cache, which pays where curves are computed."""


class RatesAhead:
    """The rates that a binding has at the next epochs, bit for bit.

    Only schedules that are values are computed ahead. A function of the user's is called when its epoch comes.
    """

    def __init__(self, binding: Binding, largest: Sequence[float]) -> None:
        """`largest` is the largest rate that each group can hold."""
        self._binding, self._largest = binding, np.array(largest)
        shape, schedules = binding.curves.shape, binding.curves.schedules
        ahead = all(is_value(curve) for curve in (schedules if shape is None else [shape]) if curve is not None)
        if shape is None:
            rows = OF_SEVERAL // len(largest)
            rows = rows if rows > 1 else 0  # a call is quicker than an array of one
        else:
            rows = OF_ONE_CURVE // len(largest) or 1  # a product of arrays, which is quicker even at a single epoch
        self._most = min(MOST, rows) if ahead else 0
        self._number = min(FIRST, self._most)

    def rates_from(self, epoch: float) -> Array:
        """A row for each epoch from this one on, as long as groups can hold the rates. Groups are the columns.

        Without rows, the rates of this epoch are to be computed alone.
        """
        none = np.empty((0, len(self._largest)))
        if not self._number or type(epoch) is not int:
            return none
        try:
            rates = self._binding.rates_ahead(range(epoch, epoch + self._number))
        except Exception:  # noqa: BLE001  # the step whose rate cannot be computed says so itself
            self._most = self._number = 0
            return none
        self._number = min(2 * self._number, self._most)
        wrong = ~((rates >= 0) & (rates <= self._largest)).all(axis=1)
        return rates[: wrong.argmax()] if wrong.any() else rates
