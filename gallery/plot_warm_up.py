"""
Six ways to warm up
===================

The shapes of a warm-up differ in the rate of the very first update, and in the step at which the peak is reached. Each
of these has 100 for its length, or for its timescale.
"""

import lrkit

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
# A first rate of 0 is an update that changes nothing. Some reach the peak at step 100, two a step earlier, one never.

print(f"{'':>12}  first rate  at step 50  peak at step")
for name, schedule in shapes.items():
    rates = schedule.to_array(10 * W)
    peak = int(rates.argmax()) if rates.max() == 1 else "never"
    print(f"{name:>12}  {rates[0]:10.4f}  {rates[50]:10.4f}  {peak:>12}")
