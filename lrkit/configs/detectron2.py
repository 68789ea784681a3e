"""detectron2: the ``SOLVER`` of a config, by today's warm-up, which fvcore's schedulers make, and by that before it.

Sources: facebookresearch/detectron2, detectron2/solver/build.py and lr_scheduler.py; fvcore/common/param_scheduler.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._configured import Configured
from ..budget import Budget
from ..interop._decays import cosine, line, stairs
from ..interop._fvcore_reading import first_step
from ..schedules._base import LearningRateSchedule
from ..schedules.constant import ConstantLR
from ._budgets import filled
from ._fields import MOST_PARTS, Fields
from ._system import System

MULTI_STEP, COSINE, FIXED_GAMMA = "WarmupMultiStepLR", "WarmupCosineLR", "WarmupStepWithFixedGammaLR"
LANDS = (
    "The warm-up ends at the schedule's value there, {}, not at BASE_LR. Versions before the move to fvcore's "
    "schedulers multiply instead: system='detectron2_before_fvcore' reads the file so."
)
EQUAL = "detectron2 took that before its move to fvcore, system='detectron2_before_fvcore'"
IGNORED = "STEPS beyond MAX_ITER are left out."
NO_END = "The rule before fvcore has no BASE_LR_END: the cosine goes to 0."


def _recognise(data: Mapping[str, Any]) -> str:
    solver = data.get("SOLVER")
    return "it has SOLVER with BASE_LR" if isinstance(solver, Mapping) and "BASE_LR" in solver else ""


def _recognise_older(data: Mapping[str, Any]) -> str:
    solver = data.get("SOLVER")
    if not isinstance(solver, Mapping) or "BASE_LR" not in solver:
        return ""
    steps = _listed(solver.get("STEPS"))
    if isinstance(steps, list) and solver.get("MAX_ITER") in steps:
        return f"it has SOLVER with BASE_LR, and MAX_ITER among its STEPS: {EQUAL}"
    return ""


def _read(fields: Fields, budget: Budget | None) -> Configured:
    solver = _Solver(fields, budget)
    body, steps = solver.body(), min(solver.warmup, solver.total)
    reached = float(body(steps))
    start = solver.factor * float(body(0))
    curve = _after(_rise(solver, start, reached), body, steps)
    lands = LANDS.format(f"{reached:.6g}") if steps and reached != solver.base else ""
    return solver.found(curve, lands)


def _read_older(fields: Fields, budget: Budget | None) -> Configured:
    """The factor of the warm-up times the schedule, whose clock has run since the start."""
    solver = _Solver(fields, budget)
    body = solver.body(before_fvcore=True)
    no_end = NO_END if solver.kind == COSINE and solver.fields.number("BASE_LR_END", 0.0) else ""
    if not solver.warmup:
        return solver.found(body, no_end)
    rise = _rise(solver, solver.factor, 1.0)
    factor = rise if solver.method == "linear" else rise.then(ConstantLR(1.0), solver.warmup)
    return solver.found(body * factor, no_end)


class _Solver:
    """The settings of both rules."""

    def __init__(self, fields: Fields, budget: Budget | None) -> None:
        solver = fields.part("SOLVER")
        self.fields = solver.of({name: _listed(value) for name, value in solver.data.items()}, "SOLVER")
        self.base = self.fields.number("BASE_LR", above=0)
        self.kind = self.fields.text("LR_SCHEDULER_NAME", MULTI_STEP, (MULTI_STEP, COSINE, FIXED_GAMMA))
        self.warmup = self.fields.whole("WARMUP_ITERS", 1000)
        self.factor = self.fields.number("WARMUP_FACTOR", 0.001, low=0)
        self.method = self.fields.text("WARMUP_METHOD", "linear", ("linear", "constant"))
        self.known = filled(
            budget, updates=self.fields.whole("MAX_ITER", None, low=1), batch=self.fields.whole("IMS_PER_BATCH", None)
        )
        if self.known is None:
            raise self.fields.missing("decays over the whole run", "MAX_ITER", "updates")
        self.total = self.known.total

    def body(self, *, before_fvcore: bool = False) -> LearningRateSchedule:
        """The schedule without the warm-up, on a clock that begins with the run."""
        if self.kind == COSINE:
            last = 0.0 if before_fvcore else self.fields.number("BASE_LR_END", 0.0, low=0)
            return cosine(self.base, last, self.total)
        gamma = self.fields.number("GAMMA", 0.1, above=0)
        if self.kind == MULTI_STEP:
            total = self.total
            steps = self.steps if before_fvcore else [first_step(total, at / total) for at in self._below_total]
        else:
            count = self.fields.whole("NUM_DECAYS", 3, low=1, high=MOST_PARTS)
            steps = [first_step(self.total, k / (count + 1)) for k in range(1, count + 1)]
        return stairs([self.base * gamma**k for k in range(len(steps) + 1)], steps)

    @property
    def steps(self) -> list[int]:
        """The drops, those within the run."""
        return [int(at) for at in self.fields.numbers("STEPS", [30_000]) if at <= self.total]

    @property
    def _below_total(self) -> list[int]:
        if self.total in self.steps:
            raise self.fields.refusal(
                f"{self.fields.at('STEPS')} must be below MAX_ITER, which fvcore demands: {EQUAL}"
            )
        return self.steps

    def found(self, curve: LearningRateSchedule, *departures: str) -> Configured:
        """The groups: weights, and biases if they have a rate of their own."""
        groups = {"lr": curve}
        factor = self.fields.number("BIAS_LR_FACTOR", 1.0, low=0)
        if factor != 1:
            groups = {"weights": curve, "bias": curve * factor}
        beyond = self.kind == MULTI_STEP and len(self.steps) < len(self.fields.numbers("STEPS", []))
        return self.fields.found(groups, self.known, *departures, IGNORED if beyond else "")


def _listed(value: Any) -> Any:
    """A list; in YAML, detectron2 writes one as a text, ``(60000, 80000)``."""
    if isinstance(value, str) and value.startswith(("(", "[")):
        words = value.strip("()[] ").rstrip(",").split(",")
        if all(word.strip().isdecimal() for word in words if word.strip()):
            return [int(word) for word in words if word.strip()]
    return list(value) if isinstance(value, tuple) else value


def _rise(solver: _Solver, start: float, end: float) -> LearningRateSchedule:
    return line(start, end, solver.warmup) if solver.method == "linear" else ConstantLR(start)


def _after(rise: LearningRateSchedule, body: LearningRateSchedule, steps: int) -> LearningRateSchedule:
    """The warm-up, and then the schedule where it is by then."""
    if not steps:
        return body
    return rise.then(body.shift(-steps) if not isinstance(body, ConstantLR) else body, steps)


SYSTEM = System("detectron2", "detectron2", _recognise, _read)
OLDER = System(
    "detectron2_before_fvcore", "detectron2 before its move to fvcore's schedulers", _recognise_older, _read_older,
    aliases=("maskrcnn_benchmark",),
)  # fmt: skip
