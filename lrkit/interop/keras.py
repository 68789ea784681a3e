"""Keras: `from_keras` reads its schedules, `to_keras` makes a schedule one of its own."""

from __future__ import annotations

import math
import numbers
import warnings
from collections.abc import Callable, Sequence
from functools import cache
from itertools import pairwise
from typing import Any

from .._params import shorten
from ..catalogue._between import between
from ..schedules._base import LearningRateSchedule
from ..schedules._json import from_json
from ..schedules.constant import ConstantLR
from ..schedules.cosine_decay import CosineDecayLR
from ..schedules.inverse_decay import InverseDecayLR
from ..schedules.piecewise_constant import PiecewiseConstantLR
from ..schedules.piecewise_linear import PiecewiseLinearLR
from ._decays import cosine, exponential, lasting, of_any_sign, polynomial
from ._errors import DepartureWarning, framework, refused
from ._numbers import plain_arguments, whole
from ._optax_schedule import jax_rate

# To Keras -------------------------------------------------------------------------------------------------------------

BACKENDS = ("jax", "torch", "numpy")
"""The backends in which a schedule runs."""


def to_keras(schedule: LearningRateSchedule) -> Any:
    r"""A Keras schedule that is exact at every step, and is saved with a model.

    .. math:: \eta_{32}(t) = \operatorname{round}_{32} \bigl(\eta_{64}(t)\bigr)

    Parameters
    ----------
    schedule : LearningRateSchedule
        :math:`\eta`; of a kind that has a JSON form, if it is to be saved.

    Returns
    -------
    KerasSchedule
        A ``keras.optimizers.schedules.LearningRateSchedule`` that every Keras optimizer takes as its `learning_rate`,
        and ``keras.saving`` writes and reads, alone or in a compiled model.

    Raises
    ------
    NotImplementedError
        If the backend is not JAX, torch or NumPy.

    Notes
    -----
    *First step, boundaries, past the end*: the schedule's own. *How*: on JAX as by `to_optax`; on torch and NumPy the
    step becomes float64 where the device has that. The rate is rounded once, to float32, or stays float64 if
    ``keras.config.floatx()`` is "float64". *To load a saved model* in a program that has not called an adapter, import
    the class first: ``from lrkit.interop.keras import KerasSchedule``. *Elsewhere*: Keras's own schedules compute in
    float32 and lose steps from 2**24 on.

    Examples
    --------
    >>> import os
    >>> _ = os.environ.setdefault("KERAS_BACKEND", "jax")
    >>> import keras, lrkit
    >>> from lrkit.interop import to_keras
    >>> schedule = to_keras(lrkit.CosineDecayLR(0, 0.1, 900).warmup(100))
    >>> optimizer = keras.optimizers.AdamW(schedule, weight_decay=0.01)
    >>> print(f"{float(schedule(50)):.4g}")
    0.05
    >>> keras.saving.serialize_keras_object(schedule)["registered_name"]
    'lrkit>KerasSchedule'
    """
    if not isinstance(schedule, LearningRateSchedule):
        raise TypeError(f"to_keras: schedule must be a schedule, got {shorten(schedule)}")
    framework("keras", "keras", "to_keras")
    return _schedule_class()(schedule)


@cache
def _schedule_class() -> Any:
    """The class `KerasSchedule`, registered with Keras, which is not imported before."""
    keras = framework("keras", "keras", "KerasSchedule")

    class KerasSchedule(keras.optimizers.schedules.LearningRateSchedule):  # type: ignore[misc, name-defined]
        """What `to_keras` returns; it can be printed, pickled and compared."""

        def __init__(self, schedule: LearningRateSchedule) -> None:
            if keras.backend.backend() not in BACKENDS:
                raise NotImplementedError(
                    f"to_keras: Keras's backend must be one of {', '.join(BACKENDS)}, got {keras.backend.backend()}"
                )
            self.schedule = schedule

        def __call__(self, step: Any) -> Any:
            """The rate at a step, as a tensor of the backend."""
            step = keras.ops.convert_to_tensor(step)
            precision = "float64" if keras.config.floatx() == "float64" else "float32"
            if keras.backend.backend() != "jax":
                return keras.ops.cast(self.schedule(keras.ops.cast(step, "float64")), precision)
            rate = jax_rate(self.schedule, step)
            return rate if precision == "float64" else rate.astype(precision)  # float64 where JAX has it

        def get_config(self) -> dict[str, str]:
            """The schedule as JSON, for Keras to save."""
            return {"schedule": self.schedule.to_json()}

        @classmethod
        def from_config(cls, config: dict[str, str]) -> Any:
            """The schedule that Keras has loaded."""
            return cls(from_json(config["schedule"]))

        def __eq__(self, other: object) -> bool:
            return self.schedule == other.schedule if isinstance(other, KerasSchedule) else NotImplemented

        def __hash__(self) -> int:
            return hash(self.schedule)

        def __repr__(self) -> str:
            return f"to_keras({self.schedule!r})"

    KerasSchedule.__qualname__ = "KerasSchedule"  # so that pickle finds it here
    return keras.saving.register_keras_serializable(package="lrkit")(KerasSchedule)


def __getattr__(name: str) -> Any:
    if name == "KerasSchedule":
        return _schedule_class()
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


# From Keras -----------------------------------------------------------------------------------------------------------


def from_keras(schedule: Any) -> LearningRateSchedule:
    """The schedule that a Keras schedule means.

    Parameters
    ----------
    schedule : keras.optimizers.schedules.LearningRateSchedule
        ``ExponentialDecay``, ``InverseTimeDecay``, ``PiecewiseConstantDecay``, ``PolynomialDecay``, ``CosineDecay`` or
        ``CosineDecayRestarts`` itself, not a subclass, which may compute anything; or what `to_keras` returned.

    Raises
    ------
    TypeError, ValueError
        If it is none of these, or has no exact counterpart: a warm-up that is not whole steps, boundaries that
        decrease, cycles that shrink; if a value is outside the domain of lrkit's schedule.

    Warns
    -----
    DepartureWarning
        If the learning rate is an integer: Keras then truncates the other numbers, and pi, to integers as well. The
        example of ``CosineDecay`` with a warm-up from 0 in its documentation has a rate of 0 at every step.

    Notes
    -----
    *Every step* is the same, in float64. Keras computes in float32, its cosines whatever ``floatx`` says. It finds the
    cycle of ``CosineDecayRestarts`` by a logarithm in float32, and at some restarts still has the lowest rate.
    *Boundaries of* ``PiecewiseConstantDecay`` keep the old rate: the next one begins a step later. *A length that is
    not whole* is a stretched schedule; in stairs, a quotient a rounding away from a whole number is taken for it. *The
    floor of restarts*, ``alpha`` times the first rate, does not shrink with the peaks.

    Examples
    --------
    >>> import os
    >>> _ = os.environ.setdefault("KERAS_BACKEND", "jax")
    >>> import keras
    >>> from lrkit.interop import from_keras
    >>> schedule = from_keras(keras.optimizers.schedules.CosineDecay(0.0, 90, warmup_target=0.1, warmup_steps=10))
    >>> schedule([5, 10, 55, 100])
    array([0.05, 0.1 , 0.05, 0.  ])
    """
    known = framework("keras", "keras", "from_keras").optimizers.schedules
    cls = type(schedule)
    if cls is _schedule_class():
        inner: LearningRateSchedule = schedule.schedule
        return inner
    name = cls.__name__
    if name not in READERS or cls is not getattr(known, name):
        raise refused("from_keras", f"{shorten(schedule)} is none of Keras's own schedules")
    config = {key: plain_arguments(value) for key, value in schedule.get_config().items() if key != "name"}
    _warn_of_integers(name, config)
    return READERS[name](**config)


def read(obj: Any, steps: int | None) -> LearningRateSchedule:
    """The curves of an object of Keras, for `lrkit.plot` and its kin."""
    return from_keras(obj)


def _warn_of_integers(name: str, config: dict[str, Any]) -> None:
    """Keras casts every number to the type of the learning rate."""
    if not isinstance(config.get("initial_learning_rate"), numbers.Integral):
        return
    truncated = [f"{key}={value}" for key, value in config.items() if isinstance(value, float) and value != int(value)]
    if name.startswith("Cosine"):
        truncated.append("pi")
    if truncated:
        message = (
            f"from_keras: {name} has an integer for its learning rate, and Keras truncates {', '.join(truncated)} to "
            "an integer too; the schedule read is the formula's"
        )
        warnings.warn(message, DepartureWarning, stacklevel=3)


def _exponential_decay(
    initial_learning_rate: float, decay_steps: float, decay_rate: float, staircase: bool
) -> LearningRateSchedule:
    return exponential(initial_learning_rate, decay_rate, decay_steps, bool(staircase))


def _inverse_time_decay(
    initial_learning_rate: float, decay_steps: float, decay_rate: float, staircase: bool
) -> LearningRateSchedule:
    if decay_rate == 0:
        return ConstantLR(initial_learning_rate)

    def curve(first: float) -> LearningRateSchedule:
        return lasting(decay_steps, lambda n: InverseDecayLR(first, decay_rate, n, bool(staircase)))

    return of_any_sign(initial_learning_rate, curve)


def _piecewise_constant_decay(boundaries: Sequence[float], values: Sequence[float]) -> LearningRateSchedule:
    if any(after < before for before, after in pairwise(boundaries)):
        raise refused("from_keras", f"boundaries must not decrease, got {shorten(boundaries)}")
    begun = sum(boundary < 0 for boundary in boundaries)  # before the first step
    milestones = [math.floor(boundary) + 1 for boundary in boundaries[begun:]]
    if not milestones:
        return ConstantLR(values[begun])
    return PiecewiseConstantLR((*milestones, milestones[-1] + 1), tuple(values[begun:]))


def _polynomial_decay(
    initial_learning_rate: float, decay_steps: float, end_learning_rate: float, power: float, cycle: bool
) -> LearningRateSchedule:
    return polynomial(initial_learning_rate, end_learning_rate, decay_steps, power, bool(cycle))


def _cosine_decay(
    initial_learning_rate: float, decay_steps: float, alpha: float, warmup_target: float | None, warmup_steps: float
) -> LearningRateSchedule:
    if warmup_target is None:
        return cosine(initial_learning_rate, alpha * initial_learning_rate, decay_steps)
    steps = whole("from_keras", "warmup_steps", warmup_steps)
    down = cosine(warmup_target, alpha * warmup_target, decay_steps)
    up = PiecewiseLinearLR((0, steps), (initial_learning_rate, warmup_target))
    return up.then(down, steps) if steps else down


def _cosine_decay_restarts(
    initial_learning_rate: float, first_decay_steps: float, t_mul: float, m_mul: float, alpha: float
) -> LearningRateSchedule:
    peak, floor = initial_learning_rate, alpha * initial_learning_rate
    if t_mul < 1:
        raise refused("from_keras", f"t_mul must be at least 1, got {t_mul!r}: shrinking cycles never get past a step")
    if peak == floor:
        return ConstantLR(peak)

    def cycles(low: float, high: float) -> LearningRateSchedule:
        def curve(n: int) -> LearningRateSchedule:
            return CosineDecayLR(low, high, n).repeat(n, multiplier=t_mul, gamma=m_mul)

        return lasting(first_decay_steps, curve)

    if 0 <= floor < peak and (floor == 0 or m_mul == 1):
        return cycles(floor, peak)
    return between(floor, peak, cycles(0.0, 1.0))


READERS: dict[str, Callable[..., LearningRateSchedule]] = {
    "CosineDecay": _cosine_decay,
    "CosineDecayRestarts": _cosine_decay_restarts,
    "ExponentialDecay": _exponential_decay,
    "InverseTimeDecay": _inverse_time_decay,
    "PiecewiseConstantDecay": _piecewise_constant_decay,
    "PolynomialDecay": _polynomial_decay,
}
"""By the name of the class, as a function of its configuration."""
