"""The classes of ``paddle.optimizer.lr`` in lrkit's terms, from the arguments of their constructors.

Source: python/paddle/optimizer/lr.py of paddlepaddle 3.3.1. Needs nothing of Paddle.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Any

from ..catalogue.cosine_restarts import cosine_restarts
from ..catalogue.cosine_wave import cosine_wave
from ..catalogue.cyclic import cyclic
from ..catalogue.multi_step import multi_step
from ..catalogue.noam import noam
from ..catalogue.one_cycle import one_cycle
from ..catalogue.step_decay import step_decay
from ..schedules._base import LearningRateSchedule
from ..schedules.constant import ConstantLR
from ..schedules.exponential_decay import ExponentialDecayLR
from ..schedules.inverse_decay import InverseDecayLR
from ..schedules.natural_exp_decay import NaturalExpDecayLR
from ._decays import line, polynomial, stairs

Options = Mapping[str, Any]
Curve = LearningRateSchedule
OWN_FUNCTIONS = ("LambdaDecay", "MultiplicativeDecay")
PLATEAU = "ReduceOnPlateau"


def curve_of(name: str, options: Options) -> Curve:
    """The rates of a class with these arguments; one that is missing without a default is a ``KeyError``."""
    return CLASSES[name](options)


def _warmup(options: Options) -> Curve:
    """The inner schedule, a number or one with its own clock, begins when the warm-up is over."""
    inner = options["learning_rate"]
    body = inner if isinstance(inner, LearningRateSchedule) else ConstantLR(float(inner))
    steps = int(options["warmup_steps"])
    return line(float(options["start_lr"]), float(options["end_lr"]), steps).then(body, steps)


def _piecewise(options: Options) -> Curve:
    """Values beyond one more than the boundaries: the last of all is that after the last boundary."""
    boundaries, values = [int(boundary) for boundary in options["boundaries"]], [float(v) for v in options["values"]]
    if any(before >= after for before, after in pairwise(boundaries)) or len(values) <= len(boundaries):
        raise ValueError(f"boundaries must rise and be fewer than values, got {boundaries} and {len(values)} values")
    return stairs([*values[: len(boundaries)], values[-1]], boundaries)


def _polynomial(options: Options) -> Curve:
    return polynomial(
        float(options["learning_rate"]), float(options.get("end_lr", 0.0001)), int(options["decay_steps"]),
        float(options.get("power", 1.0)), bool(options.get("cycle", False)),
    )  # fmt: skip


def _line(options: Options) -> Curve:
    rate, steps = float(options["learning_rate"]), int(options["total_steps"])
    return line(rate * float(options.get("start_factor", 1 / 3)), rate * float(options.get("end_factor", 1.0)), steps)


def _one_cycle(options: Options) -> Curve:
    highest = float(options["max_learning_rate"])
    return one_cycle(
        highest, int(options["total_steps"]), float(options.get("phase_pct", 0.3)),
        "cosine" if options.get("anneal_strategy", "cos") == "cos" else "linear",
        bool(options.get("three_phase", False)), highest / float(options.get("divide_factor", 25.0)),
        float(options.get("end_learning_rate", 0.0001)),
    )  # fmt: skip


def _cyclic(options: Options) -> Curve:
    down = options.get("step_size_down")
    return cyclic(
        float(options["base_learning_rate"]), float(options["max_learning_rate"]), int(options["step_size_up"]),
        None if down is None else int(down), options.get("mode", "triangular"), float(options.get("exp_gamma", 1.0)),
    )  # fmt: skip


def _restarts(options: Options) -> Curve:
    rate, low, period = float(options["learning_rate"]), float(options.get("eta_min", 0.0)), int(options["T_0"])
    return cosine_restarts(low, rate, period, float(options.get("T_mult", 1)))


def _inverse(options: Options) -> Curve:
    rate, gamma = float(options["learning_rate"]), float(options["gamma"])
    return InverseDecayLR(rate, gamma, 1) if gamma else ConstantLR(rate)


def _noam(options: Options) -> Curve:
    return noam(int(options["d_model"]), int(options["warmup_steps"]), 0, float(options.get("learning_rate", 1.0)))


def _stepped(options: Options) -> Curve:
    return step_decay(float(options["learning_rate"]), float(options.get("gamma", 0.1)), int(options["step_size"]))


def _cosine(options: Options) -> Curve:
    return cosine_wave(float(options.get("eta_min", 0.0)), float(options["learning_rate"]), int(options["T_max"]))


CLASSES: dict[str, Callable[[Options], Curve]] = {
    "NoamDecay": _noam,
    "PiecewiseDecay": _piecewise,
    "NaturalExpDecay": lambda o: NaturalExpDecayLR(float(o["learning_rate"]), float(o["gamma"]), 1),
    "InverseTimeDecay": _inverse,
    "PolynomialDecay": _polynomial,
    "LinearWarmup": _warmup,
    "ExponentialDecay": lambda o: ExponentialDecayLR(float(o["learning_rate"]), float(o["gamma"]), 1),
    "MultiStepDecay": lambda o: multi_step(float(o["learning_rate"]), o["milestones"], float(o.get("gamma", 0.1))),
    "StepDecay": _stepped,
    "CosineAnnealingDecay": _cosine,
    "CosineAnnealingWarmRestarts": _restarts,
    "OneCycleLR": _one_cycle,
    "CyclicLR": _cyclic,
    "LinearLR": _line,
}
"""Each class whose rates are a formula, by its name."""
