"""The catalogue's functions and the shapes of their own: what each keeps, and its numbers from other sources."""

from __future__ import annotations

import math
import pickle
from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from catalogue_calls import EVERY_FUNCTION, FUNCTIONS, arguments
from helpers import golden, magnitude, values
from hypothesis import assume, given
from hypothesis import strategies as st

import lrkit
from lrkit import LearningRateSchedule, catalogue
from lrkit._params import Field, fields_of
from lrkit.schedules._registry import KINDS

STEPS = st.lists(st.integers(0, 300) | st.integers(0, 10**7) | st.floats(0, 1e4), min_size=1, max_size=20)


def middle(name: str) -> dict[str, Any]:
    """One set of arguments in the middle of each domain."""
    found: dict[str, Any] = {}
    for field in fields_of(FUNCTIONS[name]).values():
        if field.kind is bool:
            found[field.name] = False
        elif field.kind is str:
            found[field.name] = field.param.choices[0]
        else:
            low, high = field.param.typical
            one = field.kind((low + high) / 2)
            found[field.name] = [one, one] if field.many else one
    return found


# What every function keeps ----------------------------------------------------------------------------------------


@EVERY_FUNCTION
@given(data=st.data())
def test_what_is_made_is_a_registered_value_that_reads_back(name: str, data: st.DataObject) -> None:
    given = data.draw(arguments(name))
    made = FUNCTIONS[name](**given)
    assert type(made) in KINDS.values()
    for copy in (lrkit.parse(repr(made)), lrkit.from_json(made.to_json()), pickle.loads(pickle.dumps(made))):
        assert copy == made
        assert hash(copy) == hash(made)
        assert repr(copy) == repr(made)
    call = f"{name}({', '.join(f'{key}={value!r}' for key, value in given.items())})"
    assert lrkit.parse(call) == made
    if list(given) == list(fields_of(FUNCTIONS[name])):
        assert FUNCTIONS[name](*given.values()) == made
    assert made.horizon >= 1
    made.knots(200)


@EVERY_FUNCTION
@given(data=st.data())
def test_list_is_exact_and_array_is_close(name: str, data: st.DataObject) -> None:
    made = FUNCTIONS[name](**data.draw(arguments(name)))
    total, per_epoch = data.draw(st.integers(1, 400)), data.draw(st.integers(1, 20))
    assert [r.hex() for r in made.to_list(total, per_epoch)] == [made(i // per_epoch).hex() for i in range(total)]
    steps = data.draw(STEPS)
    scalar = np.array([made(step) for step in steps])
    assert (np.abs(made(np.array(steps)) - scalar) <= 2 * np.spacing(magnitude(made, steps))).all()


@EVERY_FUNCTION
def test_a_value_outside_a_domain_is_named(name: str) -> None:
    for field in fields_of(FUNCTIONS[name]).values():
        for bad, error in outside(field):
            with pytest.raises(error) as caught:
                FUNCTIONS[name](**middle(name) | {field.name: bad})
            assert str(caught.value).startswith(f"{name}: {field.name}"), caught.value
            assert "must be" in str(caught.value)
            assert ", got " in str(caught.value)


def outside(field: Field) -> list[tuple[Any, type[Exception]]]:
    """Values just outside a declared domain, each with the error it must raise."""
    low, high = field.param.low, field.param.high
    bad: list[tuple[Any, type[Exception]]]
    if field.kind is bool:
        return [(0, TypeError), ("True", TypeError), (None, TypeError)]
    if field.kind is str:
        return [("nothing", ValueError), (1, TypeError), (None, TypeError)]
    bad = [(True, TypeError), ("1", TypeError), (1j, TypeError)]
    if field.kind is int:
        bad += [(2.0, TypeError), (2**53 + 1, ValueError)]
        bad += [(low - 1, ValueError)] if low is not None else []
        bad += [(high + 1, ValueError)] if high is not None else []
    else:
        bad += [(math.nan, ValueError), (math.inf, ValueError)]
        if low is not None:
            bad.append((low if field.param.exclusive else math.nextafter(low, -math.inf), ValueError))
        if high is not None:
            bad.append((high if field.param.high_exclusive else math.nextafter(high, math.inf), ValueError))
    if not field.optional:
        bad.append((None, TypeError))
    if not field.many:
        return bad
    return [(0.5, TypeError), ("12", TypeError)] + [([value], error) for value, error in bad]


@EVERY_FUNCTION
def test_a_wrong_call_is_named(name: str) -> None:
    with pytest.raises(TypeError, match=f"^{name}: "):
        FUNCTIONS[name](nothing_of_the_kind=1)
    with pytest.raises(TypeError, match=f"^{name}: "):
        FUNCTIONS[name](*range(20))


@EVERY_FUNCTION
def test_the_docstring_is_complete(name: str) -> None:
    doc = FUNCTIONS[name].__doc__ or ""
    for needed in (".. math::", "Parameters\n", "Returns\n", "Raises\n", "Notes\n", "*First step", "Examples\n", ">>>"):
        assert needed in doc, f"{name}: the docstring lacks {needed!r}"
    assert "ast the end*" in " ".join(doc.replace("*Past the\n    end*", "*Past the end*").split()), name
    for field in fields_of(FUNCTIONS[name]).values():
        assert field.kind in (bool, str) or field.param.typical, field
        assert field.name in doc.partition("Parameters\n")[2].partition("Returns\n")[0], field.name


@EVERY_FUNCTION
def test_every_function_is_exported_and_stands_in_a_short_file_of_its_name(name: str) -> None:
    assert name in lrkit.__all__
    assert getattr(lrkit, name) is FUNCTIONS[name]
    assert FUNCTIONS[name].__module__ == f"lrkit.catalogue.{name}"
    path = Path(catalogue.__path__[0]) / f"{name}.py"
    assert len(path.read_text().splitlines()) <= 140  # the function, its docstring, and its inverse


RELATIONS = {
    "polynomial_k_decay(0.2, 0.1, 4, 1.0, 1.0)": "min_lr must be at most max_lr, got 0.2 and 0.1",
    "chebyshev(0.2, 0.1, 4)": "min_lr must be at most max_lr",
    "half_cosine(0.2, 0.1, 4)": "min_lr must be at most max_lr",
    "flat_cosine(0.2, 0.1, 4, 4)": "min_lr must be at most max_lr",
    "sqrt_annealing(0.2, 0.1, 4)": "min_lr must be at most max_lr",
    "square_annealing(0.2, 0.1, 4)": "min_lr must be at most max_lr",
    "cosine_restarts(0.2, 0.1, 4)": "min_lr must be at most max_lr",
    "cosine_restarts(0, 0.1, 4, warmup_steps=4)": "warmup_steps must be at most period_steps - 1, got 4 and 3",
    "cosine_restarts(0, 0.1, 4, 1.5, warmup_steps=1)": "cycles must be 1 to 87 with this warm-up and growth, got None",
    "cosine_restarts(0, 0.1, 4, 3.0, warmup_steps=1, cycles=1000)": "cycles must be 1 to 32 with",
    "cosine_restarts(0, 0.1, 4, 1 + 1e-9, warmup_steps=1, cycles=10**6)": "cycles must be 1 to 1000 with",
    "warmup_stable_decay(0.1, 1, 1, 1, 0.2)": "min_lr must be at most max_lr",
    "wsd_s(0.1, 1, [4], 2, 0.2)": "min_lr must be at most max_lr",
    "wsd_s(0.1, 3, [4], 2)": "warmup_steps + decay_steps must be at most period_steps[0], got 5 and 4",
    "wsd_s(0.1, 1, [4, 1], 2)": "decay_steps must be at most period_steps[1], got 2 and 1",
    "one_cycle(0.1, 100, start_lr=0.2)": "start_lr must be at most max_lr, got 0.2 and 0.1",
    "one_cycle(0.1, 100, end_lr=0.2)": "end_lr must be at most max_lr, got 0.2 and 0.1",
    "one_cycle(1, 100, 0.6, three_phase=True)": "2 * pct_start * total_steps - 1 must be at most total_steps, got 119",
    "noise(4, 1.0, 0.05)": "std must be at most 10 * limit, got 1.0 and 0.5",
}


@pytest.mark.parametrize("call", RELATIONS)
def test_arguments_that_do_not_fit_together_are_named(call: str) -> None:
    name = call.partition("(")[0]
    with pytest.raises(ValueError, match="must be") as caught:
        eval(call, dict(FUNCTIONS))
    assert str(caught.value).startswith(f"{name}: {RELATIONS[call]}")


# Numbers: the formulas in fifty digits ------------------------------------------------------------------------------


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
    "wsd_s": in_periods,
    "cosine_warm_up": lambda mp, t, a: between(a.learning_rate, a.start_lr, falling(mp, part(t, a.warmup_steps, mp))),
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
    steep = condition(a) if name in ("cooldown", "warmup_stable_decay", "wsd_s", "polynomial_k_decay") else 4.0
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


LEAVES: dict[str, Callable[[Any, Any, Any], Any]] = {
    "piecewise_linear": lambda mp, t, a: through(mp, t, points(mp, a), cosine=False),
    "piecewise_cosine": lambda mp, t, a: through(mp, t, points(mp, a), cosine=True),
    "log_warm_up": lambda mp, t, a: a.learning_rate * mp.log(1 + min(t, a.warmup_steps - 1)) / mp.log(a.warmup_steps),
    "cosine_k_decay": lambda mp, t, a: between(a.min_lr, a.max_lr, falling(mp, part(t, a.decay_steps, mp) ** a.k)),
    "tanh_decay": lambda mp, t, a: between(
        a.min_lr,
        a.max_lr,
        (1 - mp.tanh(a.lower + (a.upper - a.lower) * part(t, a.decay_steps, mp))) / 2,
    ),
    "rex_decay": lambda mp, t, a: between(
        a.min_lr, a.max_lr, (1 - part(t, a.decay_steps, mp)) / (1 - part(t, a.decay_steps, mp) / 2)
    ),
    "hyperbolic_decay": lambda mp, t, a: a.max_lr + (a.max_lr - a.min_lr) * hyperbola(mp, t, a),
    "exp_hyperbolic_decay": lambda mp, t, a: a.max_lr * (a.max_lr / a.min_lr) ** hyperbola(mp, t, a),
}


@pytest.mark.parametrize("kind", LEAVES)
@given(data=st.data())
def test_numbers_of_a_shape_are_the_formula_s(kind: str, data: st.DataObject, mp: Any) -> None:
    cls = KINDS[kind]
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


# Restarts: counted in integers ------------------------------------------------------------------------------------


def starts_of(period: int, multiplier: int, stop: int) -> list[int]:
    """The starts of the cycles below `stop`, one after another, in Python's integers."""
    starts, length = [0], period
    while starts[-1] + length < stop:
        starts.append(starts[-1] + length)
        length *= multiplier
    return starts


@pytest.mark.parametrize("multiplier", [2, 3, 7, 10])
@pytest.mark.parametrize("period", [1, 2, 7, 10, 999_983])
@pytest.mark.parametrize("stop", [10_000_000, 2**53])
def test_restarts_of_growing_cycles_are_exact(period: int, multiplier: int, stop: int) -> None:
    starts = starts_of(period, multiplier, stop)
    counter = lrkit.ConstantLR(1.0).repeat(period, multiplier=multiplier, gamma=0.5)
    for index, start in enumerate(starts):
        assert counter(start) == 0.5**index
        if index:
            assert counter(start - 1) == 0.5 ** (index - 1)
        assert lrkit.cosine_restarts(0.0, 1.0, period, multiplier)(start) == 1.0
    steps = np.array([s + d for s in starts for d in (-1, 0, 1) if 0 <= s + d < stop])
    wanted = [0.5 ** (sum(start <= step for start in starts) - 1) for step in steps.tolist()]
    assert counter(steps).tolist() == wanted


@pytest.mark.parametrize("period", [1, 3, 7, 1000, 999_983, 2**40 - 1, 2**52 - 1])
@pytest.mark.parametrize("near", [10_000_000, 2**53 - 50])
def test_restarts_of_equal_cycles_are_exact(period: int, near: int) -> None:
    wave = lrkit.WarmUpLR(1.0, period).repeat(period)
    starts = [k * period for k in range(max(1, near // period - 200), near // period + 1)]
    steps = [start + d for start in starts for d in (-1, 0, 1)]
    assert [wave(step) for step in steps] == [step % period / period for step in steps]
    assert wave(np.array(steps)).tolist() == [step % period / period for step in steps]


def test_restarts_of_a_fractional_multiplier_lie_where_fractions_say() -> None:
    multiplier = Fraction(1.3)  # the binary number
    starts = [float(sum(10 * multiplier**i for i in range(k))) for k in range(60)]  # each rounded once
    counter = lrkit.ConstantLR(1.0).repeat(10, multiplier=1.3, gamma=0.5)
    for index, (start, following) in enumerate(pairwise(starts)):
        steps = [start, math.nextafter(start, math.inf), math.ceil(start), math.nextafter(following, 0)]
        assert counter(np.array(steps)).tolist() == [counter(step) for step in steps] == [0.5**index] * 4


@pytest.mark.parametrize(("multiplier", "step"), [(3, 1210), (10, 1110)])
def test_a_restart_that_a_logarithm_misses_is_the_peak(multiplier: int, step: int) -> None:
    torch = pytest.importorskip("torch")
    assert step in starts_of(10, multiplier, step + 1)
    assert lrkit.cosine_restarts(0.01, 0.5, 10, multiplier)(step) == pytest.approx(0.5, rel=1e-15)
    scheduler = torch.optim.lr_scheduler.CosineAnnealingWarmRestarts(sgd(torch, 0.5), 10, multiplier, 0.01)
    wanted = rates_of(scheduler, step + 5)  # step by step torch counts too
    assert np.abs(lrkit.cosine_restarts(0.01, 0.5, 10, multiplier).to_array(step + 5) - wanted).max() < 1e-15
    bound = lrkit.CosineAnnealingWarmRestarts(SimpleNamespace(param_groups=[{"lr": 0.5}]), 10, multiplier, 0.01)
    bound.step(step)
    assert bound.get_last_lr() == [pytest.approx(0.5, rel=1e-15)]


# Numbers: the libraries themselves --------------------------------------------------------------------------------


def sgd(torch: Any, rate: float) -> Any:
    return torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=rate)


def rates_of(scheduler: Any, steps: int) -> Any:
    found = []
    for _ in range(steps):
        found.append(scheduler.get_last_lr()[0])
        scheduler.optimizer.step()
        scheduler.step()
    return np.array(found)


@pytest.mark.parametrize("three_phase", [False, True])
@pytest.mark.parametrize(("shape", "strategy"), [("cosine", "cos"), ("linear", "linear")])
@pytest.mark.parametrize(("total", "pct"), [(100, 0.3), (100, 0.25), (97, 0.31), (20, 0.5)])
def test_one_cycle_is_torch_s(total: int, pct: float, shape: str, strategy: str, three_phase: bool) -> None:
    torch = pytest.importorskip("torch")
    options = {"anneal_strategy": strategy, "three_phase": three_phase, "cycle_momentum": False}
    scheduler = torch.optim.lr_scheduler.OneCycleLR(sgd(torch, 1.0), 0.7, total, pct_start=pct, **options)
    made = lrkit.one_cycle(0.7, total, pct, shape, three_phase)
    assert np.abs(made.to_array(total) - rates_of(scheduler, total)).max() < 1e-15
    assert made(10 * total) == made(total - 1)


def test_one_cycle_that_ends_at_its_peak_stays_there() -> None:
    assert lrkit.one_cycle(1.0, 5, 1.0, "linear", start_lr=0.0)([0, 2, 4, 99]).tolist() == [0.0, 0.5, 1.0, 1.0]
    assert lrkit.one_cycle(1.0, 5, 0.2, "linear", end_lr=0.0)([0, 2, 4]).tolist() == [1.0, 0.5, 0.0]


@pytest.mark.parametrize("mode", ["triangular", "triangular2", "exp_range"])
@pytest.mark.parametrize("down", [None, 3, 40])
def test_cyclic_is_torch_s(mode: str, down: int | None) -> None:
    torch = pytest.importorskip("torch")
    options = {"mode": mode, "gamma": 0.97, "cycle_momentum": False}
    scheduler = torch.optim.lr_scheduler.CyclicLR(sgd(torch, 1.0), 0.01, 0.7, 20, down, **options)
    wanted = rates_of(scheduler, 400)
    assert (
        np.abs(lrkit.cyclic(0.01, 0.7, 20, down, mode, 0.97).to_array(400) - wanted).max() < 1e-13
    )  # torch takes 1 + t / n - floor(…)


def test_stairs_lines_and_waves_are_torch_s() -> None:
    torch = pytest.importorskip("torch")
    from torch.optim import lr_scheduler as trs

    pairs = [
        (trs.StepLR(sgd(torch, 0.4), 7, 0.3), lrkit.step_decay(0.4, 0.3, 7)),
        (trs.MultiStepLR(sgd(torch, 0.4), [9, 3, 3, 20], 0.3), lrkit.multi_step(0.4, [9, 3, 3, 20], 0.3)),
        (trs.LinearLR(sgd(torch, 0.4), 0.25, 0.75, 30), lrkit.linear(0.1, 0.3, 30)),
        (trs.CosineAnnealingLR(sgd(torch, 0.4), 17, 0.1), lrkit.cosine_wave(0.1, 0.4, 17)),
    ]
    for scheduler, made in pairs:
        assert np.abs(made.to_array(100) - rates_of(scheduler, 100)).max() < 1e-14


def test_multi_step_counts_twice_what_is_there_twice_and_begins_at_0() -> None:
    assert lrkit.multi_step(1.0, [0, 2, 2], 0.5).to_list(4) == [0.5, 0.5, 0.125, 0.125]
    assert lrkit.multi_step(1.0, [], 0.5) == lrkit.ConstantLR(1.0)


@pytest.mark.parametrize("timescale", [None, 5, 700])
@pytest.mark.parametrize("warmup", [0, 40])
def test_inverse_sqrt_is_transformers_s(warmup: int, timescale: int | None) -> None:
    torch = pytest.importorskip("torch")
    optimization = pytest.importorskip("transformers.optimization")
    scheduler = optimization.get_inverse_sqrt_schedule(sgd(torch, 0.3), warmup, timescale)
    made = lrkit.inverse_sqrt(0.3, warmup, timescale)
    assert np.abs(made.to_array(500) - rates_of(scheduler, 500)).max() < 1e-15


def test_warm_restarts_with_warm_ups_are_optax_s() -> None:
    optax = pytest.importorskip("optax")
    lengths = [20, 30, 45]
    cycle = {"init_value": 0.0, "warmup_steps": 5, "end_value": 0.0}
    parts = [cycle | {"peak_value": 0.8**k, "decay_steps": n} for k, n in enumerate(lengths)]
    wanted = np.array([float(optax.sgdr_schedule(parts)(t)) for t in range(0, 120, 3)])
    made = lrkit.cosine_restarts(0.0, 1.0, 20, 1.5, 0.8, warmup_steps=5, cycles=3)
    assert np.abs(made(range(0, 120, 3)) - wanted).max() < 1e-6  # optax's are float32


@pytest.mark.parametrize(("multiplier", "gamma"), [(1.0, 0.5), (2.0, 0.9), (1.5, 1.0)])
def test_the_height_of_restarts_shrinks_as_in_keras(multiplier: float, gamma: float) -> None:
    keras = pytest.importorskip("keras")
    theirs = keras.optimizers.schedules.CosineDecayRestarts(0.5, 20, multiplier, gamma, alpha=0.25)
    steps = [1, 10, 19, 21, 33, 49, 51, 59, 61, 94, 96, 139, 141, 200]  # not where a logarithm may miss a restart
    wanted = np.array([float(theirs(t)) for t in steps])
    made = lrkit.cosine_restarts(0.125, 0.5, 20, multiplier, gamma)
    assert np.abs(made(steps) - wanted).max() < 2e-6  # keras's are float32


PEERS = golden("catalogue_peers")


@pytest.mark.parametrize("case", PEERS["cases"], ids=lambda case: case["expression"])
def test_numbers_are_those_recorded_of_another_library(case: dict[str, Any]) -> None:
    made: LearningRateSchedule = lrkit.parse(case["expression"])
    wanted = np.array(case["rates"])
    assert np.abs(made(PEERS["steps"]) - wanted).max() <= 8 * np.spacing(0.1), case["peer"]


# Numbers: by hand -------------------------------------------------------------------------------------------------


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


# Noise --------------------------------------------------------------------------------------------------------------


@given(
    steps=st.integers(1, 300),
    std=st.floats(0.1, 1),
    limit=st.floats(0.15, 1),
    seed=st.integers(0, 2**32 - 1),
)
def test_noise_is_the_stream_of_the_seed_less_what_is_too_far_out(
    steps: int, std: float, limit: float, seed: int
) -> None:
    stream, wanted = np.random.RandomState(seed), []
    while len(wanted) < steps:
        if abs(drawn := std * stream.standard_normal()) <= limit:
            wanted.append(1 + drawn)
    made = lrkit.noise(steps, std, limit, seed)
    assert made.to_list(steps) == wanted
    assert made(10 * steps) == wanted[-1]


def test_noise_has_numpy_s_published_first_numbers() -> None:
    """Those that ``np.random.seed(0); np.random.randn(4)`` has given since NumPy's beginnings."""
    known = [1.764052345967664, 0.4001572083672233, 0.9787379841057392, 2.240893199201458]
    assert lrkit.noise(4, 0.25, 1.0, 0).to_list(4) == [1 + 0.25 * z for z in known]
    assert lrkit.noise(2, 0.25, 0.3, 0).to_list(2) == [1 + 0.25 * known[1], 1 + 0.25 * known[2]]


def test_longer_noise_begins_with_the_shorter() -> None:
    long = lrkit.noise(1000).to_list(1000)
    for steps in (1, 2, 7, 500, 999):
        assert lrkit.noise(steps).to_list(steps) == long[:steps]
    assert lrkit.noise(1000, seed=1).to_list(1000) != long


def test_noise_keeps_within_its_limit_and_has_the_mean_and_spread_of_a_normal_cut_there() -> None:
    factors = lrkit.noise(200_000, 1.0, 1.0, 3).to_array(200_000) - 1
    assert np.abs(factors).max() <= 1
    assert abs(factors.mean()) < 0.006  # five standard errors
    assert abs(factors.std() - 0.539560) < 0.006  # sqrt(1 - 2 phi(1) / (2 Phi(1) - 1))


def test_large_bounds_are_written_in_full() -> None:
    with pytest.raises(ValueError, match=r"noise: seed must be an integer >= 0 and <= 2\*\*32 - 1, got 4294967296"):
        lrkit.noise(10, seed=2**32)
    with pytest.raises(ValueError, match=r"noise: steps must be an integer >= 1 and <= 2\*\*24, got 16777217"):
        lrkit.noise(2**24 + 1)
