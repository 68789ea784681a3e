"""
Down a valley
=============

A hundred runs down a curved valley, with gradients that are not quite right, as those of mini-batches never are. How
near to the lowest point they come to rest depends on the schedule.
"""

import matplotlib.pyplot as plt
import numpy as np

import lrkit

STEPS, RUNS, PEAK = 400, 100, 0.006
schedules = {
    "constant": lrkit.ConstantLR(PEAK),
    "WSD": lrkit.warmup_stable_decay(PEAK, warmup_steps=40, stable_steps=280, decay_steps=80),
    "cosine": lrkit.CosineDecayLR(0, PEAK, STEPS),
}


def loss(x, y):
    """Rosenbrock's valley, with walls a tenth as steep: 0 at (1, 1)."""
    return (1 - x) ** 2 + 10 * (y - x**2) ** 2


def ends(schedule):
    """Where the runs end. Each schedule has the same errors in its gradients."""
    points = lrkit.Parameter(np.tile([[-1.5], [1.6]], RUNS))
    optimizer = lrkit.Momentum([points], schedule, momentum=0.8)
    for error in np.random.default_rng(0).normal(0, 3, (STEPS, 2, RUNS)):
        x, y = points.value()
        optimizer([np.array([2 * (x - 1) - 40 * x * (y - x**2), 20 * (y - x**2)]) + error])
    return points.value()


found = {name: ends(schedule) for name, schedule in schedules.items()}

# %%
# Each dot is the end of a run; all began far away on the left. The cross is the lowest point.

x, y = np.meshgrid(np.linspace(-0.1, 1.9, 100), np.linspace(-0.6, 3, 100))
figure, panels = plt.subplots(1, 3, sharex=True, sharey=True, figsize=(9, 3.6), layout="constrained")
for ax, (name, (across, up)) in zip(panels, found.items(), strict=True):
    ax.contour(x, y, loss(x, y), [0.1, 0.5, 2, 10], colors="C7", linewidths=0.8)
    ax.plot(across, up, "C0o", markersize=4, alpha=0.6)
    ax.plot(1, 1, "C3+", markersize=16, markeredgewidth=2)
    ax.set_title(f"{name}: mean loss {loss(across, up).mean():.3f}", loc="left")

# %%

for name, points in found.items():
    print(f"{name:>8}: mean loss {loss(*points).mean():.3f}, worst {loss(*points).max():.3f}")
