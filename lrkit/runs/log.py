"""The rates of a run as its log states them: `LoggedRates`, and `LoggedSeries` for each column of rates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .._types import Floats
from .precision import Precision


@dataclass(frozen=True, eq=False)
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
        ``"token"``. The first is the one that the trainer's schedule counts.
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


@dataclass(frozen=True, eq=False)
class LoggedRates:
    """The learning rates in a log.

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
        ``epoch_steps``, ``trainer``, ``version``, ...; what it does not state is absent.
    notes : tuple of str
        What was left out or read in another way than it is written, in sentences.
    """

    source: str
    form: str
    series: tuple[LoggedSeries, ...]
    facts: Mapping[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
