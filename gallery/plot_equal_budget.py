"""
Equal budgets
=============

The sum of the rates is how far a run can go at most. Four shapes with the same peak have different sums. Here each has
the peak at which the sums are equal.
"""

import lrkit

STEPS, WARMUP, BUDGET = 10_000, 500, 500.0
shapes = {
    "cosine": lrkit.CosineDecayLR(0, 1, STEPS - WARMUP).warmup(WARMUP),
    "linear": lrkit.linear(1, 0, STEPS - WARMUP).warmup(WARMUP),
    "WSD": lrkit.warmup_stable_decay(1, WARMUP, stable_steps=7_500, decay_steps=2_000),
    "inverse sqrt": lrkit.inverse_sqrt(1, WARMUP),
}

# %%
# A schedule times a number is a schedule, whose sum is multiplied by that number: the peak follows from a division.

peaks = {name: BUDGET / sum(shape.to_list(STEPS)) for name, shape in shapes.items()}
schedules = {name: peak * shapes[name] for name, peak in peaks.items()}
lrkit.plot(schedules, steps=STEPS + 1, title="Four shapes, one sum")

# %%
# The cosine and the line need the same peak: each is as far above its middle as it is below.

for name, schedule in schedules.items():
    rates = schedule.to_array(STEPS)
    spent = rates[: STEPS // 4].sum() / BUDGET
    print(f"{name:>12}: peak {peaks[name]:.6f}, sum {rates.sum():.4f}, spent in the first quarter {spent:.1%}")
