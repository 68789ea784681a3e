"""What the columns of a log hold, by their names: rates, clocks, or something else."""

from __future__ import annotations

import re
from collections.abc import Iterable

BEFORE, AFTER = r"(?:^|[/ _.\-:])", r"(?:$|[/ _.\-:])"
RATE = re.compile(rf"{BEFORE}(?:lrm|lr|learning[_\- ]?rate)\d*{AFTER}", re.IGNORECASE)
OTHER = re.compile(
    r"^(?:val|valid|validation|eval|test)[_/]"
    r"|(?:min|max|base|init|initial|final|end|start|target|peak)[_\-. ]?(?:lr|learning)"
    r"|(?:lr|learning[_\- ]?rate)[_\-. ]?(?:scale|scheduler|sched|mult|decay|min|max|warm|ratio|end|final)",
    re.IGNORECASE,
)
"""What stands beside the rate: copies in the rows of evaluations, and settings of a schedule, which do not move."""
MULTIPLIER = re.compile(rf"{BEFORE}lrm{AFTER}")
MOMENTUM = re.compile(rf"{BEFORE}(?:momentum|mom)\d*$", re.IGNORECASE)
WEIGHT_DECAY = re.compile(rf"{BEFORE}(?:weight[_\- ]?decay|wd)\d*$", re.IGNORECASE)
CLOCKS = {
    "step": (
        "global_step", "global_steps", "trainer/global_step", "train/global_step", "num_updates", "train_num_updates",
        "update", "updates", "current_steps", "step", "steps", "_step", "iteration", "iterations", "iter", "it",
        "num_iter", "batch",
    ),
    "sample": ("consumed_samples", "consumed samples", "samples", "num_samples", "global_samples", "sample"),
    "token": ("consumed_tokens", "consumed tokens", "tokens", "num_tokens", "tokens_seen", "total_tokens", "token"),
    "epoch": ("epoch", "epochs", "train/epoch", "_epoch"),
}  # fmt: skip
"""The names of the columns that count, by what they count, the best first."""


def parameter_of(name: str) -> str | None:
    """What a column holds, in the words of `LoggedSeries.parameter`; None for what is no hyper-parameter."""
    if MOMENTUM.search(name):
        return "momentum"
    if WEIGHT_DECAY.search(name):
        return "weight_decay"
    if OTHER.search(name):
        return None
    if MULTIPLIER.search(name):
        return "multiplier"
    return "lr" if RATE.search(name) else None


def rates_in(names: Iterable[str]) -> dict[str, str]:
    """The columns of hyper-parameters, each with what it holds: those of rates first; empty without one of rates."""
    found = {name: parameter for name in names if (parameter := parameter_of(name))}
    order = ("lr", "multiplier", "momentum", "weight_decay")
    if not any(parameter in order[:2] for parameter in found.values()):
        return {}
    return dict(sorted(found.items(), key=lambda item: order.index(item[1])))


def clocks_in(names: Iterable[str]) -> dict[str, str]:
    """The column of each unit that a log counts in: by unit, in the order in which schedules count them.

    That is samples first where the log says which were consumed, as the schedules of Megatron-LM count them.
    """
    by_name: dict[str, str] = {}
    for name in names:
        by_name.setdefault(name.strip().lower(), name)
    found: dict[str, str] = {}
    for unit, known in CLOCKS.items():
        if column := next((by_name[name] for name in known if name in by_name), None):
            found[unit] = column
    if "consumed" in found.get("sample", ""):
        return {"sample": found["sample"]} | found
    return found
