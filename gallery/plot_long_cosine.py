"""
A cosine longer than the run
============================

A cosine that was made for a longer run has not come down when the run ends. Hoffmann et al. (arXiv:2203.15556, figure
A1) tried such lengths: beyond 1.25 times the run, the loss was clearly worse.
"""

import lrkit

STEPS = 1000
cosines = {
    f"{factor:g} times": lrkit.CosineDecayLR(0.1, 1, int(factor * STEPS)) for factor in (1, 1.1, 1.25, 1.5, 2, 5)
}
ax = lrkit.plot(cosines, steps=STEPS + 1, title="The cosine, as long as the run and longer")
ax.set_ylabel("part of the peak")

# %%
# The rate with which each run ends:

for name, schedule in cosines.items():
    print(f"{name:>10}: {schedule(STEPS):.3f} of the peak")
