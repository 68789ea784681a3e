"""A user's code: checked by mypy and pyright, then run, with each `assert_type` compared with what is there."""

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Annotated, Any, assert_type

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

import lrkit
import lrkit as nn
from lrkit import LearningRateSchedule, Param, lr_scheduler, optim, optim_ex

Floats = NDArray[np.float64]

# A schedule is made: by position, by keyword, with integers for numbers, with lists, tuples and ranges.
cosine = lrkit.CosineDecayLR(min_lr=0.0, max_lr=0.1, decay_steps=9500)
assert_type(cosine, lrkit.CosineDecayLR)
assert_type(lrkit.CosineDecayLR(0, 1, 100), lrkit.CosineDecayLR)
assert_type(lrkit.CosineDecayLR(np.float64(0), np.float64(0.1), 100), lrkit.CosineDecayLR)
assert_type(lrkit.ExponentialDecayLR(0.1, 0.9, 4, is_stair=True), lrkit.ExponentialDecayLR)
assert_type(lrkit.PolynomialDecayLR(3e-4, 0, decay_steps=10_000, power=1), lrkit.PolynomialDecayLR)
stairs = lrkit.PiecewiseConstantLR([1, 2], [0.1, 0.05])
assert_type(stairs, lrkit.PiecewiseConstantLR)
assert_type(lrkit.PiecewiseConstantLR((1, 2), (0.1, 0.05)), lrkit.PiecewiseConstantLR)
assert_type(lrkit.PiecewiseConstantLR(range(1, 3), [1, 0]), lrkit.PiecewiseConstantLR)
assert_type(lrkit.PiecewiseLinearLR([0, 10.5], [0, 0.1]), lrkit.PiecewiseLinearLR)
assert_type(lrkit.PiecewiseCosineLR(milestones=[0, 10], learning_rates=[0.1, 0]), lrkit.PiecewiseCosineLR)
joined = lrkit.JoinLR([lrkit.WarmUpLR(0.1, 2), cosine], [5])
assert_type(joined, lrkit.JoinLR)
assert_type(lrkit.SumLR([cosine, stairs]), lrkit.SumLR)
assert_type(lrkit.ProductLR((cosine, stairs)), lrkit.ProductLR)
assert_type(lrkit.MinimumLR([cosine, stairs]), lrkit.MinimumLR)
assert_type(lrkit.MaximumLR([cosine, stairs]), lrkit.MaximumLR)
table = lrkit.TableLR([0.1, 0.05])
assert_type(table, lrkit.TableLR)
assert_type(lrkit.TableLR(np.linspace(0.1, 0, 5)), lrkit.TableLR)
assert_type(lrkit.TableLR((0.1, 0.2), counts=[5, 5]), lrkit.TableLR)
assert_type(lrkit.RepeatLR(cosine, 100, gamma=0.5), lrkit.RepeatLR)
assert_type(lrkit.ClipLR(cosine, None, 0.05), lrkit.ClipLR)

# What it was made of.
assert_type(cosine.max_lr, float)
assert_type(cosine.decay_steps, int)
assert_type(stairs.milestones, tuple[int, ...])
assert_type(stairs.learning_rates, tuple[float, ...])
assert_type(joined.schedules, tuple[LearningRateSchedule, ...])
assert_type(table.rates, Floats)
assert_type(lrkit.RepeatLR(cosine, 100).cycles, int | None)
assert_type(cosine.parameters(), dict[str, Any])
assert_type(cosine.horizon, int)
assert_type(cosine.kind, str)

# It is called.
assert_type(cosine(5), float)
assert_type(cosine(2.5), float)
assert_type(cosine(np.int64(5)), float)
assert_type(cosine(np.float32(2.5)), float)
assert_type(cosine([0, 250, 500]), Floats)
assert_type(cosine((0, 2.5)), Floats)
assert_type(cosine(range(10)), Floats)
assert_type(cosine([np.int64(1), np.int64(2)]), Floats)
assert_type(cosine([[0, 1], [2, 3]]), Floats)
assert_type(cosine(np.arange(10)), Floats)
assert_type(cosine(np.array([1.0, 2.0], np.float32)), Floats)
assert_type(cosine.to_list(10), list[float])
assert_type(cosine.to_list(total_step=10, step_per_epoch=2), list[float])
assert_type(cosine.to_array(10), Floats)
assert_type(cosine.to_array([1, 5]), Floats)
assert_type(cosine.knots(100), Floats)
assert_type(cosine == stairs, bool)
assert_type(hash(cosine), int)
assert_type({cosine: 1}[cosine], int)

# The algebra.
assert_type(0.5 * cosine, LearningRateSchedule)
assert_type(cosine * 2, LearningRateSchedule)
assert_type(np.float64(0.5) * cosine, LearningRateSchedule)
assert_type(cosine * np.float32(0.5), LearningRateSchedule)
assert_type(cosine * stairs, LearningRateSchedule)
assert_type(cosine + stairs, LearningRateSchedule)
assert_type(1e-5 + cosine, LearningRateSchedule)
assert_type(cosine + np.int64(1), LearningRateSchedule)
assert_type(cosine - stairs, LearningRateSchedule)
assert_type(1 - cosine, LearningRateSchedule)
assert_type(cosine / 2, LearningRateSchedule)
assert_type(cosine**2, LearningRateSchedule)
assert_type(-cosine, LearningRateSchedule)
terms: list[LearningRateSchedule] = [cosine, stairs]
assert_type(sum(terms, start=terms[0]), LearningRateSchedule)
schedule = cosine.warmup(500)
assert_type(schedule, LearningRateSchedule)
assert_type(cosine.warmup(100, start_lr=1e-7), LearningRateSchedule)
assert_type(cosine.then(stairs, 500), LearningRateSchedule)
assert_type(cosine.clip(min_lr=1e-4), LearningRateSchedule)
assert_type(cosine.shift(-100).stretch(2).hold(50), LearningRateSchedule)
assert_type(cosine.repeat(1000, cycles=3, multiplier=2), LearningRateSchedule)
assert_type(cosine.minimum(stairs, table), LearningRateSchedule)
assert_type(cosine.maximum(stairs), LearningRateSchedule)
assert_type(list(schedule.parts()), list[LearningRateSchedule])
half: LearningRateSchedule = 0.5 * schedule.repeat(2_000).clip(min_lr=1e-4)

# Written and read.
assert_type(schedule.to_json(), str)
assert_type(lrkit.from_json(schedule.to_json(indent=2)), LearningRateSchedule)
assert_type(lrkit.parse("CosineDecayLR(0, 0.1, 100)"), LearningRateSchedule)
assert_type(lrkit.parse(repr(schedule))(5), float)
assert_type(lrkit.as_source(schedule, "torch"), str)
found = lrkit.diff(cosine, stairs, steps=100)
assert_type(found, lrkit.Difference)
assert_type(found.first_step, int | None)
assert_type(found.plot(), list[Axes])
assert_type(lrkit.record(lambda step: 0.1 / (1 + step), steps=100), lrkit.TableLR)
assert_type(lrkit.recipe("gpt3"), lrkit.Recipe)
assert_type(lrkit.recipe("gpt3").schedule, LearningRateSchedule)
assert_type(lrkit.recipes(), dict[str, lrkit.Recipe])
assert_type(lrkit.__version__, str)

# Lists, with MindSpore's names; functions of the catalogue.
assert_type(nn.piecewise_constant_lr([2, 5, 10], [0.1, 0.05, 0.01]), list[float])
assert_type(nn.cosine_decay_lr(0.01, 0.1, total_step=6, step_per_epoch=2, decay_epoch=2), list[float])
assert_type(nn.dynamic_lr.warmup_lr(0.1, 6, 2, 2), list[float])
assert_type(nn.learning_rate_schedule.WarmUpLR(0.1, 2), lrkit.WarmUpLR)
assert_type(lrkit.one_cycle(0.1, 1000, shape="linear"), LearningRateSchedule)
assert_type(lrkit.multi_step(0.1, [30, 60, 80], gamma=0.1), LearningRateSchedule)
assert_type(lrkit.from_mindspore([0.1, 0.05]), lrkit.TableLR)
assert_type(lrkit.to_mindspore(cosine, 10), list[float])

# Pictures.
assert_type(schedule.plot(), Axes)
assert_type(schedule.plot(steps=100, yscale="log", color="black"), Axes)
assert_type(schedule.plot(backend="text", width=40), str)
assert_type(schedule.plot(ax=lrkit.plot(cosine)), Axes)
assert_type(lrkit.plot({"cosine": cosine, "stairs": [0.1, 0.05]}, x="epoch", steps_per_epoch=100), Axes)
budget = lrkit.Budget(tokens=3e9, sequence=2048, batch=256)
assert_type(lrkit.plot(cosine, budget=budget, x=("token", "step"), marks={"resume": budget.part(0.5)}), Axes)
assert_type(lrkit.plot_groups([{"lr": cosine}], budget=budget, x="sample", backend="text"), str)
assert_type(lrkit.plot(cosine, backend="text"), str)
assert_type(lrkit.plot_diff(cosine, stairs, steps=100), list[Axes])
assert_type(lrkit.plot_grid({"a": cosine}, columns=1), list[Axes])
assert_type(lrkit.plot_groups([{"lr": cosine}, {"lr": 0.05}], theme="dark"), list[Axes])
assert_type(lrkit.plot_diff(cosine, stairs, backend="text"), str)
lrkit.plot(cosine, backend="plotly").write_html("lr.html")


# A class of one's own.
class InverseSqrtLR(LearningRateSchedule, kind="typed_inverse_sqrt"):
    """A rate that falls with the square root of the step."""

    max_lr: Annotated[float, Param(r"\eta", low=0, exclusive=True)]
    timescale: Annotated[int, Param("T", unit="step", low=1)] = 500

    def formula(self, step: Any, xp: Any) -> Any:
        return self.max_lr / xp.sqrt(1 + step / self.timescale)

    def _horizon(self) -> int:
        return 20 * self.timescale


class MeanLR(LearningRateSchedule):
    """The mean of schedules, which are given as a list."""

    schedules: Annotated[Sequence[LearningRateSchedule], Param("s_k", min_length=1)]
    weights: Annotated[Sequence[float], Param("w_k")]

    def formula(self, step: Any, xp: Any) -> Any:
        return sum(w * s.formula(step, xp) for w, s in zip(self.weights, self.schedules, strict=True))


assert_type(InverseSqrtLR(0.1, 500), InverseSqrtLR)
assert_type(InverseSqrtLR(max_lr=1).timescale, int)
assert_type(InverseSqrtLR(0.1).warmup(100), LearningRateSchedule)
assert_type(InverseSqrtLR(0.1)(5), float)
assert_type(MeanLR([cosine, stairs], [0.5, 0.5])([1, 2]), Floats)

# Optimizers and schedulers.
weight = lrkit.Parameter([1.0, -2.0], name="weight")
assert_type(weight, lrkit.Parameter)
adam = lrkit.Adam([weight], learning_rate=schedule, beta1=0.8, use_nesterov=True)
assert_type(adam, lrkit.Adam)
assert_type(lrkit.SGD([{"params": [weight], "lr": 0.01}], learning_rate=[0.1, 0.05]), lrkit.SGD)
assert_type(optim.Momentum([weight], 0.1, momentum=0.9), optim.Momentum)
adamw = optim_ex.AdamW([weight], lr=0.1, betas=[0.9, 0.95], weight_decay=0.01)
assert_type(adamw, optim_ex.AdamW)
scheduler = lr_scheduler.CosineAnnealingLR(adamw, T_max=95, eta_min=1e-4)
assert_type(scheduler, lr_scheduler.CosineAnnealingLR)
assert_type(scheduler.schedule(0.1), LearningRateSchedule)
assert_type(scheduler.get_lr(), list[float])
assert_type(lrkit.MultiStepLR(adamw, [30, 60]), lr_scheduler.MultiStepLR)
parts = [lrkit.LinearLR(adamw, 0.1, total_iters=5), lrkit.StepLR(adamw, 10)]
assert_type(lrkit.SequentialLR(adamw, parts, milestones=[5]), lr_scheduler.SequentialLR)
assert_type(lrkit.ReduceLROnPlateau(adamw, patience=3), lr_scheduler.ReduceLROnPlateau)
assert_type(lrkit.StepLR(SimpleNamespace(param_groups=[{"lr": 0.5}]), step_size=2), lr_scheduler.StepLR)
