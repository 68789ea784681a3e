"""Logs made up as trainers write them, of every curve in `synthetic_curves`, each with its truth beside it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
from synthetic_curves import FAMILIES, Curve, curve

Precision = Literal["float64", "float32", "digits"]
PRECISIONS: tuple[Precision, ...] = ("float64", "float32", "digits")
INTERVALS = (1, 10, 50)
OFFSETS = (0, -1, 1)
SEEN = (1.0, 0.6, 0.25)
SKIPPED = ("linear", "linear + warm-up", "cosine + warm-up", "cosine to a floor + warm-up", "inverse square root")


@dataclass(frozen=True)
class SyntheticLog:
    """Row `i`, at `x[i]`, has the rate of update ``scale * x[i] + offset - lag[i]`` of the curve, as it is printed."""

    curve: Curve
    precision: Precision
    interval: int
    offset: int
    seen: float
    lag: Any
    x: Any
    scale: int = 1

    @property
    def name(self) -> str:
        skips = ", skips" if self.lag.any() else ""
        clock = f", {self.scale} a row" if self.scale > 1 else ""
        return (
            f"{self.curve.family} #{self.curve.draw}, {self.precision}, every {self.interval}{clock}, "
            f"{self.offset:+d}, {self.seen:.0%}{skips}"
        )

    @property
    def updates(self) -> Any:
        """The update whose rate each row has."""
        return (self.scale * self.x + self.offset - self.lag).astype(int)

    @property
    def rates(self) -> Any:
        return self.curve.rates[self.updates]

    @property
    def texts(self) -> list[str]:
        if self.precision == "digits":
            return [f"{rate:.3E}" for rate in self.rates]
        if self.precision == "float64":
            return [repr(float(rate)) for rate in self.rates]
        if self.curve.draw % 2:  # as NumPy prints a float32; else as Python prints the double that is equal to it
            return [str(rate) for rate in self.rates.astype(np.float32)]
        return [repr(float(rate)) for rate in self.rates.astype(np.float32)]

    def write(self, folder: Path) -> Path:
        """The log in a file, as a trainer with this precision and convention writes it."""
        if self.scale > 1:
            return _table(folder / "metrics.csv", "epoch,learning_rate", ",", self)
        if self.precision == "float64" and self.offset <= 0:
            rows = [{"step": int(x), "learning_rate": float(text)} for x, text in zip(self.x, self.texts, strict=True)]
            state = {"global_step": int(self.x[-1]), "max_steps": self.curve.total, "log_history": rows}
            state |= {"best_global_step": None} if self.offset else {}  # written since the value is that of the row
            path = folder / "trainer_state.json"
            path.write_text(json.dumps(state), encoding="utf-8")
            return path
        if self.precision == "float64":
            return _table(folder / "learning_rate.tsv", "step\tlearning_rate", "\t", self)
        if self.precision == "digits" and self.offset == 0:
            line = " iteration {:8d}/{:8d} | consumed samples: {:12d} | learning rate: {} | global batch size:    16 |"
            lines = [
                line.format(int(x), self.curve.total, int(x) * 16, text)
                for x, text in zip(self.x, self.texts, strict=True)
            ]
            path = folder / "train.log"
            path.write_text("\n".join(lines) + "\n", encoding="utf-8")
            return path
        return _table(folder / "metrics.csv", "step,lr", ",", self)


def _table(path: Path, head: str, between: str, log: SyntheticLog) -> Path:
    lines = [f"{int(x)}{between}{text}" for x, text in zip(log.x, log.texts, strict=True)]
    path.write_text("\n".join([head, *lines]) + "\n", encoding="utf-8")
    return path


def synthetic_log(
    family: str,
    draw: int = 0,
    *,
    precision: Precision = "float64",
    interval: int = 10,
    offset: int = 0,
    seen: float = 1.0,
    skips: int = 0,
    scale: int = 1,
) -> SyntheticLog:
    """A log of a family's curve: a row in every `interval`, for a part of the run, `skips` updates skipped on the way.

    With a `scale` the log counts epochs of so many updates, and `offset` says which update of the epoch a row has.
    """
    return log_of(curve(family, draw), precision, interval, offset, seen, skips, scale)


def log_of(
    made: Curve, precision: Precision, interval: int, offset: int, seen: float, skips: int = 0, scale: int = 1
) -> SyntheticLog:
    last = int(seen * made.total) // scale
    first = 0 if offset > 0 or scale > 1 else interval
    x = np.arange(first, last + (scale == 1), interval, dtype=np.float64)
    random = np.random.default_rng(1000 * made.draw + interval)
    lag = np.zeros(len(x), np.int64)
    if skips and len(x) > 2:
        lag = np.searchsorted(np.sort(random.choice(x[1:], skips)), x, "right")
    return SyntheticLog(made, precision, interval, offset, seen, lag, x, scale)


def all_logs() -> Iterator[SyntheticLog]:
    """Every family × precision × interval × convention × part of the run; then skipped updates, and epochs."""
    grid = [(p, i, o, s) for p in PRECISIONS for i in INTERVALS for o in OFFSETS for s in SEEN]
    for family in FAMILIES:
        for k, (precision, interval, offset, seen) in enumerate(grid):
            yield synthetic_log(family, k % 5, precision=precision, interval=interval, offset=offset, seen=seen)
    for family in SKIPPED:
        for k, (precision, interval, offset, seen) in enumerate(grid):
            if seen == 1.0:
                yield synthetic_log(
                    family, k % 5, precision=precision, interval=interval, offset=offset, seen=seen, skips=3
                )
    for family in ("linear + warm-up", "cosine + warm-up", "one-cycle"):
        for k, (precision, scale, seen) in enumerate((p, n, s) for p in PRECISIONS for n in (25, 37) for s in SEEN):
            for offset in (0, scale - 1):
                yield synthetic_log(
                    family, k % 5, precision=precision, interval=1, offset=offset, seen=seen, scale=scale
                )
