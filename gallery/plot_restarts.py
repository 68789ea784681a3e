"""
Restarts
========

A rate that has come down can go up again at once. Each cycle may be longer than the one before, by ``multiplier``, and
lower, by ``gamma``; and it may begin with a warm-up, so that the restart is less sudden.
"""

import lrkit

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

saw = lrkit.linear(1, 0.1, 100).repeat(100, multiplier=1.5, gamma=0.7)
print(", ".join(f"{saw(step):.3g} at {step}" for step in (0, 99, 100, 249, 250)))
