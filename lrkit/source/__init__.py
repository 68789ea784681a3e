"""Code to paste: a schedule as the classes of a framework, as the line that hands it over, or as a plain function.

One module for each framework says what it calls which schedule; none imports its framework.
"""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules
from typing import Literal, get_args

from .._configured import Configured
from .._params import count, shorten
from ..catalogue._sealed import sealed
from ..catalogue._simplified import simplified
from ..catalogue._within_run import within
from ..configs._names import CONFIGS, ConfigOf
from ..schedules._base import LearningRateSchedule
from ._calls import schedule_lines
from ._target import Lines, Target, past

Framework = (
    Literal["torch", "transformers", "lightning", "optax", "keras", "mindspore", "lrkit", "python", "javascript"]
    | ConfigOf
)
"""Those that editors and type checkers know."""
_FILES = [file.name for file in iter_modules(__path__) if not file.name.startswith("_")]
FRAMEWORKS: tuple[str, ...] = tuple(dict.fromkeys([*get_args(get_args(Framework)[0]), *_FILES]))
"""Those that code is written for: each has a module of its name here; lrkit itself needs none."""
TARGETS = (*FRAMEWORKS, *CONFIGS)
"""The same and the training systems, for which a config is written."""


def as_source(schedule: LearningRateSchedule | Configured, framework: Framework, steps: int | None = None) -> str:
    """The code that gives a framework this schedule: its own classes if they are exact, else lrkit's adapter.

    Parameters
    ----------
    schedule : LearningRateSchedule or Configured
        What to write; of a config, the rate that its groups have in common.
    framework : {"torch", "transformers", "lightning", "optax", "keras", "mindspore", "lrkit", "python", "javascript"} \
or a system
        For whom. "python" and "javascript" write a plain function of the step, which needs nothing installed. A
        training system whose configs `from_config` reads, such as "deepspeed", "trainer" or "megatron", is given its
        config.
    steps : int, optional
        The length of the run, at least 1: what is equal in these steps is written if it is shorter than what is equal
        always. A comment then says what it does after them.

    Returns
    -------
    str
        Lines of Python, or of JavaScript. Those for torch and transformers need an `optimizer` and make a
        ``scheduler``; those for optax, Keras and MindSpore make a ``learning_rate``; those for lrkit a ``schedule``;
        those for Python define ``learning_rate(step)``, those for JavaScript ``learningRate(step)``. Those for
        Lightning define ``configure_optimizers``. For a training system, what it reads: JSON, YAML, TOML, flags,
        Python, or the call of a method. Where it counts epochs, a first line says the budget to read it by.

    Raises
    ------
    TypeError, ValueError
        If `schedule` is no registered schedule or has a part that is none, `framework` is none of the above, `steps`
        is no integer >= 1, a plain function is asked for of a class whose formula branches on the step, or no config of
        the training system is equal: the message says where the nearest differs.

    Notes
    -----
    *Exact* means equal at every step, the first one and those past the end included, to the framework's precision. A
    class that is different somewhere, as torch's cosine is past its end, is not used alone, unless `steps` end before.
    For torch and transformers, a schedule that no class is equal to becomes a ``LambdaLR`` of a function in the code
    itself, or the adapter's if that would be long, as of a table. The schedule is simplified first, factors and offsets
    taken inside, so that the rates may differ from its own by a rounding. For lrkit, and before an adapter, it is
    written as it stands, with the functions of the catalogue that it was made by.

    A *plain function* has the formula of the schedule as it stands, however long. In Python its rates are those that
    the schedule has at numbers, bit for bit. In JavaScript some differ by a rounding, since engines compute powers,
    `exp` and `cos` in ways of their own. It checks nothing: where the schedule raises, at a negative step too, it may
    return any number. A class of one's own needs no ``kind`` for it.

    Examples
    --------
    >>> import lrkit
    >>> schedule = lrkit.CosineDecayLR(0.0, 0.1, 90).warmup(10)
    >>> print(lrkit.as_source(schedule, "optax"))
    import optax
    <BLANKLINE>
    learning_rate = optax.warmup_cosine_decay_schedule(
        init_value=0.0, peak_value=0.1, warmup_steps=10, decay_steps=100, end_value=0.0
    )
    >>> print(lrkit.as_source(lrkit.CosineDecayLR(0.001, 0.1, 90), "torch", steps=90))
    # Equal in a run of 90 steps. Past it, this rises again; the schedule stays at 0.001.
    import torch
    <BLANKLINE>
    for group in optimizer.param_groups:
        group["lr"] = group["initial_lr"] = 0.1
    scheduler = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=90, eta_min=0.001)
    >>> print(lrkit.as_source(schedule, "python"))
    import math
    <BLANKLINE>
    def learning_rate(step):
        if step < 10:
            return 0.1 * step / 10
        return 0.05 * (1 + math.cos(math.pi * min(step - 10, 90) / 90))
    """
    if isinstance(schedule, Configured):
        schedule = _common_rate(schedule)
    if not isinstance(schedule, LearningRateSchedule):
        raise TypeError(f"as_source: schedule must be a LearningRateSchedule, got {shorten(schedule)}")
    name = _known(framework)
    if steps is not None:
        steps = count("as_source", "steps", steps)
    if name not in FRAMEWORKS:
        from ..configs._writing import config_of  # the systems are not needed for code

        schedule.to_json()  # called for its error: a part of a class without a kind cannot be written
        return config_of(name, schedule, steps)
    target: Target | None = None if name == "lrkit" else import_module(f"{__name__}.{name}").TARGET
    if target and target.exact:
        return "\n".join(target.exact(schedule))
    schedule.to_json()  # called for its error: a part of a class without a kind cannot be written as code
    if target is None:
        return "\n".join(schedule_lines(schedule))
    simple = sealed(simplified(schedule))
    lines = target.always(simple)
    if steps is not None:
        lines = _in_run(target, schedule, steps, lines)
    if lines is None and target.function:
        lines = target.function(simple)
    lines = lines or schedule_lines(schedule, target.adapter)
    return "\n".join(target.within(lines) if target.within else lines)


def _common_rate(config: Configured) -> LearningRateSchedule:
    """The learning rate of all groups of a config."""
    try:
        return config.schedule
    except ValueError:
        groups = ", ".join(config.rates) or "none"
        raise ValueError(
            f"as_source: schedule must have one learning rate, and the groups of this config differ: {groups}; "
            "take one of them: configured[group]"
        ) from None


def _known(framework: object) -> str:
    """The name by which code or a config is written: a training system may be given by another."""
    error = f"as_source: framework must be one of {', '.join(TARGETS)}, got {shorten(framework)}"
    if not isinstance(framework, str):
        raise TypeError(error)
    name = target_named(framework)
    if name is None:
        raise ValueError(error)
    return name


def target_named(name: str) -> str | None:
    """The one of `TARGETS` that a name is, or is another name of."""
    return name if name in TARGETS else other_names().get(name)


def other_names() -> dict[str, str]:
    """The other names of training systems, and what they stand for; the systems are loaded to see it."""
    from ..configs._systems import SYSTEMS

    return {alias: system.name for system in SYSTEMS for alias in system.aliases}


def _in_run(target: Target, schedule: LearningRateSchedule, steps: int, always: Lines | None) -> Lines | None:
    """What is equal in a run of so many steps, and a comment, if that is shorter than what is equal `always`."""
    found = target.in_run(sealed(within(schedule, steps)), steps)
    if found is None or (always and len("".join(always)) <= len("".join(found[0]))):
        return always
    lines, after = found
    comment = f"# Equal in a run of {steps:,} steps. Past it, this {after}; the schedule {past(schedule, steps)}."
    return [comment, *lines]
