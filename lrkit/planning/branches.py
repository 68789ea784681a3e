"""Many cooldowns of one trunk: `branches`."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from .._params import Field, Param, as_kind, count, shorten
from ..naming import position_text
from ..schedules._base import LearningRateSchedule
from .extend import extend

SHARE = Field("cooldown", float, Param("", low=0, exclusive=True, high=1, high_exclusive=True))


def branches(
    trunk: Any,
    *,
    at: Sequence[int],
    cooldown: float = 0.2,
    shape: str = "1-sqrt",
    min_lr: float = 0.0,
) -> dict[str, LearningRateSchedule]:
    """One run that is cooled down from several of its steps: a schedule for each.

    A warm-up and a level rate are trained once, and each checkpoint of them becomes a finished model by a short decay:
    models of many lengths for the price of the longest and the decays.

    Parameters
    ----------
    trunk : LearningRateSchedule or anything that `lrkit.plot` draws
        The schedule that the run follows as long as it is not cooled down.
    at : list of int
        The steps at which branches begin, each at least 1, one or more.
    cooldown : int or float
        How long each takes: a whole number of steps, or a share, above 0 and below 1, of the branch's run from step 0.
        Default: a fifth of it.
    shape : {"linear", "cosine", "1-sqrt", "1-square", "power", "exponential"}
        As for `lrkit.cooldown`. Default: "1-sqrt".
    min_lr : float
        The last rate, at least 0. Default: 0.

    Returns
    -------
    dict of str to LearningRateSchedule
        Label to schedule, in the order of `at`: what `lrkit.plot` draws. Before its step each is the trunk, bit for
        bit.

    Raises
    ------
    TypeError, ValueError
        If `trunk` is no schedule, an option is outside its domain, a step stands twice, or the rate at one is 0.

    Notes
    -----
    A share is rounded to whole steps, at least one. Past its end a branch stays at `min_lr`. Branches that go on from
    the checkpoint after the decay are `lrkit.wsd_s`.

    References
    ----------
    Hu et al., "MiniCPM: Unveiling the Potential of Small Language Models with Scalable Training Strategies", 2024,
    arXiv:2404.06395. Hägele et al., "Scaling Laws and Compute-Optimal Training Beyond Fixed Training Durations",
    NeurIPS 2024, arXiv:2405.18392: a decay over 10 to 20 % of the run, of the shape "1-sqrt".

    Examples
    --------
    >>> import lrkit
    >>> trunk = lrkit.ConstantLR(0.1).warmup(100)
    >>> for label, schedule in lrkit.branches(trunk, at=[400, 800], cooldown=0.2).items():
    ...     print(label, schedule.horizon, schedule([400, 425, 800, 850]))
    cooled down at 400 500 [0.1  0.05 0.   0.  ]
    cooled down at 800 1000 [0.1  0.1  0.1  0.05]
    """
    if not isinstance(at, (list, tuple, range)) or not at:
        error = ValueError if isinstance(at, (list, tuple, range)) else TypeError
        raise error(f"branches: at must be a list of one or more steps, got {shorten(at)}")
    places = [count("branches", f"at[{k}]", step) for k, step in enumerate(at)]
    if len(set(places)) < len(places):
        raise ValueError(f"branches: at must not have a step twice, got {shorten(list(at))}")
    lengths = [_length(cooldown, step) for step in places]
    try:
        return {
            f"cooled down at {position_text(step)}": extend(
                trunk, at=step, to=step + length, how="cooldown", shape=shape, min_lr=min_lr
            )
            for step, length in zip(places, lengths, strict=True)
        }
    except (TypeError, ValueError) as error:
        raise type(error)(
            str(error).replace("extend: schedule", "branches: trunk").replace("extend:", "branches:")
        ) from None


def _length(cooldown: Any, at: int) -> int:
    if as_kind(cooldown, int) is not None:
        return count("branches", "cooldown", cooldown)
    share = Fraction(repr(float(SHARE.coerce("branches", cooldown))))
    return max(1, round(at * share / (1 - share)))
