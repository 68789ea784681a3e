"""The recorded step objects and lists: which cases are compared, and how closely."""

from __future__ import annotations

from typing import Any

import numpy as np
from helpers import decode, golden

LISTS = golden("dynamic_lr")

OBJECTS = golden("lr_schedules")

FLOATS = {"learning_rate", "decay_rate", "min_lr", "max_lr", "end_learning_rate", "power"}


def accepts_more(kwargs: dict[str, Any]) -> bool:
    """MindSpore refuses the call; lrkit takes it, by the one rule that a number is a number however it is written.

    An integer where a float is meant (``0`` for ``0.0``), a NumPy number where a Python number is meant, and, as a
    step, a list or a NumPy array.
    """
    for name, value in kwargs.items():
        if name == "global_step":
            if isinstance(value, (list, np.ndarray)):
                return True
        elif name == "learning_rates":
            if isinstance(value, list) and any(type(item) is int for item in value):
                return True
        elif name == "milestone" and isinstance(value, list):
            if any(isinstance(item, np.integer) for item in value):
                return True
        elif (isinstance(value, (np.integer, np.floating)) and type(value) is not np.float64) or (
            name in FLOATS and type(value) is int
        ):
            return True
    return False


def refuses_more(kwargs: dict[str, Any]) -> bool:
    """MindSpore answers; lrkit refuses: a negative step lies outside every schedule, and a bool is not a number."""
    step = kwargs.get("global_step", 0)
    return isinstance(step, bool) or bool(np.min(step) < 0)


def kwargs_of(case: dict[str, Any]) -> dict[str, Any]:
    return {name: decode(value) for name, value in case["kwargs"].items()}


def recorded_error(case: dict[str, Any]) -> type[Exception] | None:
    output = case["output"]
    if not (isinstance(output, dict) and "error" in output):
        return None
    return {"TypeError": TypeError, "ValueError": ValueError, "OverflowError": OverflowError}[output["error"]["type"]]


def tolerance(case: dict[str, Any], kwargs: dict[str, Any], recorded: Any) -> tuple[Any, Any]:
    """2e-6 of each rate; and what float32 loses in ``1 - t/D``, where a power below 1 magnifies it."""
    allowed = 2e-6 * np.abs(recorded) + 1e-7 * kwargs.get("learning_rate", kwargs.get("max_lr"))
    if kwargs.get("power", 1) >= 1 or "steps" not in case["output"]:
        return allowed, np.zeros_like(allowed)
    step = np.array(OBJECTS["steps"][case["output"]["steps"]])
    horizon = kwargs["decay_steps"] * np.maximum(np.ceil(step / kwargs["decay_steps"]), 1)
    left = 1 - step / (horizon if kwargs.get("update_decay_steps") else kwargs["decay_steps"])
    left = np.where(left > 0, left, np.nan)  # at the end itself nothing is lost
    drop = abs(kwargs["learning_rate"] - kwargs["end_learning_rate"])
    return allowed, np.nan_to_num(drop * ((left + 2.0**-24) ** kwargs["power"] - left ** kwargs["power"]))


def in_float32(rates: Any) -> Any:
    """float64 rates, infinite where float32 would overflow."""
    return np.where(np.abs(rates) > np.finfo(np.float32).max, np.inf, rates)


def excess(rates: Any, recorded: Any) -> Any:
    with np.errstate(invalid="ignore"):
        return np.where(rates == recorded, 0, np.abs(rates - recorded))


def outcome(case: dict[str, Any]) -> str:
    kwargs = kwargs_of(case)
    error = recorded_error(case)
    if error is None:
        return "refused here only" if refuses_more(kwargs) else "compared"
    return "accepted here only" if error is TypeError and accepts_more(kwargs) else "refused by both"
