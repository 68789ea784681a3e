"""
Schedules of known runs
=======================

What did the runs that everybody cites train with? Some twenty of them are in lrkit, each with the place where its
numbers were read. Here are six.
"""

import lrkit

# %%
# Their steps, epochs and tokens are not comparable, and neither are their peaks. Stretched to a hundred parts of the
# run, and divided by their peaks, they are.

RUNS = ("gpt3", "minicpm", "deepseek_llm_7b", "transformer", "sgdr", "resnet50_step")


def relative(name):
    """The schedule in hundredths of the run and parts of its peak."""
    recipe = lrkit.recipe(name)
    peak = max(map(recipe.schedule, [0, *recipe.schedule.knots(recipe.steps)]))
    return (recipe.schedule / peak).stretch(100 / recipe.steps)


shapes = {name: relative(name) for name in RUNS}
for ax in lrkit.plot_grid(shapes, columns=3, steps=100):
    ax.set(xlabel="% of the run" if ax.get_xlabel() else "", ylabel="part of the peak" if ax.get_ylabel() else "")

# %%
# A recipe also holds what its source states and what it leaves open. Where the schedule needs a number that the source
# does not give, the recipe says which was chosen, and why.

print(lrkit.recipe("gpt3"))
for name, shape in shapes.items():
    print(f"{name:>16}: {shape(100):.4f} of the peak at the end")
