"""
Anatomy of a warm-up
====================

A warm-up is four decisions: its shape, the rate of the very first update, the step at which the peak is reached, and
how it meets what follows.
"""

import numpy as np

import lrkit

# %%
# **The shape.** Each of these has 100 for its length, or for its timescale.

W = 100
shapes = {
    "linear": lrkit.WarmUpLR(1, W),
    "cosine": lrkit.cosine_warm_up(1, W),
    "power 2": lrkit.power_warm_up(1, W, power=2),
    "exponential": lrkit.exponential_warm_up(1, W),
    "logarithmic": lrkit.LogWarmUpLR(1, W),
    "untuned": lrkit.untuned_warm_up(1, beta2=0.98),  # 2 / (1 - 0.98) steps
}
lrkit.plot(shapes, steps=151, title="Six ways up")

# %%
# **The first rate and the peak.** A first rate of 0 is an update that changes nothing. Some reach the peak at step 100,
# two of them a step earlier, and one never.

print(f"{'':>12}  first rate  at step 50  peak at step")
for name, schedule in shapes.items():
    rates = schedule.to_array(10 * W)
    peak = int(rates.argmax()) if rates.max() == 1 else "never"
    print(f"{name:>12}  {rates[0]:10.4f}  {rates[50]:10.4f}  {peak:>12}")

# %%
# **The joint.** Here a line of 100 steps meets a cosine of 400, in four ways.

cosine, line = lrkit.CosineDecayLR(0, 1, 400), lrkit.WarmUpLR(1, W)
ahead = cosine.shift(-W)  # its first 100 steps are over
joints = {
    "cosine.warmup(100)": cosine.warmup(W),
    "line.then(ahead, 100)": line.then(ahead, W),
    "cosine.minimum(line)": cosine.minimum(line),
    "cosine * line": cosine * line,
}
lrkit.plot_grid(joints, columns=2, steps=501)

# %%
# ``warmup`` starts the cosine's clock when the warm-up is over: the whole cosine is there, and the run is longer.
# With ``ahead`` its clock has run from the beginning: the rate drops where they meet. The minimum meets where the two
# are equal, without a drop; the product has no drop either, and is below both.

print(f"{'':>22}  highest  at step  steps above 0")
for name, schedule in joints.items():
    rates = schedule.to_array(600)
    print(f"{name:>22}  {rates.max():7.4f}  {rates.argmax():7}  {np.count_nonzero(rates):13}")
