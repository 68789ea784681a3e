"""
Steps and epochs
================

Schedules count optimizer steps. People count epochs. A picture can show both; a list may be counted in either, which is
not the same.
"""

import math

import lrkit

# %%
# 50 000 images in batches of 128 are so many steps to an epoch, the last of them with a smaller batch:

EPOCH = math.ceil(50_000 / 128)
EPOCHS, WARMUP = 30, 2
print(f"{EPOCH} steps to an epoch, {EPOCHS * EPOCH} steps in {EPOCHS} epochs")

# %%
# ``steps_per_epoch`` adds a second axis below the first.

schedule = lrkit.CosineDecayLR(0, 0.1, (EPOCHS - WARMUP) * EPOCH).warmup(WARMUP * EPOCH)
lrkit.plot(schedule, steps=EPOCHS * EPOCH + 1, steps_per_epoch=EPOCH, title="30 epochs, 2 of them warm up")

# %%
# **Counted in epochs.** `cosine_decay_lr`, MindSpore's list, changes once an epoch. `CosineDecayLR` changes at every
# step. Over five epochs the difference is plain; ``x="epoch"`` gives the picture one axis, in epochs.

SHORT = 5 * EPOCH
by_step = lrkit.CosineDecayLR(0, 0.1, SHORT)
by_epoch = lrkit.cosine_decay_lr(0.0, 0.1, total_step=SHORT, step_per_epoch=EPOCH, decay_epoch=5)
named = {"cosine_decay_lr": by_epoch, "CosineDecayLR": by_step}
lrkit.plot(named, x="epoch", steps_per_epoch=EPOCH, title="The same cosine, counted in epochs and in steps")

# %%
# They agree at the first step of each epoch. Then the list waits, so that it is never below; the last epoch uses a rate
# that is far from the minimum.

for epoch in range(5):
    first, last = epoch * EPOCH, (epoch + 1) * EPOCH - 1
    print(
        f"epoch {epoch}: list {by_epoch[first]:.5f} to {by_epoch[last]:.5f}, "
        f"object {by_step(first):.5f} to {by_step(last):.5f}"
    )

# %%
# The sum of the rates tells how much higher the list is, in all.

print(f"list {sum(by_epoch):.3f}, object {sum(by_step.to_list(SHORT)):.3f}")
