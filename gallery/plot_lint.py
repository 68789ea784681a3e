"""
Wrong before it is run
======================

A cosine with its length in epochs, in a run that is counted in updates: it is over before the first epoch is. What
`lint` says of it needs the schedule and the size of the run.
"""

import lrkit

budget = lrkit.Budget(samples=50_000, batch=128, epochs=90)
plan = lrkit.CosineDecayLR(0, 0.1, 90)
found = lrkit.lint(plan, budget)
print(found)

# %%
# The fix that it offers is the same curve over the whole run.

fix = found[0].fix
lrkit.plot({"plan": plan, "fix": fix}, steps=budget.total, x="epoch", steps_per_epoch=budget.epoch)

# %%
# In the fix nothing is found.

print(f"sum of rates: plan {sum(plan.to_array(budget.total)):.1f}, fix {sum(fix.to_array(budget.total)):.0f}")
print(lrkit.lint(fix, budget))
