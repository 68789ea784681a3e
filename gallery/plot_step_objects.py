"""
Six step objects
================

MindSpore's ``nn.learning_rate_schedule`` has six classes that are called with a step. In lrkit they are schedules like
all others. Here they are, each with a decay, or a warm-up, of 100 steps.
"""

import lrkit

objects = {
    "CosineDecayLR": lrkit.CosineDecayLR(min_lr=0.01, max_lr=0.1, decay_steps=100),
    "ExponentialDecayLR": lrkit.ExponentialDecayLR(0.1, decay_rate=0.5, decay_steps=100),
    "NaturalExpDecayLR": lrkit.NaturalExpDecayLR(0.1, decay_rate=0.01, decay_steps=100),
    "InverseDecayLR": lrkit.InverseDecayLR(0.1, decay_rate=1, decay_steps=100),
    "PolynomialDecayLR": lrkit.PolynomialDecayLR(0.1, 0.01, decay_steps=100, power=2),
    "WarmUpLR": lrkit.WarmUpLR(0.1, warmup_steps=100),
}
lrkit.plot_grid(objects, columns=3, steps=300)

# %%
# The cosine, the polynomial and the warm-up are over after 100 steps. The other three never are: they have no end.

for name, schedule in objects.items():
    print(f"{name:>18}" + "".join(f"{schedule(step):10.6f}" for step in (0, 50, 100, 200)))
