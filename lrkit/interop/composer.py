"""composer's schedulers, factors in time strings, read: `from_composer`."""

from __future__ import annotations

from typing import Any

from .._params import as_kind, shorten
from ..budget import Budget
from ..schedules._base import LearningRateSchedule
from ._composer_reading import READERS, Run, kind_of, parsed, shortened
from ._errors import framework, refused
from ._numbers import number

ADAPTER = "from_composer"
HOMES = ("composer", "llmfoundry")


def from_composer(
    scheduler: Any,
    max_duration: str | int | None = None,
    learning_rate: float = 1.0,
    budget: Budget | str | None = None,
    scale_schedule_ratio: float = 1.0,
) -> LearningRateSchedule:
    """The schedule of a scheduler of composer in a run of its ``Trainer``.

    Parameters
    ----------
    scheduler : composer.optim.ComposerScheduler
        Of any class of composer's own, with or without a warm-up; llm-foundry's inverse square root.
    max_duration : str or int, optional
        The ``Trainer``'s, as a time string, ``"10ep"`` or ``"4800ba"``; a number is of epochs. Default: the updates of
        the budget.
    learning_rate : float
        The rate of the optimizer, at least 0, which the scheduler multiplies. Default: 1, which gives the factor.
    budget : Budget or str, optional
        What the time strings need: the batches of an epoch, the samples of a batch, the tokens of a sample, as
        ``"batches=500 batch=64 sequence=2048"``.
    scale_schedule_ratio : float
        The ``Trainer``'s, above 0. Default: 1.

    Returns
    -------
    LearningRateSchedule
        Counted in updates, which are composer's batches.

    Raises
    ------
    TypeError
        If the scheduler is of a class of your own.
    ValueError
        If a time string is none, needs a number that the budget lacks, or composer itself would stop: ``t_max`` below
        ``max_duration`` after a warm-up, or in another unit than it.

    Notes
    -----
    *First step*: 0 with a warm-up. *At a length*: times are cut to whole batches, samples or tokens. *Past the end*:
    the last factor, but for ``ConstantScheduler``, which has 1 there, ``ExponentialScheduler`` and the restarts, which
    go on. ``dur`` follows the shortened duration; a warm-up is shortened only with ``scale_warmup``.

    Examples
    --------
    >>> from lrkit.interop import from_composer
    >>> cosine = CosineAnnealingWithWarmupScheduler(t_warmup="100ba", alpha_f=0.1)  # doctest: +SKIP
    >>> from_composer(cosine, "10ep", 0.001, budget="batches=500")([0, 100, 5000])  # doctest: +SKIP
    array([0.    , 0.001 , 0.0001])
    """
    framework("composer", "composer", ADAPTER)
    kind = kind_of(type(scheduler).__name__)
    if type(scheduler).__module__.partition(".")[0] not in HOMES or kind is None:
        raise refused(ADAPTER, f"{shorten(scheduler)} is none of composer's own schedulers")
    rate = number(ADAPTER, "learning_rate", learning_rate, low=0)
    ratio = number(ADAPTER, "scale_schedule_ratio", scale_schedule_ratio, low=0)
    options = Attributes(scheduler)
    known = Budget.parse(budget) if isinstance(budget, str) else budget
    if max_duration is None:
        if known is None:
            raise options.refusal("max_duration, or a budget, must be given: the length of the run")
        max_duration = f"{known.total}ba"
    length, unit = parsed(options, "max_duration", f"{max_duration}ep" if type(max_duration) is int else max_duration)
    if unit in ("dur", "sec", "iter"):
        raise options.error("max_duration", "a length in ba, ep, sp or tok", max_duration)
    run = Run(options, known, (shortened(length, ratio), unit), ratio, lambda: _batches(options, known))
    factor = READERS[kind](run)
    return rate * factor if rate != 1 else factor


def read(obj: Any, steps: int | None) -> list[LearningRateSchedule]:
    """The factor of an object of composer in a run of so many updates, for `lrkit.plot` and its kin."""
    if steps is None:
        raise refused(ADAPTER, f"{type(obj).__name__} needs the length of the run: give steps, or call {ADAPTER}")
    return [from_composer(obj, f"{steps}ba")]


def _batches(options: Attributes, budget: Budget | None) -> int:
    if budget is None or not budget.has_epochs:
        raise options.missing("turns epochs into batches", "how many batches an epoch has", "batches")
    known = budget.given.batches
    return int(budget.epoch * budget.accumulation if known is None else known)


class Attributes:
    """The attributes of a scheduler as options; times of composer's as the strings that make them."""

    def __init__(self, scheduler: Any) -> None:
        self.owner = type(scheduler).__name__
        self.given = {name: _told(value) for name, value in vars(scheduler).items()}

    def get(self, name: str, default: Any = None) -> Any:
        """An argument as it is; the default where none is said."""
        return self.given.get(name, default)

    def number(self, name: str, default: Any = None, *, low: float | None = None, above: float | None = None) -> Any:
        """A number in its domain."""
        value = as_kind(self.get(name, default), float)
        if value is None or (low is not None and value < low) or (above is not None and value <= above):
            bound = "" if low is None and above is None else f" >= {low:g}" if above is None else f" > {above:g}"
            raise self.error(name, f"a number{bound}", self.get(name, default))
        return value

    def flag(self, name: str, default: Any = False) -> Any:
        """A truth value."""
        return bool(self.get(name, default))

    def error(self, name: str, domain: str, value: Any) -> ValueError:
        """An argument is outside its domain."""
        return self.refusal(f"{name} must be {domain}, got {shorten(value)}")

    def refusal(self, obstacle: str) -> ValueError:
        """The arguments do not go together."""
        return ValueError(f"{ADAPTER}: {self.owner}: {obstacle}")

    def missing(self, needs: str, unsaid: str, field: str) -> ValueError:
        """What the budget lacks."""
        return self.refusal(f"it {needs}, and nothing says {unsaid}: give budget='{field}=…' (Budget.{field})")


def _told(value: Any) -> Any:
    """A time of composer's as its string, and lists of them."""
    if isinstance(value, list):
        return [_told(item) for item in value]
    unit = getattr(getattr(value, "unit", None), "value", None)
    return f"{value.value}{unit}" if isinstance(unit, str) else value
