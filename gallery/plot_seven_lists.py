"""
Seven lists
===========

MindSpore's ``nn.dynamic_lr`` has seven functions that return a rate for each step of a run, as a list. lrkit has them
under the same names, with the same parameters and, bit for bit, the same numbers.
"""

import lrkit

# %%
# 20 epochs of 50 steps. Most of them count in epochs: a rate stays the same within an epoch.

STEPS, EPOCH = 1000, 50

lrkit.plot_grid({
    "piecewise_constant_lr": lrkit.piecewise_constant_lr([400, 700, STEPS], [0.1, 0.05, 0.01]),
    "exponential_decay_lr": lrkit.exponential_decay_lr(0.1, 0.8, STEPS, EPOCH, decay_epoch=1),
    "natural_exp_decay_lr": lrkit.natural_exp_decay_lr(0.1, 0.2, STEPS, EPOCH, decay_epoch=5, is_stair=True),
    "inverse_decay_lr": lrkit.inverse_decay_lr(0.1, 0.5, STEPS, EPOCH, decay_epoch=1),
    "cosine_decay_lr": lrkit.cosine_decay_lr(0.01, 0.1, STEPS, EPOCH, decay_epoch=15),
    "polynomial_decay_lr": lrkit.polynomial_decay_lr(0.1, 0.01, STEPS, EPOCH, decay_epoch=15, power=0.5),
    "warmup_lr": lrkit.warmup_lr(0.1, STEPS, EPOCH, warmup_epoch=5),
}, columns=4)  # fmt: skip

# %%
# The examples of the functions' own documentation, six steps each:

lists = {
    "piecewise_constant_lr": lrkit.piecewise_constant_lr([2, 5, 10], [0.1, 0.05, 0.01]),
    "exponential_decay_lr": lrkit.exponential_decay_lr(0.1, 0.9, total_step=6, step_per_epoch=2, decay_epoch=1),
    "natural_exp_decay_lr": lrkit.natural_exp_decay_lr(0.1, 0.9, 6, 2, decay_epoch=2, is_stair=True),
    "inverse_decay_lr": lrkit.inverse_decay_lr(0.1, 0.5, 6, 1, decay_epoch=1, is_stair=True),
    "cosine_decay_lr": lrkit.cosine_decay_lr(0.01, 0.1, 6, 2, decay_epoch=2),
    "polynomial_decay_lr": lrkit.polynomial_decay_lr(0.1, 0.01, 6, 2, decay_epoch=2, power=0.5),
    "warmup_lr": lrkit.warmup_lr(0.1, 6, 2, warmup_epoch=2),
}
for name, rates in lists.items():
    print(f"{name:>22}" + "".join(f"{rate:>10.6g}" for rate in rates[:6]))
