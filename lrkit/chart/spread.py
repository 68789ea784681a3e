"""Places for texts in one column: each as near as can be to where it is wanted, none over another."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def spread(wanted: Sequence[float], heights: Sequence[float], low: float, high: float) -> list[float] | None:
    """The middle of each text, in the order in which they are wanted; None if they do not all fit.

    The sum of the squared distances between the middles and where they are wanted is the least possible.

    Parameters
    ----------
    wanted : list of float
        Where the middle of each text should be, in descending order: the highest first.
    heights : list of float
        The height of each text, in the same unit.
    low, high : float
        The lower and upper end of the column.

    Examples
    --------
    >>> spread([9, 5, 5, 5], [2, 2, 2, 2], 0, 10)
    [9.0, 7.0, 5.0, 3.0]
    >>> spread([0, 0], [2, 2], 0, 10)
    [3.0, 1.0]
    """
    tall = np.asarray(heights, float)
    if tall.sum() > (high - low) * (1 + 1e-9):
        return None
    # How far each middle is below the upper end if all texts lie one below the other without a gap. Taken off, what is
    # left must only not rise: the best such numbers are means of neighbours, and the ends of the column cut them off.
    packed = np.cumsum(tall) - tall / 2
    groups: list[tuple[float, int]] = []
    for value in np.asarray(wanted, float) + packed:
        mean, size = float(value), 1
        while groups and groups[-1][0] < mean:
            before, count = groups.pop()
            mean, size = (before * count + mean * size) / (count + size), size + count
        groups.append((mean, size))
    free = np.concatenate([np.full(size, mean) for mean, size in groups]) if groups else np.zeros(0)
    placed: list[float] = (np.clip(free, low + tall.sum(), high) - packed).tolist()
    return placed
