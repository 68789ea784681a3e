"""
Equal budgets
=============

Two schedules with the same peak do not allow the same distance: the sum of the rates, which is how far a run can go at
most when every step has the length of its rate, differs. To compare shapes rather than distances, give each the peak
at which the sums are equal.
"""

import lrkit

# %%
# Four schedules with the peak 1, the same warm-up and the same length.

STEPS, WARMUP = 10_000, 500
DECAY = STEPS - WARMUP

shapes = {
    "cosine": lrkit.CosineDecayLR(0, 1, DECAY).warmup(WARMUP),
    "linear": lrkit.linear(1, 0, DECAY).warmup(WARMUP),
    "WSD": lrkit.warmup_stable_decay(1, WARMUP, stable_steps=STEPS - WARMUP - 2_000, decay_steps=2_000),
    "inverse sqrt": lrkit.inverse_sqrt(1, WARMUP),
}

# %%
# A schedule times a number is a schedule, whose sum is multiplied by the same number. So the equation for the peak is
# solved by a division.

BUDGET = 500.0
peaks = {name: BUDGET / sum(shape.to_list(STEPS)) for name, shape in shapes.items()}
schedules = {name: peak * shapes[name] for name, peak in peaks.items()}

print(f"{'':>12}  sum at peak 1  peak      sum of the rates  last rate")
for name, schedule in schedules.items():
    rates, unit = schedule.to_list(STEPS), sum(shapes[name].to_list(STEPS))
    print(f"{name:>12}  {unit:13.2f}  {peaks[name]:.6f}  {sum(rates):16.6f}  {rates[-1]:.2e}")

# %%
# The cosine and the line spend the same at the same peak: each is as far above its middle as it is below. WSD, which is
# at its peak for most of the run, has to be lower. The inverse square root falls early: it can begin higher, and it has
# not come down at the end.

lrkit.plot(schedules, steps=STEPS + 1, title="Four shapes, one sum")

# %%
# How much of the budget is spent after each tenth of the run?

print(f"{'':>12}" + "".join(f"{tenth * 10:>5} %" for tenth in range(1, 11)))
for name, schedule in schedules.items():
    spent = schedule.to_array(STEPS).cumsum()[STEPS // 10 - 1 :: STEPS // 10] / BUDGET
    print(f"{name:>12}" + "".join(f"{part:>7.0%}" for part in spent))
