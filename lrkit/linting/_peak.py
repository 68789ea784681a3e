"""The top of the curve, and the way to it: ``peak/…`` and ``warmup/…``."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ..catalogue._recognition import recognised
from ..schedules._formula import computes_as
from ..schedules.join import JoinLR
from ..schedules.piecewise_cosine import PiecewiseCosineLR
from ._codes import Found, code
from ._fixes import shifted, stretched, warmed_up_by
from ._plan import TINY, Plan

REACHED = 0.95
"""A run that uses so much of the peak has used it: frameworks differ in whether an update falls on the peak itself."""
LONG = 1 / 3
SHORT_RUN = 100
"""In a run of so few updates, one more at the peak is a hundredth."""
CYCLES = {"one_cycle", "cyclic", "slanted_triangular", "cosine_wave"}
"""Schedules that rise for a part of their length by design."""


@code(
    "peak/never",
    "error",
    "No update of the run has the peak rate: the warm-up is longer than the run.",
    "a public run of detectron2 with WARMUP_ITERS 1000 and MAX_ITER 1000; pytorch/torchtitan#1213",
    bad="linear(0.00025, 0, 9000).warmup(1000, start_lr=2.5e-7)",
    good="linear(0.00025, 0, 450).warmup(50, start_lr=2.5e-7)",
    budget={"updates": 500},
    hides=("warmup/too-long", "horizon/long", "floor/never"),
)
def _never(plan: Plan) -> Iterator[Found]:
    at, top = plan.top
    if not plan.told or top <= 0 or (plan.peak >= REACHED * top and not (at >= plan.total and _ends_rising(plan))):
        return
    where = f"comes at step {at:,}" if at >= plan.total else "lies between two steps"
    sentence = (
        f"The highest rate of the {plan.updates} is {plan.peak:.4g}, at step {plan.peak_at:,}; the schedule's peak, "
        f"{top:.4g}, {where}. Shorten the warm-up to at most {max(plan.total // 10, 1):,} steps."
    )

    def fixes() -> Iterator[object]:
        if plan.descent.ends:
            yield stretched(plan.schedule, plan.total / plan.descent.floor_at)
        yield stretched(plan.schedule, max(plan.total // 10, 1) / at)

    yield Found(plan.peak_at, plan.peak, sentence, fixes())  # type: ignore[arg-type]


def _ends_rising(plan: Plan) -> bool:
    """Whether the run ends within its warm-up."""
    return plan.total > 1 and plan.peak_at == plan.total - 1 and plan.rate(plan.total - 2) < plan.peak


@code(
    "peak/twice",
    "note",
    "The warm-up reaches the peak and the next part begins at it again, in a short run; or there are two warm-ups.",
    "a public run of build-nanogpt: (t + 1) / W up to W - 1, then a cosine from W on; pytorch/torchtitan#1261",
    bad="PiecewiseLinearLR([0, 9], [0.009, 0.09]).then(CosineDecayLR(0.009, 0.09, 40), 10)",
    good="PiecewiseLinearLR([0, 10], [0.009, 0.09]).then(CosineDecayLR(0.009, 0.09, 40), 10)",
    budget={"updates": 50},
    hides=("join/jump",),
)
def _twice(plan: Plan) -> Iterator[Found]:
    yield from _two_warm_ups(plan)
    at = plan.peak_at
    if not 0 < at < plan.total - 2 or plan.total > SHORT_RUN or plan.repeats:
        return
    before, same, after = (plan.rate(at + k) for k in (-1, 1, 2))
    tiny = TINY * plan.peak
    if before >= plan.peak - tiny or abs(same - plan.peak) > tiny or after >= plan.peak - tiny:
        return
    sentence = (
        f"The peak {plan.peak:.4g} is used at step {at:,} and again at step {at + 1:,}: the warm-up ends a step early. "
        f"Let it end at step {at + 1:,}, or begin the decay at its step 1."
    )

    def fixes() -> Iterator[object]:
        schedule = plan.schedule
        if computes_as(schedule, JoinLR) and schedule.milestones[0] == at + 1:
            first, second, *others = schedule.schedules
            yield JoinLR((first, shifted(second, -1), *others), schedule.milestones)
        yield schedule.then(shifted(schedule, -at - 2), at + 1)

    yield Found(at + 1, plan.peak, sentence, fixes())  # type: ignore[arg-type]


def _two_warm_ups(plan: Plan) -> Iterator[Found]:
    """Two gradual rises to the peak, with one drop between them."""
    if plan.repeats:
        return
    steps, rates = plan.run
    change = np.diff(rates)
    tops = np.flatnonzero((rates[1:-1] >= REACHED * plan.peak) & (change[:-1] > 0) & (change[1:] <= 0)) + 1
    drops = np.flatnonzero((change < -plan.peak / 2) & (np.diff(steps) == 1))
    if tops.size != 2 or drops.size != 1 or not tops[0] <= drops[0] < tops[1] - 2 or tops[0] < 2:
        return
    start = int(steps[drops[0] + 1])
    if (np.diff(rates[drops[0] + 1 : tops[1] + 1]) < 0).any():
        return
    sentence = (
        f"The rate rises to its peak {plan.peak:.4g} twice, at step {int(steps[tops[0]]):,} and at step "
        f"{int(steps[tops[1]]):,}: the second warm-up begins at step {start:,}. Leave one of them out."
    )
    yield Found(int(steps[tops[1]]), plan.peak, sentence, (shifted(plan.schedule, -k) for k in (start,)))


@code(
    "warmup/too-long",
    "warning",
    "The warm-up takes more than a third of the run.",
    "Lightning-AI/pytorch-lightning#1476 and axolotl #1170: a warm-up counted in batches, not updates",
    bad="CosineDecayLR(0, 1e-3, 500).warmup(500)",
    good="CosineDecayLR(0, 1e-3, 700).warmup(300)",
    budget={"updates": 1000},
)
def _too_long(plan: Plan) -> Iterator[Found]:
    at = plan.peak_at
    if at <= LONG * plan.total or plan.rate(0) > plan.peak / 2:
        return
    falls = plan.descent.ends and plan.descent.depth > 0.5
    steps, rates = plan.run
    rises = (np.diff(rates[steps <= at]) >= -TINY * plan.peak).all()
    if not rises or not (plan.told or falls) or plan.repeats or _is_cycle(plan):
        return
    new = max(plan.total // 10, 1)
    sentence = (
        f"The warm-up reaches the peak at step {at:,} of {plan.total:,}, {at / plan.total:.0%} of the run. "
        f"Warm up for {new:,} steps, a tenth of it."
    )
    yield Found(at, at / plan.total, sentence, warmed_up_by(plan.schedule, at, new))


def _is_cycle(plan: Plan) -> bool:
    if computes_as(plan.schedule, PiecewiseCosineLR):
        return True
    call = recognised(plan.schedule)
    return call is not None and call.name in CYCLES


@code(
    "warmup/none-for-adam",
    "note",
    "A new optimizer of Adam's kind begins at its highest rate, before it knows the size of its gradients.",
    "stickeritis/sticker#171: a warm-up of 2000 updates became the default, with parsers half a per cent better; "
    "Ma and Yarats, arXiv:1910.09843: a linear warm-up of 2 / (1 - beta2) updates",
)
def _none_for_adam(plan: Plan) -> Iterator[Found]:
    beta = plan.live.beta2
    if beta is None or plan.live.updates or plan.peak_at > 0 or plan.peak <= 0 or plan.live.clock:
        return
    long = round(2 / (1 - beta)) if beta < 1 else plan.total // 10
    new = max(1, min(long, plan.total // 10))
    sentence = (
        f"{plan.live.optimizer} begins at its peak, {plan.peak:.4g} at step 0, without a warm-up. "
        f"Warm up for {new:,} updates: .warmup({new}); 2 / (1 - beta2) = {long:,} is the rule of thumb."
    )
    yield Found(0, plan.peak, sentence, (plan.schedule.warmup(k) for k in (new,)))
