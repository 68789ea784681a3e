"""
Handwritten digits: five schedules, one network
===============================================

A network of one layer learns to read images of digits, 8 × 8 pixels each. It has the same mini-batches and the same
highest rate with every schedule. Only the way from the first step to the last differs.
"""

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_digits

import lrkit

STEPS, WARMUP, DECAY, PEAK = 1000, 100, 200, 0.5
EPOCHS, BATCHES, SIZE = 25, 40, 32

schedules = {
    "constant": lrkit.ConstantLR(PEAK),
    "inverse time": lrkit.InverseDecayLR(PEAK, 1, 100),
    "steps": lrkit.PiecewiseConstantLR([500, 750, STEPS], [PEAK, PEAK / 10, PEAK / 100]),
    "cosine": lrkit.CosineDecayLR(0, PEAK, STEPS - WARMUP).warmup(WARMUP),
    "WSD": lrkit.warmup_stable_decay(PEAK, WARMUP, STEPS - WARMUP - DECAY, DECAY),
}

# %%
# 500 of the 1797 images are kept for the test. The pixels get new noise each time they are seen. The optimizer takes
# the schedule as its learning rate.

images, digits = load_digits(return_X_y=True)
order = np.random.default_rng(0).permutation(len(images))
(test, images), (test_digits, digits) = np.split(images[order] / 16, [500]), np.split(digits[order], [500])


def train(schedule, seed):
    """One run: the loss of each mini-batch, and the percentage of test images that are read correctly."""
    rng, losses = np.random.default_rng(seed), []
    weight, bias = lrkit.Parameter(np.zeros((64, 10))), lrkit.Parameter(np.zeros(10))
    optimizer = lrkit.Momentum([weight, bias], schedule, momentum=0.9)
    for batch in (batch for _ in range(EPOCHS) for batch in np.split(rng.permutation(BATCHES * SIZE), BATCHES)):
        x = images[batch] + 0.3 * rng.standard_normal((SIZE, 64))
        p = np.exp(x @ weight + bias)
        p /= p.sum(axis=1, keepdims=True)
        losses.append(-np.log(p[range(SIZE), digits[batch]]).mean())
        error = (p - np.eye(10)[digits[batch]]) / SIZE
        optimizer([x.T @ error, error.sum(axis=0)])
    return losses, 100 * np.mean((test @ weight + bias).argmax(axis=1) == test_digits)


runs = {name: [train(schedule, seed) for seed in (0, 1)] for name, schedule in schedules.items()}
losses = {name: np.mean([losses for losses, _ in run], axis=0) for name, run in runs.items()}
losses = {name: np.convolve(loss, np.full(100, 0.01), "valid") for name, loss in losses.items()}

# %%
# A loss is a list of numbers too: lrkit draws it like a rate. Each point is the mean of the 100 mini-batches from
# there on. When a rate comes down the loss comes down with it; the constant one does not get there.

figure, (above, below) = plt.subplots(2, figsize=(8, 7), layout="constrained")
lrkit.plot(schedules, steps=STEPS, ax=above)
lrkit.plot(losses, steps=STEPS, ax=below).set(ylabel="training loss", ylim=(0.3, 0.7))

# %%
# Among those that come down the differences are small: one image of 500 is 0.2 %.

for name in schedules:
    print(f"{name:>12}: last loss {losses[name][-1]:.3f}, correct {np.mean([right for _, right in runs[name]]):.1f} %")
