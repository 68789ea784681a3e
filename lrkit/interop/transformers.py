"""transformers' schedules, read: `from_transformers`, and `from_lambda` for one that runs already."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._params import shorten
from ..schedules._base import LearningRateSchedule
from ._errors import framework, refused
from ._numbers import number, whole
from ._transformers_functions import ADAPTER, MODULE
from ._transformers_functions import from_lambda as from_lambda

_WAYS_OUT = {
    "reduce_lr_on_plateau": "it follows a metric, as lrkit.lr_scheduler.ReduceLROnPlateau does over any schedule",
    "greedy": "it follows a metric, which is not known before the run",
}


def from_transformers(
    name: Any,
    learning_rate: float | None = None,
    num_warmup_steps: int | None = None,
    num_training_steps: int | None = None,
    scheduler_specific_kwargs: Mapping[str, Any] | None = None,
    default_lr: float | None = None,
) -> LearningRateSchedule:
    r"""What ``transformers.get_scheduler`` or a ``Trainer`` would run, as a schedule.

    .. math:: \eta(t) = \eta_0 \, f(t)

    with :math:`\eta_0` the learning rate and :math:`f` the factor that transformers computes.

    Parameters
    ----------
    name : str, SchedulerType or TrainingArguments
        As ``get_scheduler`` takes it; or the arguments of a ``Trainer``, from which everything else is read but
        `num_training_steps` where they set no ``max_steps``.
    learning_rate : float
        :math:`\eta_0`, at least 0: the rate that the parameter group starts with. With `TrainingArguments`, theirs if
        left out.
    num_warmup_steps : int, optional
        In optimizer updates, at least 0. All but "constant" need it.
    num_training_steps : int, optional
        In optimizer updates, at least 0, the warm-up among them. All need it but those that never end.
    scheduler_specific_kwargs : dict, optional
        The other arguments of the schedule, by transformers' names: ``num_cycles``, ``power``, ``min_lr``, ...
    default_lr : float, optional
        ``optimizer.defaults["lr"]``, by which transformers divides ``min_lr`` and ``lr_end``. Default:
        `learning_rate`, or that of the `TrainingArguments`.

    Returns
    -------
    LearningRateSchedule
        Counted in optimizer updates.

    Raises
    ------
    TypeError, ValueError
        If an argument is of the wrong type, outside its domain, or missing, or the schedule follows a metric
        ("reduce_lr_on_plateau", "greedy").

    Warns
    -----
    DepartureWarning
        If transformers misses a restart to rounding, or divides by zero where the warm-up is as long as the run.

    Notes
    -----
    *First step*: 0 with a warm-up, but for "cosine_warmup_with_min_lr" and "warmup_stable_decay", which start above
    it. *At num_warmup_steps*: the learning rate. *Past the end*: as transformers has it. "cosine",
    "cosine_with_min_lr" and "cosine_warmup_with_min_lr" climb again; ``.hold(num_training_steps)`` stops them.

    *Several groups*: call it for each, with the group's own `learning_rate`. ``min_lr`` and ``lr_end`` are reached
    only by the group whose rate is `default_lr`; one that starts at a tenth of it ends at a tenth of ``min_lr``.

    *Elsewhere*: accelerate steps a schedule once for each process; count in updates of all of them.

    Examples
    --------
    >>> from lrkit.interop import from_transformers
    >>> schedule = from_transformers("linear", 0.1, num_warmup_steps=2, num_training_steps=10)
    >>> schedule([0, 1, 2, 6, 10, 99])
    array([0.  , 0.05, 0.1 , 0.05, 0.  , 0.  ])
    >>> cosine = from_transformers("cosine", 0.1, 0, 10)
    >>> cosine(20), cosine.hold(10)(20)
    (0.1, 0.0)
    """
    optimization = framework(MODULE, "transformers", ADAPTER)
    if not isinstance(name, str):
        given = (num_warmup_steps, scheduler_specific_kwargs, default_lr)
        arguments = _training_arguments(name, num_training_steps, any(value is not None for value in given))
        learning_rate = arguments["default_lr"] if learning_rate is None else learning_rate
        return from_transformers(learning_rate=learning_rate, **arguments)
    if learning_rate is None:
        raise TypeError(f"{ADAPTER}: learning_rate is needed with the name of a schedule")
    rate = number(ADAPTER, "learning_rate", learning_rate, low=0)
    default = rate if default_lr is None else number(ADAPTER, "default_lr", default_lr, low=0)
    if not isinstance(scheduler_specific_kwargs, Mapping | None):
        got = shorten(scheduler_specific_kwargs)
        raise TypeError(f"{ADAPTER}: scheduler_specific_kwargs must be a dict or None, got {got}")
    if (plain := str(getattr(name, "value", name))) in _WAYS_OUT:
        raise refused(ADAPTER, f"{plain!r} is no function of the step: {_WAYS_OUT[plain]}")
    counts = {"num_warmup_steps": num_warmup_steps, "num_training_steps": num_training_steps}
    steps = {key: None if value is None else whole(ADAPTER, key, value) for key, value in counts.items()}
    try:
        scheduler = optimization.get_scheduler(
            plain, _optimizer(default), scheduler_specific_kwargs=dict(scheduler_specific_kwargs or {}), **steps
        )
    except (TypeError, ValueError) as error:
        raise type(error)(f"{ADAPTER}: {error}") from None
    except ZeroDivisionError:
        raise ValueError(f"{ADAPTER}: {plain!r} divides by zero with these arguments") from None
    return from_lambda(scheduler.lr_lambdas[0], rate)


def read(obj: Any, steps: int | None) -> LearningRateSchedule:
    """The curves of an object of transformers, for `lrkit.plot` and its kin."""
    return from_transformers(obj)


def _training_arguments(source: Any, num_training_steps: int | None, more: bool) -> dict[str, Any]:
    """The arguments of `from_transformers` that stand in a `TrainingArguments`."""
    if not isinstance(source, framework("transformers", "transformers", ADAPTER).TrainingArguments):
        raise TypeError(f"{ADAPTER}: name must be a str, SchedulerType or TrainingArguments, got {shorten(source)}")
    if more:
        raise TypeError(f"{ADAPTER}: with TrainingArguments, give learning_rate and num_training_steps at most")
    total = source.max_steps if source.max_steps > 0 else num_training_steps
    if total is None:
        raise ValueError(f"{ADAPTER}: num_training_steps is needed where the TrainingArguments set no max_steps")
    if num_training_steps not in (None, total):
        raise ValueError(f"{ADAPTER}: num_training_steps must be max_steps, {total}, got {num_training_steps}")
    return {
        "name": source.lr_scheduler_type,
        "num_warmup_steps": source.get_warmup_steps(whole(ADAPTER, "num_training_steps", total)),
        "num_training_steps": total,
        "scheduler_specific_kwargs": source.lr_scheduler_kwargs,
        "default_lr": source.learning_rate,
    }


def _optimizer(lr: float) -> Any:
    """The least that `get_scheduler` works on: it reads ``defaults["lr"]``, and checks what it was told."""
    torch = framework("torch", "transformers", ADAPTER)
    return torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=lr)
