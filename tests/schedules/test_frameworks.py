"""The same objects on the arrays of JAX, torch and a strict array-API library, traced and not."""

from __future__ import annotations

import re
import warnings
from typing import Any

import numpy as np
import pytest
from helpers import magnitude, own_kinds, schedules
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import lrkit

array_api_strict = pytest.importorskip("array_api_strict")
jax = pytest.importorskip("jax")
optax = pytest.importorskip("optax")
torch = pytest.importorskip("torch")
jnp = jax.numpy

EVERY_KIND = pytest.mark.parametrize("kind", own_kinds())
STEPS = st.lists(st.integers(0, 1000), min_size=1, max_size=20)
EIGHT = st.lists(st.integers(0, 1000), min_size=8, max_size=8)  # JAX compiles each operation anew for every length
SMOOTH = (
    lrkit.CosineDecayLR(0.01, 0.1, 40),
    lrkit.PolynomialDecayLR(0.1, 0.01, 40, 0.5),
    lrkit.ExponentialDecayLR(0.1, 0.9, 7),
    lrkit.NaturalExpDecayLR(0.1, 0.02, 7),
    lrkit.InverseDecayLR(0.1, 0.5, 7),
    lrkit.WarmUpLR(0.1, 50),
    lrkit.CosineDecayLR(0.01, 0.1, 40).warmup(5),
    0.5 * lrkit.CosineDecayLR(0.01, 0.1, 40).repeat(17) + 0.01,
    lrkit.CosineDecayLR(0.01, 0.1, 40).stretch(0.5),
)


def test_a_scheduler_that_is_stepped_after_each_epoch() -> None:
    """A loop of torch's own: 7 updates in an epoch, one step of the scheduler at its end."""
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.1)
    scheduler = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=10, eta_min=0.01)
    rates = []
    for _ in range(10):
        for _ in range(7):
            rates.append(optimizer.param_groups[0]["lr"])
            optimizer.step()
        scheduler.step()
    by_epoch = lrkit.CosineDecayLR(0.01, 0.1, 10).stretch(7).every(7)
    assert by_epoch.to_list(70) == pytest.approx(rates, rel=1e-12)


def check(schedule: Any, steps: list[int], rates: Any, ulp: float) -> None:
    """Within `ulp` of NumPy's rates, measured at the curve's magnitude."""
    expected = schedule(np.array(steps))
    assert (np.abs(np.asarray(rates) - expected) <= ulp * magnitude(schedule, steps)).all()


@EVERY_KIND
@settings(max_examples=3)
@given(data=st.data())
def test_jax_in_float64_traced_and_not(kind: str, data: st.DataObject) -> None:
    with jax.enable_x64(True):
        _check_jax_in_float64(kind, data)


def _check_jax_in_float64(kind: str, data: st.DataObject) -> None:
    schedule, steps = data.draw(schedules([kind])), data.draw(EIGHT)
    for array in (jnp.array(steps), jnp.array(steps, jnp.float64), jnp.array([steps])):
        rates = schedule(array)
        assert isinstance(rates, jax.Array)
        assert rates.shape == array.shape
        assert rates.dtype == jnp.float64
        check(schedule, steps, rates.ravel(), 8e-16)
    check(schedule, steps, jax.jit(jax.vmap(schedule))(jnp.array(steps)), 1e-14)


@EVERY_KIND
@settings(max_examples=3)
@given(data=st.data())
def test_jax_in_float32(kind: str, data: st.DataObject) -> None:
    schedule, steps = data.draw(schedules([kind])), data.draw(EIGHT)
    assume(not re.search(r"e-(3[89]|[4-9]\d|\d{3})\b", repr(schedule)))  # such a distance of two points is 0 in float32
    rates = jax.jit(schedule)(jnp.array(steps, jnp.int32))
    assert rates.dtype == jnp.float32
    if "StretchLR" not in repr(schedule):  # a step divided in float32 may fall on the other side of a jump
        steep = 100 * (1 + max(steps))  # float32 rounds the exponent of a power by that much
        check(schedule, steps, rates, 6e-8 * steep)


@EVERY_KIND
@settings(max_examples=10)
@given(data=st.data())
def test_torch(kind: str, data: st.DataObject) -> None:
    schedule, steps = data.draw(schedules([kind])), data.draw(STEPS)
    rates = schedule(torch.tensor(steps, dtype=torch.float64))
    assert isinstance(rates, torch.Tensor)
    assert rates.dtype == torch.float64
    check(schedule, steps, rates, 8e-16)
    whole = schedule(torch.tensor([steps]))
    assert whole.dtype == torch.get_default_dtype()
    assert whole.shape == (1, len(steps))


@EVERY_KIND
@settings(max_examples=10)
@given(data=st.data())
def test_strict_array_api(kind: str, data: st.DataObject) -> None:
    schedule, steps = data.draw(schedules([kind])), data.draw(STEPS)
    for array in (array_api_strict.asarray(steps), array_api_strict.asarray(steps, dtype=array_api_strict.float64)):
        rates = schedule(array)
        assert rates.__array_namespace__() is array_api_strict
        check(schedule, steps, rates, 8e-16)


@pytest.mark.parametrize("schedule", SMOOTH, ids=repr)
def test_derivatives_agree_with_differences(schedule: Any) -> None:
    """By central differences of the float64 scalar rates, inside smooth stretches and past the end."""
    slope = jax.jit(jax.grad(schedule))
    for step in (2.5, 9.25, 20.125, 33.5, 200.5):
        difference = (schedule(step + 1e-5) - schedule(step - 1e-5)) / 2e-5
        with jax.enable_x64(True):
            assert slope(step) == pytest.approx(difference, rel=1e-5, abs=1e-9)
        tensor = torch.tensor(step, dtype=torch.float64, requires_grad=True)
        schedule(tensor).backward()
        assert tensor.grad.item() == pytest.approx(difference, rel=1e-5, abs=1e-9)


def test_a_schedule_runs_in_a_jitted_loop() -> None:
    schedule = lrkit.CosineDecayLR(0, 0.1, 90).warmup(10)

    @jax.jit
    def total() -> Any:
        return jax.lax.fori_loop(0, 100, lambda step, lr: lr + schedule(step), 0.0)

    assert float(total()) == pytest.approx(sum(schedule.to_list(100)), rel=1e-6)


def test_a_schedule_is_an_optax_schedule_as_it_stands() -> None:
    """Plain gradient descent with a gradient of 1 moves a parameter by minus the rate of each step."""
    schedule = lrkit.CosineDecayLR(0, 0.1, 9).warmup(3)
    optimizer = optax.sgd(schedule)
    update = jax.jit(optimizer.update)
    state = optimizer.init(jnp.zeros(1))
    for step in range(15):
        moved, state = update(jnp.ones(1), state)
        assert float(moved[0]) == pytest.approx(-schedule(step), rel=1e-5, abs=1e-9)


def test_integer_steps_stay_exact_in_jax_beyond_24_bits() -> None:
    """In float32 the step 20 000 003 is 20 000 004; the cycle of 7 and the join are counted in integers."""
    step = 20_000_003
    schedule = lrkit.ConstantLR(0.5).then(lrkit.PolynomialDecayLR(7.0, 0.0, 7, 1.0).repeat(7), 20_000_002)
    assert float(jax.jit(schedule)(jnp.int32(step))) == pytest.approx(6.0)
    assert float(jax.jit(schedule)(jnp.int32(step - 2))) == 0.5


def test_unsigned_steps_do_not_wrap() -> None:
    schedule = lrkit.PolynomialDecayLR(0.1, 0.01, 10, 1.0, update_decay_steps=True)
    expected = schedule(np.array([3, 15]))
    np.testing.assert_allclose(schedule(jnp.array([3, 15], jnp.uint32)), expected, rtol=1e-6)
    np.testing.assert_allclose(schedule(torch.tensor([3, 15], dtype=torch.uint8)), expected, rtol=1e-6)


def test_a_count_may_be_beyond_jaxs_integers() -> None:
    assert float(jax.jit(lrkit.CosineDecayLR(0, 0.1, 2**33))(jnp.int32(3))) == pytest.approx(0.1)
    with jax.enable_x64(True):
        assert float(jax.jit(lrkit.CosineDecayLR(0, 0.1, 2**33))(jnp.int64(3))) == pytest.approx(0.1)


def test_the_tutorials_lines_in_float32() -> None:
    """As MindSpore's optimizer tutorial prints them: its numbers are computed in float32, and so are these."""
    schedule = lrkit.ExponentialDecayLR(0.1, 0.9, 4)
    printed = ["0.1", "0.097400375", "0.094868325", "0.09240211"]
    assert [str(schedule(jnp.int32(step))) for step in range(4)] == printed
    assert [str(schedule(torch.tensor(step)).numpy()) for step in range(4)] == printed


def test_torch_func_and_compile() -> None:
    schedule = lrkit.CosineDecayLR(0, 0.1, 90).warmup(10)
    steps = torch.arange(100, dtype=torch.float64)
    expected = schedule(np.arange(100))
    np.testing.assert_allclose(torch.func.vmap(schedule)(steps), expected, atol=2e-17)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # torch's remarks on caches that it looks through
        compiled = torch.compile(lambda step: 1.0 * schedule(step), backend="eager", fullgraph=True)
        np.testing.assert_allclose(compiled(steps), expected, atol=2e-17)


@pytest.mark.parametrize("array", [jnp.array([True]), torch.tensor([True]), torch.tensor([1j])])
def test_arrays_that_are_no_steps_are_refused(array: Any) -> None:
    with pytest.raises(TypeError, match="a step must be a real number, got an array of"):
        lrkit.ConstantLR(0.1)(array)
