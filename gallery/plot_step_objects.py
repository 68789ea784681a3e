"""
Six step objects, and two switches
==================================

MindSpore's ``nn.learning_rate_schedule`` has six classes that are called with a step. In lrkit they are schedules like
all others. Here they are, each with a decay, or a warm-up, of 100 steps.
"""

import lrkit

lrkit.plot_grid({
    "CosineDecayLR": lrkit.CosineDecayLR(min_lr=0.01, max_lr=0.1, decay_steps=100),
    "ExponentialDecayLR": lrkit.ExponentialDecayLR(0.1, decay_rate=0.5, decay_steps=100),
    "NaturalExpDecayLR": lrkit.NaturalExpDecayLR(0.1, decay_rate=0.01, decay_steps=100),
    "InverseDecayLR": lrkit.InverseDecayLR(0.1, decay_rate=1, decay_steps=100),
    "PolynomialDecayLR": lrkit.PolynomialDecayLR(0.1, 0.01, decay_steps=100, power=2),
    "WarmUpLR": lrkit.WarmUpLR(0.1, warmup_steps=100),
}, columns=2, steps=300)  # fmt: skip

# %%
# The cosine, the polynomial and the warm-up are over after 100 steps. The other three never are.
#
# ``is_stair`` rounds the time down to a multiple of ``decay_steps``. The rates at 0, 100 and 200 stay as they are; in
# between, the stairs wait.

smooth, stairs = (lrkit.ExponentialDecayLR(0.1, 0.5, 100, is_stair=flag) for flag in (False, True))
lrkit.plot({"is_stair=False": smooth, "is_stair=True": stairs}, steps=391, title="ExponentialDecayLR")

# %%

print(f"{'step':>14}" + "".join(f"{step:>10}" for step in (0, 99, 100, 199, 200)))
for name, schedule in (("smooth", smooth), ("stairs", stairs)):
    print(f"{name:>14}" + "".join(f"{rate:10.6f}" for rate in schedule([0, 99, 100, 199, 200])))

# %%
# The natural exponential is the odd one out. It never divides by ``decay_steps``: the others fall by their rate in 100
# steps, this one in every step, and ``decay_steps`` is no more than the width of its stairs.

for kind in (lrkit.ExponentialDecayLR, lrkit.InverseDecayLR, lrkit.NaturalExpDecayLR):
    both = [kind(0.1, 0.5, 100, is_stair=flag)(100) for flag in (False, True)]
    print(f"{kind.__name__:>18}(0.1, 0.5, 100) at step 100: {both[0]:.4g}, in stairs {both[1]:.4g}")

# %%
# ``update_decay_steps`` lets a polynomial start over at its end. It does not start at the top: the time runs on, and
# only the horizon moves away, by 100 steps each time.

once, again = (lrkit.PolynomialDecayLR(0.1, 0.01, 100, 1, update_decay_steps=flag) for flag in (False, True))
named = {"update_decay_steps=True": again, "update_decay_steps=False": once}
lrkit.plot(named, steps=401, title="PolynomialDecayLR")

# %%
# Each jump is one step after the end: at the end itself the rate is the lowest.

for step in (100, 101, 200, 201):
    print(f"step {step}: {again(step):.6f}")
