"""What a type checker must refuse: each line below the last import is an error."""

from typing import Annotated

import lrkit
from lrkit import LearningRateSchedule, Param, lr_scheduler, optim, optim_ex

lrkit.CosineDecayLR("0", 0.1, 100)
lrkit.CosineDecayLR(0, 0.1)
lrkit.CosineDecayLR(0, 0.1, 100, 5)
lrkit.CosineDecayLR(0, 0.1, decay_step=100)
lrkit.CosineDecayLR(0, 0.1, 100.5)
lrkit.WarmUpLR(None, 5)
lrkit.PiecewiseConstantLR([1, 2], ["a"])
lrkit.PiecewiseConstantLR([1.5], [0.1])
lrkit.PiecewiseConstantLR(1, [0.1])
lrkit.JoinLR([lrkit.ConstantLR(0.1), 0.5], [5])
lrkit.JoinLR(lrkit.ConstantLR(0.1), [5])
lrkit.TableLR("0.1")
lrkit.ConstantLR(0.1)("5")
lrkit.ConstantLR(0.1)(None)
lrkit.ConstantLR(0.1)(["5"])
lrkit.ConstantLR(0.1)()
lrkit.ConstantLR(0.1) + "0.1"
lrkit.ConstantLR(0.1) * [0.5]
lrkit.ConstantLR(0.1) / lrkit.ConstantLR(0.1)
1 / lrkit.ConstantLR(0.1)
lrkit.ConstantLR(0.1) ** "2"
lrkit.ConstantLR(0.1).learning_rate = 0.2
lrkit.ConstantLR(0.1).warmup("5")
lrkit.ConstantLR(0.1).warm_up(5)
lrkit.ConstantLR(0.1).then(0.5, 10)
lrkit.ConstantLR(0.1).clip(low=0.1)
lrkit.ConstantLR(0.1).to_list()
lrkit.ConstantLR(0.1).to_list("5")
lrkit.ConstantLR(0.1).plot(backend="svg")
lrkit.ConstantLR(0.1).plot(yscale="logarithmic")
lrkit.ConstantLR(0.1).plot(backend="text").figure
lrkit.plot(lrkit.ConstantLR(0.1), theme="blue")
lrkit.plot(lrkit.ConstantLR(0.1), x="week")
lrkit.plot(lrkit.ConstantLR(0.1), budget="epochs=90")
lrkit.plot(lrkit.ConstantLR(0.1), backend="text").savefig
lrkit.plot_grid({}, columns="3")
lrkit.parse(5)
lrkit.parse("ConstantLR(0.1)").nothing
lrkit.from_json(["{}"])
lrkit.as_source(0.1, "torch")
lrkit.recipe(5)
lrkit.cosine_decay_lr(0, 0.1, 10, 2)
lrkit.one_cycle(0.1)
lrkit.one_cycle(0.1, total_step=100)
lrkit.multi_step(0.1, 30)
lrkit.nothing
lrkit.VIEWS
lrkit.Any
lrkit.interop.import_module
optim.Adam([], learnig_rate=0.1)
optim.Adam([], beta1="0.9")
optim_ex.Adam([], learning_rate=0.1)
optim_ex.AdamW([], betas=0.9)
lr_scheduler.CosineAnnealingLR(object())
lr_scheduler.StepLR(object(), step=5)
lr_scheduler.MultiStepLR(object(), 5)
LearningRateSchedule(5)
float(lrkit.ConstantLR(0.1))
[lrkit.CosineDecayLR(0, 0.1, 100, k=1)]
Annotated[float, Param(5, nothing=True)]
