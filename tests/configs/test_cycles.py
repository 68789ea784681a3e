"""levanter's cycles, by the functions of its optim/config.py and of optax's decays, in plain Python."""

from __future__ import annotations

import math
import random
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

import lrkit

Rate = Callable[[int], float]


def steps_of(value: float, total: int) -> int:
    return int(value * total) if value <= 1 else int(value)


def line(start: float, end: float, steps: int) -> Rate:
    return lambda t: start + (end - start) * min(t, steps) / steps


def decay(o: dict[str, Any], steps: int, warmup: int) -> Rate:
    high, share, kind = o["learning_rate"], o["min_lr_ratio"], o["lr_schedule"]
    own = kind if isinstance(kind, dict) else {"type": kind}
    low = high * share

    def cosine(t: int) -> float:
        wave = (0.5 * (1 + math.cos(math.pi * min(t, steps) / steps))) ** own.get("exponent", 1.0)
        return float(high * ((1 - share) * wave + share))

    def inverse_root(t: int) -> float:
        return float(max(high * min(1.0, 1 / math.sqrt(max(t + warmup, 1) / own.get("timescale", 10_000))), low))

    def power(t: int) -> float:
        tokens = t * own.get("batch_size", 1) * own.get("seq_length", 1)
        return float(min(high, own.get("batch_size", 1) * 4.6 * tokens**-0.51 if t else high))

    return {
        "constant": lambda t: float(high), "cosine": cosine, "linear": line(high, low, steps),
        "inv_sqrt": inverse_root, "power": power,
        "inv": lambda t: max(high / ((high / low - 1) * max(t, 1) / steps + 1), low),
    }[own["type"]]  # fmt: skip


def rate(o: dict[str, Any], total: int) -> Rate:
    cooldown = steps_of(o.get("cooldown", 0.0), total)
    main = total - cooldown
    length, cycles = o.get("cycle_length"), o.get("cycles")
    if isinstance(length, list):
        ends = [int(end) for end in np.cumsum(length)]
    elif length is not None:
        ends = [k * steps_of(length, main) for k in range(1, main // steps_of(length, main))]
    elif isinstance(cycles, list):
        ends = list(cycles)
    else:
        ends = [int(main / cycles * (k + 1)) for k in range(cycles - 1)] if cycles else []
    ends += [main] if not ends or ends[-1] != main else []
    curves: list[Rate] = []
    starts, begin, last = [0], 0, 0.0
    for end in ends:
        warmup = steps_of(o.get("rewarmup" if begin else "warmup", 0.0), end - begin)
        down = steps_of(o["decay"], end - begin) if "decay" in o else end - begin - warmup
        body = decay(o, down, warmup)
        for curve, steps in (
            (line(last, o["learning_rate"], max(warmup, 1)), warmup),
            (lambda t: float(o["learning_rate"]), end - begin - warmup - down),
            (body, down),
        ):
            if steps:
                curves.append(curve)
                starts.append(starts[-1] + steps)
        begin, last = end, body(down)
    if cooldown:
        curves.append(line(last, o["learning_rate"] * o["min_lr_ratio"], cooldown))

    def found(t: int) -> float:
        k = max(k for k in range(len(curves)) if starts[k] <= t)
        return curves[k](t - starts[k])

    return found


def test_levanters_cycles_are_those_of_its_source() -> None:
    """100 random configs, from step 0 to past the end."""
    r = random.Random(3)
    kinds = [
        "constant", "cosine", "linear", "inv_sqrt", "inv", {"type": "cosine", "exponent": 2.0},
        {"type": "inv_sqrt", "timescale": 7}, {"type": "power", "batch_size": 8, "seq_length": 16},
    ]  # fmt: skip
    cycles = [{}, {"cycles": 3}, {"cycle_length": 0.4}, {"cycle_length": 21}, {"cycle_length": [15, 20]}]
    for _ in range(100):
        total = r.randint(60, 120)
        own = {
            "learning_rate": r.choice([1e-3, 0.1]), "min_lr_ratio": r.choice([0.1, 0.25]),
            "warmup": r.choice([0.1, 0.0, 3]), "lr_schedule": r.choice(kinds),
            **r.choice([{}, {"decay": 0.3}, {"decay": 5}]), **r.choice([*cycles, {"cycles": [20, 50]}]),
            **r.choice([{}, {"rewarmup": 0.1}, {"rewarmup": 3}]), **r.choice([{}, {}, {"cooldown": 0.1}]),
        }  # fmt: skip
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)
            found = lrkit.from_config({"optimizer": own, "trainer": {"num_train_steps": total}}, "levanter").schedule
        steps, formula = np.arange(2 * total), rate(own, total)
        expected = np.array([formula(int(t)) for t in steps])
        np.testing.assert_allclose(found(steps), expected, rtol=0, atol=1e-12 * expected.max(), err_msg=str(own))
