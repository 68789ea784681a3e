"""
Counted in steps or in epochs
=============================

Schedules count optimizer steps. People count epochs, and so do MindSpore's lists: their rate changes once an epoch.
Over a few epochs that is another curve.
"""

import math

import lrkit

# %%
# 50 000 images in batches of 128 are so many steps to an epoch, the last of them with a smaller batch:

EPOCH = math.ceil(50_000 / 128)
print(f"{EPOCH} steps to an epoch")

# %%
# ``x="epoch"`` counts the axis in epochs; with ``steps_per_epoch`` alone it has both.

by_step = lrkit.CosineDecayLR(0, 0.1, 5 * EPOCH)
by_epoch = lrkit.cosine_decay_lr(0.0, 0.1, total_step=5 * EPOCH, step_per_epoch=EPOCH, decay_epoch=5)
named = {"cosine_decay_lr": by_epoch, "CosineDecayLR": by_step}
lrkit.plot(named, x="epoch", steps_per_epoch=EPOCH, title="The same cosine, by epochs and by steps")

# %%
# They agree at the first step of each epoch. Then the list waits: it is never below, and ends far from the minimum.

for epoch in range(5):
    last = (epoch + 1) * EPOCH - 1
    print(f"the last step of epoch {epoch}: list {by_epoch[last]:.5f}, object {by_step(last):.5f}")
print(f"the sum of all rates: list {sum(by_epoch):.3f}, object {sum(by_step.to_list(5 * EPOCH)):.3f}")
