"""
One cycle, with its momentum
============================

One climb and one fall fill the whole run. While the rate is high the momentum is low, and the other way round.
"""

import lrkit

# %%
# Momentum is a curve like any other. Its points are at the steps of the rate's.

STEPS, PEAK, UP = 1000, 0.1, 0.3
top = UP * STEPS - 1
rate = lrkit.one_cycle(PEAK, STEPS, pct_start=UP)
momentum = lrkit.PiecewiseCosineLR([0, top, STEPS - 1], [0.95, 0.85, 0.95])
_, below = lrkit.plot_groups({"weights": {"lr": rate, "momentum": momentum}}, steps=STEPS, title="One cycle")
below.set_ylim(0.84, 0.96)

# %%

for step in (0, 299, 999):
    print(f"step {step:>3}: rate {rate(step):.6g}, momentum {momentum(step):.2f}")

# %%
# The paper has three phases, in lines: up, down to the first rate as slowly, and then on to almost nothing. Most
# libraries fall in one go, in half cosines, unless they are told otherwise.

phases = {
    "two, cosine": rate,
    "three, cosine": lrkit.one_cycle(PEAK, STEPS, UP, three_phase=True),
    "three, linear": lrkit.one_cycle(PEAK, STEPS, UP, "linear", three_phase=True),
}
lrkit.plot(phases, steps=STEPS, title="Two phases, or three")
