"""
One cycle, four ends
====================

The last rate of a one-cycle schedule is the peak divided by something, and the libraries do not agree by what. On a
linear scale all four are zero.
"""

import lrkit

STEPS, PEAK = 1000, 0.1
START = PEAK / 25

ends = {
    "torch": lrkit.one_cycle(PEAK, STEPS),
    "optax": lrkit.PiecewiseCosineLR([0, 300, STEPS], [START, PEAK, START / 1e4]),
    "lrsched": lrkit.PiecewiseCosineLR([0, 300, STEPS], [START, PEAK, PEAK / 1e4]),
    "fastai": lrkit.PiecewiseCosineLR([0, 250, STEPS], [START, PEAK, PEAK / 1e5]),
}
last = {name: schedule.shift(-985) for name, schedule in ends.items()}
ax = lrkit.plot(last, steps=16, yscale="log", title="The last 15 steps of 1000")
ax.set_xlabel("steps after step 985")

# %%
# torch's ends a step earlier: its 1000th update, step 999, has the lowest rate. The others reach it at step 1000, which
# a run of 1000 steps does not use.

for name, schedule in ends.items():
    print(f"{name:>8}: last update {schedule(STEPS - 1):.3g}, a step later {schedule(STEPS):.3g}")
