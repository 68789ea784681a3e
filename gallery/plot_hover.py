"""
With the mouse: WSD against a cosine
====================================

A still picture shows where two curves differ. With plotly each point gives its numbers: step, epoch and both rates.
"""

import lrkit

# %%
# Two schedules with the same peak, warm-up and length; below them, how far WSD is above the cosine.

STEPS, EPOCH = 10_000, 391

schedules = {
    "cosine": lrkit.CosineDecayLR(0, 3e-4, STEPS - 500).warmup(500),
    "WSD": lrkit.warmup_stable_decay(3e-4, warmup_steps=500, stable_steps=7_500, decay_steps=2_000),
}
lrkit.plot_diff(*schedules.values(), labels=list(schedules), steps=STEPS + 1)

# %%
# Rest the mouse on this one. Drag to magnify; a double click goes back. Nothing is uploaded: plotly's button for that
# is taken out.

lrkit.plot(schedules, steps=STEPS + 1, steps_per_epoch=EPOCH, backend="plotly", title="WSD against a cosine")

# %%
# What the mouse finds, in numbers:

gap = schedules["WSD"].to_array(STEPS + 1) - schedules["cosine"].to_array(STEPS + 1)
print(f"least difference {gap.min():.3g}; widest apart at step {gap.argmax():,}: {gap.max():.6f}")
