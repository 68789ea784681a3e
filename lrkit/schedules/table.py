"""A list of rates as a schedule: `TableLR`."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
from numpy.typing import NDArray

from .._params import LARGEST_COUNT, Param
from ._base import LearningRateSchedule

# Not NDArray[...]: the declaration is read at run time, and NumPy's alias has another form in each version.
Floats = np.ndarray[tuple[Any, ...], np.dtype[np.float64]]
Counts = np.ndarray[tuple[Any, ...], np.dtype[np.int64]]


class TableLR(LearningRateSchedule, kind="table"):
    r"""A rate for each step, as given.

    For rates that come from elsewhere: a list of this package or of MindSpore, a recording, a file. Runs of one rate
    are stored once, so a list that is constant within its epochs takes a few numbers however long it is.

    .. math:: \eta(t) = \eta_k, \qquad k = \min(\lfloor t \rfloor, n - 1)

    Parameters
    ----------
    rates : list of float or array
        :math:`\eta_0, \dots, \eta_{n-1}`: at least one, finite, of any sign.
    counts : list of int or array, optional
        How many steps each rate lasts, at least 1, for each of the rates; one step each if left out.

    Notes
    -----
    *First step*: the first rate. *Between steps*: the rate of the step begun. *Past the end*: the last rate is held.
    (An optimizer that is given the bare list refuses to run past its end instead.)

    The fields are stored in one form only, the shorter: two tables are equal if their rates are, step for step. The
    rates are a read-only float64 array, exact.

    Examples
    --------
    >>> import lrkit
    >>> table = lrkit.TableLR([0.1, 0.1, 0.1, 0.1, 0.05])
    >>> table
    TableLR(rates=[0.1, 0.05], counts=[4, 1])
    >>> table(3), table(4), table(1000)
    (0.1, 0.05, 0.05)
    """

    rates: Annotated[Floats, Param(r"\eta_k", typical=(1e-4, 1), min_length=1)]
    counts: Annotated[Counts | None, Param("n_k", unit="step", low=1, typical=(1, 100), min_length=1)] = None

    if TYPE_CHECKING:  # the constructor takes more types than the fields store

        def __init__(
            self, rates: Sequence[float] | NDArray[Any], counts: Sequence[int] | NDArray[Any] | None = None
        ) -> None: ...

    def _check(self) -> None:
        counts = np.ones(self.rates.size, np.int64) if self.counts is None else self.counts
        if self.counts is not None:
            self._require_same_length("rates", "counts")
        total = sum(counts.tolist())
        if total > LARGEST_COUNT:
            raise ValueError(f"TableLR: counts must add up to at most 2**53, got {total}")
        if (self.rates == 0).any():
            self._store(self.rates + 0.0, self.counts)  # -0.0 becomes 0.0
        starts = np.append(0, np.flatnonzero(self.rates[1:] != self.rates[:-1]) + 1)
        if 2 * starts.size <= total:  # two numbers for each run are fewer than one for each step
            self._store(self.rates[starts], np.add.reduceat(counts, starts))
        elif self.counts is not None:
            self._store(np.repeat(self.rates, counts), None)

    def _store(self, rates: Floats, counts: Counts | None) -> None:
        for name, array in (("rates", rates), ("counts", counts)):
            if array is not None:
                array.setflags(write=False)
            object.__setattr__(self, name, array)

    @cached_property
    def _ends(self) -> Counts:
        return np.arange(1, self.rates.size) if self.counts is None else np.cumsum(self.counts)[:-1]

    def formula(self, step: Any, xp: Any) -> Any:
        if self.counts is None:
            return xp.take(self.rates, xp.minimum(step, self.rates.size - 1))
        return xp.take(self.rates, xp.searchsorted(self._ends, step, side="right"))

    def _knots(self, stop: int) -> Any:
        return self._ends

    def _horizon(self) -> int:
        return self.rates.size if self.counts is None else int(self.counts.sum())
