"""Paddle's schedulers, read: `from_paddle`."""

from __future__ import annotations

from typing import Any

from .._namespaces import scalar
from .._params import shorten
from ..schedules._base import LearningRateSchedule
from ..schedules.piecewise_cosine import PiecewiseCosineLR
from ..schedules.piecewise_linear import PiecewiseLinearLR
from ._errors import framework, refused
from ._paddle_reading import CLASSES, OWN_FUNCTIONS, PLATEAU, curve_of
from ._shared_schedulers import triangles

ADAPTER = "from_paddle"
HOME = "paddle.optimizer.lr"
CLOSE = 1e-6
"""How far the present rate may be from its closed form: Paddle makes some rates of the last one, with its rounding."""
OPTIONS = (
    "d_model", "warmup_steps", "boundaries", "values", "gamma", "decay_steps", "end_lr", "power", "cycle", "start_lr",
    "milestones", "step_size", "T_max", "eta_min", "T_0", "T_mult", "total_steps", "start_factor", "end_factor",
)  # fmt: skip


def from_paddle(scheduler: Any) -> LearningRateSchedule:
    """The schedule of a live scheduler of Paddle.

    Step 0 is the scheduler's epoch 0, wherever it stands now. Nothing is stepped or changed.

    Parameters
    ----------
    scheduler : paddle.optimizer.lr.LRScheduler
        Of any class of Paddle's own whose rates are a formula; a ``LinearWarmup`` before another one included.

    Returns
    -------
    LearningRateSchedule
        Absolute rates.

    Raises
    ------
    TypeError
        If the rates cannot be read exactly: of ``ReduceOnPlateau``, which follows a metric; of a function of your own;
        of a derived class; or of a scheduler that has another rate now than its formula says, as
        ``CosineAnnealingDecay`` has after a state of a run with another base was loaded.

    Notes
    -----
    *First step*: Paddle's own. *Past the end*: as Paddle's formula says; ``CosineAnnealingDecay`` climbs again.
    ``OneCycleLR`` extrapolates at ``total_steps`` and raises after it, where the schedule holds the last rate.

    Examples
    --------
    >>> from lrkit.interop import from_paddle
    >>> from_paddle(paddle.optimizer.lr.StepDecay(0.1, step_size=30))  # doctest: +SKIP
    ExponentialDecayLR(learning_rate=0.1, decay_rate=0.1, decay_steps=30, is_stair=True)
    """
    framework("paddle", "paddle", ADAPTER)
    curve = _curve(scheduler)
    now, form = float(scheduler.last_lr), float(curve.formula(max(scheduler.last_epoch, 0), scalar))
    start = float(curve.formula(0, scalar))
    if abs(now - form) > CLOSE * max(abs(now), abs(form), 1e-6 * abs(start)):
        raise refused(
            ADAPTER,
            f"the rate is {now:g}, where {type(scheduler).__name__} has {form:g} at epoch {scheduler.last_epoch}: "
            "it goes on from the rate that it was given, as after a state of another run",
        )
    return curve


def read(obj: Any, steps: int | None) -> list[LearningRateSchedule]:
    """The curve of an object of Paddle, for `lrkit.plot` and its kin."""
    return [from_paddle(obj)]


def _curve(scheduler: Any) -> LearningRateSchedule:
    name = type(scheduler).__name__
    if type(scheduler).__module__ != HOME or name not in (*CLASSES, *OWN_FUNCTIONS, PLATEAU):
        raise refused(ADAPTER, f"{shorten(scheduler)} is none of Paddle's own schedulers")
    if name == PLATEAU:
        raise refused(ADAPTER, f"{name} follows a metric, as lrkit.lr_scheduler.ReduceLROnPlateau does")
    if name in OWN_FUNCTIONS:
        raise refused(ADAPTER, f"{name} has a function of your own, which cannot be read")
    try:
        if name == "OneCycleLR":
            return _one_cycle(scheduler)
        if name == "CyclicLR":
            return _cyclic(scheduler)
        options = {option: getattr(scheduler, option) for option in OPTIONS if hasattr(scheduler, option)}
        options["learning_rate"] = _curve(inner) if hasattr(inner := _inner(scheduler), "last_lr") else inner
        return curve_of(name, options)
    except ValueError as error:
        raise refused(ADAPTER, f"{name}: {error}") from error


def _inner(scheduler: Any) -> Any:
    """The base rate; in its place, what a warm-up is before."""
    return scheduler.learning_rate if hasattr(scheduler, "learning_rate") else float(scheduler.base_lr)


def _one_cycle(scheduler: Any) -> LearningRateSchedule:
    rates = [float(rate) for rate in scheduler._lr_config]  # noqa: SLF001
    ends = [float(end) for end in scheduler._step_config[: len(rates)]]  # noqa: SLF001
    shape = PiecewiseCosineLR if "cos" in scheduler.anneal_func.__name__ else PiecewiseLinearLR
    return shape(tuple(ends), tuple(rates))


def _cyclic(scheduler: Any) -> LearningRateSchedule:
    ends = float(scheduler.base_lr), float(scheduler.max_lr)
    custom = "_scale_fn" not in scheduler.scale_fn.__name__
    wave = None if custom else triangles(scheduler, *ends, scheduler.cycle_size, scheduler.step_up_pct)
    if wave is None:
        raise ValueError("a scale_fn of your own, or a turn at a step that is not whole, cannot be read")
    return wave
