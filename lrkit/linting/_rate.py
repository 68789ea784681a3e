"""Rates that no run should have, and numbers that a framework cannot hold: ``rate/…``, ``int/…``, ``precision/…``."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ._codes import Found, code
from ._plan import Plan

HUGE = 100.0
"""Far above what is published: 3.2 among lrkit's recipes."""
HUGE_FOR_ADAM = 1.0
"""Adam moves each parameter by about the rate."""
EXACT = 2**24
"""The largest count up to which float32 holds every whole number."""
MOST_LOST = 0.5


@code(
    "rate/negative",
    "error",
    "A rate is below 0: the update climbs the loss.",
    "torch's ChainedScheduler of a cosine with eta_min and an exponential decay goes to -0.396, run with torch 2.13",
    bad="linear(0.1, -0.02, 100)",
    good="linear(0.1, 0, 100)",
    budget={"updates": 100},
)
def _negative(plan: Plan) -> Iterator[Found]:
    steps, rates = plan.run
    if rates.min() >= -1e-12 * plan.peak:
        return
    first, low = int(steps[np.flatnonzero(rates < 0)[0]]), float(rates.min())
    sentence = (
        f"The rate is below 0 from step {first:,} on, and lowest with {low:.4g} at step "
        f"{int(steps[rates.argmin()]):,}. Keep it at 0 or above: .clip(min_lr=0)."
    )
    yield Found(first, low, sentence, (plan.schedule.clip(min_lr=k) for k in (0.0,)))


@code(
    "rate/huge",
    "error",
    "A rate is above 100, or of Adam's kind at 1 or above.",
    "OpenNMT/OpenNMT-tf#744: 2 where the model's default is 2.5e-4, and the loss became NaN; the highest of the "
    "published set-ups that lrkit has is 3.2; Adam's step is about the rate: Kingma and Ba, arXiv:1412.6980, "
    "section 2.1",
    bad="CosineDecayLR(0, 1e4, 100)",
    good="CosineDecayLR(0, 3.2, 100)",
)
def _huge(plan: Plan) -> Iterator[Found]:
    bound = HUGE_FOR_ADAM if plan.live.beta2 is not None else HUGE
    if plan.peak > bound or (plan.live.beta2 is not None and plan.peak >= bound):
        whose = f" for {plan.live.optimizer}, which moves each parameter by about the rate" if plan.live.beta2 else ""
        sentence = (
            f"The rate is {plan.peak:.4g} at step {plan.peak_at:,}, above {bound:g}{whose}. "
            "Look for a missing minus sign in the exponent, or a factor that is taken for a rate."
        )
        yield Found(plan.peak_at, plan.peak, sentence)


@code(
    "int/overflow-float32",
    "warning",
    "The framework counts steps in float32, which has no whole numbers beyond 2**24, and the run is longer.",
    "pytorch/pytorch#20405: tokens as steps, 1e9 of them; optax and Keras evaluate their schedules in float32",
)
def _overflow(plan: Plan) -> Iterator[Found]:
    if plan.live.float32 and plan.total > EXACT:
        sentence = (
            f"{plan.live.scheduler} counts steps in float32, and from step {EXACT:,} on several steps have one rate; "
            f"the run has {plan.updates}. Count in updates, not in samples or tokens, or give it a schedule of "
            "lrkit's, which counts in integers."
        )
        yield Found(EXACT, plan.total, sentence)


@code(
    "precision/lost-update",
    "warning",
    "For more than half of the run an update of Adam's size is too small to change most parameters in their precision.",
    "pytorch/ao#1124; kyegomez/SingLoRA#6: bfloat16 drops updates below a thousandth of the weight",
)
def _lost(plan: Plan) -> Iterator[Found]:
    least = plan.live.lost_below
    if least is None or least <= 0:
        return
    steps, rates = plan.run
    below = rates < least
    spans = np.diff(steps, append=plan.total)
    share = float(spans[below].sum() / spans.sum())
    if share <= MOST_LOST:
        return
    first = int(steps[below][0])
    sentence = (
        f"For {share:.0%} of the run, from step {first:,} on, the rate is below {least:.3g}, which half of the "
        f"{plan.live.dtype} parameters of {plan.live.optimizer} cannot be moved by. Keep the parameters in float32, "
        f"round stochastically, or keep the rate above: .clip(min_lr={least:.3g})."
    )
    yield Found(first, least, sentence, (plan.schedule.clip(min_lr=k) for k in (least,) if k < plan.peak))


@code(
    "decay/wd-coupled",
    "warning",
    "Adam's weight decay goes through the gradient, where it is divided by the gradient's size and decays little.",
    "pytorch/pytorch#21250; Loshchilov and Hutter, arXiv:1711.05101",
)
def _coupled(plan: Plan) -> Iterator[Found]:
    if plan.live.coupled_decay:
        sentence = (
            f"{plan.live.optimizer} adds its weight_decay of {plan.live.coupled_decay:g} to the gradient, and then "
            "divides by the gradient's size, from step 0 on: parameters with large gradients hardly decay. Take AdamW."
        )
        yield Found(0, plan.live.coupled_decay, sentence)
