"""Rates that public runs logged, in ``tests/runs/logs``, and what is known of each run (``known.json`` there)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

import lrkit

FOLDER = Path(__file__).parents[1] / "runs" / "logs"


@dataclass(frozen=True)
class KnownLog:
    """One log: which column counts what, and which schedule its rates come from.

    Row `i` has the rate ``truth(scale * x[i] + offset - lag[i])``. `answer` says what there is to find: a "schedule",
    a "constant", "several" that the rows cannot tell apart, "steps" of something driven by a metric, "segments" of
    several experiments, or "rows" that no expression of lrkit's counts in the log's own unit.
    """

    file: str
    kind: str
    trainer: str
    clock: str
    unit: str
    rates: tuple[str, ...]
    precision: str
    answer: str
    expression: str | None
    offset: float
    scale: float
    skips: tuple[tuple[float, int], ...]
    runs: int = 1

    @property
    def path(self) -> Path:
        return FOLDER / self.file

    @property
    def truth(self) -> Any:
        return lrkit.parse(self.expression or "")

    def lag(self, x: Any) -> Any:
        """The updates that were skipped before each position."""
        starts = [0.0, *(x for x, _ in self.skips)]
        lags = np.array([0, *(lag for _, lag in self.skips)])
        return lags[np.searchsorted(starts, x, "right") - 1]


def known_logs() -> dict[str, KnownLog]:
    """All of them, by the names of their files."""
    stated: Mapping[str, Any] = json.loads((FOLDER / "known.json").read_text(encoding="utf-8"))
    return {
        file: KnownLog(file, **{k: tuple(map(_frozen, v)) if isinstance(v, list) else v for k, v in of.items()})
        for file, of in stated.items()
    }


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def rates_of(match: Any) -> Any:
    """The rate that a match gives for each of the rows that it explains."""
    first, stop = match.rows
    x, skips = match.series.x[first:stop], np.broadcast_to(match.skips, match.series.x.shape)[first:stop]
    return match.schedule(match.scale * x + match.offset - skips)


def half_units_of(match: Any) -> Any:
    """By how many half units of the last printed place each of its rows is away, in the log's likeliest reading."""
    first, stop = match.rows
    return np.abs(rates_of(match) - match.series.rates[first:stop]) / match.series.precisions[0].half_units[first:stop]


def departure(match: Any, log: KnownLog) -> float:
    """The largest difference between a match and the truth at the updates from the first row to the last.

    Between two rows with another lag each it is not known when the lag grew, so no update there is compared.
    """
    x = match.series.x
    between = np.linspace(x[0], x[-1], int(min((x[-1] - x[0]) * log.scale, 20_000)) + 1)
    row = np.clip(np.searchsorted(x, between), 1, len(x) - 1)
    theirs, ours = log.lag(x), np.broadcast_to(match.skips, x.shape)
    known = (theirs[row] == theirs[row - 1]) & (ours[row] == ours[row - 1])
    between, row = between[known], row[known]
    found = match.schedule(np.maximum(match.scale * between + match.offset - ours[row], 0))
    return float(np.abs(found - log.truth(log.scale * between + log.offset - theirs[row])).max())
