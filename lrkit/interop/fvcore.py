"""fvcore's schedulers, functions of the share of a run, read: `from_fvcore`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .._params import shorten
from ..schedules._base import LearningRateSchedule
from ..schedules.constant import ConstantLR
from ..schedules.exponential_decay import ExponentialDecayLR
from ..schedules.join import JoinLR
from ._decays import cosine, line, of_any_sign, polynomial, stairs
from ._errors import framework, refused
from ._fvcore_reading import first_step
from ._numbers import whole

ADAPTER = "from_fvcore"
HOMES = ("fvcore.common.param_scheduler", "detectron2.solver.lr_scheduler")

"""fvcore's ``WHERE_EPSILON``: a stair, or the next part, begins this share of the run before it is reached."""
Curve = LearningRateSchedule


def from_fvcore(scheduler: Any, total_steps: int | None = None) -> LearningRateSchedule:
    """The schedule of a scheduler of fvcore in a run of so many steps.

    fvcore's schedulers are functions of ``where``, the share of the run that is over; detectron2 multiplies its
    ``BASE_LR`` by them.

    Parameters
    ----------
    scheduler : fvcore.common.param_scheduler.ParamScheduler
        Of any class of fvcore's own, or detectron2's ``WarmupParamScheduler``.
    total_steps : int
        The length of the run, at least 1: ``where`` is the step over it. It must be given.

    Returns
    -------
    LearningRateSchedule
        The values as they are.

    Raises
    ------
    TypeError, ValueError
        If the scheduler is of a class of your own, a part of a composite begins between two steps, or `total_steps` is
        no integer >= 1.

    Notes
    -----
    *Past the end* fvcore's differ: lines and powers go below their ends, stairs raise. The schedule holds the end.

    Examples
    --------
    >>> from lrkit.interop import from_fvcore
    >>> from_fvcore(CosineParamScheduler(0.1, 0.0), 100)(50)  # doctest: +SKIP
    0.05
    """
    framework("fvcore.common.param_scheduler", "fvcore", ADAPTER)
    return _curve(scheduler, whole(ADAPTER, "total_steps", total_steps, low=1), 1.0)


def read(obj: Any, steps: int | None) -> list[LearningRateSchedule]:
    """The curve of an object of fvcore, for `lrkit.plot` and its kin."""
    if steps is None:
        raise refused(ADAPTER, f"{type(obj).__name__} is a function of the share of a run: give steps")
    return [from_fvcore(obj, steps)]


def _curve(scheduler: Any, total: int, share: float) -> Curve:
    """The curve of a scheduler that has a share of the run to itself."""
    name = type(scheduler).__name__
    if type(scheduler).__module__ not in HOMES or name not in (*CLASSES, *COMPOSED):
        raise refused(ADAPTER, f"{shorten(scheduler)} is none of fvcore's own schedulers")
    if name in COMPOSED:
        if share != 1:
            raise refused(ADAPTER, f"a {name} within another is not read")
        return _composite(scheduler, total)
    return CLASSES[name](scheduler, share * total)


def _composite(scheduler: Any, total: int) -> Curve:
    parts: list[Curve] = []
    starts: list[int] = []
    passed = 0.0
    for inner, length, scaling in zip(
        scheduler._schedulers,  # noqa: SLF001
        scheduler._lengths,  # noqa: SLF001
        scheduler._interval_scaling,  # noqa: SLF001
        strict=True,
    ):
        begin = first_step(total, passed, strict=True) if parts else 0
        if scaling == "fixed":
            curve = _curve(inner, total, 1.0)
            parts.append(curve.shift(-begin) if begin else curve)
        else:
            if abs(begin - passed * total) > 1e-6:
                raise refused(ADAPTER, f"a part begins at step {passed * total:g}, between two steps")
            parts.append(_curve(inner, total, length) if length else ConstantLR(0.0))
        starts.append(begin)
        passed += length
    return JoinLR(tuple(parts), tuple(starts[1:])) if len(parts) > 1 else parts[0]


def _multi_step(scheduler: Any, total: float) -> Curve:
    updates = scheduler._num_updates  # noqa: SLF001
    milestones = scheduler._milestones  # noqa: SLF001
    return stairs(scheduler._param_schedule, [first_step(total, at / updates) for at in milestones])  # noqa: SLF001


def _step(scheduler: Any, total: float) -> Curve:
    values = scheduler._param_schedule  # noqa: SLF001
    return stairs(values, [first_step(total, k / len(values)) for k in range(1, len(values))])


def _exponential(scheduler: Any, total: float) -> Curve:
    start, decay = float(scheduler._start_value), float(scheduler._decay)  # noqa: SLF001
    return of_any_sign(start, lambda first: ExponentialDecayLR(first, decay, 1).stretch(total))


CLASSES: dict[str, Callable[[Any, float], Curve]] = {
    "ConstantParamScheduler": lambda s, total: ConstantLR(float(s._value)),  # noqa: SLF001
    "CosineParamScheduler": lambda s, total: cosine(s._start_value, s._end_value, total),  # noqa: SLF001
    "LinearParamScheduler": lambda s, total: line(s._start_value, s._end_value, total),  # noqa: SLF001
    "ExponentialParamScheduler": _exponential,
    "PolynomialDecayParamScheduler": lambda s, total: polynomial(s._base_value, 0.0, total, s._power),  # noqa: SLF001
    "MultiStepParamScheduler": _multi_step,
    "StepParamScheduler": _step,
    "StepWithFixedGammaParamScheduler": lambda s, total: _step(s._step_param_scheduler, total),  # noqa: SLF001
}
"""Each class, by its name: the curve in a run, or a part of one, of a length that may lie between two steps."""
COMPOSED = ("CompositeParamScheduler", "WarmupParamScheduler")
