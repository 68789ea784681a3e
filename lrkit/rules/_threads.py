"""The threads of an optimizer's step: how many there are, and what each does."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from .._params.field import count
from ._chunks import ALL, Bucket, LargeTensor

WORTH_IT = 2**20
"""Numbers for each thread: to make one takes some 240 µs, in which a core moves a quarter of them by Adam."""
LINE = 64
"""Spans begin at multiples of so many numbers, so that no two threads write to one line of a cache."""

Job = tuple[LargeTensor | Bucket, slice]

_settings = {"threads": 1}


def set_num_threads(number: int) -> None:
    """Let each step of an optimizer use several threads where numba is installed.

    Parameters
    ----------
    number : int
        How many, at least 1. More than the machine has cores are of no use.

    Raises
    ------
    TypeError, ValueError
        If `number` is no integer, or less than 1. The old number stays.

    Notes
    -----
    It holds for all optimizers of the process, from their next step on. The weights are the same to the bit with any
    number of threads. A group with fewer than 1,048,576 numbers for each thread uses fewer threads. A rule that NumPy
    runs uses one.

    Examples
    --------
    >>> import lrkit
    >>> lrkit.set_num_threads(2)
    >>> lrkit.get_num_threads()
    2
    >>> lrkit.set_num_threads(1)
    """
    _settings["threads"] = count("set_num_threads", "number", number)


def get_num_threads() -> int:
    """The number of threads that a step of an optimizer may use: 1 until `lrkit.set_num_threads` says otherwise.

    Examples
    --------
    >>> import lrkit
    >>> lrkit.get_num_threads()
    1
    """
    return _settings["threads"]


def threads_for(size: int) -> int:
    """How many threads are worth making for so many numbers."""
    return max(1, min(_settings["threads"], size // WORTH_IT))


def shares(chunks: Sequence[LargeTensor | Bucket], threads: int) -> list[list[Job]]:
    """The chunks in `threads` parts of about equal size: a large tensor may lie in several, as spans of its numbers."""
    if threads == 1:
        return [[(chunk, ALL) for chunk in chunks]]
    parts: list[list[Job]] = [[] for _ in range(threads)]
    share = -(-sum(chunk.size for chunk in chunks) // threads)
    done = 0
    for chunk in chunks:
        start = 0
        while start < chunk.size:
            k = done // share
            left_here = -(-((k + 1) * share - done) // LINE) * LINE
            stop = min(start + left_here, chunk.size) if chunk.divisible else chunk.size
            parts[k].append((chunk, slice(start, stop)))
            done += stop - start
            start = stop
    return parts


def in_threads(work: Callable[[int, list[Job]], None], parts: Sequence[list[Job]]) -> None:
    """Call ``work(k, part)`` for each part, the first in this thread. An error of any is raised when all have ended."""
    if len(parts) == 1:
        work(0, parts[0])
        return
    with ThreadPoolExecutor(len(parts) - 1, "lrkit") as pool:
        others = [pool.submit(work, k, part) for k, part in enumerate(parts[1:], 1)]
        work(0, parts[0])
    for other in others:
        other.result()
