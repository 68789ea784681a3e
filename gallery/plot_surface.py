"""
Down a valley
=============

A curved valley, and gradients that are not quite right, as those of mini-batches never are. How an optimizer gets down
depends on its rule; how near to the bottom it comes to rest depends on the schedule.
"""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.animation import FuncAnimation

import lrkit

# %%
# Three schedules, given as parts of a peak: each of two optimizers has a peak of its own.

STEPS, START = 400, [-1.5, 1.6]
shapes = {
    "constant": lrkit.ConstantLR(1),
    "cosine": lrkit.CosineDecayLR(0, 1, STEPS),
    "WSD": lrkit.warmup_stable_decay(1, warmup_steps=40, stable_steps=280, decay_steps=80),
}
runs = [(rule, shape) for rule in ("Momentum", "Adam") for shape in shapes]
lrkit.plot(shapes, steps=STEPS + 1).set_ylabel("part of the peak")

# %%
# The valley is Rosenbrock's, with walls a tenth as steep, and lowest at (1, 1), the cross. Each dot is the end of a
# run, and its loss stands above. All six have the same errors in their gradients.


def loss(x, y):
    """The height, 0 at the cross."""
    return (1 - x) ** 2 + 10 * (y - x**2) ** 2


def path(rule, shape, seed):
    """The points of a run."""
    point, points, rate = lrkit.Parameter(np.array(START)), [START], shapes[shape]
    optimizer = lrkit.Adam([point], 0.1 * rate) if rule == "Adam" else lrkit.Momentum([point], 0.006 * rate, 0.8)
    for error in np.random.default_rng(seed).normal(0, 3, (STEPS, 2)):
        x, y = points[-1]
        optimizer([np.array([2 * (x - 1) - 40 * x * (y - x**2), 20 * (y - x**2)]) + error])
        points.append(point.value().tolist())
    return np.array(points).T


def draw(size, dpi):
    """The six runs."""
    figure, panels = plt.subplots(2, 3, sharex=True, sharey=True, figsize=size, dpi=dpi, layout="tight")
    x, y = np.meshgrid(np.linspace(-1.9, 1.9, 100), np.linspace(-0.7, 2.6, 100))
    for ax, (rule, shape) in zip(panels.flat, runs, strict=True):
        ax.contourf(x, y, loss(x, y), [0, 0.1, 0.5, 2, 10], colors=["1", "0.95", "0.9", "0.85", "0.8"], extend="max")
        ax.plot(1, 1, "k+", markersize=14)
        (line,) = ax.plot(*path(rule, shape, seed=1), color="#0072B2", linewidth=1, marker="o", markevery=[-1])
        ax.set_title(f"{rule}, {shape}: {loss(*line.get_xydata()[-1]):.2f}", loc="left", fontsize=11)
    return figure, [(ax.lines[-1], ax.lines[-1].get_xydata().T) for ax in panels.flat]


# sphinx_gallery_thumbnail_number = 2  # noqa: ERA001
still, _ = draw(size=(9, 5.5), dpi=100)

# %%
# One run may be lucky. These are the mean losses at the end of ten, with other errors.

for run in runs:
    print("{:>8}, {:>8}:".format(*run), f"{np.mean([loss(*path(*run, seed)[:, -1]) for seed in range(10)]):.3f}")

# %%
# The same six runs, moving when asked to. It adds the pace, and nothing else.

figure, tracks = draw(size=(8, 4.6), dpi=72)
animation = FuncAnimation(figure, lambda k: [dot.set_data(xy[:, : 20 * k + 1]) for dot, xy in tracks], 21, repeat=False)
figure.canvas.draw()  # the first frame
