"""
Smooth, or in stairs
====================

``is_stair`` rounds the time down to a multiple of ``decay_steps``: the rates at 0, 100 and 200 stay as they are, and in
between the stairs wait.
"""

import lrkit

smooth, stairs = (lrkit.ExponentialDecayLR(0.1, 0.5, 100, is_stair=flag) for flag in (False, True))
lrkit.plot({"is_stair=False": smooth, "is_stair=True": stairs}, steps=391, title="ExponentialDecayLR, both ways")

# %%

for name, schedule in (("smooth", smooth), ("stairs", stairs)):
    print(f"{name:>7}" + "".join(f"{rate:10.6f}" for rate in schedule([0, 99, 100, 199, 200])))

# %%
# The natural exponential is the odd one out. It never divides by ``decay_steps``, which is only the width of its
# stairs: the others fall by their rate in 100 steps, this one in every step.

for kind in (lrkit.ExponentialDecayLR, lrkit.InverseDecayLR, lrkit.NaturalExpDecayLR):
    print(f"{kind.__name__:>18}(0.1, 0.5, 100) at step 100: {kind(0.1, 0.5, 100)(100):.4g}")
