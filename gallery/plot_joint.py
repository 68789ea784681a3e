"""
Where a warm-up meets what follows
==================================

A line of 100 steps meets a cosine of 400, in four ways. They differ in where the cosine's clock starts, in the highest
rate, and in the length of the run.
"""

import numpy as np

import lrkit

cosine, line = lrkit.CosineDecayLR(0, 1, 400), lrkit.WarmUpLR(1, 100)
ahead = cosine.shift(-100)  # its first 100 steps are over
joints = {
    "cosine.warmup(100)": cosine.warmup(100),
    "line.then(ahead, 100)": line.then(ahead, 100),
    "cosine.minimum(line)": cosine.minimum(line),
    "cosine * line": cosine * line,
}
lrkit.plot_grid(joints, columns=2, steps=501)

# %%
# ``warmup`` starts the cosine's clock when the warm-up is over, so the run is longer. With ``ahead`` its clock has run
# from the beginning, and the rate drops. The minimum and the product have no drop, and stay below the peak.

print(f"{'':>22}  highest  at step  steps above 0")
for name, schedule in joints.items():
    rates = schedule.to_array(600)
    print(f"{name:>22}  {rates.max():7.4f}  {rates.argmax():7}  {np.count_nonzero(rates):13}")
