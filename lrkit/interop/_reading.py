"""`read`: whatever can be seen as a schedule, as schedules. No framework is imported that is not there already."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from importlib import import_module
from inspect import isfunction
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

import numpy as np

from .._configured import Configured
from .._params import count, shorten
from .._recipes import Recipe
from ..schedules._base import LearningRateSchedule
from ..schedules.table import TableLR
from ._numbers import plain
from ._optax_schedule import OptaxSchedule
from ._record import begins_at, rows_of

Curves = LearningRateSchedule | Iterable[LearningRateSchedule]
Pairs = list[tuple[str, LearningRateSchedule]]
FRAMEWORKS = frozenset(file.name for file in iter_modules([str(Path(__file__).parent)]) if file.name[0] != "_")
"""The packages whose objects are read: each has a file of its name here, with a function ``read(obj, steps)``."""

OF_SHARES = ("fastai",)
"""Those whose schedules are functions, and not of the step."""


def read(value: Any, steps: int | None = None, complaint: str = "read: cannot read") -> Pairs:
    """The curves of an object, and what each is called in addition to the object's own name.

    That is nothing if all groups have the same curve, else "group 0" and so on. An object is a schedule, a recipe, a
    config, a list or array of rates, an object of a framework that has an adapter or of `lrkit.lr_scheduler`, an
    optimizer, or a function of the step. `steps` is the length of the run, for what can only be sampled; a stepped
    scheduler then is refused, as its rate at step 0 is not known any more. A message begins with `complaint`.
    """
    if isinstance(value, Configured):
        rates = value.rates
        return [*rates.items()] if len(set(rates.values())) > 1 else [("", value.schedule)]
    return _by_group(curves_of(value, steps, complaint))


def curves_of(value: Any, steps: int | None = None, complaint: str = "read: cannot read") -> list[LearningRateSchedule]:
    """The curve of each group of an object that `read` can read: one, where there are no groups."""
    with told(value, complaint):
        if isinstance(value, LearningRateSchedule):
            return [value]
        if isinstance(value, (Recipe, OptaxSchedule)):
            return [value.schedule]
        if isinstance(value, Configured):
            return list(value.rates.values())
        if isinstance(value, (list, tuple)) or (_is_array(value) and np.ndim(value)):
            return [_table(value, complaint)]
        return _of_object(value, steps, complaint)


@contextmanager
def told(value: Any, complaint: str) -> Iterator[None]:
    """What an object of somebody else raises while it is read, as an error of this package that names the object."""
    try:
        yield
    except (TypeError, ValueError, ImportError):
        raise
    except Exception as error:
        if str(error).startswith("record: "):  # which names the object and the step
            raise ValueError(str(error)) from error
        raise TypeError(f"{complaint} {shorten(value)}, which raises {type(error).__name__}: {error}") from error


def _of_object(value: Any, steps: int | None, complaint: str) -> list[LearningRateSchedule]:
    from ._optimizers import is_optimizer, scheduler_of, sources_of  # optimizers are not needed for a schedule

    if is_optimizer(value):
        if (scheduler := scheduler_of(value, complaint)) is not None:
            return curves_of(scheduler, steps, complaint)
        return [curve for source in sources_of(value, complaint) for curve in curves_of(source, steps, complaint)]
    if reader := _reader_of(value):
        try:
            return _listed(reader(value, steps))
        except (TypeError, ValueError) as refusal:
            if steps is None:
                raise
            try:
                return _sampled(value, steps, complaint)
            except TypeError:
                raise refusal from None
    if not isinstance(value, type) and (callable(value) or callable(getattr(value, "step", None))):
        if steps is None:
            raise TypeError(f"{complaint} {shorten(value)} without an end: give steps")
        return _sampled(value, steps, complaint)
    raise TypeError(
        f"{complaint} {shorten(value)}: give a schedule, a list or array of rates, a scheduler or optimizer, "
        "a function of the step, or a dict of label to those"
    )


def _table(rates: Any, complaint: str) -> TableLR:
    """A list or array of rates as a schedule."""
    try:
        if not isinstance(rates, (list, tuple)):
            return TableLR(np.asarray(rates.detach() if hasattr(rates, "detach") else rates))  # torch: with a gradient
        arrays = any(hasattr(rate, "shape") for rate in rates)  # without a dimension
        return TableLR([plain(rate) for rate in rates] if arrays else rates)
    except (TypeError, ValueError) as error:
        raise type(error)(f"{complaint} {shorten(rates)}: {error}") from None


def read_one(value: Any, steps: int | None = None, complaint: str = "read: cannot read") -> LearningRateSchedule:
    """The only curve of an object that `read` can read; a `ValueError` names the groups if they differ."""
    (_, curve), *others = found = read(value, steps, complaint)
    if others:
        names = "; ".join(name for name, _ in found)
        raise ValueError(f"{complaint} {shorten(value)} as one schedule, its groups have different curves: {names}")
    return curve


def _is_array(value: Any) -> bool:
    return hasattr(value, "__array__") and not callable(value)


def _reader_of(value: Any) -> Callable[[Any, int | None], Curves] | None:
    """What reads an object, found by the packages in which its class and those it is derived from are defined."""
    packages = [cls.__module__.partition(".")[0] for cls in type(value).__mro__]
    if isfunction(value) and value.__module__.partition(".")[0] in OF_SHARES:
        packages = [value.__module__.partition(".")[0]]
    if __name__.partition(".")[0] in packages:
        from ..lr_scheduler._base import LRScheduler

        if isinstance(value, LRScheduler):  # some are torch's as well
            return lambda scheduler, _: scheduler.curves()
    framework = next((package for package in packages if package in FRAMEWORKS), None)
    return import_module(f"..{framework}", __name__).read if framework else None


def _sampled(value: Any, steps: int, complaint: str) -> list[LearningRateSchedule]:
    """The rates from step 0 on, as the other curves that are read have them."""
    if (epoch := begins_at(value)) > 0:
        raise ValueError(
            f"{complaint} {type(value).__name__} from step 0: it has been stepped to epoch {epoch:g}, and a recording "
            "would begin there; make a fresh one, or take lrkit.record(…, steps) of this one"
        )
    rows = rows_of(value, count("read", "steps", steps))
    return [TableLR(list(column)) for column in zip(*rows, strict=True)]


def _listed(curves: Curves) -> list[LearningRateSchedule]:
    return [curves] if isinstance(curves, LearningRateSchedule) else list(curves)


def _by_group(curves: list[LearningRateSchedule]) -> Pairs:
    """The distinct curves, each named by its groups if there are several."""
    groups: dict[LearningRateSchedule, list[int]] = {}
    for k, curve in enumerate(curves):
        groups.setdefault(curve, []).append(k)
    if len(groups) == 1:
        return [("", next(iter(groups)))]
    return [(f"group{'s' * (len(ks) > 1)} {', '.join(map(str, ks))}", curve) for curve, ks in groups.items()]
