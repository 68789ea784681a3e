"""
With the mouse: WSD against a cosine
====================================

A still picture shows where two curves differ. At which step, and by how much, is hard to read off it: with plotly, each
point gives its numbers.
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
# Rest the mouse on this one: step, epoch and both rates, plain and as a power of ten. Drag to magnify; a double click
# goes back.

lrkit.plot(schedules, steps=STEPS + 1, steps_per_epoch=EPOCH, backend="plotly", title="WSD against a cosine")

# %%
# With its peak as long and its decay so short, WSD is nowhere below the cosine. What the mouse finds, in numbers:

gap = schedules["WSD"].to_array(STEPS + 1) - schedules["cosine"].to_array(STEPS + 1)
print(f"least difference {gap.min():.3g}; widest apart at step {gap.argmax():,}: {gap.max():.6f}")

# %%
# On a logarithmic scale the ends tell more. The legend is a switch: a click hides a curve.

lrkit.plot(schedules, steps=STEPS + 1, backend="plotly", yscale="log", title="The same, logarithmic")

# %%
# The figure goes nowhere unless you send it somewhere: plotly has a button that uploads a chart, and lrkit's figures
# come without it.

figure = lrkit.plot(schedules, backend="plotly")
print("taken out of the modebar:", ", ".join(figure.layout.template.layout.modebar.remove))
