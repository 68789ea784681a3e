"""
Handwritten digits: five schedules, one network
===============================================

A small network learns to read images of digits, 8 × 8 pixels each. It has the same first weights, the same mini-batches
and the same highest rate with every schedule. Only the way from the first step to the last differs.
"""

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_digits

import lrkit

# %%
# Five ways to spend 25 epochs. Both warm-ups take a tenth of the steps, the decay of "warm up, stay, decay" a fifth.

EPOCHS, BATCHES, SIZE, PEAK, SEEDS = 25, 40, 32, 0.1, 4
STEPS = EPOCHS * BATCHES
WARMUP, DECAY = STEPS // 10, STEPS // 5

constant, line = lrkit.ConstantLR(PEAK), lrkit.PolynomialDecayLR(PEAK, 0, DECAY, power=1)
schedules = {
    "constant": constant,
    "inverse time": lrkit.InverseDecayLR(PEAK, 1, STEPS // 10),
    "steps": lrkit.PiecewiseConstantLR([STEPS // 2, STEPS * 3 // 4, STEPS], [PEAK, PEAK / 10, PEAK / 100]),
    "cosine": lrkit.CosineDecayLR(0, PEAK, STEPS - WARMUP).warmup(WARMUP),
    "warm up, stay, decay": constant.warmup(WARMUP).then(line, STEPS - DECAY),
}

# %%
# The network has one layer of 64 hidden units; its backward pass takes three lines. 500 of the 1797 images, always the
# same, are kept for the test.

images, digits = load_digits(return_X_y=True)
order = np.random.default_rng(0).permutation(len(images))
images, digits = (images[order] / 16).astype(np.float32), np.eye(10, dtype=np.float32)[digits[order]]
(test, images), (test_digits, digits) = np.split(images, [500]), np.split(digits, [500])


def forward(weights, x):
    """The hidden layer, and the logarithm of each digit's probability."""
    hidden = np.maximum(x @ weights[0] + weights[1], 0)
    scores = hidden @ weights[2] + weights[3]
    scores -= scores.max(axis=1, keepdims=True)
    return hidden, scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))


def loss_and_gradients(weights, x, y):
    """The cross-entropy, and its gradient for each of the weights."""
    hidden, log_p = forward(weights, x)
    error = (np.exp(log_p) - y) / len(x)
    back = error @ weights[2].T * (hidden > 0)
    return -np.sum(log_p * y) / len(x), [x.T @ back, back.sum(axis=0), hidden.T @ error, error.sum(axis=0)]


# %%
# The optimizer takes the schedule as its learning rate. The pixels get new noise each time they are seen: without it
# the network soon knows the images by heart, and its loss goes towards zero with any schedule.


def train(schedule, seed):
    """One run: the loss of each mini-batch, and the percentage of test images that are read correctly."""
    rng = np.random.default_rng(seed)
    first, second = (rng.normal(0, 0.18, (64, n)).astype(np.float32) for n in (64, 10))
    weights = [lrkit.Parameter(w) for w in (first, np.zeros_like(first[0]), second, np.zeros_like(second[0]))]
    optimizer = lrkit.Momentum(weights, schedule, momentum=0.9)
    losses = []
    for _ in range(EPOCHS):
        for batch in np.split(rng.permutation(len(images))[: BATCHES * SIZE], BATCHES):
            noisy = images[batch] + 0.3 * rng.standard_normal((SIZE, 64), dtype=np.float32)
            loss, gradients = loss_and_gradients(weights, noisy, digits[batch])
            optimizer(gradients)
            losses.append(loss)
    _, log_p = forward(weights, test)
    return losses, 100 * np.mean(log_p.argmax(axis=1) == test_digits.argmax(axis=1))


def over_an_epoch(losses):
    """The mean of the last epoch's losses, at each step."""
    total = np.cumsum(losses)
    return np.append(total[:BATCHES] / np.arange(1, BATCHES + 1), (total[BATCHES:] - total[:-BATCHES]) / BATCHES)


curves, accuracies = {}, {}
for name, schedule in schedules.items():
    losses, scores = zip(*(train(schedule, seed) for seed in range(SEEDS)), strict=True)
    curves[name], accuracies[name] = over_an_epoch(np.mean(losses, axis=0)), np.mean(scores)

# %%
# A loss is a list of numbers too: lrkit draws it like a rate, in the same colours and dashes. Each curve is the mean of
# four runs, and at each step of the mini-batches of the last epoch. They share their bumps, because they share the
# mini-batches and the noise.

figure, panels = plt.subplots(2, sharex=True, figsize=(8, 7), layout="constrained")
for axes, drawn, scale in zip(panels, (schedules, curves), ("linear", "log"), strict=True):
    lrkit.plot(drawn, steps=STEPS, x="epoch", steps_per_epoch=BATCHES, yscale=scale, ax=axes)
    axes.get_legend().remove()
    axes.grid(axis="y", alpha=0.4)
    axes.spines[["top", "right"]].set_visible(False)
panels[0].set_xlabel("")
panels[1].set_ylabel("training loss")
panels[1].set_yticks([0.2, 0.3, 0.5, 1, 2], ["0.2", "0.3", "0.5", "1", "2"], minor=False)
panels[1].minorticks_off()
names = [f"{name} ({accuracy:.1f} %)" for name, accuracy in accuracies.items()]
figure.legend(panels[0].lines, names, loc="outside upper left", ncols=3, handlelength=3, frameon=False)

# %%
# Next to each name stands the part of the 500 test images that its networks read correctly. One image is 0.2 %, and two
# runs with the same schedule easily differ by 1 %: differences of a few tenths mean nothing.
#
# The losses do differ. They fall when the rate falls, and the three schedules that end near zero end lowest. That is
# so with this highest rate, the only one tried here, and this many epochs.

print(f"{'schedule':>20}  final loss  test accuracy")
for name, accuracy in accuracies.items():
    print(f"{name:>20}  {curves[name][-1]:10.3f}  {accuracy:11.1f} %")
