"""Keras: its schedules read, every step against the live library; schedules made Keras's, saved and trained with."""

from __future__ import annotations

import os
import pickle
import random
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np
import pytest
from helpers import magnitude, own_kinds, schedules
from hypothesis import given, settings
from hypothesis import strategies as st
from processes import LIMIT

import lrkit
from lrkit.interop import from_keras, to_keras
from lrkit.interop._errors import DepartureWarning
from lrkit.interop.keras import READERS

jax = pytest.importorskip("jax")
with mock.patch.dict(os.environ, {"KERAS_BACKEND": "jax"}):  # read by Keras once, when it is imported
    keras = pytest.importorskip("keras")
jnp = jax.numpy
known = keras.optimizers.schedules

Arguments = dict[str, Any]
CONFIGURATIONS = 20
LONGEST = 60
COUNTS = np.arange(5 * LONGEST)


def steps(r: random.Random) -> float:
    return r.choice([1, 2, LONGEST, float(r.randint(3, LONGEST)), r.randint(3, LONGEST), r.uniform(3, LONGEST)])


def rate(r: random.Random) -> float:
    return r.choice([0.0, 1.0, -0.3, r.uniform(1e-4, 2), r.uniform(1e-4, 2)])


def exponential(r: random.Random) -> Arguments:
    return {
        "initial_learning_rate": rate(r),
        "decay_steps": steps(r),
        "decay_rate": r.choice([1.0, r.uniform(0.1, 1), r.uniform(0.5, 1), r.uniform(1, 1.05)]),
        "staircase": r.random() < 0.5,
    }


def inverse(r: random.Random) -> Arguments:
    return exponential(r) | {"decay_rate": r.choice([0.0, 2.0, r.uniform(0.01, 3)])}


def piecewise(r: random.Random) -> Arguments:
    boundaries = sorted({*r.sample(range(-3, LONGEST), r.randint(1, 6)), *r.choice([[], [0]])})
    return {"boundaries": boundaries, "values": [rate(r) for _ in range(len(boundaries) + 1)]}


def polynomial(r: random.Random) -> Arguments:
    return {
        "initial_learning_rate": rate(r),
        "decay_steps": steps(r),
        "end_learning_rate": rate(r),
        "power": r.choice([0.0, 1.0, 2.0, r.uniform(0.3, 4)]),
        "cycle": r.random() < 0.5,
    }


def cosine(r: random.Random) -> Arguments:
    warm = r.random() < 0.6
    return {
        "initial_learning_rate": rate(r),
        "decay_steps": steps(r),
        "alpha": r.choice([0.0, 1.0, -0.2, 1.5, r.uniform(0, 1)]),
        "warmup_target": rate(r) if warm else None,
        "warmup_steps": r.choice([0, 1, r.randint(2, 30), 7.0]),
    }


def restarts(r: random.Random) -> Arguments:
    return {
        "initial_learning_rate": rate(r),
        "first_decay_steps": steps(r),
        "t_mul": r.choice([1.0, 1, 2.0, 3, r.uniform(1.1, 3)]),
        "m_mul": r.choice([1.0, r.uniform(0.3, 1), r.uniform(1, 1.2)]),
        "alpha": r.choice([0.0, 1.0, 1.5, r.uniform(0, 1), r.uniform(0, 1)]),
    }


CLASSES: dict[str, Callable[[random.Random], Arguments]] = {
    "ExponentialDecay": exponential,
    "InverseTimeDecay": inverse,
    "PiecewiseConstantDecay": piecewise,
    "PolynomialDecay": polynomial,
    "CosineDecay": cosine,
    "CosineDecayRestarts": restarts,
}
IN_FLOAT64 = ("ExponentialDecay", "InverseTimeDecay", "PiecewiseConstantDecay", "PolynomialDecay")


def live(schedule: Any, counts: Any = COUNTS) -> np.ndarray[Any, Any]:
    """The live rates, as float64."""
    return np.asarray(jax.vmap(schedule)(jnp.asarray(counts)), np.float64)


def clear_of_jumps(arguments: Arguments) -> np.ndarray[Any, Any]:
    """Where a rounding does not change the stair or the cycle that a step belongs to: there Keras may take another."""
    length = arguments.get("decay_steps", arguments.get("first_decay_steps", 1))
    if "t_mul" in arguments:
        starts = length * np.cumsum(float(arguments["t_mul"]) ** np.arange(400.0).clip(0, 400))
        starts = starts[starts < 2 * COUNTS[-1]]
        return np.array([not (np.abs(step - starts) < 1e-4 * step).any() for step in COUNTS])
    if length == int(length) or not (arguments.get("staircase") or arguments.get("cycle")):
        return np.ones(COUNTS.shape, bool)
    stairs = COUNTS / length
    return np.abs(stairs - np.round(stairs)) > 1e-5


@pytest.fixture
def float64() -> Iterator[None]:
    before = keras.config.floatx()
    keras.config.set_floatx("float64")
    with jax.enable_x64(True):
        yield
    keras.config.set_floatx(before)


# From Keras -----------------------------------------------------------------------------------------------------------


def test_every_class_of_the_live_library_is_read() -> None:
    classes = {name for name in dir(known) if isinstance(getattr(known, name), type)}
    assert classes - {"LearningRateSchedule"} == READERS.keys() == CLASSES.keys()


def configurations(name: str) -> Iterator[tuple[Arguments, Any]]:
    r = random.Random(name)
    for _ in range(CONFIGURATIONS):
        arguments = CLASSES[name](r)
        yield arguments, getattr(known, name)(**arguments)


@pytest.mark.parametrize("name", CLASSES)
def test_every_step_is_keras_in_float32(name: str) -> None:
    """To 2e-6 of the largest rate, some 32 roundings; a base is rounded too, and that grows with its exponent."""
    for arguments, schedule in configurations(name):
        bound = 2e-6
        if name == "ExponentialDecay":
            bound += 2.0**-24 * COUNTS[-1] / arguments["decay_steps"]
        rates = from_keras(schedule)(COUNTS)
        away = np.abs(rates - live(schedule)) / max(np.abs(rates).max(), 1e-9)
        assert away[clear_of_jumps(arguments)].max() <= bound, arguments


@pytest.mark.usefixtures("float64")
@pytest.mark.parametrize("name", IN_FLOAT64)
def test_every_step_is_keras_in_float64(name: str) -> None:
    for arguments, schedule in configurations(name):
        rates = from_keras(schedule)(COUNTS)
        away = np.abs(rates - live(schedule)) / max(np.abs(rates).max(), 1e-9)
        assert away[clear_of_jumps(arguments)].max() <= 1e-12, arguments


@pytest.mark.usefixtures("float64")
def test_cosines_are_float32_whatever_keras_is_told() -> None:
    """Against the cosine itself."""
    exact = 0.1 * 0.5 * (1 + np.cos(np.pi * 0.3))
    for schedule in (known.CosineDecay(0.1, 10), known.CosineDecayRestarts(0.1, 10)):
        assert 1e-10 < abs(float(schedule(3)) - exact) < 1e-7
        assert from_keras(schedule)(3) == pytest.approx(exact, rel=1e-15)


K1 = {
    "ExponentialDecay": ({"decay_steps": 1000, "decay_rate": 0.96}, 500, 0.0, 0.96**0.5, "decay_rate=0.96"),
    "InverseTimeDecay": ({"decay_steps": 10, "decay_rate": 0.5}, 20, 1.0, 0.5, "decay_rate=0.5"),
    "PolynomialDecay": ({"decay_steps": 10}, 10, 0.0, 1e-4, "end_learning_rate=0.0001"),
    "CosineDecay": ({"decay_steps": 90}, 90, 0.5 * (1 + np.cos(3)), 0.0, "pi"),
    "CosineDecayRestarts": ({"first_decay_steps": 10}, 5, 0.5 * (1 + np.cos(1.5)), 0.5, "pi"),
}


@pytest.mark.parametrize("name", K1)
def test_k1_an_integer_learning_rate_truncates_everything(name: str) -> None:
    arguments, step, keras_rate, right, truncated = K1[name]
    schedule = getattr(known, name)(1, **arguments)
    assert float(schedule(step)) == pytest.approx(keras_rate, abs=1e-6)
    with pytest.warns(
        DepartureWarning, match=rf"{name} has an integer .* truncates {truncated} to an integer"
    ) as caught:
        read = from_keras(schedule)
    assert read(step) == pytest.approx(right, rel=1e-12, abs=1e-16)
    assert [warning.filename for warning in caught] == [__file__]
    assert read == from_keras(getattr(known, name)(1.0, **arguments))  # without a warning


def test_k1_the_warm_up_of_the_documentation_stays_at_0() -> None:
    schedule = known.CosineDecay(0, 1000, warmup_target=0.1, warmup_steps=1000)
    assert not live(schedule, [0, 500, 1000, 1500]).any()
    with pytest.warns(DepartureWarning, match=r"truncates warmup_target=0.1, pi to an integer"):
        assert from_keras(schedule)([0, 500, 1000, 1500, 2000]) == pytest.approx([0, 0.05, 0.1, 0.05, 0])


def test_integers_that_nothing_is_lost_with_are_no_departure() -> None:
    schedule = known.ExponentialDecay(1, 2, 2)
    assert live(schedule, [0, 2, 4]).tolist() == from_keras(schedule)([0, 2, 4]).tolist() == [1, 2, 4]


def test_a_boundary_keeps_the_old_rate() -> None:
    """By the rule of Keras's documentation: values[0] when step <= boundaries[0]."""
    schedule = known.PiecewiseConstantDecay([2, 4], [0.3, 0.2, 0.1])
    assert from_keras(schedule).to_list(6) == [0.3, 0.3, 0.3, 0.2, 0.2, 0.1]
    assert from_keras(known.PiecewiseConstantDecay([], [0.3])) == lrkit.ConstantLR(0.3)


@pytest.mark.parametrize(("t_mul", "missed"), [(10.0, [10, 110, 11_110]), (2.0, [81_910, 327_670])])
def test_restarts_that_keras_misses_are_there(t_mul: float, missed: list[int]) -> None:
    """The starts by hand, 10 (m + … + 1): a logarithm in float32 falls short, and Keras has the last rate before."""
    schedule = known.CosineDecayRestarts(1.0, 10, t_mul=t_mul)
    assert live(schedule, missed) == pytest.approx(np.zeros(len(missed)), abs=1e-6)
    assert from_keras(schedule)(missed).tolist() == [1.0] * len(missed)


def test_the_floor_of_restarts_does_not_shrink_with_the_peaks() -> None:
    """By hand: 0.8 of the rate halves at each restart, 0.2 stays."""
    schedule = known.CosineDecayRestarts(1.0, 10, t_mul=1.0, m_mul=0.5, alpha=0.2)
    expected = [1.0, 0.6, 0.6, 0.4, 0.4]
    assert live(schedule, [0, 5, 10, 15, 20]) == pytest.approx(expected, rel=1e-6)
    assert from_keras(schedule)([0, 5, 10, 15, 20]) == pytest.approx(expected, rel=1e-12)


def test_expressions_are_the_plain_ones() -> None:
    """Written by hand: a whole number of steps gives the schedule that one would write."""
    cosine = lrkit.CosineDecayLR
    assert from_keras(known.CosineDecay(0.1, 90.0, alpha=0.5)) == cosine(0.05, 0.1, 90)
    assert from_keras(known.CosineDecay(0.0, 9, warmup_target=0.1, warmup_steps=3)) == lrkit.linear(0.0, 0.1, 3).then(
        cosine(0.0, 0.1, 9), 3
    )
    assert from_keras(known.CosineDecayRestarts(0.1, 9)) == cosine(0, 0.1, 9).repeat(9, multiplier=2.0)
    assert from_keras(known.ExponentialDecay(0.1, 2.5, 0.5)) == lrkit.ExponentialDecayLR(0.1, 0.5, 1).stretch(2.5)
    assert from_keras(known.PolynomialDecay(0.1, 9, cycle=True)) == lrkit.PolynomialDecayLR(0.1, 1e-4, 9, 1.0, True)


class Own(known.ExponentialDecay):
    """A subclass may compute anything."""


NAMESAKE = type("ExponentialDecay", (known.ExponentialDecay,), {})
REFUSED = {
    "a namesake": (NAMESAKE(0.1, 10, 0.5), TypeError, "is none of Keras's own schedules"),
    "a subclass": (Own(0.1, 10, 0.5), TypeError, "is none of Keras's own schedules; lrkit.record"),
    "a number": (0.1, TypeError, "0.1 is none of Keras's own schedules"),
    "shrinking cycles": (known.CosineDecayRestarts(0.1, 10, t_mul=0.5), TypeError, "t_mul must be at least 1, got 0.5"),
    "part of a step": (known.CosineDecay(0.0, 9, 0.0, "", 0.1, 2.5), TypeError, "warmup_steps must be an integer >= 0"),
    "steps below 0": (known.CosineDecay(0.0, 9, 0.0, "", 0.1, -2), ValueError, "warmup_steps must be an integer >= 0"),
    "disorder": (known.PiecewiseConstantDecay([4, 2], [1.0, 2.0, 3.0]), TypeError, "boundaries must not decrease"),
    "a negative rate": (known.ExponentialDecay(0.1, 9, -0.5), ValueError, "decay_rate must be a number > 0, got -0.5"),
    "a negative power": (known.PolynomialDecay(0.1, 9, power=-1.0), ValueError, "power must be a number > 0, got -1"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_read_is_refused(case: str) -> None:
    schedule, error, message = REFUSED[case]
    with pytest.raises(error, match=message):
        from_keras(schedule)


@pytest.mark.parametrize("adapter", [from_keras, to_keras])
def test_a_missing_framework_is_named_with_its_extra(adapter: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "keras", None)
    with pytest.raises(ImportError, match=rf'{adapter.__name__} needs keras: pip install "lrkit\[keras\]"'):
        adapter(lrkit.ConstantLR(0.1))


def test_importing_the_adapter_imports_no_framework() -> None:
    program = (
        "import sys, lrkit.interop.keras, lrkit.interop.optax; print({'keras', 'jax', 'torch'} & set(sys.modules))"
    )
    assert run(program) == "set()"


# To Keras -------------------------------------------------------------------------------------------------------------

SCHEDULE = lrkit.CosineDecayLR(0.01, 0.1, 20).warmup(5)
LARGE = {
    # schedule, step, the exact rate
    "2**24 + 1 of 2**25": (lrkit.linear(1.0, 0.0, 2**25), 2**24 + 1, (2**24 - 1) / 2**25),
    "39 999 999 of 4e7": (lrkit.linear(1.0, 0.0, 40_000_000), 39_999_999, 1 / 4e7),
    "9 999 000 of 1e7": (lrkit.CosineDecayLR(0, 1.0, 10_000_000), 9_999_000, np.sin(np.pi / 2e4) ** 2),
    "2**31 - 2 of 2**31 - 1": (lrkit.linear(1.0, 0.0, 2**31 - 1), 2**31 - 2, 1 / (2**31 - 1)),
}


@pytest.mark.parametrize("case", LARGE)
def test_large_steps_are_exact(case: str) -> None:
    schedule, step, exact = LARGE[case]
    for rate in (to_keras(schedule)(step), jax.jit(to_keras(schedule))(jnp.int32(step))):
        assert keras.backend.standardize_dtype(rate.dtype) == "float32"
        assert float(rate) == pytest.approx(exact, rel=2.0**-24, abs=3e-16 if schedule.kind == "cosine_decay" else 0.0)


def test_keras_own_are_not() -> None:
    own = known.CosineDecay(1.0, 10_000_000)
    assert abs(float(own(9_999_000)) / LARGE["9 999 000 of 1e7"][2] - 1) > 0.1


@pytest.mark.parametrize("kind", own_kinds())
@settings(max_examples=2)
@given(data=st.data())
def test_every_kind_runs_and_comes_back_from_keras_own_format(kind: str, data: st.DataObject) -> None:
    """To one rounding to float32, and what float64 arrays may differ from scalars by, at the curve's magnitude."""
    schedule, counts = data.draw(schedules([kind])), data.draw(st.lists(st.integers(0, 1000), min_size=5, max_size=5))
    written = keras.saving.serialize_keras_object(to_keras(schedule))
    back = keras.saving.deserialize_keras_object(written)
    assert back == to_keras(schedule)
    assert from_keras(back) == schedule
    rates, expected = live(back, counts), np.array([schedule(count) for count in counts])
    tiny = float(np.finfo(np.float32).tiny)  # below it XLA has 0
    assert (np.abs(rates - expected) <= 2.0**-24 * np.abs(expected) + 1e-14 * magnitude(schedule, counts) + tiny).all()


def test_it_is_a_value() -> None:
    schedule = to_keras(SCHEDULE)
    assert repr(schedule) == f"to_keras({SCHEDULE!r})"
    assert pickle.loads(pickle.dumps(schedule)) == schedule
    assert len({schedule, to_keras(SCHEDULE), to_keras(lrkit.ConstantLR(1.0))}) == 2
    assert schedule != SCHEDULE
    assert type(schedule).from_config(schedule.get_config()) == schedule
    assert known.deserialize(known.serialize(schedule)) == schedule


@pytest.mark.usefixtures("float64")
def test_floatx_is_respected() -> None:
    rate = to_keras(SCHEDULE)(7)
    assert str(rate.dtype) == "float64"
    assert float(rate) == pytest.approx(SCHEDULE(7), rel=1e-15)


def test_what_cannot_be_made_keras_is_refused() -> None:
    with pytest.raises(TypeError, match="to_keras: schedule must be a schedule"):
        to_keras(0.1)
    with (
        mock.patch.object(keras.backend, "backend", return_value="tensorflow"),
        pytest.raises(NotImplementedError, match="must be one of jax, torch, numpy, got tensorflow"),
    ):
        to_keras(SCHEDULE)


TRAINING = """
    import pathlib, sys, tempfile
    import keras, numpy as np
    import lrkit
    from lrkit.interop.keras import KerasSchedule
    from lrkit.interop import to_keras

    schedule = lrkit.CosineDecayLR(0.01, 0.1, 20).warmup(5)
    x, y = np.random.default_rng(0).normal(size=(2, 32, 3)).astype("float32")
    y = y[:, :1]

    class Watch(keras.callbacks.Callback):
        def on_train_batch_begin(self, batch, logs=None):
            seen.append(float(keras.ops.convert_to_numpy(self.model.optimizer.learning_rate)))

    def train(model):
        model.fit(x, y, batch_size=4, epochs=1, verbose=0, shuffle=False, callbacks=[Watch()])

    seen = []
    keras.utils.set_random_seed(1)
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])
    model.compile(optimizer=keras.optimizers.SGD(to_keras(schedule)), loss="mse")
    train(model)
    path = pathlib.Path(tempfile.mkdtemp()) / "model.keras"
    model.save(path)
    again = keras.saving.load_model(path)
    assert again.optimizer.learning_rate is not None
    assert isinstance(again.optimizer._learning_rate, KerasSchedule)
    assert again.optimizer._learning_rate == to_keras(schedule)
    train(again)
    train(model)
    one, other = ([np.asarray(keras.ops.convert_to_numpy(w)) for w in m.weights] for m in (model, again))
    assert all((a == b).all() for a, b in zip(one, other))
    expected = [np.float32(schedule(step)) for step in (*range(16), *range(8, 16))]
    assert np.allclose(seen, expected, rtol=2.0**-23, atol=0), (seen, expected)
    exact = {step: float(to_keras(lrkit.linear(1.0, 0.0, 40_000_000))(step)) for step in (2**24 + 1, 39_999_999)}
    assert abs(exact[2**24 + 1] / (1 - (2**24 + 1) / 4e7) - 1) < 1e-7
    assert abs(exact[39_999_999] / 2.5e-8 - 1) < 1e-7
    print(keras.backend.backend(), len(seen))
"""


def run(program: str, **environment: str) -> str:
    path = os.pathsep.join(filter(None, [str(Path(lrkit.__file__).parents[1]), os.environ.get("PYTHONPATH")]))
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)],
        env=os.environ | {"PYTHONPATH": path} | environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=LIMIT,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.parametrize("backend", ["jax", "torch"])
def test_a_model_is_trained_saved_loaded_and_trained_on(backend: str) -> None:
    """In a program of its own, since Keras has one backend for each: the optimizer's rate before each batch."""
    pytest.importorskip(backend)
    assert run(TRAINING, KERAS_BACKEND=backend) == f"{backend} 24"
