"""A run that goes on, longer than it was planned: `extend` and `extension`."""

from __future__ import annotations

from typing import Any

from .._params import Field, Param, choice, count, shorten
from ..catalogue.cooldown import SHAPES
from ..chart import LoggedRun
from ..chart.inputs import Run, only_run
from ..schedules._base import LearningRateSchedule
from ._resized import appended
from ._ways import WAYS, Asked, refuse_others
from .extension import Extension, Jump

DECLARED = {
    "warmup_steps": Field("warmup_steps", int, Param("W", low=0)),
    "decay_steps": Field("decay_steps", int, Param("D", low=1)),
    "start_lr": Field("start_lr", float, Param("", low=0)),
    "max_lr": Field("max_lr", float, Param("", low=0, exclusive=True)),
    "min_lr": Field("min_lr", float, Param("", low=0)),
    "shape": Field("shape", str, Param("", choices=SHAPES)),
    "scaled_warmup": Field("scaled_warmup", bool, Param("")),
}
"""The options of the ways, and what each may be."""


def extend(
    schedule: Any,
    *,
    at: int,
    to: int,
    how: str = "rescale",
    steps: int | None = None,
    warmup_steps: int | None = None,
    decay_steps: int | None = None,
    start_lr: float | None = None,
    max_lr: float | None = None,
    min_lr: float | None = None,
    shape: str | None = None,
    scaled_warmup: bool | None = None,
) -> LearningRateSchedule:
    r"""The schedule of a run that goes on: the old one before step `at`, then another way to step `to`.

    What a run gets that is resumed and made longer, or that is trained again from its checkpoint. `extension` takes
    the same arguments and also tells the jump at step `at`.

    Parameters
    ----------
    schedule : LearningRateSchedule or anything that `lrkit.plot` draws
        The schedule that the run had, of one curve; of a recipe or a list, its length is known.
    at : int
        How many updates are done, at least 1: the first step of the new part.
    to : int
        The new length of the run, in steps, above `at`. For "rescale" any length: a trainer that is told one that it
        has already passed is past the end of its schedule.
    how : {"rescale", "hold", "rewarm", "cooldown", "restart", "to_zero"}
        "rescale": the same shape over the new length, and on at the same step, so that the rate jumps; what trainers
        do that compute the rate from the step and the new length. "hold": the old schedule to its end, and its last
        rate from there on. "rewarm": a line from `start_lr` up to `max_lr` in `warmup_steps` steps, then a cosine down
        to `min_lr`. "cooldown": level at the rate of step `at`, and over the last `decay_steps` steps down to `min_lr`
        in a `shape`. "restart": the old schedule from its beginning, over the steps that are left. "to_zero": a line
        from the rate of step `at` to 0.
    steps : int, optional
        The length of the old run, at least 1. By default that of the recipe or list, or the step after which nothing
        new happens.
    warmup_steps : int, optional
        For "rewarm", at least 0. Default: a hundredth of the steps that are left.
    decay_steps : int, optional
        For "cooldown", from 1 to the steps that are left. Default: all of them.
    start_lr, max_lr, min_lr : float, optional
        For "rewarm", by default 0, the highest rate of the old schedule, and its last one; `min_lr` for "cooldown",
        too, by default 0. At least 0, `max_lr` above 0.
    shape : {"linear", "cosine", "1-sqrt", "1-square", "power", "exponential"}, optional
        For "cooldown", as for `lrkit.cooldown`. Default: "1-sqrt".
    scaled_warmup : bool, optional
        For "rescale" and "restart": whether a warm-up is scaled with the rest, as one that is given as a share of the
        run. By default it keeps its steps, and a decay after it ends with the run.

    Returns
    -------
    LearningRateSchedule
        An ordinary expression. Before `at` every rate is that of the old schedule, bit for bit.

    Raises
    ------
    TypeError, ValueError
        If something is no schedule, has several curves, or an option is outside its domain or not one of `how`; if a
        rate of 0 at step `at` is to come down, or a warm-up does not fit.

    Notes
    -----
    *Past the end*: whatever the last part does. *Elsewhere*: Trainer of transformers, open_clip and OneTrainer rescale
    when a run is resumed with more epochs; in composer a finished schedule holds; YOLOv5 refuses another number of
    epochs, and a new training from its weights is a restart.

    References
    ----------
    "rewarm": Gupta et al., "Continual Pre-Training of Large Language Models: How to (re)warm your model?", 2023,
    arXiv:2308.04014; Ibrahim et al., "Simple and Scalable Strategies to Continually Pre-train Large Language Models",
    2024, arXiv:2403.08763. "cooldown": Hägele et al., "Scaling Laws and Compute-Optimal Training Beyond Fixed Training
    Durations", NeurIPS 2024, arXiv:2405.18392. "to_zero": Bergsma et al., "Straight to Zero: Why Linearly Decaying the
    Learning Rate to Zero Works Best for LLMs", 2025, arXiv:2502.15938.

    Examples
    --------
    >>> import lrkit
    >>> old = lrkit.CosineDecayLR(0.0, 0.1, 100)
    >>> lrkit.extend(old, at=75, to=150)([74, 75, 150])
    array([0.01577264, 0.05      , 0.        ])
    >>> longer = lrkit.extend(old, at=75, to=150, how="to_zero")
    >>> longer.schedules[1], longer.milestones
    (PiecewiseLinearLR(milestones=[0.0, 75.0], learning_rates=[0.014644660940672627, 0.0]), (75,))
    """
    return extension(
        schedule, at=at, to=to, how=how, steps=steps, warmup_steps=warmup_steps, decay_steps=decay_steps,
        start_lr=start_lr, max_lr=max_lr, min_lr=min_lr, shape=shape, scaled_warmup=scaled_warmup,
    ).schedule  # fmt: skip


def extension(
    schedule: Any,
    *,
    at: int,
    to: int,
    how: str = "rescale",
    steps: int | None = None,
    warmup_steps: int | None = None,
    decay_steps: int | None = None,
    start_lr: float | None = None,
    max_lr: float | None = None,
    min_lr: float | None = None,
    shape: str | None = None,
    scaled_warmup: bool | None = None,
) -> Extension:
    """What `lrkit.extend` makes, with the jump: how the run goes on, told and drawn.

    Parameters
    ----------
    schedule, at, to, how, steps, warmup_steps, decay_steps, start_lr, max_lr, min_lr, shape, scaled_warmup
        As for `lrkit.extend`.

    Returns
    -------
    Extension
        Its `schedule` is what `lrkit.extend` returns; `jump` is the old rate of step `at`, the new one, and the ratio.
        It prints as a report, and `plot` draws the old curve dashed beside the new one.

    Raises
    ------
    TypeError, ValueError
        As for `lrkit.extend`.

    Examples
    --------
    >>> import lrkit
    >>> found = lrkit.extension(lrkit.CosineDecayLR(0.0, 0.1, 100), at=75, to=150)
    >>> found.jump.old, found.jump.new
    (0.014644660940672627, 0.05)
    >>> print(found)  # doctest: +ELLIPSIS
    old: CosineDecayLR(min_lr=0.0, max_lr=0.1, decay_steps=100)
    new: JoinLR([CosineDecayLR(min_lr=0.0, max_lr=0.1, decay_steps=100), ...], milestones=[75])
    at 75: 0.0146 → 0.05, × 3.41
    last of 150 steps: 1.1e-05
    """
    choice("extend", "how", how, WAYS)
    at, to = count("extend", "at", at), count("extend", "to", to)
    if to <= at and how != "rescale":
        raise ValueError(f"extend: to must be above at, the updates that are done, got {to} and {at}")
    given = {
        "warmup_steps": warmup_steps, "decay_steps": decay_steps, "start_lr": start_lr, "max_lr": max_lr,
        "min_lr": min_lr, "shape": shape, "scaled_warmup": scaled_warmup,
    }  # fmt: skip
    refuse_others(how, given)
    options = {name: None if one is None else DECLARED[name].coerce("extend", one) for name, one in given.items()}
    length = None if steps is None else count("extend", "steps", steps)
    run = _read(schedule, length or max(at, to))
    asked = Asked(run.schedule, at, to, length or run.end, options)
    new = appended(run.schedule, at, WAYS[how][0](asked))
    before, after = run.schedule(at), new(at)
    jump = Jump(before, after, 1.0 if before == after else after / before if before else None)
    return Extension(new, run.schedule, at, to, how, jump, asked.steps or run.schedule.horizon, run.unit)


def _read(schedule: Any, steps: int) -> Run:
    run = only_run("schedule", schedule, steps, "extend", "extend")
    if isinstance(run, LoggedRun):
        raise TypeError(
            f"extend: schedule: a log has rates at some steps only, got {shorten(schedule)}: lrkit.identify finds its "
            "schedule"
        )
    return run
