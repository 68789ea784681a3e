"""`record`: the rates of anything that can be called or stepped, taken from a copy."""

from __future__ import annotations

import inspect
import random
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from .._params import as_kind, count, shorten
from ..schedules.table import TableLR
from ._numbers import plain
from ._scheduler_copy import name_of, own_copy, twin_of

CLOCK = re.compile(
    r"((current|cur|global|num|n)_?)?(epoch|step|update|iteration|iter|batch)s?(_?(num|number|idx|index|count))?"
    "|t|n|i|k|it|idx|index|count"
)
"""The names that the number of a step has as an argument of ``step``."""
WATCHING = ("ReduceLROnPlateau", "PlateauLRScheduler")
"""Classes of torch, of lrkit and of timm that follow a metric, whatever their ``step`` calls it."""
Metrics = Callable[[int], float] | Sequence[float] | None


def record(obj: Any, steps: int, group: int = 0, metrics: Metrics = None) -> TableLR:
    """The rates of the next updates, whatever the object computes them from.

    Parameters
    ----------
    obj : object
        A function of the step (optax's, Keras's, your own), or a scheduler: of torch, timm, `lrkit.lr_scheduler`, or
        anything with a ``step`` and either an ``optimizer`` that has ``param_groups`` or a ``get_last_lr``.
    steps : int
        How many rates, at least 1.
    group : int
        Which group of the optimizer. Default: 0.
    metrics : callable or list of float, optional
        For a scheduler that follows a metric (``ReduceLROnPlateau``, or any ``step`` whose argument has not the name
        of a step number): the metric of each epoch, from 0.

    Returns
    -------
    TableLR
        Step 0 is the next update. The last rate is held.

    Raises
    ------
    TypeError, ValueError
        If `obj` is nothing of the kind (an optimizer, say), cannot be copied, or needs metrics, or more of them; if a
        rate is no number, NaN or infinite, or there is no such group.
    RuntimeError
        If the object fails at a step, as torch's ``OneCycleLR`` does past its end. The message names the step.

    Notes
    -----
    *First step*: for a function, its value at 0; for a scheduler, the rate that the group has now, and for one whose
    ``step`` must be told the epoch (timm's), that of epoch 0. *Past the end*: the last rate.

    *Nothing is changed*: a scheduler is copied, with its state, and so is an object that is called, or whose method is;
    what cannot be copied is refused. In place of each optimizer the copy steps a stand-in that has the groups without
    their parameters; a model (what has ``parameters`` and a ``state_dict``) is the same in the copy. So no weights are
    copied, if optimizers and models are attributes of the scheduler or of what it holds. The generators of random
    numbers of Python, NumPy and torch are put back. What a copy shares with the original can change: models, what a
    function keeps elsewhere (closures, globals, files), and optimizers that only a closure knows.

    Examples
    --------
    >>> import lrkit
    >>> lrkit.record(lambda step: 0.1 / (1 + step), 3)
    TableLR(rates=[0.1, 0.05, 0.03333333333333333])
    >>> from types import SimpleNamespace
    >>> scheduler = lrkit.StepLR(SimpleNamespace(param_groups=[{"lr": 0.5}]), step_size=2, gamma=0.5)
    >>> lrkit.record(scheduler, 5).to_list(5)
    [0.5, 0.5, 0.25, 0.25, 0.125]
    >>> scheduler.last_epoch
    0
    """
    total = count("record", "steps", steps)
    index = as_kind(group, int)
    if index is None:
        raise TypeError(f"record: group must be an integer >= 0, got {shorten(group)}")
    rows = rows_of(obj, total, metrics)
    if not 0 <= index < len(rows[0]):
        raise ValueError(f"record: group must be one of the {len(rows[0])} groups, counted from 0, got {index}")
    return TableLR([row[index] for row in rows])


def rows_of(obj: Any, steps: int, metrics: Metrics = None) -> list[list[float]]:
    """The rates of each of the next updates: one for each group."""
    if isinstance(obj, type):
        raise TypeError(f"record: obj must be a function of the step or a scheduler, got {shorten(obj)}")
    with _random_state_kept():
        if callable(getattr(obj, "step", None)):
            return list(_stepped(obj, steps, metrics))
        if not callable(obj):
            raise TypeError(f"record: obj must be a function of the step or a scheduler, got {shorten(obj)}")
        if metrics is not None:
            raise TypeError("record: metrics are for a scheduler that follows them, not for a function of the step")
        function = own_copy(obj)
        return [[_rate(_tried(function, n, obj), obj, n)] for n in range(steps)]


def begins_at(obj: Any) -> float:
    """The epoch at which sampling begins: where a scheduler stands, or 0 if its ``step`` is given the epoch."""
    if not callable(getattr(obj, "step", None)) or _required(obj.step):
        return 0.0
    return _epoch_of(obj)


def _epoch_of(scheduler: Any) -> float:
    """The epoch that a scheduler has reached, or one that it is made of; 0 if it does not say."""
    epoch = as_kind(getattr(scheduler, "last_epoch", None), float)
    if epoch is not None:
        return float(epoch)
    parts = getattr(scheduler, "_schedulers", None) or [getattr(scheduler, "scheduler", None)]
    return max((_epoch_of(part) for part in parts if part is not None), default=0.0)


def _stepped(scheduler: Any, steps: int, metrics: Metrics) -> Iterator[list[float]]:
    """The rates of a scheduler's groups, before each of its steps; those of a copy."""
    twin, has_optimizer = twin_of(scheduler, scheduler)
    if not has_optimizer and not hasattr(scheduler, "get_last_lr"):
        raise TypeError(f"record: {name_of(scheduler)} has neither an optimizer with param_groups nor get_last_lr")
    advance, from_start = _advance(twin, steps, metrics)
    for n in range(steps):
        if n or from_start:
            _tried(advance, n, scheduler)
        yield [_rate(rate, scheduler, n) for rate in _rates(twin)]


def _rates(scheduler: Any) -> list[Any]:
    groups = getattr(getattr(scheduler, "optimizer", None), "param_groups", None)
    if groups is None:
        return list(scheduler.get_last_lr())
    key = getattr(scheduler, "param_group_field", "lr")  # timm's can be of something else
    return [group[key] for group in groups]


def _required(step: Any, keywords: bool = False) -> list[str]:
    """The arguments without default of a ``step``: those given by position, or the others."""
    kinds = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    wanted = (inspect.Parameter.KEYWORD_ONLY,) if keywords else kinds
    parameters = inspect.signature(step).parameters.values()
    return [p.name for p in parameters if p.default is p.empty and p.kind in wanted]


def _advance(scheduler: Any, steps: int, metrics: Metrics) -> tuple[Callable[[int], Any], bool]:
    """The call that takes the scheduler to step `n`, and whether step 0 needs it too."""
    name = name_of(scheduler)
    required, keywords = _required(scheduler.step), _required(scheduler.step, keywords=True)
    if len(required) > 1 or keywords:
        needs = ", ".join([*required, *(f"{keyword}=" for keyword in keywords)])
        raise TypeError(f"record: {name}.step needs {needs}: wrap it in a function of the step")
    told = bool(required) and CLOCK.fullmatch(required[0]) is not None
    watching = any(cls.__name__ in WATCHING for cls in type(scheduler).__mro__)
    follows = bool(required) and (watching or not told)
    if follows and metrics is None:
        if watching or required[0].startswith("metric"):
            raise TypeError(f"record: {name} follows a metric: give metrics, one for each epoch")
        raise TypeError(
            f"record: {name}.step needs {required[0]!r}, which is not the name of a step number: "
            "give metrics, one for each epoch"
        )
    if metrics is not None and not follows:
        raise TypeError(f"record: {name} follows no metric, so leave metrics out")
    if follows:
        metric = _metric(metrics, steps)
        if not told:
            return lambda n: scheduler.step(metric(n - 1)), False
        return lambda n: scheduler.step(n, metric(n - 1)) if n else scheduler.step(0), True
    if not required:
        return lambda n: scheduler.step(), False
    takes_metric = "metric" in inspect.signature(scheduler.step).parameters
    if takes_metric and not getattr(scheduler, "t_in_epochs", True):  # timm's, counted in updates
        return scheduler.step_update, True
    return scheduler.step, True


def _metric(metrics: Any, steps: int) -> Callable[[int], float]:
    if callable(metrics):
        return metrics  # type: ignore[no-any-return]
    if isinstance(metrics, (str, Mapping)) or not (hasattr(metrics, "__len__") and hasattr(metrics, "__getitem__")):
        raise TypeError(
            "record: metrics must be a function of the epoch or a list of numbers, one for each epoch, "
            f"got {shorten(metrics)}"
        )
    if len(metrics) < steps - 1:
        raise ValueError(f"record: metrics must be a list of {steps - 1} or more numbers, got {len(metrics)}")
    return metrics.__getitem__  # type: ignore[no-any-return]


def _tried(call: Callable[[int], Any], n: int, obj: Any) -> Any:
    try:
        return call(n)
    except Exception as error:
        raise RuntimeError(f"record: {name_of(obj)} failed at step {n}: {type(error).__name__}: {error}") from error


def _rate(value: Any, obj: Any, n: int) -> float:
    """A number, or an array of one."""
    rate = as_kind(plain(value), float)
    if rate is None:
        raise TypeError(f"record: {name_of(obj)} must give a number at step {n}, got {shorten(value)}")
    if not np.isfinite(rate):
        raise ValueError(f"record: {name_of(obj)} must give a finite number at step {n}, got {rate}")
    return float(rate)


@contextmanager
def _random_state_kept() -> Iterator[None]:
    """The shared generators of random numbers have their state again at the end."""
    python, numpy = random.getstate(), np.random.get_state()  # noqa: NPY002  # the shared one is meant
    torch = sys.modules.get("torch")
    state = torch.get_rng_state() if hasattr(torch, "get_rng_state") else None  # type: ignore[union-attr]
    try:
        yield
    finally:
        random.setstate(python)
        np.random.set_state(numpy)  # noqa: NPY002
        if state is not None:
            torch.set_rng_state(state)  # type: ignore[union-attr]
