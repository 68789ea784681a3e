"""`Budget`: from samples, tokens, epochs and hours to numbers of updates, and back."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

from .._params import Field, Param, shorten
from .._types import Floats
from ..schedules._base import LearningRateSchedule
from .axis import Unit, positions, steps_at
from .counting import SECONDS, Counting, counting_of, epochs_of, hours_of, speed_of, tokens_of, total_of
from .given import Given, checked, from_text, positive, text_of
from .in_updates import from_updates, in_updates
from .rounding import exact
from .sentence import sentence

STEP = Field("step", int, Param("t", low=0))


@dataclass(frozen=True)
class Position:
    """Where a run is before an update, in each unit.

    Parameters
    ----------
    step : int
        The update, from 0 on.
    epoch : float or None
        Epochs that are over, with the part of the one that is not; None if the data of an epoch are not given.
    samples : int
        Samples that were seen.
    tokens : int or None
        Tokens that were seen; None if the length of a sample is not given.
    hours : float or None
        Hours of training; None if the speed is not given.

    Examples
    --------
    >>> import lrkit
    >>> lrkit.Budget(samples=1.28e6, batch=256).at(2500)
    Position(step=2500, epoch=0.5, samples=640000, tokens=None, hours=None)
    """

    step: int
    epoch: float | None
    samples: int
    tokens: int | None
    hours: float | None

    def __str__(self) -> str:
        told = [f"step {self.step:,}"]
        told += [] if self.epoch is None else [f"epoch {self.epoch:,.6g}"]
        told += [f"{self.samples:,} samples"]
        told += [] if self.tokens is None else [f"{self.tokens:,} tokens"]
        told += [] if self.hours is None else [f"{self.hours:,.4g} hours"]
        return ", ".join(told)


@dataclass(frozen=True, init=False, repr=False)
class Budget:
    """The size of a run, and how a framework counts it: a number of updates for each length, and back.

    Parameters
    ----------
    samples, tokens, batches : int, optional
        The data of one epoch: samples, or tokens, or batches of one process, as a loader's ``len``. Beside `batches`,
        or beside `samples`, the other ones are the length of the run. A count may be written ``1.28e6``.
    epochs : float, optional
        The length of the run in epochs. Default: 1 if the data are given and no other length is.
    updates : int, optional
        The length of the run in updates of the weights.
    hours : float, optional
        The length of the run in hours, with `updates_per_second`: the whole updates that they hold.
    updates_per_second : float, optional
        The speed that was measured.
    batch : int
        Samples in a batch of one process. Default: 1; with a `ramp` of thresholds, what its last size leaves to each.
    accumulation : int
        Batches whose gradients make one update. Default: 1.
    processes : int
        Processes, or devices, that each take batches of their own. Default: 1.
    sequence : int, optional
        Tokens in a sample. Tokens need it; 1 if `batch` counts tokens.
    drop_last : bool
        Whether the loader leaves out an incomplete last batch. Default: False.
    ramp : str or (int, int, int), optional
        A batch size that grows with the samples seen, as Megatron is told of it: ``"192 16 9765625"``, from 192 in
        steps of 16 to the full one over 9 765 625 samples; or ``"0:256 10B:512"``, from each threshold on a size,
        where thresholds count tokens if `sequence` is given, else samples.
    rounding : str
        How what is not whole is rounded: ``"exact"``, ``"hf"``, ``"hf_4_45"`` (before 4.46), ``"accelerate"``,
        ``"lightning"``, ``"keras"``, ``"timm"``, ``"megatron"``, ``"deepspeed"`` or
        ``"big_vision"``. Default: ``"exact"``.

    Raises
    ------
    TypeError
        If an argument is of another kind; True is no number.
    ValueError
        If a number is outside its domain, not whole, too large, or contradicts another.

    Notes
    -----
    A budget gives numbers; it is no part of a schedule, which counts updates alone.

    ``"exact"`` is no framework's: each sample is seen once in an epoch, an incomplete batch and an accumulation that
    the epoch's end breaks off count as an update, decimal numbers are taken as they are written, and what falls
    between two updates is rounded up to the later. `lrkit.budget.ROUNDINGS` has the others, each with its source.

    With a `ramp` the data are one stream, without incomplete batches between epochs.

    Examples
    --------
    >>> import lrkit
    >>> b = lrkit.Budget(samples=1.28e6, batch=32, processes=8, epochs=90)
    >>> b.total, b.epoch, b.epochs(5), b.part(0.03)
    (450000, 5000, 25000, 13500)
    >>> b.at(7500)
    Position(step=7500, epoch=1.5, samples=1920000, tokens=None, hours=None)
    >>> print(b)  # doctest: +NORMALIZE_WHITESPACE
    90 epochs of 1,280,000 samples in batches of 32 on 8 processes (32 x 8 = 256 samples an update):
    1,280,000 / (32 x 8) = 5,000 updates an epoch; 5,000 x 90 = 450,000 updates;
    450,000 updates see 115,200,000 samples.
    >>> lrkit.CosineDecayLR(0, 0.1, b.total - b.epochs(5)).warmup(b.epochs(5))(b.epochs(5))
    0.1
    """

    given: Given

    def __init__(
        self,
        *,
        samples: float | None = None,
        tokens: float | None = None,
        batches: float | None = None,
        epochs: float | None = None,
        updates: float | None = None,
        hours: float | None = None,
        updates_per_second: float | None = None,
        batch: float | None = None,
        accumulation: float = 1,
        processes: float = 1,
        sequence: float | None = None,
        drop_last: bool = False,
        ramp: str | tuple[float, float, float] | None = None,
        rounding: str = "exact",
    ) -> None:
        arguments = {
            "samples": samples, "tokens": tokens, "batches": batches, "epochs": epochs, "updates": updates,
            "hours": hours, "updates_per_second": updates_per_second, "batch": batch, "accumulation": accumulation,
            "processes": processes, "sequence": sequence, "drop_last": drop_last, "ramp": ramp, "rounding": rounding,
        }  # fmt: skip
        object.__setattr__(self, "given", checked(arguments))
        self.total  # noqa: B018  # raises where the fields contradict one another

    @classmethod
    def parse(cls, text: str) -> Budget:
        """The budget that a text such as ``"samples=1.28e6 batch=256 epochs=90"`` writes.

        Parameters
        ----------
        text : str
            The parameters of a `Budget`, as words ``name=number`` with spaces between them. A number may be
            arithmetic, ``0.99*1281167``; in a ramp, commas stand for spaces: ``ramp=192,16,9765625``.

        Returns
        -------
        Budget

        Raises
        ------
        TypeError
            If `text` is not a str.
        ValueError
            If a word is none of these, a name is unknown (names near it are told), or as `Budget` raises.

        Examples
        --------
        >>> import lrkit
        >>> lrkit.Budget.parse("samples=1.28e6 batch=256 epochs=90").total
        450000
        >>> lrkit.Budget.parse("samples=1.28e6 batch_size=256")
        Traceback (most recent call last):
        ...
        ValueError: Budget: there is no field 'batch_size'; did you mean batch?
        """
        return cls(**from_text(text))

    @property
    def text(self) -> str:
        """The budget as `parse` reads it."""
        return text_of(self.given)

    @property
    def batch(self) -> int:
        """Samples in a batch of one process."""
        return self.given.batch

    @property
    def accumulation(self) -> int:
        """Batches whose gradients make one update."""
        return self.given.accumulation

    @property
    def processes(self) -> int:
        """Processes that each take batches of their own."""
        return self.given.processes

    @property
    def batch_size(self) -> int:
        """Samples in an update, at the end of a ramp if there is one: batch x accumulation x processes."""
        return self.given.batch * self.given.accumulation * self.given.processes

    @property
    def sequence(self) -> int | None:
        """Tokens in a sample, if it is known."""
        return self.given.sequence

    @property
    def rounding(self) -> str:
        """How what is not whole is rounded."""
        return self.given.rounding

    @property
    def ramp(self) -> str | None:
        """The growth of the batch size, as a text."""
        return self.given.ramp

    @property
    def total(self) -> int:
        """Updates in the run."""
        return self._total

    @property
    def has_epochs(self) -> bool:
        """Whether the data of one epoch are given."""
        return self._counting.in_epoch is not None

    @property
    def epoch(self) -> int:
        """Updates in one epoch, rounded as the framework does: ``b.epochs(1)``."""
        return self.epochs(1)

    def epochs(self, n: float) -> int:
        """The updates in a number of epochs.

        Parameters
        ----------
        n : float
            Epochs, at least 0, whole or not.

        Returns
        -------
        int
            Rounded as the framework does.

        Raises
        ------
        TypeError
            If `n` is no number.
        ValueError
            If it is negative or not finite, or the data of an epoch are not given.

        Examples
        --------
        >>> import lrkit
        >>> b = lrkit.Budget(samples=1000, batch=300, epochs=3)  # 4 batches in an epoch, the last of 100
        >>> b.epochs(2), b.epochs(0.6)
        (8, 3)
        """
        return epochs_of(self._counting, positive("Budget.epochs", "n", n, zero=True))

    def samples(self, n: float) -> int:
        """The updates in which a number of samples is seen.

        Parameters
        ----------
        n : float
            Samples, at least 0.

        Returns
        -------
        int
            Rounded as the framework does: by ``"exact"`` the first update before which they all were seen.

        Raises
        ------
        TypeError
            If `n` is no number.
        ValueError
            If it is negative or not finite.

        Examples
        --------
        >>> import lrkit
        >>> b = lrkit.Budget(samples=1000, batch=300, epochs=3)
        >>> b.samples(900), b.samples(901), b.samples(1001)
        (3, 4, 5)
        """
        number = positive("Budget.samples", "n", n, zero=True)
        return self._counting.whole(self._counting.clock.inverse(exact(number)))

    def tokens(self, n: float) -> int:
        """The updates in which a number of tokens is seen: `samples` of what they are by `sequence`.

        Parameters
        ----------
        n : float
            Tokens, at least 0.

        Returns
        -------
        int
            Rounded as the framework does.

        Raises
        ------
        TypeError
            If `n` is no number.
        ValueError
            If it is negative or not finite, or `sequence` is not given.

        Examples
        --------
        >>> import lrkit
        >>> lrkit.Budget(tokens=1e12, batch=1024, sequence=4096, rounding="megatron").tokens(2e9)
        476
        """
        return tokens_of(self.given, self._counting, positive("Budget.tokens", "n", n, zero=True))

    def hours(self, h: float) -> int:
        """The whole updates in a number of hours, at the speed that was measured.

        Parameters
        ----------
        h : float
            Hours, at least 0.

        Returns
        -------
        int
            Rounded down, whatever the framework.

        Raises
        ------
        TypeError
            If `h` is no number.
        ValueError
            If it is negative or not finite, or `updates_per_second` is not given.

        Examples
        --------
        >>> import lrkit
        >>> lrkit.Budget(updates=10_000, updates_per_second=1.5).hours(0.5)
        2700
        """
        return hours_of(self.given, positive("Budget.hours", "h", h, zero=True))

    def part(self, r: float) -> int:
        """A share of the run in updates, such as a ratio of warm-up.

        Parameters
        ----------
        r : float
            From 0 to 1.

        Returns
        -------
        int
            Rounded as the framework does. Megatron does not round: its peak lies between two updates, of which this
            is the later, and ``r * b.total`` is where; with a `ramp` it counts the share in samples.

        Raises
        ------
        TypeError
            If `r` is no number.
        ValueError
            If it is not from 0 to 1.

        Examples
        --------
        >>> import lrkit
        >>> [lrkit.Budget(updates=100, rounding=name).part(0.07) for name in ("exact", "hf", "keras")]
        [7, 8, 7]
        """
        ratio = positive("Budget.part", "r", r, zero=True)
        if ratio > 1:
            raise ValueError(f"Budget.part: r must be a number >= 0 and <= 1, got {shorten(r)}")
        if self.given.ramp and self.given.rounding == "megatron":  # whose schedules count samples
            share = Fraction(ratio * self._counting.clock.forward(self.total))
            return -(-self._counting.clock.inverse(share) // 1)
        return self._counting.rules.share(ratio, self.total)

    def at(self, step: int) -> Position:
        """Where the run is before an update: what it has seen until then.

        Parameters
        ----------
        step : int
            The update, from 0 on.

        Returns
        -------
        Position
            In every unit; None in those that the budget does not know.

        Raises
        ------
        TypeError
            If `step` is no integer.
        ValueError
            If it is negative, or above 2**53.

        Examples
        --------
        >>> import lrkit
        >>> print(lrkit.Budget(samples=1000, batch=300, epochs=3, sequence=512).at(5))
        step 5, epoch 1.25, 1,300 samples, 665,600 tokens
        """
        t: int = STEP.coerce_one("Budget.at", "step", step)
        counting = self._counting
        seen = counting.clock.forward(t)
        in_epoch, speed = counting.in_epoch, self.given.updates_per_second
        return Position(
            step=t,
            epoch=None if in_epoch is None else counting.epoch_clock.forward(t) / in_epoch,
            samples=seen,
            tokens=None if self.sequence is None else seen * self.sequence,
            hours=None if speed is None else float(t / speed_of(self.given) / SECONDS),
        )

    def position(self, steps: Any, unit: Unit) -> Floats:
        """Steps in another unit: what is seen before each, linear between two updates.

        Parameters
        ----------
        steps : array of float
            In any order. Past the end of the run the count goes on; below 0, as in the first update.
        unit : {"step", "epoch", "sample", "token", "hour"}
            What to count.

        Returns
        -------
        array of float
            Exact at whole steps, up to 2**53.

        Raises
        ------
        TypeError
            If `steps` are no real numbers.
        ValueError
            If they are not finite, or the budget does not know the unit: the message names the missing field.

        Examples
        --------
        >>> import lrkit
        >>> b = lrkit.Budget(samples=1000, batch=300, epochs=3)
        >>> b.position([0, 3, 4, 6], "sample"), b.steps_at([1000, 1600], "sample")
        (array([   0.,  900., 1000., 1600.]), array([4., 6.]))
        """
        return positions(self.given, self._counting, steps, unit)

    def steps_at(self, values: Any, unit: Unit) -> Floats:
        """The steps at which a unit has these values: the inverse of `position`.

        Parameters
        ----------
        values : array of float
            In the unit.
        unit : {"step", "epoch", "sample", "token", "hour"}
            What was counted.

        Returns
        -------
        array of float
            A step that is a rounding away from a whole one is whole.

        Raises
        ------
        TypeError
            If `values` are no real numbers.
        ValueError
            If they are not finite, or the budget does not know the unit.
        """
        return steps_at(self.given, self._counting, values, unit)

    def in_updates(self, schedule: LearningRateSchedule, unit: Unit) -> LearningRateSchedule:
        """A schedule that counts samples or tokens, say, as one that counts updates.

        Parameters
        ----------
        schedule : LearningRateSchedule
            On a clock of `unit`.
        unit : {"step", "epoch", "sample", "token", "hour"}
            What its clock counts.

        Returns
        -------
        LearningRateSchedule
            At every update of the run, the rate of `schedule` at what was seen until then.

        Raises
        ------
        TypeError
            If `schedule` is no schedule.
        ValueError
            If the budget does not know the unit, or more than 10 000 epochs end in an incomplete batch.

        Notes
        -----
        Where all updates are alike it is ``schedule.stretch(1 / size)``. Where they are not, because of a `ramp` or of
        incomplete batches, it is a `JoinLR` of one such stretch for each part: an expression of the algebra, which
        can be printed, read back and put into any framework as it stands. Within an incomplete last batch of an
        epoch, between two updates, the clock runs as in the others.

        Examples
        --------
        >>> import lrkit
        >>> b = lrkit.Budget(tokens=300e9, batch=1536, sequence=2048, rounding="megatron")
        >>> rates = b.in_updates(lrkit.recipe("gpt3").schedule, "token")
        >>> b.total, rates(b.tokens(260e9))
        (95367, 6.000000011720985e-06)
        """
        return in_updates(self.given, self._counting, self.total, schedule, unit)

    def from_updates(self, schedule: LearningRateSchedule, unit: Unit) -> LearningRateSchedule:
        """A schedule that counts updates as one that counts samples or tokens, say: the inverse of `in_updates`.

        Parameters
        ----------
        schedule : LearningRateSchedule
            On a clock of updates.
        unit : {"step", "epoch", "sample", "token", "hour"}
            What the result counts.

        Returns
        -------
        LearningRateSchedule
            At what is seen before an update, the rate of that update, up to the rounding of a quotient.

        Raises
        ------
        TypeError
            If `schedule` is no schedule.
        ValueError
            As `in_updates` raises.

        Examples
        --------
        >>> import lrkit
        >>> b = lrkit.Budget(updates=100, batch=64)
        >>> b.from_updates(lrkit.WarmUpLR(0.1, 10), "sample")
        StretchLR(WarmUpLR(learning_rate=0.1, warmup_steps=10), factor=64.0)
        """
        return from_updates(self.given, self._counting, self.total, schedule, unit)

    def __repr__(self) -> str:
        return f"Budget({', '.join(f'{name}={value!r}' for name, value in self.given.told().items())})"

    def __str__(self) -> str:
        return sentence(self.given, self._counting, self.total)

    def _repr_html_(self) -> str:
        from ..plotting.card import card_of_budget  # the pictures are above, and loaded when a notebook asks

        return card_of_budget(self)

    @cached_property
    def _counting(self) -> Counting:
        return counting_of(self.given)

    @cached_property
    def _total(self) -> int:
        return total_of(self.given, self._counting)
