"""The end of the decay against the end of the run: ``floor/…``, ``horizon/…`` and ``end/…``."""

from __future__ import annotations

from collections.abc import Iterator

from ._codes import Found, code
from ._fixes import ending_at, stretched
from ._plan import Plan

SEEN = 0.01
"""A part of the peak below which nobody would see the difference."""
FAR = 0.1
EARLY = 0.05


@code(
    "horizon/long",
    "warning",
    "The decay ends long after the run: the last update still has more than a tenth of it before it.",
    "keras #18722; AReaL #1289: decay_steps set apart from the length of the run",
    bad="CosineDecayLR(0, 1e-3, 2000)",
    good="CosineDecayLR(0, 1e-3, 1000)",
    budget={"updates": 1000},
)
def _long(plan: Plan) -> Iterator[Found]:
    if (left := _left(plan)) > FAR:
        yield _unfinished(plan, left)


@code(
    "floor/never",
    "warning",
    "The decay ends a little after the run, so that no update has the lowest rate.",
    "pytorch/torchtitan#1213; verl #3674; huggingface/pytorch-image-models#2312: the warm-up is left out",
    bad="CosineDecayLR(1e-7, 1e-4, 500).warmup(100)",
    good="CosineDecayLR(1e-7, 1e-4, 400).warmup(100)",
    budget={"updates": 500},
)
def _never(plan: Plan) -> Iterator[Found]:
    if SEEN < (left := _left(plan)) <= FAR:
        yield _unfinished(plan, left)


def _left(plan: Plan) -> float:
    """How much of the fall is left at the last update; 0 if the decay ends in the run or right after it."""
    descent = plan.descent
    if not plan.told or not descent.ends or descent.floor_at <= plan.total or descent.start >= plan.total:
        return 0.0
    return (plan.last - descent.floor) / (descent.peak - descent.floor)


def _unfinished(plan: Plan, left: float) -> Found:
    descent = plan.descent
    sentence = (
        f"The run ends at step {plan.total - 1:,} with the rate {plan.last:.4g}, {left:.0%} of the fall before it: the "
        f"decay to {descent.floor:.4g} ends at step {descent.floor_at:,}. Let it end at step {plan.total:,}."
    )
    return Found(plan.total - 1, plan.last, sentence, ending_at(plan.schedule, descent.floor_at, plan.total))


@code(
    "horizon/short",
    "warning",
    "The decay is over before half of the run, and the rest is at its lowest rate.",
    "AReaL #1289: the number of decay steps did not follow the length of the run",
    bad="CosineDecayLR(1e-5, 1e-3, 4000)",
    good="CosineDecayLR(5e-5, 1e-3, 8000)",
    budget={"updates": 10_000},
    hides=("floor/early",),
)
def _short(plan: Plan) -> Iterator[Found]:
    descent = plan.descent
    if plan.told and descent.holds and descent.depth > 0.5 and descent.floor_at <= plan.total / 2:
        yield _over(plan)


@code(
    "floor/early",
    "warning",
    "The rate is at a floor below a hundredth of the peak for a twentieth of the run or more.",
    "wandb/senpai#1065: T_max 75 of 85 epochs, an eighth of the run",
    bad="CosineDecayLR(0, 1e-3, 75)",
    good="CosineDecayLR(0, 1e-3, 82)",
    budget={"updates": 85},
)
def _early(plan: Plan) -> Iterator[Found]:
    descent = plan.descent
    idle = plan.total - descent.floor_at
    if plan.told and descent.holds and descent.floor <= SEEN * descent.peak and idle >= EARLY * plan.total:
        yield _over(plan)


def _over(plan: Plan) -> Found:
    descent = plan.descent
    idle = (plan.total - descent.floor_at) / plan.total
    sentence = (
        f"From step {descent.floor_at:,} on, for {idle:.0%} of the {plan.updates}, the rate stays at "
        f"{descent.floor:.4g}. Let the decay end at step {plan.total:,}."
    )
    return Found(descent.floor_at, idle, sentence, ending_at(plan.schedule, descent.floor_at, plan.total))


@code(
    "end/rebound",
    "warning",
    "After the end of the decay, and still in the run, the rate rises again.",
    "huggingface/transformers' and torch's cosine past its end; wandb/senpai#1065 with torch's CosineAnnealingLR",
    bad="cosine_wave(0, 1e-3, 75)",
    good="CosineDecayLR(0, 1e-3, 85)",
    budget={"updates": 85},
    hides=("floor/early", "end/rises"),
)
def _rebound(plan: Plan) -> Iterator[Found]:
    descent = plan.descent
    if not plan.told or descent.rises is None or descent.rises >= plan.total - 1 or descent.depth < 0.5:
        return
    if plan.total > 2 * descent.rises - descent.start:  # waves are meant
        return
    steps, rates = plan.run
    later = steps >= descent.rises
    high = float(rates[later].max())
    at = int(steps[later][rates[later].argmax()])
    leap = plan.rate(descent.rises + 1) - plan.rate(descent.rises)
    if high - descent.floor < SEEN * plan.peak or leap > (high - descent.floor) / 2:
        return
    sentence = (
        f"The decay ends at step {descent.rises:,} with {descent.floor:.4g}, and then the rate rises again, to "
        f"{high:.4g} at step {at:,}. Hold it: .hold({descent.rises}), or let the decay end at step {plan.total:,}."
    )
    yield Found(at, high, sentence, (plan.schedule.hold(k) for k in (descent.rises,)))


@code(
    "end/rises",
    "note",
    "Past the end of the run the rate rises: a few updates more than planned would have a higher rate.",
    "torch's CosineAnnealingLR and transformers' cosine schedule: a quarter of the peak after a third more",
    bad="cosine_wave(0, 1e-3, 1000)",
    good="CosineDecayLR(0, 1e-3, 1000)",
    budget={"updates": 1000},
)
def _rises(plan: Plan) -> Iterator[Found]:
    rises = plan.descent.rises
    if not plan.told or plan.last > plan.peak / 2 or plan.peak <= 0 or (rises is not None and rises < plan.total - 1):
        return
    stop = plan.total + max(2, plan.total // 10)
    knots = [int(k) for k in plan.knots[(plan.knots >= plan.total) & (plan.knots <= stop)][:100]]
    at = max((plan.total, (plan.total + stop) // 2, stop, *knots), key=plan.rate)
    high = plan.rate(at)
    if high - plan.last < SEEN * plan.peak:
        return
    sentence = (
        f"The run ends at step {plan.total - 1:,} with {plan.last:.4g}, and the schedule then rises, to {high:.4g} at "
        f"step {at:,}. Hold the rate: .hold({plan.total})."
    )
    yield Found(at, high, sentence, (plan.schedule.hold(k) for k in (plan.total, plan.total - 1)))


@code(
    "end/raises",
    "error",
    "The scheduler raises an error at its last step, before the run is over.",
    "pytorch/pytorch#38170 and #91765: 'Tried to step N times', from OneCycleLR",
    hides=("floor/early", "horizon/short"),
)
def _raises(plan: Plan) -> Iterator[Found]:
    last = plan.live.raises_at
    if not plan.told or last is None or last >= plan.total:
        return
    sentence = (
        f"{plan.live.scheduler} has {last:,} steps and raises a ValueError at the next; the run has {plan.updates}. "
        f"Make it with total_steps={plan.total}."
    )
    yield Found(last, last, sentence, (stretched(plan.schedule, k) for k in (plan.total / last,)))
