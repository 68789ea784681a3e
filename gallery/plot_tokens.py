"""
Against updates or against tokens
=================================

A large model often starts with small batches. Then an update near the start is a few tokens, and later it is many:
the same plan is another picture against tokens.
"""

import lrkit

# %%
# 300 billion tokens in sequences of 2048. The batch grows from 16 sequences to 1600, in steps of 16, over the first
# 12 billion tokens (5 859 375 sequences), as GPT-3's did. The budget counts the updates:

budget = lrkit.Budget(tokens=300e9, sequence=2048, batch=1600, ramp="16 16 5859375")
print(f"{budget.total:,} updates; with full batches from the start {300e9 / (2048 * 1600):,.0f}")

# %%
# The plan is in updates, as the optimizer needs it: a warm-up, and a half cosine over the rest of the run. The second
# axis counts tokens. Its first tick is farther from 0 than the others are apart, as the first batches are small.

warmup = 2000
plan = lrkit.CosineDecayLR(6e-5, 6e-4, budget.total - warmup).warmup(warmup)
options = {"budget": budget, "ylim": (0, 7.5e-4)}
options["marks"] = {"warm-up ends": warmup, "full batch": budget.tokens(12e9)}
lrkit.plot(plan, **options, title="One plan, against updates")

# %%
# Against tokens the warm-up is hardly seen, and the marks say where they are in tokens:

lrkit.plot(plan, **options, x=("token", "step"), title="One plan, against tokens")

# %%
# Whoever reads "warm up over 375 million tokens" in a paper needs other numbers of updates:

places = {"warm-up ends": warmup, "375M tokens": budget.tokens(375e6), "full batch": budget.tokens(12e9)}
for name, step in places.items():
    part, tokens = 100 * step / budget.total, budget.at(step).tokens
    print(f"{name}: update {step:,}, {part:.1f} % of the updates, {tokens:,} tokens")
