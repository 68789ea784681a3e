"""
A million steps, drawn right
============================

A screen has about a thousand columns. Whoever draws a million steps has to leave most of them out, and a grid leaves
out what is short.
"""

import numpy as np

import lrkit

# %%
# A cosine with two short events: a warm-up of 5 steps, and a single step, somewhere, with six times the rate.

STEPS, ODD = 1_000_000, 654_321

spike = lrkit.PiecewiseConstantLR([ODD, ODD + 1, STEPS], [1, 6, 1])
schedule = lrkit.CosineDecayLR(0, 1e-3, STEPS - 5).warmup(5) * spike

# %%
# A grid, here every 4000th step, goes past the spike. lrkit asks a schedule where it bends and jumps, and draws those
# steps as well; the note says how many there are.

grid = [*range(0, STEPS, 4000), STEPS - 1]
naive = lrkit.PiecewiseLinearLR(grid, schedule(grid).tolist())

lrkit.plot_grid({"every 4000th step": naive, "lrkit": schedule}, columns=1, steps=STEPS)

# %%
# What is lost can be counted. The grid's second step is long after the warm-up: all that it has of it is the 0, joined
# to the next point by a ramp that never was.

for step in (0, 1, 5, 500, ODD):
    print(f"step {step:>7,}: {schedule(step):.6f}, on the grid {naive(step):.6f}")

# %%
# The beginning, from the same call: a picture of lrkit's can be magnified.

ax = lrkit.plot({"on a grid": naive, "lrkit": schedule}, steps=STEPS, title="The first 20 steps of a million")
ax.set_xlim(0, 20)

# %%
# The points of a picture are exact: each is a step, with the rate of that step.

steps, rates = (np.asarray(data) for data in ax.lines[1].get_data())
whole = steps % 1 == 0
print(f"{whole.sum()} steps drawn, all as the schedule says: {np.array_equal(rates[whole], schedule(steps[whole]))}")
print(f"the highest drawn {rates.max():.6f}, the highest of all {schedule.to_array(STEPS).max():.6f}")

# %%
# A logarithmic scale has no place for the 0 at step 0, and a cosine passes through every power of ten on its way down.
# What is below a millionth of the peak is drawn at the lower edge, and the note says so.

lrkit.plot(schedule, steps=STEPS, yscale="log", title="A million steps, logarithmic")
