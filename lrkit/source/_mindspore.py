"""What MindSpore calls lrkit's schedules."""

from __future__ import annotations

from ..schedules._base import LearningRateSchedule
from ..schedules.constant import ConstantLR
from ..schedules.cosine_decay import CosineDecayLR
from ..schedules.exponential_decay import ExponentialDecayLR
from ..schedules.inverse_decay import InverseDecayLR
from ..schedules.natural_exp_decay import NaturalExpDecayLR
from ..schedules.polynomial_decay import PolynomialDecayLR
from ..schedules.warm_up import WarmUpLR
from ._code import call

ADAPTER = "learning_rate = to_mindspore(schedule)"
SAME = (
    CosineDecayLR, ExponentialDecayLR, InverseDecayLR, NaturalExpDecayLR, PolynomialDecayLR, WarmUpLR,
)  # fmt: skip
"""The classes that MindSpore has under the same names, with the same parameters."""


def own(schedule: LearningRateSchedule) -> list[str] | None:
    """The lines that make one of MindSpore's own step objects, or None if it has none."""
    if isinstance(schedule, ConstantLR):
        return [f"learning_rate = {schedule.learning_rate!r}"]
    if isinstance(schedule, SAME):
        code = call(f"nn.{type(schedule).__name__}", **schedule.parameters())
        return ["from mindspore import nn", "", f"learning_rate = {code}"]
    return None
