"""Schedules that are a product of named factors, as T5X and scenic write them: ``"constant*linear_warmup"``."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import reduce
from operator import mul

from ..schedules._base import LearningRateSchedule
from ..schedules.constant import ConstantLR
from ._fields import Fields

Factor = Callable[[Fields], LearningRateSchedule]


def named(fields: Fields, text: str, known: Mapping[str, Factor]) -> list[tuple[str, LearningRateSchedule]]:
    """Each factor of the text, in order."""
    names = [name.strip() for name in text.split("*")]
    for name in names:
        if name not in known:
            raise fields.error("factors", f"a product of {', '.join(known)}", name)
    return [(name, known[name](fields)) for name in names]


def product(factors: Iterable[LearningRateSchedule]) -> LearningRateSchedule:
    """The product, its constants made one."""
    items = list(factors)
    levels = [item.learning_rate for item in items if isinstance(item, ConstantLR)]
    curves = [item for item in items if not isinstance(item, ConstantLR)]
    level = reduce(mul, levels, 1.0)
    if not curves:
        return ConstantLR(level)
    curve = reduce(mul, curves)
    return curve if level == 1 else curve * level


def after_warmup(curve: LearningRateSchedule, warmup: int) -> LearningRateSchedule:
    """1 in the warm-up, and then a curve on a clock of its own."""
    return ConstantLR(1.0).then(curve, warmup) if warmup else curve
