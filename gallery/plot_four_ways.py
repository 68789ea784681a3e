"""
Warm up, then: four ways to go on
=================================

Most recipes begin alike, with a straight line from zero, and differ in what follows. Drawn on one axis, with the same
peak and the same warm-up, the four usual continuations are easy to compare.
"""

import lrkit

# %%
# A schedule is a value. `warmup` puts a straight line in front of any of them, up to its own first rate.

PEAK, WARMUP, DECAY = 1e-3, 500, 9_500

schedules = {
    "cosine": lrkit.CosineDecayLR(0, PEAK, DECAY),
    "linear": lrkit.PolynomialDecayLR(PEAK, 0, DECAY, power=1),
    "inverse time": lrkit.InverseDecayLR(PEAK, 1, 1_500),
    "constant": lrkit.ConstantLR(PEAK),
}
schedules = {name: schedule.warmup(WARMUP) for name, schedule in schedules.items()}

# %%
# Nothing is stepped to draw them: the rates are asked for where the curves bend, at their peaks and ends, and on a grid
# between. Here the run stops where the cosine and the line reach zero.

lrkit.plot(schedules, steps=WARMUP + DECAY + 1, title="Warm up, then: four ways to go on")

# %%
# The area under a curve is the distance that a run could travel at most. Half of it is left when a decay, cosine or
# linear, replaces a constant rate.

budget = sum(schedules["constant"].to_list(WARMUP + DECAY))
for name, schedule in schedules.items():
    print(f"{name:>12}: {sum(schedule.to_list(WARMUP + DECAY)) / budget:.0%} of the constant's")
