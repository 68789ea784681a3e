"""Warnings at the first step that the rates may not be those that the user wants."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Sequence
from typing import Any

NEAR = 5
"""How many callers are searched for Accelerate's wrapper: a user's class may have a `step` of its own between."""


def warn_at_first_step(owner: str, base_lrs: Sequence[float], in_doubt: Sequence[int]) -> None:
    """Warn of groups whose base rate is in doubt, and of Accelerate if it steps several times for one update."""
    for k in in_doubt[:1]:
        base_lr = f"{base_lrs[k]:g}"
        warn(
            f"{owner}: group {k} noted an initial_lr of {base_lr} and had another rate, and lrkit cannot tell whether "
            f"that was set by hand. The curve begins at {base_lr}. If the other one is meant, set initial_lr too, "
            "or delete it, before the scheduler is made"
        )
    if complaint := _of_processes(owner):
        warn(complaint)


def warn(message: str) -> None:
    """Give a warning that names the line which called this package."""
    depth, frame = 2, sys._getframe(1)  # noqa: SLF001  # from Python 3.12 on, skip_file_prefixes does this
    while frame.f_back is not None and frame.f_globals.get("__name__", "").partition(".")[0] == "lrkit":
        depth, frame = depth + 1, frame.f_back
    warnings.warn(message, stacklevel=depth)


def _of_processes(owner: str) -> str | None:
    """A warning, if the call comes from Accelerate's wrapper and that steps once for each process; else None.

    The wrapper, ``AcceleratedScheduler``, does so unless batches are split among the processes or the scheduler is
    stepped apart from the optimizer. Whether the schedule was made longer for that cannot be seen.
    """
    module: Any = sys.modules.get("accelerate.scheduler")
    if module is None:
        return None
    frame = sys._getframe(1)  # noqa: SLF001  # the wrapper can be found only among the callers
    for _ in range(NEAR):
        if frame.f_back is None:
            return None
        frame = frame.f_back
        # Only the wrapper's locals are read: reading those of a frame keeps them alive.
        if frame.f_code is module.AcceleratedScheduler.step.__code__:
            wrapper = frame.f_locals["self"]
            processes: int = module.AcceleratorState().num_processes
            if processes == 1 or wrapper.split_batches or not wrapper.step_with_optimizer:
                return None
            return (
                f"{owner}: Accelerate steps the scheduler {processes} times for each update, once for each process, so "
                f"that update n has the rate of step {processes} * n. If that is not meant, leave the scheduler out of "
                "prepare(), or give Accelerator(step_scheduler_with_optimizer=False)"
            )
    return None
