"""
A million steps, drawn right
============================

A screen has about a thousand columns. Whoever draws a million steps has to leave most of them out, and a grid leaves
out what is short: here a warm-up of 5 steps, and a single step with six times the rate.
"""

import lrkit

STEPS, ODD = 1_000_000, 654_321

spike = lrkit.PiecewiseConstantLR([ODD, ODD + 1, STEPS], [1, 6, 1])
schedule = lrkit.CosineDecayLR(0, 1e-3, STEPS - 5).warmup(5) * spike

# %%
# A grid, here every 4000th step, goes past the spike. lrkit asks a schedule where it bends and jumps, and draws those
# steps as well.

grid = [*range(0, STEPS, 4000), STEPS - 1]
naive = lrkit.PiecewiseLinearLR(grid, schedule(grid).tolist())
lrkit.plot_grid({"every 4000th step": naive, "lrkit": schedule}, columns=1, steps=STEPS)

# %%
# What a grid loses can be counted. Of the warm-up it has only the 0, joined to the next point by a ramp that never was.

for step in (0, 1, 5, 500, ODD):
    print(f"step {step:>7,}: {schedule(step):.6f}, on the grid {naive(step):.6f}")
