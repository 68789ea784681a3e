"""
Two groups, three curves each
=============================

An optimizer has more to schedule than a learning rate, and more than one group of parameters. On one time axis it is
plain which of them move together, and when.
"""

import lrkit

# %%
# Fine-tuning: a network that was trained before keeps its body as it is until the new head has settled, and then gets
# a low rate. The decay of the head's weights grows as its rate falls; the momentum is the same for both.

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
# Where the groups agree there is one curve. A number, such as the body's weight decay, is a constant.
#
# The same dict is what `to_torch` takes: it sets each of these in ``optimizer.param_groups`` at every step. Without a
# framework the values are a call away.

for name, group in groups.items():
    for key, value in group.items():
        at = [value(step) if callable(value) else value for step in (0, 100, 200, 300, 1000)]
        print(f"{name} {key:<12}" + "".join(f"{number:>8.4g}" for number in at))

# %%
# What moves a weight with decoupled decay is the product of the two, the rate and the decay. Products of schedules are
# schedules.

pull = {name: group["lr"] * group["weight_decay"] for name, group in groups.items()}
ax = lrkit.plot(pull, steps=STEPS + 1, title="Learning rate times weight decay")
ax.set_ylabel("")

# %%

for name, product in pull.items():
    rates = product.to_array(STEPS + 1)
    print(f"{name}: strongest pull {rates.max():.3g} at step {rates.argmax()}")
