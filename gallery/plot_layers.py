"""
A fan of layers
===============

Layers near the input of a pretrained network are changed less. Each layer's rate is the head's, times a power of one
number.
"""

import lrkit

# %%
# A fine-tuning plan of 12 blocks, as BEiT and MAE have it: three quarters for each step down. Curves that are one
# schedule times a constant have one colour, stronger with the rate; the two outermost are named, and the others lie
# between them in the order of the layers.

plan = lrkit.CosineDecayLR(0, 1e-3, 9500).warmup(500)
groups = lrkit.layer_decay(plan, layers=12, decay=0.75)
lrkit.plot(groups, title="One plan, fourteen rates")

# %%
# The embeddings move at a fortieth of the rate of the head:

for name in ("head", "layer 12", "layer 6", "embeddings"):
    print(f"{name:>10}: peak {groups[name](500):.3g}, {groups[name](500) / plan(500):.4f} of the head's")

# %%
# On a logarithmic scale the layers are equally far apart.

lrkit.plot(groups, yscale="log", title="Three quarters at each step")
