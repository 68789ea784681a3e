"""The schedules of transformers by their names, without it: of Trainer, and of what is built on it.

Source: transformers 5, optimization.py (get_scheduler and the functions that it calls).
"""

from __future__ import annotations

from typing import Any

from ..interop import _transformers_functions as functions
from ..schedules._base import LearningRateSchedule
from ..schedules.constant import ConstantLR
from ._fields import Fields

ENDLESS = ("constant", "constant_with_warmup", "inverse_sqrt")
BY_METRIC = ("reduce_lr_on_plateau", "greedy")
NAMES = (
    "linear", "cosine", "cosine_with_restarts", "polynomial", "constant", "constant_with_warmup", "inverse_sqrt",
    *BY_METRIC, "cosine_with_min_lr", "cosine_warmup_with_min_lr", "warmup_stable_decay",
)  # fmt: skip
REBOUNDS = (
    "Past the end of the run, the cosine of transformers climbs again: a run that is made longer, or a horizon "
    "that is too short, sees it."
)


def get_scheduler(  # noqa: C901  # a table
    name: str, rate: float, warmup: int, total: int | None, options: Fields, default: float | None = None
) -> LearningRateSchedule:
    """What ``transformers.get_scheduler`` makes of a name; it divides by `default`, the optimizer's."""
    if name in BY_METRIC:
        raise options.refusal(f"{name} follows a metric, which is not known before the run")
    lr, base = rate or 1.0, (rate if default is None else default) or 1.0
    counts: dict[str, Any] = {"num_warmup_steps": warmup, "num_training_steps": total}
    match name:
        case "constant":
            made: LearningRateSchedule = functions._constant(lr)  # noqa: SLF001  # of the adapter's, as below
        case "constant_with_warmup":
            made = functions._constant(lr, num_warmup_steps=warmup)  # noqa: SLF001
        case "linear":
            made = functions._linear(lr, **counts)  # noqa: SLF001
        case "cosine":
            made = functions._cosine(lr, **counts, num_cycles=options.number("num_cycles", 0.5))  # noqa: SLF001
        case "cosine_with_restarts":
            cycles = options.number("num_cycles", 1, low=0)
            made = functions._cosine_with_restarts(lr, **counts, num_cycles=cycles)  # noqa: SLF001
        case "polynomial":
            end, power = options.number("lr_end", 1e-7, low=0), options.number("power", 1.0)
            if not base > end:
                raise options.refusal(f"lr_end must be below the rate of {base:g}, got {end:g}")
            made = functions._polynomial(lr, **counts, lr_end=end, power=power, lr_init=base)  # noqa: SLF001
        case "inverse_sqrt":
            timescale = options.number("timescale", warmup or 10_000, above=0)
            made = functions._inverse_sqrt(lr, num_warmup_steps=warmup, timescale=timescale)  # noqa: SLF001
        case "cosine_with_min_lr":
            cycles, share = options.number("num_cycles", 0.5), _min_lr_rate(options, base)
            made = functions._cosine(lr, **counts, num_cycles=cycles, min_lr_rate=share)  # noqa: SLF001
        case "cosine_warmup_with_min_lr":
            cycles, share = options.number("num_cycles", 0.5), _min_lr_rate(options, base)
            start = options.number("warmup_lr_rate", None)
            made = functions._cosine_ahead(  # noqa: SLF001
                lr, **counts, num_cycles=cycles, min_lr_rate=share, warmup_lr_rate=start
            )
        case _:
            made = _trapezium(lr, warmup, total, options)
    return made if rate else ConstantLR(0.0)


def _min_lr_rate(options: Fields, base: float) -> float:
    if options.has("min_lr", "min_lr_rate"):
        raise options.refusal("only one of min_lr and min_lr_rate may be given")
    if not (options.has("min_lr") or options.has("min_lr_rate")):
        raise options.refusal(f"{options.at('min_lr')} or min_lr_rate is missing")
    share = options.number("min_lr_rate", None)
    found: float = options.number("min_lr") / base if share is None else share
    return found


def _trapezium(lr: float, warmup: int, total: int | None, options: Fields) -> LearningRateSchedule:
    decay = options.whole("num_decay_steps")
    stable = options.whole("num_stable_steps", None)
    if stable is None:
        stable = (total or 0) - warmup - decay
    shapes = ("linear", "cosine", "1-sqrt")
    return functions._warmup_stable_decay(  # noqa: SLF001
        lr,
        num_warmup_steps=warmup,
        num_stable_steps=stable,
        num_decay_steps=decay,
        warmup_type=options.text("warmup_type", "linear", shapes),
        decay_type=options.text("decay_type", "cosine", shapes),
        min_lr_ratio=options.number("min_lr_ratio", 0.0),
        num_cycles=options.number("num_cycles", 0.5),
    )
