"""`stretched`: a schedule made longer or shorter, as one with other lengths wherever these are whole."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from ..schedules._base import LearningRateSchedule
from ..schedules.arithmetic import OffsetLR, ProductLR, ScaleLR, SumLR
from ..schedules.blocks import EveryLR
from ..schedules.bounds import ClipLR, MaximumLR, MinimumLR
from ..schedules.clock import HoldLR, RepeatLR, ShiftLR
from ..schedules.constant import ConstantLR
from ..schedules.cosine_decay import CosineDecayLR
from ..schedules.cosine_k_decay import CosineKDecayLR
from ..schedules.exponential_decay import ExponentialDecayLR
from ..schedules.inverse_decay import InverseDecayLR
from ..schedules.join import JoinLR
from ..schedules.piecewise_constant import PiecewiseConstantLR
from ..schedules.piecewise_cosine import PiecewiseCosineLR
from ..schedules.piecewise_linear import PiecewiseLinearLR
from ..schedules.polynomial_decay import PolynomialDecayLR
from ..schedules.power import PowerLR
from ..schedules.rex_decay import RexDecayLR
from ..schedules.tanh_decay import TanhDecayLR
from ..schedules.warm_up import WarmUpLR

LENGTHS: dict[type, str] = {
    **dict.fromkeys((ConstantLR, ScaleLR, OffsetLR, PowerLR, ClipLR, SumLR, ProductLR, MinimumLR, MaximumLR), ""),
    **dict.fromkeys((JoinLR, PiecewiseConstantLR, PiecewiseLinearLR, PiecewiseCosineLR), "milestones"),
    **dict.fromkeys((CosineDecayLR, CosineKDecayLR, RexDecayLR, TanhDecayLR), "decay_steps"),
    **dict.fromkeys((ExponentialDecayLR, InverseDecayLR, PolynomialDecayLR), "decay_steps"),
    WarmUpLR: "warmup_steps",
    HoldLR: "hold_steps",
    ShiftLR: "shift_steps",
    RepeatLR: "period_steps",
    EveryLR: "block_steps",
}
"""The field with the lengths of a class of which nothing else, beside its parts, depends on them; or none."""


def stretched(schedule: LearningRateSchedule, factor: Fraction) -> LearningRateSchedule:
    """The curve of ``schedule.stretch(factor)``, to rounding, without a stretch wherever all lengths stay whole.

    Examples
    --------
    >>> import lrkit
    >>> stretched(lrkit.CosineDecayLR(0.0, 0.1, 90), Fraction(4, 3))
    CosineDecayLR(min_lr=0.0, max_lr=0.1, decay_steps=120)
    >>> stretched(lrkit.CosineDecayLR(0.0, 0.1, 10), Fraction(4, 3))
    StretchLR(CosineDecayLR(min_lr=0.0, max_lr=0.1, decay_steps=10), factor=1.3333333333333333)
    """
    if factor == 1:
        return schedule
    try:
        lengths = LENGTHS[type(schedule)]
        changed = {
            name: _longer(value, factor, is_length=name == lengths) for name, value in schedule.parameters().items()
        }
        return type(schedule)(**changed)
    except (KeyError, _NotWholeError, ValueError):
        return schedule.stretch(float(factor))


class _NotWholeError(Exception):
    """A length would not be whole."""


def _longer(value: Any, factor: Fraction, *, is_length: bool) -> Any:
    """The value of a field: a length multiplied, a schedule stretched, any other as it is."""
    if isinstance(value, LearningRateSchedule):
        return stretched(value, factor)
    if isinstance(value, tuple):
        return tuple(_longer(item, factor, is_length=is_length) for item in value)
    if not is_length:
        return value
    longer = Fraction(value) * factor
    if isinstance(value, int) and longer.denominator != 1:
        raise _NotWholeError
    return type(value)(longer)
