"""
Two groups, three curves each
=============================

An optimizer has more to schedule than a learning rate, and more than one group of parameters. On one time axis it is
plain which of them move together, and when.
"""

import lrkit

# %%
# Fine-tuning: the body of a network that was trained before stays as it is until the new head has settled, and then
# gets a low rate. The weight decay of the head grows as its rate falls; the momentum is the same for both.

STEPS, FROZEN, WARMUP = 1000, 200, 100

head = lrkit.CosineDecayLR(0, 0.1, STEPS - WARMUP).warmup(WARMUP)
body = lrkit.CosineDecayLR(0, 0.04, STEPS - FROZEN - WARMUP).warmup(WARMUP)
momentum = lrkit.linear(0.85, 0.95, FROZEN + WARMUP)

groups = {
    "head": {"lr": head, "momentum": momentum, "weight_decay": lrkit.linear(0, 0.05, STEPS)},
    "body": {"lr": lrkit.ConstantLR(0).then(body, FROZEN), "momentum": momentum, "weight_decay": 0.01},
}
lrkit.plot_groups(groups, steps=STEPS + 1, title="Fine-tuning: the head first")

# %%
# The same dict is what `to_torch` takes. The product of two of its schedules is a schedule too: with decoupled decay,
# rate times decay is what pulls a weight towards zero.

for name, group in groups.items():
    pull = (group["lr"] * group["weight_decay"]).to_array(STEPS + 1)
    print(f"{name}: strongest pull {pull.max():.3g} at step {pull.argmax()}")
