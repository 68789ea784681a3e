"""
A run made longer
=================

A cosine of 100 steps is trained to step 60, and then to step 150. There are six ways to go on; each panel has the plan
as it was, dashed, the new one, and what happens to the rate at step 60.
"""

import matplotlib.pyplot as plt

import lrkit

WAYS = ("rescale", "restart", "rewarm", "hold", "cooldown", "to_zero")

old = lrkit.CosineDecayLR(0.0001, 0.001, 95).warmup(5)
figure, axes = plt.subplots(3, 2, figsize=(9.6, 8.4), sharey=True, layout="constrained")
for how, ax in zip(WAYS, axes.flat, strict=True):
    lrkit.extension(old, at=60, to=150, how=how).plot(ax=ax, labels=["new", "old"], title=how)

# %%
# The jump is a number too: the old rate of step 60, the new one, and the ratio. A trainer that computes the rate from
# the step and the new length rescales.

for how in WAYS:
    found = lrkit.extension(old, at=60, to=150, how=how)
    print(f"{how:>8}: {found.jump}")

# %%
# Where the rate stays level until the end is decided, nothing needs to jump. One run is cooled down from several of its
# checkpoints: each branch is a finished model.

trunk = lrkit.ConstantLR(0.001).warmup(1_000)
lrkit.plot(lrkit.branches(trunk, at=[8_000, 16_000, 32_000], cooldown=0.2), title="One trunk, three models")
