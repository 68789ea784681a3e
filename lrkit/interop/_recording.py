"""`record`: the rates of anything that can be called or stepped, taken from a copy."""

from __future__ import annotations

import copy
import inspect
import random
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from .._params import as_kind, count, shorten
from ..schedules.table import TableLR

DEEPEST = 8
"""How many objects deep a scheduler is searched for its optimizers."""
Metrics = Callable[[int], float] | Sequence[float] | None


def record(obj: Any, steps: int, group: int = 0, metrics: Metrics = None) -> TableLR:
    """The rates of the next updates, as they come: whatever the object does, without knowing why.

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
        For a scheduler that follows a metric (``ReduceLROnPlateau``): the metric of each epoch, from 0.

    Returns
    -------
    TableLR
        Step 0 is the next update. The last rate is held.

    Raises
    ------
    TypeError
        If `obj` is nothing of the kind, cannot be copied, needs metrics, or answers something that is no number.
    ValueError
        If a rate is NaN or infinite, there is no such group, or there are too few metrics.
    RuntimeError
        If the object fails on its way, as torch's ``OneCycleLR`` does past its end: with the step at which it did.

    Notes
    -----
    *First step*: for a function, its value at 0; for a scheduler, the rate that the group has now, and for one whose
    ``step`` must be told the epoch (timm's), that of epoch 0. *Past the end*: the last rate.

    *Nothing is changed*: a scheduler is copied, with its state; in place of each optimizer the copy steps a stand-in
    that has the groups without their parameters, so no weights are copied. The generators of random numbers of Python,
    NumPy and torch are put back. What cannot be protected is what a copy shares with the original: what a function
    or method keeps elsewhere (closures, globals, files), and optimizers that only a closure knows.

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
    return TableLR([row[index] for row in rows])  # type: ignore[arg-type]


def rows_of(obj: Any, steps: int, metrics: Metrics = None) -> list[list[float]]:
    """The rates of each of the next updates: one for each group."""
    if isinstance(obj, type):
        raise TypeError(f"record: obj must be a function of the step or a scheduler, got {shorten(obj)}")
    with _same_dice():
        if callable(getattr(obj, "step", None)):
            return list(_stepped(obj, steps, metrics))
        if not callable(obj):
            raise TypeError(f"record: obj must be a function of the step or a scheduler, got {shorten(obj)}")
        if metrics is not None:
            raise TypeError("record: metrics are for a scheduler that follows them, not for a function of the step")
        function = _own_copy(obj)
        return [[_rate(_tried(function, n, obj), obj, n)] for n in range(steps)]


def _stepped(scheduler: Any, steps: int, metrics: Metrics) -> Iterator[list[float]]:
    """The rates of a scheduler's groups, before each of its steps; those of a copy."""
    stand_ins = {id(optimizer): StandIn(optimizer) for optimizer in _optimizers(scheduler)}
    if not stand_ins and not hasattr(scheduler, "get_last_lr"):
        raise TypeError(f"record: {_name(scheduler)} has neither an optimizer with param_groups nor get_last_lr")
    try:
        twin = copy.deepcopy(scheduler, dict(stand_ins))  # the memo of a copy: what stands for what
    except Exception as error:  # whatever a foreign object raises
        raise TypeError(f"record: {_name(scheduler)} cannot be copied: {error}") from error
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


def _advance(scheduler: Any, steps: int, metrics: Metrics) -> tuple[Callable[[int], Any], bool]:
    """How to come to step `n` from the one before, and whether step 0 has to be gone to as well."""
    parameters = inspect.signature(scheduler.step).parameters.values()
    required = [
        p.name for p in parameters if p.default is p.empty and p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)
    ]
    names = [p.name for p in parameters]
    follows = bool(required) and (required[0].startswith("metric") or "Plateau" in type(scheduler).__name__)
    if follows and metrics is None:
        raise TypeError(f"record: {_name(scheduler)} follows a metric: give metrics, one for each epoch")
    if metrics is not None and not follows:
        raise TypeError(f"record: {_name(scheduler)} follows no metric, so leave metrics out")
    if len(required) > 1:
        raise TypeError(
            f"record: {_name(scheduler)}.step needs {', '.join(required)}: wrap it in a function of the step"
        )
    if follows:
        metric = _metric(metrics, steps)
        if required[0].startswith("metric"):
            return lambda n: scheduler.step(metric(n - 1)), False
        return lambda n: scheduler.step(n, metric(n - 1)) if n else scheduler.step(0), True
    if not required:
        return lambda n: scheduler.step(), False
    if "metric" in names and not getattr(scheduler, "t_in_epochs", True):  # timm's, counted in updates
        return scheduler.step_update, True
    return scheduler.step, True


def _metric(metrics: Any, steps: int) -> Callable[[int], float]:
    if callable(metrics):
        return metrics  # type: ignore[no-any-return]
    if len(metrics) < steps - 1:
        raise ValueError(f"record: metrics must be a list of {steps - 1} or more numbers, got {len(metrics)}")
    return metrics.__getitem__  # type: ignore[no-any-return]


class StandIn:
    """What a copied scheduler steps in place of an optimizer: its groups, without parameters."""

    step_was_skipped = False  # asked for by accelerate
    _opt_called = True  # and by torch: its update has been made

    def __init__(self, optimizer: Any) -> None:
        no_parameters: dict[int, Any] = {id(g["params"]): [] for g in optimizer.param_groups if "params" in g}
        self.param_groups = [copy.deepcopy(group, no_parameters) for group in optimizer.param_groups]
        self.defaults = dict(getattr(optimizer, "defaults", {}))

    def step(self) -> None:
        """Nothing to update."""

    step._wrapped_by_lr_sched = True  # type: ignore[attr-defined]  # noqa: SLF001  # or torch warns


def _optimizers(obj: Any) -> list[Any]:
    """The objects with ``param_groups`` that a scheduler knows: its own, and those of schedulers that it holds."""
    found: dict[int, Any] = {}
    seen: set[int] = set()

    def search(value: Any, depth: int) -> None:
        if id(value) in seen or depth > DEEPEST:
            return
        seen.add(id(value))
        if isinstance(value, (list, tuple)):
            inner: list[Any] = list(value)
        elif isinstance(value, dict):
            inner = list(value.values())
        elif not isinstance(value, type) and isinstance(getattr(value, "param_groups", None), (list, tuple)):
            found[id(value)] = value
            return
        elif callable(getattr(value, "step", None)) and hasattr(value, "__dict__"):
            inner = [*vars(value).values(), getattr(value, "optimizer", None)]
        else:
            return
        for item in inner:
            search(item, depth + 1)

    search(obj, 0)
    return list(found.values())


def _own_copy(function: Any) -> Any:
    """A copy of an object that is called, which may keep a state; a function or method as it is."""
    if inspect.isroutine(function):
        return function
    try:
        return copy.deepcopy(function)
    except Exception:  # noqa: BLE001  # whatever a foreign object raises
        return function


def _tried(call: Callable[[int], Any], n: int, obj: Any) -> Any:
    try:
        return call(n)
    except Exception as error:
        raise RuntimeError(f"record: {_name(obj)} failed at step {n}: {type(error).__name__}: {error}") from error


def _rate(value: Any, obj: Any, n: int) -> float:
    """A number, or an array of one."""
    rate = as_kind(value, float)
    if rate is None and hasattr(value, "item") and np.prod(getattr(value, "shape", ()), dtype=int) == 1:
        rate = as_kind(value.item(), float)
    if rate is None:
        raise TypeError(f"record: {_name(obj)} must give a number at step {n}, got {shorten(value)}")
    if not np.isfinite(rate):
        raise ValueError(f"record: {_name(obj)} must give a finite number at step {n}, got {rate}")
    return float(rate)


def _name(obj: Any) -> str:
    return getattr(obj, "__name__", None) or type(obj).__name__


@contextmanager
def _same_dice() -> Iterator[None]:
    """The generators of random numbers that everybody shares, put back in the end."""
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
