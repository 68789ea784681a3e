"""The first updates: ``start/zero-update``."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ._codes import Found, code
from ._fixes import shifted
from ._plan import Plan

FEW = 10
"""In a run of so few updates, one is a tenth."""


@code(
    "start/zero-update",
    "warning",
    "The first updates have the rate 0, and change nothing: two or more, or one of at most ten, or a whole epoch.",
    "meta-pytorch/torchtune#2010; huggingface/transformers#34754; microsoft/DeepSpeed's logarithmic warm-up, 0 twice",
    bad="CosineDecayLR(0, 1e-3, 900).warmup(100).shift(1)",
    good="CosineDecayLR(0, 1e-3, 900).warmup(100)",
    budget={"updates": 1000},
)
def _zero_update(plan: Plan) -> Iterator[Found]:
    if plan.rate(0) != 0:
        return
    zeros = _zeros(plan)
    in_epochs = plan.unit == "epoch" or plan.live.per_epoch
    if zeros < 2 and plan.total > FEW and not in_epochs:
        return
    if zeros == plan.total:
        yield Found(0, 0, f"Every rate of the run of {plan.updates} is 0: nothing is learned. Give a rate above 0.")
        return
    what = "epoch" if in_epochs else plan.unit if plan.unit != "step" else "update"
    which = f"The first {what} has" if zeros == 1 else f"The first {zeros:,} {what}s have"
    sentence = (
        f"{which} the rate 0 and change{'s' if zeros == 1 else ''} nothing; step {zeros:,} is the first that learns. "
        f"Begin there: .shift(-{zeros}), or a warm-up with start_lr above 0."
    )
    yield Found(0, zeros, sentence, (shifted(plan.schedule, -k) for k in (zeros,)))


def _zeros(plan: Plan) -> int:
    """How many steps have the rate 0 before the first that has another."""
    steps, rates = plan.run
    other = np.flatnonzero(rates != 0)
    if not other.size:
        return plan.total
    low, high = int(steps[other[0] - 1]), int(steps[other[0]])
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if plan.rate(middle) == 0 else (low, middle)
    return high
