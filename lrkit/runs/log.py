"""The rates of a run as its log states them: `LoggedRates`, and `LoggedSeries` for each column of rates."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from .._params import counted
from .._types import Floats
from .precision import Precision


@dataclass(frozen=True, eq=False, repr=False)
class LoggedSeries:
    """One column of rates of one run: at which positions, which rates, printed how precisely.

    Attributes
    ----------
    name : str
        The column as the log calls it: ``learning_rate``, ``lr/pg0``, ``lr-AdamW/head``.
    parameter : str
        What it holds: ``"lr"``, ``"multiplier"`` (of the rates of all groups), ``"momentum"``, ``"weight_decay"``.
    clocks : dict of str to array
        The position of each row in each unit that the log states: ``"step"`` (updates), ``"epoch"``, ``"sample"``,
        ``"token"``, or ``"row"`` if it states none. The first is the one that the trainer's schedule counts.
    rates : array
        The rate of each row.
    precisions : tuple of Precision
        How precisely the rates are printed: each reading that the text allows, the likeliest first.
    offsets : tuple of int
        The conventions that are possible, the likeliest first: the row at `x` has the rate ``schedule(x + offset)``.
        One, where the trainer has only one.
    run : int
        Which run in the file this is: 0 for the first.
    averaged : bool
        Whether each rate is the mean over the epoch that the row is of.
    """

    name: str
    parameter: str
    clocks: Mapping[str, Floats]
    rates: Floats
    precisions: tuple[Precision, ...]
    offsets: tuple[int, ...] = (0, -1, 1)
    run: int = 0
    averaged: bool = False

    @property
    def unit(self) -> str:
        """What `x` counts."""
        return next(iter(self.clocks))

    @property
    def x(self) -> Floats:
        """The position of each row on the first clock."""
        return self.clocks[self.unit]

    def __len__(self) -> int:
        return len(self.rates)

    def __repr__(self) -> str:
        return f"<LoggedSeries {self.name!r}: {self._extent()}>"

    def __str__(self) -> str:
        what = "" if self.parameter == "lr" else f" ({self.parameter.replace('_', ' ')})"
        low, high = float(self.rates.min()), float(self.rates.max())
        rates = f"{low:.6g} to {high:.6g}" if low < high else f"{high:.6g} throughout"
        return f"{self.name}{what}: {self._extent()}, {rates}, {self.precisions[0]}"

    def _extent(self) -> str:
        rows = counted(len(self), "row")
        return f"{rows}, {self.unit} {self.x[0]:,.10g} to {self.x[-1]:,.10g}" if len(self) else rows

    def to_dict(self) -> dict[str, Any]:
        """Everything, as plain numbers, texts, lists and dicts: JSON can hold it."""
        return {
            "name": self.name,
            "parameter": self.parameter,
            "run": self.run,
            "clocks": {unit: x.tolist() for unit, x in self.clocks.items()},
            "rates": self.rates.tolist(),
            "precisions": [str(precision) for precision in self.precisions],
            "offsets": list(self.offsets),
            "averaged": self.averaged,
        }


@dataclass(frozen=True, eq=False, repr=False)
class LoggedRates:
    """The learning rates in a log: what `read_log` returns.

    ``log["lr/pg0"]`` is the series of that name, ``log["lr", 1]`` that of the second run in the file, ``log[0]`` the
    first series; iteration gives all. Printed, it says what is in the log and what was left out.

    Attributes
    ----------
    source : str
        The path of the file, or what else was read.
    form : str
        The format that was recognised, in words: ``"transformers trainer_state.json"``.
    series : tuple of LoggedSeries
        One for each run and column.
    facts : dict
        What the log itself states, by lrkit's names: ``total`` (updates of the whole run), ``epochs``, ``batch``,
        ``epoch_steps``, ``skipped``, ``trainer``, ``convention`` (how the file shows it, in words); what it does not
        state is absent.
    notes : tuple of str
        What was left out or read in another way than it is written, in sentences.
    """

    source: str
    form: str
    series: tuple[LoggedSeries, ...]
    facts: Mapping[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.series)

    def __iter__(self) -> Iterator[LoggedSeries]:
        return iter(self.series)

    def __getitem__(self, key: int | str | tuple[str, int]) -> LoggedSeries:
        if isinstance(key, int):
            return self.series[key]
        name, run = key if isinstance(key, tuple) else (key, None)
        found = [series for series in self.series if series.name == name and run in (None, series.run)]
        if not found:
            there = ", ".join(dict.fromkeys(repr(series.name) for series in self.series))
            which = repr(name) if run is None else f"{name!r} in run {run}"
            raise KeyError(f"there is no series {which}; there are {there}")
        if len(found) > 1:
            raise KeyError(f"{name!r} is in {len(found)} runs: write log[{name!r}, 0] for the first")
        return found[0]

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the series."""
        return tuple(dict.fromkeys(series.name for series in self.series))

    @property
    def rates(self) -> tuple[LoggedSeries, ...]:
        """The series of learning rates and of multipliers of them, without momentum and weight decay."""
        return tuple(series for series in self.series if series.parameter in ("lr", "multiplier"))

    def __repr__(self) -> str:
        shown = [f"{series.name!r}: {counted(len(series), 'row')}" for series in self.series[:4]]
        more = [f"{len(self) - 4} more"] if len(self) > 4 else []
        return f"<LoggedRates: {self.form}, {', '.join(shown + more)}>"

    def __str__(self) -> str:
        runs = len({series.run for series in self.series}) > 1
        lines = [f"{self.source}: {self.form}"]
        lines += [f"  {f'run {series.run}, ' if runs else ''}{series}" for series in self.series]
        known = [f"{name} {value}" for name, value in self.facts.items() if name != "convention"]
        lines += [f"  the log states: {', '.join(known)}"] if known else []
        lines += [f"  {self.facts['convention']}"] if "convention" in self.facts else []
        return "\n".join([*lines, *(f"  note: {note}" for note in self.notes)])

    def to_dict(self) -> dict[str, Any]:
        """Everything, as plain numbers, texts, lists and dicts: JSON can hold it."""
        return {
            "source": self.source,
            "form": self.form,
            "series": [series.to_dict() for series in self.series],
            "facts": dict(self.facts),
            "notes": list(self.notes),
        }

    def plot(self, **options: Any) -> Any:
        """The rates, drawn by `lrkit.plot`, whose options these are: a point for each row."""
        from ..plotting import plot  # the pictures are above the logs, and loaded when one is asked for

        return plot(self, **options)

    def _repr_html_(self) -> str:
        from ..plotting.card import card_of_log

        return card_of_log(self)
