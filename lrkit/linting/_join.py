"""Where two parts meet: ``join/jump``, and where a run was resumed: ``resume/jump``."""

from __future__ import annotations

from collections.abc import Iterator

from ..schedules._base import LearningRateSchedule
from ..schedules._formula import computes_as
from ..schedules.arithmetic import OffsetLR, ScaleLR
from ..schedules.bounds import ClipLR
from ..schedules.clock import HoldLR, ShiftLR
from ..schedules.join import JoinLR
from ._codes import Found, code
from ._fixes import joined_smoothly
from ._plan import Plan

SEEN = 0.01
"""A jump of less than this part of the peak."""
MOST = 1000
"""So many joins are looked at."""


@code(
    "join/jump",
    "warning",
    "Where a warm-up or a constant phase ends, the rate jumps by a hundredth of the peak or more.",
    "huggingface/pytorch-image-models#1242 and microsoft/Swin-Transformer#277: a warm-up of 20 of 300 epochs to "
    "the peak, then the cosine of epoch 20",
    bad="linear(1e-5, 1e-3, 2000).then(CosineDecayLR(1e-5, 1e-3, 30000).shift(-2000), 2000)",
    good="linear(1e-5, 1e-3, 2000).then(CosineDecayLR(1e-5, 1e-3, 28000), 2000)",
    budget={"updates": 30_000},
)
def _jump(plan: Plan) -> Iterator[Found]:
    for step in sorted(set(_joins(plan.schedule, 0)))[:MOST]:
        if not 2 <= step < min(plan.total, plan.end) - 1:
            continue
        early, left, here, late = (plan.rate(step + k) for k in (-2, -1, 0, 1))
        into, leap, out = left - early, here - left, late - here
        if abs(leap) <= max(SEEN * plan.peak, 2 * abs(into), 2 * abs(out)):
            continue
        if into <= 0 and (leap > 0 or into == out == 0 or into < 0):  # a restart, stairs, or a cut during a decay
            continue
        size = f", × {here / left:.3g}" if left > 0 else ""
        sentence = (
            f"At step {step:,} the rate jumps from {left:.4g} to {here:.4g}{size}: the two parts do not meet. "
            "Let the first end where the second begins."
        )
        yield Found(step, leap, sentence, joined_smoothly(plan.schedule, step))


def _joins(schedule: LearningRateSchedule, start: int) -> Iterator[int]:
    """The milestones of joins, on the clock of the whole; not those within cycles, sums and products."""
    if computes_as(schedule, JoinLR):
        for part, own in zip(schedule.schedules, (0, *schedule.milestones), strict=True):
            if own:
                yield start + own
            yield from _joins(part, start + own)
    elif computes_as(schedule, ShiftLR):
        yield from _joins(schedule.schedule, start + schedule.shift_steps)
    elif computes_as(schedule, ScaleLR, OffsetLR, ClipLR, HoldLR):
        yield from _joins(next(schedule.parts()), start)


@code(
    "resume/jump",
    "warning",
    "The optimizer has another rate than its scheduler has at this step: the next step of the scheduler makes it jump.",
    "OneTrainer #1604: the rate rose after a resume with more epochs; open_clip #413",
)
def _resumed(plan: Plan) -> Iterator[Found]:
    present, clock = plan.live.present, plan.live.clock
    if present is None or clock is None or clock <= 0:
        return
    own = plan.rate(int(clock))
    if abs(present - own) <= 1e-3 * max(abs(present), abs(own)):
        return
    times = f", × {own / present:.3g}" if present > 0 else ""
    sentence = (
        f"At step {int(clock):,} the optimizer has the rate {present:.4g}, where its scheduler has {own:.4g}{times}. "
        "Load the state of the scheduler that the run had, or make the new one from the rate it stands at."
    )
    yield Found(int(clock), own - present, sentence)
