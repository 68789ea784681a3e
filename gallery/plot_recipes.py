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
# at a time, and divided by their peaks, they are. From one line of the grid to the next it is a factor of ten.

PARTS = 1_000


def relative(recipe):
    """The schedule in parts of the run and of its peak."""
    schedule = recipe.schedule.stretch(PARTS / recipe.steps)
    return schedule / max(schedule.to_list(PARTS))


runs = {name: relative(recipe) for name, recipe in lrkit.recipes().items()}
lrkit.plot_grid(runs, columns=4, steps=PARTS, yscale="log")

# %%
# Most of them begin with a straight line up, and end at a tenth of the peak or at 0.

print("the part of the run after which the peak is reached, and the rate at the end in parts of the peak")
for name, schedule in runs.items():
    rates = schedule.to_list(PARTS)
    print(f"{name:>16} {rates.index(max(rates)) / PARTS:6.1%} {schedule(PARTS):8.4f}")

# %%
# Hoffmann et al. tried cosines that are longer than the run (figure A1 of arXiv:2203.15556). Beyond 1.25 times its
# length the loss was clearly worse: the rate has not come down when the run ends.

chinchilla = runs["chinchilla"]
sweep = {f"{factor:g} times the run": chinchilla.stretch(factor) for factor in (1, 1.1, 1.25, 1.5, 2, 5)}
lrkit.plot(sweep, steps=PARTS + 1, title="The cosine cycle, as long as the run and longer")
