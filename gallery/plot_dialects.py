"""
One sentence, many curves
=========================

"Warm up for 10 steps, then a cosine to 0 at step 100" is written in a line in every framework, and means another curve
in most of them: the first update, the step of the peak, the last update, and what happens after it are conventions.
"""

import math

import lrkit

COSINE, WAVE = lrkit.CosineDecayLR(0, 1, 90), lrkit.cosine_wave(0, 1, 90)  # held at 0; climbs again
WARM, TENTHS = lrkit.WarmUpLR(1, 10), lrkit.linear(0.1, 1, 9)  # from 0; (t + 1) / 10
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
    "fastai, fit_one_cycle(pct_start=0.1)": lrkit.PiecewiseCosineLR([0, 10, 100], [0.04, 1, 1e-5]),
    "fairseq cosine, which begins again": WARM.then(COSINE.repeat(90, gamma=0.1), 10),
    "MaxText, which ends in 0": HELD.then(lrkit.ConstantLR(0), 100),
    "MindSpore, which has no warm-up": lrkit.CosineDecayLR(0, 1, 100),
}

# %%
# In the middle they nearly agree, which is why nobody notices. At the beginning they do not:

names = {"optax, Keras": 5, "torch": 0, "timm": 6, "DeepSpeed": 11}
curves = {name: list(dialects.values())[row] for name, row in names.items()}
lrkit.plot(curves, steps=16, title="The first 15 steps")

# %%
# Nor after the last step, where some hold the minimum, some climb again, and two raise an error.

for name, schedule in dialects.items():
    print(f"{name:>48}" + "".join(f"{schedule(step):8.4f}" for step in (0, 9, 10, 11, 99, 100, 130)))
print(f"{len(set(dialects.values()))} different curves")
