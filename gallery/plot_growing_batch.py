"""
A batch that grows
==================

Some large runs begin with small batches. A schedule on a clock of samples is then another curve in updates. Here are
the settings of BLOOM-176B, and iterations that its log book quotes.
"""

import lrkit

# %%
# From 192 samples in steps of 16 to 2048, over the first 9.8 million samples; Megatron counts whole batches. The budget
# says how many updates that makes.

budget = lrkit.Budget(samples=220e6, batch=2048, sequence=2048, ramp="192 16 9765625", rounding="megatron")
print(budget)

# %%
# Warm-up and cosine count samples. ``in_updates`` gives the same rates to updates: an expression like any other, one
# part for each batch size.

in_samples = lrkit.CosineDecayLR(6e-6, 6e-5, 199_816_895).warmup(183_105)
schedule = budget.in_updates(in_samples, "sample")
print(f"{len(schedule.schedules)} parts, the last from update {schedule.milestones[-1]:,} on")

# %%
# Iteration, samples seen, rate, as they were logged. The budget gives each number of samples, and the schedule each
# rate, to the digits that were printed. With batches of 2048 from the start, the curve would be another one.

LOGGED = [(12695, 9841584, 5.969e-05), (31214, 47768496, 5.279e-05), (31251, 47844272, 5.277e-05)]
LOGGED += [(45000, 76002224, 4.298e-05), (94768, 177927088, 7.610e-06), (94770, 177931184, 7.609e-06)]
curves = {"BLOOM-176B": schedule, "batches of 2048": in_samples.stretch(1 / 2048)}
ax = lrkit.plot(curves, steps=budget.total, title="The batch that grows puts the curve 7,890 updates later")
ax.plot([step for step, _, _ in LOGGED], [rate for _, _, rate in LOGGED], "o", color="black", zorder=5)
ax.annotate("logged", LOGGED[3][::2], (8, 4), textcoords="offset points")
for step, samples, rate in LOGGED:
    print(f"iteration {step:>6}: {budget.at(step).samples - samples} samples apart, {schedule(step) - rate:+.1e}")
print(f"{budget.total - 220_000_000 // 2048:,} updates more than with batches of 2048 from the start")
