"""Configs of Paddle that may have a curve."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ...catalogue._recognition import calls_of
from ...catalogue._simplified import simplified
from ...schedules._base import LearningRateSchedule
from ...schedules.clock import RepeatLR
from ...schedules.constant import ConstantLR
from ...schedules.cosine_decay import CosineDecayLR
from ...schedules.exponential_decay import ExponentialDecayLR
from ...schedules.inverse_decay import InverseDecayLR
from ...schedules.join import JoinLR
from ...schedules.natural_exp_decay import NaturalExpDecayLR
from ...schedules.piecewise_constant import PiecewiseConstantLR
from ...schedules.piecewise_linear import PiecewiseLinearLR
from ...schedules.polynomial_decay import PolynomialDecayLR
from ...schedules.warm_up import WarmUpLR
from ._anatomy import tidy
from ._writer import Config


def write(schedule: LearningRateSchedule) -> Iterator[Config]:
    """A class of `paddle.optimizer.lr`, or a warm-up before one."""
    for options in _written(schedule):
        yield {"lr_scheduler": options}


def _written(schedule: LearningRateSchedule) -> Iterator[Config]:  # noqa: C901  # a table
    match schedule:
        case JoinLR((WarmUpLR() | PiecewiseLinearLR() | PolynomialDecayLR() as rise, *rest), (steps, *later)):
            body = rest[0] if not later else simplified(JoinLR(tuple(rest), tuple(at - steps for at in later)))
            ends = {"start_lr": rise(0), "end_lr": rise(steps)}
            for inner in [body.learning_rate] if isinstance(body, ConstantLR) else _written(body):
                yield {"type": "LinearWarmup", "warmup_steps": steps, **ends, "learning_rate": inner}
        case ExponentialDecayLR(rate, gamma, 1, False):
            yield {"type": "ExponentialDecay", "learning_rate": rate, "gamma": gamma}
        case NaturalExpDecayLR(rate, gamma, 1, False):
            yield {"type": "NaturalExpDecay", "learning_rate": rate, "gamma": gamma}
        case InverseDecayLR(rate, gamma, 1, False):
            yield {"type": "InverseTimeDecay", "learning_rate": rate, "gamma": gamma}
        case PolynomialDecayLR(rate, end, steps, power, cycle):
            options = {"learning_rate": rate, "decay_steps": steps, "end_lr": end, "power": power, "cycle": cycle}
            yield {"type": "PolynomialDecay", **options}
        case CosineDecayLR(low, high, steps):  # equal until its end
            yield {"type": "CosineAnnealingDecay", "learning_rate": high, "T_max": steps, "eta_min": low}
        case WarmUpLR(rate, steps):
            yield {
                "type": "LinearWarmup",
                "warmup_steps": steps,
                "start_lr": 0.0,
                "end_lr": rate,
                "learning_rate": rate,
            }
        case PiecewiseLinearLR((0.0, steps), (start, end)):
            ends = {"start_factor": start / end if end else 0.0, "end_factor": 1.0}
            yield {"type": "LinearLR", "learning_rate": end, "total_steps": int(steps), **ends}
        case PiecewiseConstantLR(milestones, rates) if len(rates) > 1:
            yield {"type": "PiecewiseDecay", "boundaries": list(milestones[:-1]), "values": list(rates)}
        case RepeatLR(CosineDecayLR(low, high, steps), period, None, growth) if steps == period:
            options = {"learning_rate": high, "T_0": steps, "T_mult": growth, "eta_min": low}
            yield {"type": "CosineAnnealingWarmRestarts", **options}
    for name, arguments in calls_of(schedule):
        yield from _of_call(name, arguments)


def _of_call(name: str, given: Mapping[str, Any]) -> Iterator[Config]:
    """A function of the catalogue as the class that has its curve."""
    match name:
        case "cosine_wave":
            options = {"learning_rate": given["max_lr"], "T_max": given["decay_steps"], "eta_min": given["min_lr"]}
            yield {"type": "CosineAnnealingDecay", **options}
        case "multi_step":
            yield {"type": "MultiStepDecay", **given, "milestones": list(given["milestones"])}
        case "step_decay":
            options = {"learning_rate": given["learning_rate"], "step_size": given["decay_steps"]}
            yield {"type": "StepDecay", **options, "gamma": given["gamma"]}
        case "cyclic":
            names = {
                "base_lr": "base_learning_rate", "max_lr": "max_learning_rate", "up_steps": "step_size_up",
                "down_steps": "step_size_down", "gamma": "exp_gamma", "mode": "mode",
            }  # fmt: skip
            yield {"type": "CyclicLR", **{names[key]: value for key, value in given.items()}}
        case "one_cycle":
            yield from _one_cycle(given)
        case "noam":
            options = {"d_model": given["d_model"], "warmup_steps": given["warmup_steps"]}
            yield {"type": "NoamDecay", **options, "learning_rate": given.get("factor", 1.0)}


def _one_cycle(given: Mapping[str, Any]) -> Iterator[Config]:
    top = given["max_lr"]
    first = given.get("start_lr") or top / 25
    last = given.get("end_lr")
    options = {
        "max_learning_rate": top, "total_steps": given["total_steps"], "divide_factor": tidy(top / first),
        "end_learning_rate": first / 1e4 if last is None else last, "phase_pct": given.get("pct_start", 0.3),
        "anneal_strategy": "linear" if given.get("shape") == "linear" else "cos",
    }  # fmt: skip
    yield {"type": "OneCycleLR", **options, "three_phase": given.get("three_phase", False)}
