"""A batch size that grows with the samples that were seen, in the two forms in which Megatron-LM is told of one.

``"192 16 9765625"`` (``--rampup-batch-size``): from 192 in steps of 16 to the full batch, over 9 765 625 samples.
``"0:256 10B:512"`` (``--step-batch-size-schedule``): from each threshold on, a batch size; thresholds count tokens if
the length of a sample is known, else samples.

Source: NVIDIA/Megatron-LM, megatron/core/num_microbatches_calculator.py.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from .._params import LARGEST_COUNT, as_kind, shorten
from .clock import Stages

MOST_STAGES = 100_000
"""The most batch sizes of a ramp."""
SUFFIXES = {"": 1, "K": 10**3, "M": 10**6, "B": 10**9, "T": 10**12}
NUMBER = re.compile(r"(\d+(?:\.\d*)?(?:e\+?\d+)?|\.\d+(?:e\+?\d+)?)([KMBT]?)", re.IGNORECASE)
DOMAIN = "'START INCREMENT SAMPLES' such as '192 16 9765625', or 'THRESHOLD:SIZE ...' such as '0:256 10B:512'"


def ramp_text(owner: str, ramp: Any) -> str | None:
    """A ramp as it is kept: a text in one of the two forms, with whole numbers; a tuple of three is the first form."""
    if ramp is None:
        return None
    if isinstance(ramp, Sequence) and not isinstance(ramp, (str, bytes)):
        if not all(as_kind(item, float) is not None for item in ramp):
            raise TypeError(f"{owner}: ramp must be {DOMAIN}, got {shorten(ramp)}")
        ramp = " ".join(repr(as_kind(item, int) or as_kind(item, float)) for item in ramp)
    if not isinstance(ramp, str):
        raise TypeError(f"{owner}: ramp must be {DOMAIN}, got {shorten(ramp)}")
    entries = ramp.replace(",", " ").split()
    if entries and all(entry.count(":") == 1 for entry in entries):
        return " ".join(":".join(_plain(owner, ramp, part) for part in entry.split(":")) for entry in entries)
    if len(entries) != 3:
        raise ValueError(f"{owner}: ramp must be {DOMAIN}, got {shorten(ramp)}")
    return " ".join(_plain(owner, ramp, part) for part in entries)


def stages(owner: str, ramp: str, full: int | None, sequence: int | None) -> Stages:
    """The batch sizes of a ramp, up to the `full` one; None takes the last size of the second form."""
    if ":" in ramp:
        pairs = [tuple(map(int, entry.split(":"))) for entry in ramp.split()]
        steps = [(threshold // (sequence or 1), size) for threshold, size in pairs]
        _check_steps(owner, ramp, steps, full)
    else:
        start, increment, samples = map(int, ramp.split())
        steps = _linear(owner, ramp, start, increment, samples, full or 0)
    return _cumulated(steps)


def last_size(ramp: str | None) -> int | None:
    """The batch size at the end of a ramp of the second form."""
    return int(ramp.rpartition(":")[2]) if ramp and ":" in ramp else None


def _plain(owner: str, ramp: Any, text: str) -> str:
    match = NUMBER.fullmatch(text)
    number = Fraction(match[1]) * SUFFIXES[match[2].upper()] if match and len(text) <= 40 else None
    if number is None or number.denominator != 1:
        raise ValueError(f"{owner}: ramp must be of whole numbers, got {shorten(text)} in {shorten(ramp)}")
    if number > LARGEST_COUNT:
        raise ValueError(f"{owner}: ramp must be of numbers up to 2**53, got {shorten(text)} in {shorten(ramp)}")
    return str(int(number))


def _check_steps(owner: str, ramp: str, steps: list[tuple[int, int]], full: int | None) -> None:
    thresholds = [threshold for threshold, _ in steps]
    if thresholds[0] != 0 or any(b <= a for a, b in zip(thresholds, thresholds[1:], strict=False)):
        raise ValueError(
            f"{owner}: ramp must have thresholds that begin with 0 and grow, by a sample or more, got {shorten(ramp)}"
        )
    if min(size for _, size in steps) < 1:
        raise ValueError(f"{owner}: ramp must have batch sizes >= 1, got {shorten(ramp)}")
    if full is not None and steps[-1][1] != full:
        raise ValueError(
            f"{owner}: ramp must end at the batch size of {full:,} samples "
            f"(batch x accumulation x processes), got {shorten(ramp)}"
        )


def _linear(owner: str, ramp: str, start: int, increment: int, samples: int, full: int) -> list[tuple[int, int]]:
    if start < 1 or increment < 1 or samples < 1:
        raise ValueError(f"{owner}: ramp must be of three integers >= 1, got {shorten(ramp)}")
    if not start < full or (full - start) % increment:
        raise ValueError(
            f"{owner}: ramp must reach the batch size of {full:,} samples (batch x accumulation x processes) from "
            f"{start:,} in steps of {increment:,}, got {shorten(ramp)}"
        )
    number = (full - start) // increment
    if number > MOST_STAGES:
        raise ValueError(f"{owner}: ramp must have at most {MOST_STAGES:,} batch sizes, got {number:,}")
    each = samples / number  # Megatron divides in floats, and so a threshold may be a sample off the exact quotient
    found = [(0, start)]
    for k in range(1, number + 1):
        near = k * samples // number
        reached = next((c for c in range(max(near - 2, 0), near + 3) if int(c / each) >= k), near + 3)
        found.append((min(reached, samples + 1), start + k * increment))
    return found


def _cumulated(steps: list[tuple[int, int]]) -> Stages:
    """The updates at which batch sizes change: the first at which the samples seen have reached the threshold."""
    updates, seen = 0, 0
    found = []
    for (_, size), (end, _) in zip(steps, [*steps[1:], (None, 0)], strict=True):
        if end is None or end > seen:
            found.append((updates, seen, size))
            count = 0 if end is None else -(-(end - seen) // size)
            updates, seen = updates + count, seen + count * size
    return Stages(*zip(*found, strict=True))
