"""
Restarts and cycles
===================

A rate that has come down can go up again: at once, which is a restart, or in a line, which is a cycle.
"""

import lrkit

# %%
# **Restarts.** ``cosine_restarts`` repeats half a cosine. Each cycle may be longer than the one before, by
# ``multiplier``, and lower, by ``gamma``; and it may begin with a warm-up, so that the restart is less sudden.

restarts = {
    "every 100 steps": lrkit.cosine_restarts(0, 1, 100),
    "multiplier=2": lrkit.cosine_restarts(0, 1, 100, multiplier=2),
    "multiplier=2, gamma=0.5": lrkit.cosine_restarts(0, 1, 100, multiplier=2, gamma=0.5),
    "warmup_steps=20": lrkit.cosine_restarts(0, 1, 100, gamma=0.8, warmup_steps=20),
}
lrkit.plot_grid(restarts, columns=2, steps=700)

# %%
# With twice the length each time, cycle i begins at step ``100 * (2**i - 1)``. A schedule knows the steps at which it
# jumps: its `knots`.

for name in list(restarts)[:3]:
    schedule = restarts[name]
    starts = [0, *map(int, schedule.knots(700))]
    print(f"{name:>23}: " + ", ".join(f"{schedule(step):.3g} at {step}" for step in starts))

# %%
# Anything can be repeated, not only a cosine: `repeat` is part of the algebra.

line = lrkit.linear(1, 0.1, 100)
lrkit.plot(line.repeat(100, multiplier=1.5, gamma=0.7), steps=601, title="linear(1, 0.1, 100).repeat(100, ...)")

# %%
# **Cycles.** ``cyclic`` climbs in a line and falls in a line, between a base and a peak. Its three modes say what
# becomes of the peak: nothing, half of its height in each cycle, or a factor at every step.

cycles = {
    "triangular": lrkit.cyclic(0.1, 1, up_steps=50, down_steps=100),
    "triangular2": lrkit.cyclic(0.1, 1, 50, 100, mode="triangular2"),
    "exp_range, gamma=0.998": lrkit.cyclic(0.1, 1, 50, 100, mode="exp_range", gamma=0.998),
}
lrkit.plot_grid(cycles, columns=1, steps=601)

# %%
# The height is what is above the base. So the peaks are

for name, schedule in cycles.items():
    print(f"{name:>22}: " + ", ".join(f"{schedule(step):.4f}" for step in (50, 200, 350, 500)))
