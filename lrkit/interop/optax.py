"""optax: `from_optax` reads its factories, `to_optax` makes a schedule one of its own."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import partial
from typing import Any

from .._params import shorten
from ..schedules._base import LearningRateSchedule
from ._errors import framework, refused
from ._numbers import plain_arguments
from ._optax_factories import READERS
from ._optax_schedule import OptaxSchedule as OptaxSchedule

# To optax -------------------------------------------------------------------------------------------------------------


def to_optax(schedule: LearningRateSchedule) -> OptaxSchedule:
    r"""An optax schedule that is exact at every count.

    A schedule can be given to optax as it stands; it is then computed in float32, as optax computes its own, and loses
    steps from :math:`2^{24}` on. What this returns computes in float64, whether the program has float64 switched on or
    not, and rounds the rate once.

    .. math:: \eta_{32}(t) = \operatorname{round}_{32} \bigl(\eta_{64}(t)\bigr)

    Parameters
    ----------
    schedule : LearningRateSchedule
        :math:`\eta`.

    Returns
    -------
    OptaxSchedule
        A function of a count, traced or not, that returns a JAX array: float32, or float64 in a program that has
        switched it on. It runs under ``jit``, ``vmap``, ``scan`` and ``grad`` (by a floating count), is taken by every
        optax optimizer and by ``optax.inject_hyperparams``, and can be printed, pickled and compared.

    Notes
    -----
    *First step, boundaries, past the end*: the schedule's own. *How*: the count becomes int64 (a floating one
    float64) within ``jax.enable_x64(True)``, around this function alone; arrays outside keep their type. The price is a
    few scalar operations in float64 for each update. *Elsewhere*: ``optax.cosine_decay_schedule(1, 10**7)`` is 21 %
    off at step 9 999 000, and ``optax.linear_schedule(1, 0, 4 * 10**7)`` is 0 at its last step.

    Examples
    --------
    >>> import lrkit, optax
    >>> from lrkit.interop import to_optax
    >>> float(optax.linear_schedule(1.0, 0.0, 40_000_000)(39_999_999))
    0.0
    >>> to_optax(lrkit.linear(1.0, 0.0, 40_000_000))
    to_optax(PiecewiseLinearLR(milestones=[0.0, 40000000.0], learning_rates=[1.0, 0.0]))
    >>> print(f"{float(_(39_999_999)):.3g}")
    2.5e-08
    """
    if not isinstance(schedule, LearningRateSchedule):
        raise TypeError(f"to_optax: schedule must be a schedule, got {shorten(schedule)}")
    framework("jax", "optax", "to_optax")
    return OptaxSchedule(schedule)


# From optax -----------------------------------------------------------------------------------------------------------


def from_optax(function: Any, /, *args: Any, **kwargs: Any) -> LearningRateSchedule:
    """The schedule that an optax factory would make.

    An optax schedule is a closure, which cannot be looked into; so this takes the factory and its arguments in place
    of the call: ``from_optax(optax.cosine_decay_schedule, 0.1, 1000)`` for ``optax.cosine_decay_schedule(0.1, 1000)``.

    Parameters
    ----------
    function : callable or str
        A function of ``optax.schedules`` that returns a schedule, its name, or a `functools.partial` of it. Also what
        `to_optax` returned, which gives back its schedule.
    *args, **kwargs
        Its arguments, by optax's own names and with optax's own defaults. The schedules of ``join_schedules`` are
        lrkit's, or what `to_optax` returned.

    Raises
    ------
    TypeError, ValueError
        If `function` is a closure or no factory of optax; if the arguments do not fit, or optax refuses them, in its
        own words; if something has no exact counterpart, as a count that is not whole, or points less than a step
        apart; if a value is outside the domain of lrkit's schedule.

    Warns
    -----
    DepartureWarning
        If two boundaries of a one-cycle schedule fall on one step: optax keeps them in a dict and drops the phase
        between them. The schedule read has that phase, as a jump.

    Notes
    -----
    *Every step* is the same, in float64: to 1e-12 of the peak. *One-cycle*: the last rate is
    ``peak_value / div_factor / final_div_factor``, as optax computes it, not ``peak_value / final_div_factor``, as the
    description of its phases says. *A warm-up as long as the horizon* is refused by optax; take ``WarmUpLR``. *Stairs
    of a length that is not whole*: a quotient a rounding away from a whole number is taken for it.

    Examples
    --------
    >>> import optax
    >>> from lrkit.interop import from_optax
    >>> schedule = from_optax(optax.warmup_cosine_decay_schedule, 0.0, 1.0, warmup_steps=4, decay_steps=12)
    >>> schedule
    JoinLR([PiecewiseLinearLR(milestones=[0.0, 4.0], learning_rates=[0.0, 1.0]), \
CosineDecayLR(min_lr=0.0, max_lr=1.0, decay_steps=8)], milestones=[4])
    >>> schedule([0, 2, 4, 8, 12, 99])
    array([0. , 0.5, 1. , 0.5, 0. , 0. ])
    >>> from_optax("exponential_decay", 0.1, transition_steps=2, decay_rate=0.5, end_value=0.02)([0, 2, 4, 6])
    array([0.1  , 0.05 , 0.025, 0.02 ])
    """
    if isinstance(function, OptaxSchedule) and not args and not kwargs:
        return function.schedule
    if isinstance(function, partial):
        return from_optax(function.func, *function.args, *args, **{**function.keywords, **kwargs})
    name, factory = _factory(function)
    given = _bound(name, factory, args, kwargs)
    unknown = sorted(given.keys() ^ inspect.signature(READERS[name]).parameters.keys())
    if unknown:
        raise refused("from_optax", f"in this version of optax, {name} differs in its arguments {', '.join(unknown)}")
    factory(**given)  # what optax refuses, it refuses here
    if name == "sgdr_schedule":  # whose cycles are the arguments of another, with its defaults
        cycle, made = _factory("warmup_cosine_decay_schedule")
        given = {"cosine_kwargs": [_bound(cycle, made, (), one) for one in given["cosine_kwargs"]]}
    return READERS[name](**given)


def read(obj: Any, steps: int | None) -> LearningRateSchedule:
    """The curves of an object of optax, for `lrkit.plot` and its kin."""
    return from_optax(obj)


def _bound(name: str, factory: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
    """The arguments of a factory by name, with its defaults."""
    try:
        bound = inspect.signature(factory).bind(*args, **kwargs)
    except TypeError as error:
        raise TypeError(f"from_optax: {name}: {error}") from None
    bound.apply_defaults()
    return {key: plain_arguments(value) for key, value in bound.arguments.items()}


def _factory(function: Any) -> tuple[str, Callable[..., Any]]:
    """Name and live function of a factory of optax, given by either."""
    known = framework("optax.schedules", "optax", "from_optax")
    if isinstance(function, str):
        if function not in READERS:
            raise ValueError(f"from_optax: {function!r} is no schedule of optax, which has {', '.join(READERS)}")
        factory: Callable[..., Any] = getattr(known, function)
        return function, factory
    name: str = getattr(function, "__name__", "")
    if name in READERS and getattr(known, name, None) is function:
        return name, getattr(known, name)
    if callable(function) and "<locals>" in getattr(function, "__qualname__", ""):
        raise refused(
            "from_optax",
            "a schedule of optax is a closure, which cannot be read; "
            "give the function that made it and its arguments: from_optax(optax.linear_schedule, 1.0, 0.0, 100)",
        )
    raise refused("from_optax", f"{shorten(function)} is no function of optax that returns a schedule")
