"""
Schedules of known runs
=======================

What did the runs that everybody cites train with? Some twenty of them are in lrkit, each with the place where its
numbers were read.
"""

import lrkit

# %%
# A recipe holds a schedule, the length of the run, what the source states, and what it leaves open. Where the schedule
# needs a number that the source does not give, the recipe says which was chosen, and why.

print(lrkit.recipe("gpt3"))

# %%
# Their steps, epochs and tokens are not comparable, and neither are their peaks. Stretched to a thousandth of the run
# at a time, and divided by their peaks, they are.

PARTS = 1_000


def peak_of(recipe):
    """The first step with the highest rate; it is 0, or one of those where the curve bends."""
    return max([0, *recipe.schedule.knots(recipe.steps)], key=recipe.schedule)


def relative(recipe):
    """The schedule in parts of the run and of its peak."""
    return (recipe.schedule / recipe.schedule(peak_of(recipe))).stretch(PARTS / recipe.steps)


recipes = lrkit.recipes()
runs = {name: relative(recipe) for name, recipe in recipes.items()}
for ax in lrkit.plot_grid(runs, columns=4, steps=PARTS, yscale="log"):
    ax.set_xlabel("thousandths of the run" if ax.get_xlabel() else "")

# %%
# Most of them begin with a straight line up, and end at a tenth of the peak or at 0.

print("the part of the run after which the peak is reached, and the rate at the end in parts of the peak")
for name, schedule in runs.items():
    print(f"{name:>16} {peak_of(recipes[name]) / recipes[name].steps:8.3%} {schedule(PARTS):8.4f}")

# %%
# Hoffmann et al. tried cosines that are longer than the run (figure A1 of arXiv:2203.15556). Beyond 1.25 times its
# length the loss was clearly worse: the rate has not come down when the run ends.

chinchilla = runs["chinchilla"]
sweep = {f"{factor:g} times the run": chinchilla.stretch(factor) for factor in (1, 1.1, 1.25, 1.5, 2, 5)}
ax = lrkit.plot(sweep, steps=PARTS + 1, title="The cosine cycle, as long as the run and longer")
ax.set_xlabel("thousandths of the run")
