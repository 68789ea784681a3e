"""The numbers of the catalogue and of the shapes that it is made of: by formulas in fifty digits, and by hand."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from catalogue_calls import FUNCTIONS, arguments
from helpers import magnitude, values
from hypothesis import assume, given
from hypothesis import strategies as st

import lrkit
from lrkit._params import Field, fields_of
from lrkit.schedules._registry import kinds


@pytest.fixture(scope="module")
def mp() -> Any:
    mpmath = pytest.importorskip("mpmath")
    mpmath.mp.dps = 50
    return mpmath


def between(low: Any, high: Any, height: Any) -> Any:
    return low + (high - low) * height


def falling(mp: Any, p: Any) -> Any:
    return (1 + mp.cos(mp.pi * p)) / 2


def cooled(mp: Any, p: Any, a: Any) -> Any:
    if a.shape == "exponential":
        return (a.ratio**p - a.ratio) / (1 - a.ratio)
    if a.shape == "cosine":
        return falling(mp, p)
    return 1 - p ** {"linear": 1, "1-sqrt": mp.mpf("0.5"), "1-square": 2, "power": a.power}[a.shape]


def stable(mp: Any, t: Any, a: Any, warmup: int, length: int) -> Any:
    """`max_lr` up to `length`, then the cooldown; from 0 at first."""
    if t < warmup:
        return a.max_lr * t / warmup
    p = min(max(t - length, 0) / mp.mpf(a.decay_steps), mp.mpf(1))
    return between(a.min_lr, a.max_lr, cooled(mp, p, a))


def in_periods(mp: Any, t: Any, a: Any) -> Any:
    start = 0
    for k, period in enumerate(a.period_steps):
        if t <= start + period or k == len(a.period_steps) - 1:
            break
        start += period
    return stable(mp, t - start, a, a.warmup_steps if k == 0 else 0, period - a.decay_steps)


def restarted(mp: Any, t: Any, a: Any) -> Any:
    start, length, i = mp.mpf(0), mp.mpf(a.period_steps), 0
    whole = a.warmup_steps > 0 and a.multiplier > 1
    while t >= start + length and (a.cycles is None or i < a.cycles - 1):
        start, i = start + length, i + 1
        length = a.period_steps * a.multiplier**i
        length = mp.floor(length) if whole else length
    x = t - start
    if x < a.warmup_steps:
        height = x / a.warmup_steps
    else:
        height = falling(mp, min((x - a.warmup_steps) / (length - a.warmup_steps), mp.mpf(1)))
    return between(a.min_lr, a.max_lr, height * a.gamma**i)


def triangles(mp: Any, t: Any, a: Any) -> Any:
    down = a.down_steps or a.up_steps
    cycle = mp.floor(t / (a.up_steps + down))
    x = t - cycle * (a.up_steps + down)
    height = min(x / a.up_steps, (a.up_steps + down - x) / down)
    amplitude = {"triangular": 1, "triangular2": mp.mpf(2) ** -cycle, "exp_range": a.gamma**t}[a.mode]
    return between(a.base_lr, a.max_lr, height * amplitude)


def through(mp: Any, t: Any, points: list[tuple[Any, Any]], cosine: bool) -> Any:
    if t < points[0][0]:
        return points[0][1]
    for (left, before), (right, after) in pairwise(points):
        if left <= t < right:
            p = (t - left) / (right - left)
            return between(before, after, 1 - falling(mp, p) if cosine else p)
    return points[-1][1]


def one_cycled(mp: Any, t: Any, a: Any) -> Any:
    start = a.max_lr / 25 if a.start_lr is None else a.start_lr
    end = start / 10_000 if a.end_lr is None else a.end_lr
    peak = a.pct_start * a.total_steps - 1
    points = [(mp.mpf(0), start), (peak, a.max_lr), (mp.mpf(a.total_steps - 1), end)]
    if a.three_phase:
        points.insert(2, (2 * peak, start))
    return through(mp, t, points, a.shape == "cosine")


def slanted(mp: Any, t: Any, a: Any) -> Any:
    exact = math.floor(Fraction(float(a.cut_frac)) * a.total_steps)
    assume(exact == int(float(a.cut_frac) * a.total_steps))
    t = min(t, a.total_steps)
    p = t / exact if t < exact else mp.mpf(a.total_steps - t) / (a.total_steps - exact)
    return a.max_lr * (1 + p * (a.ratio - 1)) / a.ratio


def noamed(mp: Any, t: Any, a: Any) -> Any:
    warm = t * mp.mpf(a.warmup_steps) ** mp.mpf("-1.5")
    late = mp.mpf(max(t - a.hold_steps, 1)) ** mp.mpf("-0.5")
    return a.factor / mp.sqrt(a.d_model) * min(warm, mp.mpf(a.warmup_steps) ** mp.mpf("-0.5"), late)


def part(t: Any, length: Any, mp: Any) -> Any:
    return min(t / mp.mpf(length), mp.mpf(1))


FORMULAS: dict[str, Callable[[Any, Any, Any], Any]] = {
    "linear": lambda mp, t, a: between(a.start_lr, a.end_lr, part(t, a.decay_steps, mp)),
    "step_decay": lambda mp, t, a: a.learning_rate * a.gamma ** mp.floor(t / mp.mpf(a.decay_steps)),
    "multi_step": lambda mp, t, a: a.learning_rate * a.gamma ** sum(m <= t for m in a.milestones),
    "power_law": lambda mp, t, a: a.learning_rate * (1 + t / a.timescale) ** -a.power,
    "inverse_sqrt": lambda mp, t, a: (
        a.max_lr * t / a.warmup_steps
        if t < a.warmup_steps
        else a.max_lr / mp.sqrt(1 + (t - a.warmup_steps) / mp.mpf(a.timescale or a.warmup_steps))
    ),
    "noam": noamed,
    "t5": lambda mp, t, a: a.factor / mp.sqrt(max(t, a.warmup_steps)),
    "polynomial_k_decay": lambda mp, t, a: between(
        a.min_lr, a.max_lr, (1 - part(t, a.decay_steps, mp) ** a.k) ** a.power
    ),
    "chebyshev": lambda mp, t, a: between(
        a.min_lr, a.max_lr, falling(mp, (2 * min(t, a.decay_steps - 1) + 1) / mp.mpf(2 * a.decay_steps))
    ),
    "slanted_triangular": slanted,
    "half_cosine": lambda mp, t, a: between(a.min_lr, a.max_lr, falling(mp, (1 + part(t, a.decay_steps, mp)) / 2)),
    "flat_cosine": lambda mp, t, a: between(
        a.min_lr, a.max_lr, falling(mp, part(max(t - a.flat_steps, 0), a.decay_steps, mp))
    ),
    "cosine_wave": lambda mp, t, a: between(a.min_lr, a.max_lr, falling(mp, t / mp.mpf(a.decay_steps))),
    "cosine_restarts": restarted,
    "cyclic": triangles,
    "one_cycle": one_cycled,
    "cooldown": lambda mp, t, a: cooled(mp, part(t, a.decay_steps, mp), a),
    "warmup_stable_decay": lambda mp, t, a: stable(mp, t, a, a.warmup_steps, a.warmup_steps + a.stable_steps),
    "virtual_last_step": lambda mp, t, a: (
        a.max_lr * (t + 1) / a.warmup_steps
        if t < a.warmup_steps
        else stable(mp, t, a, a.warmup_steps, a.warmup_steps + a.stable_steps)
    ),
    "wsd_s": in_periods,
    "cosine_warm_up": lambda mp, t, a: between(a.learning_rate, a.start_lr, falling(mp, part(t, a.warmup_steps, mp))),
    "linear_warm_up": lambda mp, t, a: (
        a.learning_rate
        * min(
            1,
            {"1/W": t + 1, "1/(W+1)": t + 1, "0 twice": max(t - 1, 0)}[a.first]
            / mp.mpf(a.warmup_steps + (a.first == "1/(W+1)")),
        )
    ),
    "power_warm_up": lambda mp, t, a: a.learning_rate * part(t, a.warmup_steps, mp) ** a.power,
    "exponential_warm_up": lambda mp, t, a: a.learning_rate * (1 - mp.exp(-(t + 1) / a.timescale)),
    "untuned_warm_up": lambda mp, t, a: (
        a.learning_rate
        * (min(1, (1 - a.beta2) / 2 * (t + 1)) if a.shape == "linear" else 1 - mp.exp(-(1 - a.beta2) * (t + 1)))
    ),
    "sqrt_annealing": lambda mp, t, a: max(a.min_lr, a.max_lr * mp.sqrt(1 - part(t, a.decay_steps, mp))),
    "square_annealing": lambda mp, t, a: max(a.min_lr, a.max_lr * (1 - part(t, a.decay_steps, mp)) ** 2),
}
"""The formulas as the papers and libraries named in the docstrings state them, written for mpmath."""


CONDITIONED = ("cooldown", "warmup_stable_decay", "virtual_last_step", "wsd_s", "polynomial_k_decay")
"""Those that have a shape of which a rounding of the time can grow."""


def exact(mp: Any, arguments: dict[str, Any], fields: dict[str, Field]) -> SimpleNamespace:
    """Arguments and defaults, floats as the binary numbers that they are."""
    found = {name: arguments.get(name, field.default) for name, field in fields.items()}
    return SimpleNamespace(**{k: mp.mpf(v) if type(v) is float else v for k, v in found.items()})


def condition(a: SimpleNamespace) -> float:
    """By how much a rounding of the time can grow under a root or a power of what is left."""
    power = {"1-sqrt": 0.5, "power": float(getattr(a, "power", 1))}.get(getattr(a, "shape", ""), getattr(a, "power", 1))
    return float((2 + power) * max(1.0, (2.0**-50) ** (min(float(power), 1.0) - 1)))


def test_every_function_has_a_formula_here() -> None:
    assert {*FORMULAS, "noise"} == set(FUNCTIONS)


@pytest.mark.parametrize("name", FORMULAS)
@given(data=st.data())
def test_numbers_are_the_formula_s(name: str, data: st.DataObject, mp: Any) -> None:
    given = data.draw(arguments(name))
    a = exact(mp, given, fields_of(FUNCTIONS[name]))
    if name == "inverse_sqrt":
        a.timescale = a.timescale or a.warmup_steps or 10_000
    if name == "wsd_s":
        a.power, a.ratio = mp.mpf(2), mp.mpf("0.1")
    made = FUNCTIONS[name](**given)
    scale = max(float(FORMULAS[name](mp, mp.mpf(t), a)) for t in (0, 1, made.horizon // 2, made.horizon))
    for key in ("max_lr", "learning_rate"):
        scale = max(scale, float(getattr(a, key, 0)))
    steep = condition(a) if name in CONDITIONED else 4.0
    for step in data.draw(st.lists(st.integers(0, 2 * made.horizon) | st.integers(0, 300), min_size=1, max_size=12)):
        wanted = FORMULAS[name](mp, mp.mpf(step), a)
        assert abs(mp.mpf(made(step)) - wanted) <= 4 * steep * np.spacing(scale), (step, float(wanted), made(step))


# Numbers: the classes that the catalogue is made of ---------------------------------------------------------------


def hyperbola(mp: Any, t: Any, a: Any) -> Any:
    def height(x: Any) -> Any:
        return mp.sqrt((a.decay_steps - x) / mp.mpf(a.upper_steps) * (2 - (a.decay_steps + x) / mp.mpf(a.upper_steps)))

    return height(min(t, a.decay_steps)) - height(mp.mpf(0))


def points(mp: Any, a: Any) -> list[tuple[Any, Any]]:
    return list(zip(map(mp.mpf, a.milestones), map(mp.mpf, a.learning_rates), strict=True))


def rectified(mp: Any, x: Any, a: Any) -> Any:
    last = 2 / (1 - a.beta2) - 1
    rho = last - 2 * x * a.beta2**x / (1 - a.beta2**x)
    return mp.sqrt((rho - 4) * (rho - 2) * last / (last - 4) / (last - 2) / rho)


LEAVES: dict[str, Callable[[Any, Any, Any], Any]] = {
    "piecewise_linear": lambda mp, t, a: through(mp, t, points(mp, a), cosine=False),
    "piecewise_cosine": lambda mp, t, a: through(mp, t, points(mp, a), cosine=True),
    "log_warm_up": lambda mp, t, a: a.learning_rate * mp.log(1 + min(t, a.warmup_steps - 1)) / mp.log(a.warmup_steps),
    "radam_warm_up": lambda mp, t, a: a.learning_rate * rectified(mp, t + 5, a),
    "cosine_k_decay": lambda mp, t, a: between(a.min_lr, a.max_lr, falling(mp, part(t, a.decay_steps, mp) ** a.k)),
    "tanh_decay": lambda mp, t, a: between(
        a.min_lr,
        a.max_lr,
        (1 - mp.tanh(a.lower + (a.upper - a.lower) * part(t, a.decay_steps, mp))) / 2,
    ),
    "rex_decay": lambda mp, t, a: between(
        a.min_lr, a.max_lr, (1 - part(t, a.decay_steps, mp)) / (1 - a.d * part(t, a.decay_steps, mp))
    ),
    "hyperbolic_decay": lambda mp, t, a: a.max_lr + (a.max_lr - a.min_lr) * hyperbola(mp, t, a),
    "exp_hyperbolic_decay": lambda mp, t, a: a.max_lr * (a.max_lr / a.min_lr) ** hyperbola(mp, t, a),
}


@pytest.mark.parametrize("kind", LEAVES)
@given(data=st.data())
def test_numbers_of_a_shape_are_the_formula_s(kind: str, data: st.DataObject, mp: Any) -> None:
    cls = kinds()[kind]
    given = data.draw(values(cls, st.nothing()))
    made, a = cls(**given), exact(mp, given, fields_of(cls))
    scale = magnitude(made, [0, *made.knots(10**6)])
    for step in data.draw(st.lists(st.integers(0, 2 * made.horizon) | st.integers(0, 300), min_size=1, max_size=12)):
        wanted = LEAVES[kind](mp, mp.mpf(step), a)
        assert abs(mp.mpf(made(step)) - wanted) <= 16 * np.spacing(scale), (step, float(wanted))


@given(
    steps=st.integers(1, 1000),
    power=st.floats(0.1, 5),
    step=st.integers(0, 2000),
)
def test_a_power_of_a_line_is_the_power(steps: int, power: float, step: int, mp: Any) -> None:
    wanted = (mp.mpf(min(step, steps)) / steps) ** mp.mpf(power)
    assert abs((lrkit.WarmUpLR(1.0, steps) ** power)(step) - wanted) <= 8 * np.spacing(1.0)


def test_noam_on_the_paper_s_clock() -> None:
    """512 and 4000 as in the paper: its first step is 512^-0.5 * 4000^-1.5, its peak (512 * 4000)^-0.5."""
    paper = lrkit.noam(512, 4000).shift(-1)
    assert paper(0) == pytest.approx(1.7469281074217108e-07, rel=1e-14)
    assert paper(3999) == pytest.approx(6.987712429686843e-04, rel=1e-14)
    assert paper(15_999) == pytest.approx(6.987712429686843e-04 / 2, rel=1e-14)


def test_untuned_warm_up_lasts_two_over_one_minus_beta_2() -> None:
    made = lrkit.untuned_warm_up(1.0, 0.75)  # 8 steps
    assert made.to_list(9) == [1 / 8, 2 / 8, 3 / 8, 4 / 8, 5 / 8, 6 / 8, 7 / 8, 1.0, 1.0]
    assert lrkit.untuned_warm_up(1.0, 0.75, "exponential")(3) == pytest.approx(1 - 1 / math.e, rel=1e-15)


def test_a_decay_taken_back_ends_each_period_at_its_minimum() -> None:
    """OLMo-core's: a period's last step has the minimum, the next one the peak."""
    made = lrkit.wsd_s(1.0, 2, [8, 4, 6], 4, 0.5)
    wanted = [0, 0.5, 1, 1, 1, 0.875, 0.75, 0.625, 0.5, 0.875, 0.75, 0.625, 0.5, 1, 1, 0.875, 0.75, 0.625, 0.5, 0.5]
    assert made.to_list(20) == wanted


def test_restarts_of_timm_are_the_sum_that_the_docstring_gives() -> None:
    """A peak is max_lr * gamma^i over a fixed floor: here 1, 0.5 and 0.25 over 0.125."""
    wave = lrkit.CosineDecayLR(0, 1, 4)
    made = 1.0 * wave.repeat(4, 3, 1, 0.5) + 0.125 * (1 - wave).repeat(4, 3, 1)
    assert made([0, 2, 4, 6, 8, 10, 12, 99]).tolist() == pytest.approx(
        [1, 0.5625, 0.5, 0.3125, 0.25, 0.1875, 0.125, 0.125], rel=1e-15
    )
