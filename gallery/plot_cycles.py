"""
Cycles
======

``cyclic`` climbs in a line and falls in a line, between a base and a peak. Its three modes say what becomes of the
peak: nothing, half of its height in each cycle, or a factor at every step.
"""

import lrkit

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
