"""
One cycle, with its momentum
============================

One climb and one fall fill the whole run. While the rate is high the momentum is low, and the other way round: the two
belong together, and are best seen together.
"""

import lrkit

# %%
# Momentum is a curve like any other. Its points are at the steps of the rate's.

STEPS, PEAK, UP = 1000, 0.1, 0.3
top = UP * STEPS - 1
momentum = lrkit.PiecewiseCosineLR([0, top, STEPS - 1], [0.95, 0.85, 0.95])
rate = lrkit.one_cycle(PEAK, STEPS, pct_start=UP)
lrkit.plot_groups({"weights": {"lr": rate, "momentum": momentum}}, steps=STEPS, title="One cycle")

# %%

for step in (0, 299, 999):
    print(f"step {step:>3}: rate {rate(step):.6g}, momentum {momentum(step):.2f}")

# %%
# **Two phases or three.** The paper has three, in lines: up, down to the first rate as slowly, and then on to almost
# nothing. Most libraries fall in one go, in half cosines, unless they are told otherwise.

phases = {
    "two, cosine": rate,
    "three, cosine": lrkit.one_cycle(PEAK, STEPS, UP, three_phase=True),
    "three, linear": lrkit.one_cycle(PEAK, STEPS, UP, "linear", three_phase=True),
}
lrkit.plot(phases, steps=STEPS, title="Two phases, or three")

# %%
# **Four ends.** The last rate is the peak divided by something, and nobody agrees by what. On a linear scale all four
# are zero.

START = PEAK / 25
ends = {
    "max / 25 / 1e4, at T - 1 (torch)": rate,
    "max / 25 / 1e4, at T (optax)": lrkit.PiecewiseCosineLR([0, UP * STEPS, STEPS], [START, PEAK, START / 1e4]),
    "max / 1e4, at T (lrsched)": lrkit.PiecewiseCosineLR([0, UP * STEPS, STEPS], [START, PEAK, PEAK / 1e4]),
    "max / 1e5, at T (fastai)": lrkit.PiecewiseCosineLR([0, 0.25 * STEPS, STEPS], [START, PEAK, PEAK / 1e5]),
}
ax = lrkit.plot(ends, steps=STEPS + 1, yscale="log", title="The last 40 steps")
ax.set(xlim=(960, 1000), ylim=(2e-7, 2e-3))

# %%

for name, schedule in ends.items():
    print(f"{name:>33}: last update {schedule(STEPS - 1):.3g}, a step later {schedule(STEPS):.3g}")
