"""
A polynomial that starts over
=============================

``update_decay_steps`` lets a polynomial decay begin again at its end. It does not begin at the top: the time runs on,
and only the horizon moves away, by 100 steps each time.
"""

import lrkit

once, again = (lrkit.PolynomialDecayLR(0.1, 0.01, 100, 1, update_decay_steps=flag) for flag in (False, True))
named = {"update_decay_steps=True": again, "update_decay_steps=False": once}
lrkit.plot(named, steps=401, title="PolynomialDecayLR, with and without")

# %%
# Each jump is one step after the end: at the end itself the rate is the lowest.

for step in (100, 101, 200, 201):
    print(f"step {step}: {again(step):.6f}")
