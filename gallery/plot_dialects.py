"""
One sentence, many curves
=========================

"Warm up for 10 steps, then a cosine to 0 at step 100" is written in a line in every framework, and means another curve
in most of them. Four conventions hide in the sentence: what the first update uses; whether the peak is used at step 9,
at step 10, at both or at neither; whether the last update, at step 99, uses the minimum; and what happens after it.

Here each framework's meaning is an expression. Steps are counted from 0; the peak is 1.
"""

import math

import lrkit

COSINE = lrkit.CosineDecayLR(0, 1, 90)  # held at 0
WAVE = lrkit.cosine_wave(0, 1, 90)  # climbs again
WARM = lrkit.WarmUpLR(1, 10)  # from 0
TENTHS = lrkit.linear(0.1, 1, 9)  # (t + 1) / 10
MIDWAY = lrkit.CosineDecayLR(0, 1, 100).shift(-10)  # its clock has run during the warm-up
HELD = WARM.then(COSINE, 10)

dialects = {
    "torch LinearLR(0.1), CosineAnnealingLR": lrkit.linear(0.1, 1, 10).then(WAVE, 10),
    "torch OneCycleLR (raises from 101)": lrkit.PiecewiseCosineLR([0, 9.01, 99, 188.99], [0.04, 1, 4e-6, 1]),
    "transformers cosine; Paddle": WARM.then(WAVE, 10),
    "transformers cosine_warmup_with_min_lr": TENTHS.then(WAVE.shift(-1), 10),
    "pytorch-warmup": TENTHS.then(WAVE.shift(-1), 10),
    "optax; Keras; lrsched; Megatron; OLMo; composer": HELD,
    "timm, warmup_prefix=False": WARM.then(MIDWAY, 10),
    "timm, warmup_prefix=True": HELD,
    "torch-schedule-anything": WARM.then(lrkit.cosine_wave(-1, 1, 180), 10),
    "torchtitan": TENTHS.then(WAVE, 10),
    "NeMo; nanoGPT": lrkit.linear(1 / 11, 1, 10).then(COSINE, 10),
    "DeepSpeed, log": lrkit.LogWarmUpLR(1, 10).shift(1).then(COSINE, 10),
    "DeepSpeed, linear": WARM.shift(1).then(COSINE.shift(-1), 11),
    "mmengine": TENTHS.then(COSINE.hold(89), 10),
    "detectron2 (ends at 99)": lrkit.linear(0.1, 0.5 + 0.5 * math.cos(0.1 * math.pi), 10).then(MIDWAY, 10),
    "MindSpore, which has no warm-up": lrkit.CosineDecayLR(0, 1, 100),
}

# %%
# The rates used by eight updates; two frameworks raise an error when they are asked for more.

STEPS = [0, 9, 10, 11, 99, 100, 101, 130]
LAST = {"torch OneCycleLR (raises from 101)": 100, "detectron2 (ends at 99)": 99}

print(f"{'':>48}" + "".join(f"{step:>8}" for step in STEPS))
for name, schedule in dialects.items():
    rates = [round(schedule(step), 4) + 0.0 if step <= LAST.get(name, step) else None for step in STEPS]
    print(f"{name:>48}" + "".join("  raises" if rate is None else f"{rate:8.4f}" for rate in rates))
print(f"{len(set(dialects.values()))} different curves")

# %%
# The beginnings and the ends. In between, all of them nearly agree, which is why nobody notices.

beginning = {name: dialects[name] for name in (
    "optax; Keras; lrsched; Megatron; OLMo; composer", "torch LinearLR(0.1), CosineAnnealingLR", "NeMo; nanoGPT",
    "timm, warmup_prefix=False", "DeepSpeed, log",
)}  # fmt: skip
lrkit.plot(beginning, steps=21, title="The first 20 steps")
# %%
ending = {name: dialects[name] for name in (
    "optax; Keras; lrsched; Megatron; OLMo; composer", "torch LinearLR(0.1), CosineAnnealingLR",
    "torch-schedule-anything", "pytorch-warmup",
)}  # fmt: skip
ax = lrkit.plot(ending, steps=151, title="Past the last step")
ax.set_xlim(80, 150)

# %%
# `diff` says what differs, in the terms of the four conventions.

print(lrkit.diff(HELD, dialects["torch LinearLR(0.1), CosineAnnealingLR"], steps=100))
