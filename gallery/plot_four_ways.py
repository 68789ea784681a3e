"""
Warm up, then: four ways to go on
=================================

Most recipes begin alike, with a straight line from zero, and differ in what follows.
"""

import lrkit

# %%
# A schedule is a value. `warmup` puts a straight line in front of it, up to its own first rate.

PEAK, WARMUP, DECAY = 1e-3, 500, 9_500

schedules = {
    "cosine": lrkit.CosineDecayLR(0, PEAK, DECAY),
    "linear": lrkit.PolynomialDecayLR(PEAK, 0, DECAY, power=1),
    "inverse time": lrkit.InverseDecayLR(PEAK, 1, 1_500),
    "constant": lrkit.ConstantLR(PEAK),
}
schedules = {name: schedule.warmup(WARMUP) for name, schedule in schedules.items()}
lrkit.plot(schedules, steps=WARMUP + DECAY + 1, title="Warm up, then: four ways to go on")

# %%
# The area under a curve is how far the run can go at most. A decay to zero, cosine or linear, leaves half of it.

budget = sum(schedules["constant"].to_list(WARMUP + DECAY))
for name, schedule in schedules.items():
    print(f"{name:>12}: {sum(schedule.to_list(WARMUP + DECAY)) / budget:.0%} of the constant's")
