"""Steps of every dtype in NumPy, JAX, torch and a strict array-API library, around what their integers hold.

What a rate must be is said by the call with a Python integer, whose arithmetic has no limits. Where the rates are
float32 a curve is compared at the precision of float32; what is counted in integers must be exact.
"""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np
import pytest
from helpers import magnitude, own_kinds

import lrkit
from lrkit import ConstantLR, CosineDecayLR, InverseDecayLR, LearningRateSchedule, Param, PolynomialDecayLR, WarmUpLR

strict = pytest.importorskip("array_api_strict")
jax = pytest.importorskip("jax")
torch = pytest.importorskip("torch")
jnp = jax.numpy

BIG = (2**31 - 2, 2**31 - 1, 2**31, 2**31 + 1, 2**32, 2**40, 2**53)
SAW = PolynomialDecayLR(7.0, 0.0, 7, 1.0).repeat(7)


def of_length(n: int) -> dict[str, LearningRateSchedule]:
    """Every kind, with a count or milestone of about `n` steps."""
    line = PolynomialDecayLR(1.0, 0.25, n, 1.0)
    return {
        "cosine_decay": CosineDecayLR(0.0, 1.0, n),
        "polynomial_decay": line,
        "polynomial_decay again": PolynomialDecayLR(1.0, 0.0, n, 1.0, update_decay_steps=True),
        "exponential_decay": lrkit.ExponentialDecayLR(1.0, 0.5, n),
        "exponential_decay in stairs": lrkit.ExponentialDecayLR(1.0, 0.5, n, is_stair=True),
        "inverse_decay": InverseDecayLR(1.0, 0.5, n),
        "inverse_decay in stairs": InverseDecayLR(1.0, 0.5, n, is_stair=True),
        "natural_exp_decay": lrkit.NaturalExpDecayLR(1.0, 1 / n, n),
        "natural_exp_decay in stairs": lrkit.NaturalExpDecayLR(1.0, 1 / n, n, is_stair=True),
        "warm_up": WarmUpLR(1.0, n),
        "log_warm_up": lrkit.LogWarmUpLR(1.0, n),
        "radam_warm_up": lrkit.RAdamWarmUpLR(1.0, 1 - 1 / max(n, 5)),
        "cosine_k_decay": lrkit.CosineKDecayLR(0.0, 1.0, n, 1.5),
        "tanh_decay": lrkit.TanhDecayLR(0.0, 1.0, n),
        "rex_decay": lrkit.RexDecayLR(0.0, 1.0, n),
        "hyperbolic_decay": lrkit.HyperbolicDecayLR(0.0, 1.0, n, n),
        "exp_hyperbolic_decay": lrkit.ExpHyperbolicDecayLR(0.1, 1.0, n, n),
        "piecewise_constant": lrkit.PiecewiseConstantLR([n, 2**53], [1.0, 0.5]),
        "piecewise_linear": lrkit.PiecewiseLinearLR([0, n], [1.0, 0.25]),
        "piecewise_cosine": lrkit.PiecewiseCosineLR([0, n - 0.5], [1.0, 0.25]),
        "table": lrkit.TableLR([1.0, 0.5], [min(n, 2**53 - 1), 1]),
        "constant": ConstantLR(0.5),
        "join": ConstantLR(0.5).then(SAW, n),
        "sum": line + WarmUpLR(1.0, n),
        "product": line * WarmUpLR(1.0, n),
        "scale": 0.5 * line,
        "offset": line + 0.5,
        "power": line**0.5,
        "clip": line.clip(0.3, 0.9),
        "minimum": line.minimum(WarmUpLR(1.0, n)),
        "maximum": line.maximum(WarmUpLR(1.0, n)),
        "shift": line.shift(n),
        "shift back": line.shift(-(n // 2)),
        "stretch": line.stretch(2.0),
        "repeat": line.repeat(n),
        "repeat twice": line.repeat(n, cycles=2, gamma=0.5),
        "repeat growing": line.repeat(n, multiplier=2.0),
        "hold": line.hold(n),
        "every": line.every(3),
        "every epoch": line.stretch(3.0).every(3),
    }


def test_every_kind_is_here() -> None:
    own = own_kinds().keys()
    assert {name.split(" ")[0] for name in of_length(10)} == own


def close(schedule: LearningRateSchedule, steps: list[int], rates: Any, relative: float) -> None:
    expected = np.array([schedule(step) for step in steps])
    assert np.abs(np.asarray(rates, np.float64) - expected).max() <= relative * max(1.0, magnitude(schedule, [0]))


def around(limit: int, *counts: int) -> list[int]:
    wanted = {0, 1, 2, 3, limit // 2, limit // 2 + 1, limit - 2, limit - 1, limit}
    wanted |= {count + d for count in counts for d in (-1, 0, 1)}
    return sorted(step for step in wanted if 0 <= step <= limit)


@pytest.mark.parametrize("dtype", ["int8", "int16", "uint8", "uint16", "int32", "uint32"])
@pytest.mark.parametrize("name", of_length(10))
def test_small_integers_of_torch_and_numpy(name: str, dtype: str) -> None:
    limit = int(np.iinfo(dtype).max)
    for n in (limit // 2 + 1, limit, limit + 1, 3 * limit, 2**53):
        schedule = of_length(n)[name]
        steps = around(limit, n, 2 * n)
        array = np.array(steps, dtype)
        close(schedule, steps, schedule(array), 2e-15)
        close(schedule, steps, schedule(torch.tensor(array)), 3e-7 if "shift" not in name else 3e-6)


@pytest.mark.parametrize("dtype", ["int8", "uint8", "int32"])
@pytest.mark.parametrize("name", of_length(10))
def test_small_integers_of_jax(name: str, dtype: str) -> None:
    limit = int(np.iinfo(dtype).max)
    for n in (limit // 2 + 1, limit + 1):
        schedule = of_length(n)[name]
        steps = around(limit, n, 2 * n)
        close(schedule, steps, schedule(jnp.array(steps, dtype)), 3e-6)


@pytest.mark.parametrize("name", ["cosine_decay", "polynomial_decay again", "join", "repeat", "table", "stretch"])
def test_small_integers_of_the_standard(name: str) -> None:
    for dtype in (strict.int8, strict.uint8, strict.int32):
        limit = int(strict.iinfo(dtype).max)
        schedule = of_length(limit + 1)[name]
        steps = around(limit)
        close(schedule, steps, schedule(strict.asarray(steps, dtype=dtype)), 2e-15)


@pytest.mark.parametrize("count", BIG)
def test_a_count_beyond_the_integers_of_jax_under_jit(count: int) -> None:
    for name in ("cosine_decay", "warm_up", "polynomial_decay", "join", "hold", "piecewise_constant", "repeat"):
        schedule = of_length(count)[name]
        steps = [0, 5, 2**31 - 1]
        rates = [float(jax.jit(schedule)(step)) for step in steps]
        close(schedule, steps, rates, 3e-7)
        if name in ("join", "piecewise_constant", "repeat"):  # float32 does not know the step of the jump
            continue
        single = [np.float32(step) for step in steps]
        close(schedule, [int(step) for step in single], [float(schedule(jnp.float32(step))) for step in single], 3e-7)


def test_a_decay_made_longer_is_right_where_its_length_leaves_the_integers() -> None:
    """2 (2**30 + 1) is beyond int32; half of it is left at step 2**30 + 2."""
    schedule = PolynomialDecayLR(1.0, 0.0, 2**30 + 1, 1.0, update_decay_steps=True)
    step = 2**30 + 2
    assert float(schedule(jnp.int32(step))) == 0.5
    assert float(jax.jit(schedule)(jnp.int32(step))) == 0.5
    assert float(schedule(torch.tensor(step, dtype=torch.int32))) == 0.5


def test_an_optax_optimizer_takes_a_long_schedule() -> None:
    optax = pytest.importorskip("optax")
    optimizer = optax.sgd(CosineDecayLR(0.0, 1.0, 2**40))
    state = optimizer.init(jnp.zeros(1))
    moved, _ = jax.jit(optimizer.update)(jnp.ones(1), state)
    assert float(moved[0]) == -1.0


@pytest.mark.parametrize("start", [2**24 + 1, 2**30 + 5, 2**31 - 9])
def test_cycles_and_joins_are_counted_in_integers(start: int) -> None:
    """The saw of 7 steps is a whole number at each; float32 would not tell these steps apart."""
    schedule = ConstantLR(0.5).then(SAW, start)
    steps = [start - 1, start, start + 1, start + 6, start + 8]
    expected = [schedule(step) for step in steps]
    for array in (jnp.array(steps, jnp.int32), jnp.array(steps, jnp.uint32), torch.tensor(steps, dtype=torch.int32)):
        assert np.round(np.asarray(schedule(array)), 5).tolist() == pytest.approx(expected, abs=1e-5)


def test_unsigned_steps_that_jax_has_no_integers_for_are_the_largest() -> None:
    steps = jnp.array([2**31 - 1, 2**31, 2**32 - 1], jnp.uint32)
    assert WarmUpLR(1.0, 2**31 - 1)(steps).tolist() == [1.0, 1.0, 1.0]


@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
def test_half_precision_steps_give_single_precision_rates(dtype: str) -> None:
    """65 536 steps are infinitely many in float16, and 0.1 has three digits in bfloat16."""
    schedule = CosineDecayLR(0.01, 0.1, 100_000)
    for array in (jnp.array([0, 5, 64, 256], dtype), torch.tensor([0, 5, 64, 256], dtype=getattr(torch, dtype))):
        rates = schedule(array)
        assert str(rates.dtype).endswith("float32")
        close(schedule, [0, 5, 64, 256], rates, 1e-7)
    close(schedule, [0, 5, 64, 256], schedule(np.array([0, 5, 64, 256], np.float16)), 1e-16)


def test_integer_steps_under_transformations() -> None:
    schedule = CosineDecayLR(0.0, 0.1, 2**33).warmup(2**31)
    steps = [0, 2**20, 2**31 - 1]
    close(schedule, steps, jax.vmap(jax.jit(schedule))(jnp.array(steps)), 1e-7)
    close(schedule, steps, torch.func.vmap(schedule)(torch.tensor(steps, dtype=torch.int32)), 1e-7)
    assert float(jax.grad(schedule)(2.0**20)) == pytest.approx(0.1 / 2**31)


def test_torch_compiles_a_schedule_that_was_never_called() -> None:
    import warnings

    schedule = CosineDecayLR(0, 0.1, 90).warmup(10)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # torch's remarks on caches that it looks through
        compiled = torch.compile(lambda step: 1.0 * schedule(step), backend="eager", fullgraph=True)
        for dtype in (torch.int32, torch.int64, torch.float64):
            close(schedule, list(range(100)), compiled(torch.arange(100, dtype=dtype)), 1e-8)


# The same names, with constants, in every namespace ------------------------------------------------------------------

NAMES: dict[str, Any] = {
    "minimum": lambda xp, t, c, i: xp.minimum(t, c) + xp.minimum(c, t) + xp.minimum(i, c) + xp.minimum(t, i),
    "maximum": lambda xp, t, c, i: xp.maximum(t, c) + xp.maximum(c, t) + xp.maximum(i, c) + xp.maximum(t, i),
    "where": lambda xp, t, c, i: (
        xp.where(t < i, c, 2 * c) + xp.where(t < c, t, c) + xp.where(t > i, i, t) + xp.where(c < 1, c, i)
        + xp.where(t > i, 1, 0)
    ),
    "floor": lambda xp, t, c, i: xp.floor(t) + xp.floor(c) + xp.floor(i) + xp.floor(t * c),
    "ceil": lambda xp, t, c, i: xp.ceil(t) + xp.ceil(c) + xp.ceil(i) + xp.ceil(t * c),
    "floor_divide": lambda xp, t, c, i: (
        xp.floor_divide(t, i) + xp.floor_divide(i, c) + xp.floor_divide(t, c) + xp.floor_divide(50, t + 1)
    ),
    "sqrt": lambda xp, t, c, i: xp.sqrt(t) + xp.sqrt(c) + xp.sqrt(i) + xp.sqrt(t * c),
    "exp": lambda xp, t, c, i: xp.exp(-t) + xp.exp(c) + xp.exp(i) + xp.exp(-t * c),
    "log": lambda xp, t, c, i: xp.log(t + 1) + xp.log(c) + xp.log(i) + xp.log(t + c),
    "cos": lambda xp, t, c, i: xp.cos(t) + xp.cos(c) + xp.cos(i) + xp.cos(t * c),
    "sin": lambda xp, t, c, i: xp.sin(t) + xp.sin(c) + xp.sin(i) + xp.sin(t * c),
    "tanh": lambda xp, t, c, i: xp.tanh(t) + xp.tanh(c) + xp.tanh(i) + xp.tanh(t * c),
    "pow": lambda xp, t, c, i: xp.pow(c, t) + xp.pow(t, i) + xp.pow(c, i) + xp.pow(i, c) + xp.pow(2, xp.minimum(t, 9)),
    "take": lambda xp, t, c, i: (
        xp.take((c, 2.0, 5), xp.minimum(t, 2)) + xp.take((c, 2.0, 5), 1) + xp.take([1, 2, 3], 0)
    ),
    "searchsorted": lambda xp, t, c, i: (
        c * xp.searchsorted((3, 7.5), t, side="right") + xp.searchsorted((3, 7), t) + xp.searchsorted((3, 7), i)
        + xp.searchsorted((3, 7.5), t + c, side="left") + xp.searchsorted((0.5, 3), c, side="right")
    ),
    "piecewise": lambda xp, t, c, i: (
        xp.piecewise(t, (3, 7), (lambda s: s, lambda _: c, lambda s: xp.minimum(s, 20)))
        + xp.piecewise(t, (3,), (lambda _: 1, lambda _: 2))
        + xp.piecewise(i, (3, 7), (lambda s: s, lambda s: 2 * s, lambda _: c))
    ),
    "operators": lambda xp, t, c, i: (
        (t + i) * c - abs(t - i) + (-t) / i + t // i + t % i + xp.where(t % 3 == 0, c, 0)
        + c ** xp.minimum(t, 3) + i - t
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_every_name_takes_steps_and_constants_in_every_namespace(name: str) -> None:
    class Named(LearningRateSchedule):
        c: Annotated[float, Param("c")]
        i: Annotated[int, Param("i")]

        def formula(self, step: Any, xp: Any) -> Any:
            return NAMES[name](xp, step, self.c, self.i) * 1.0

    from lrkit._namespaces import scalar

    schedule = Named(0.75, 5)
    steps = list(range(60))
    expected = [float(NAMES[name](scalar, step, 0.75, 5)) for step in steps]
    assert [schedule(step) for step in steps] == expected  # compiled
    assert schedule.to_list(47) == expected[:47]
    assert schedule.to_list(60) == expected
    tight, loose = {"rtol": 1e-14, "atol": 1e-14}, {"rtol": 3e-6, "atol": 3e-6}
    np.testing.assert_allclose(schedule(steps), expected, **tight)
    np.testing.assert_allclose(schedule([float(s) for s in steps]), expected, **tight)
    np.testing.assert_allclose(schedule(steps[::-1]), expected[::-1], **tight)
    np.testing.assert_allclose(schedule(torch.arange(60, dtype=torch.float64)), expected, **tight)
    np.testing.assert_allclose(schedule(torch.arange(60)), expected, **loose)
    np.testing.assert_allclose(schedule(torch.arange(60, dtype=torch.int8)), expected, **loose)
    np.testing.assert_allclose(np.asarray(schedule(strict.arange(60))), expected, **tight)
    np.testing.assert_allclose(jax.jit(schedule)(jnp.arange(60)), expected, **loose)
    np.testing.assert_allclose(schedule(jnp.arange(60, dtype=jnp.int8)), expected, **loose)
    np.testing.assert_allclose(schedule(jnp.arange(60.0)), expected, **loose)


def test_a_name_that_is_none_is_none_in_every_namespace() -> None:
    class Unknown(LearningRateSchedule):
        def formula(self, step: Any, xp: Any) -> Any:
            return xp.arctan(step)

    for call in (
        lambda: Unknown()(3), lambda: Unknown()([3]), lambda: Unknown().to_list(3), lambda: Unknown().to_list(99),
        lambda: Unknown()(jnp.arange(3)), lambda: Unknown()(torch.arange(3)), lambda: Unknown()(strict.arange(3)),
    ):  # fmt: skip
        with pytest.raises(AttributeError, match="xp has no 'arctan'; it has ceil, cos, exp, floor"):
            call()


@pytest.mark.parametrize("total", [1, 2, 3, 4, 5, 10])
@pytest.mark.parametrize("pct_start", [0.1, 0.2, 0.3, 0.5])
@pytest.mark.parametrize("three_phase", [False, True])
def test_one_cycle_of_few_steps_is_torchs(total: int, pct_start: float, three_phase: bool) -> None:
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=1.0)
    options = {"pct_start": pct_start, "three_phase": three_phase}
    try:
        scheduler = torch.optim.lr_scheduler.OneCycleLR(optimizer, 0.1, total_steps=total, **options)
    except ZeroDivisionError:  # torch's own, where a phase has no length
        assert len(lrkit.one_cycle(0.1, total, **options).to_list(total)) == total
        return
    expected = [optimizer.param_groups[0]["lr"]]
    for _ in range(total - 1):
        optimizer.step()
        scheduler.step()
        expected.append(optimizer.param_groups[0]["lr"])
    assert lrkit.one_cycle(0.1, total, **options).to_list(total) == pytest.approx(expected, abs=1e-15)


@pytest.mark.parametrize("start", [1e-7, 1e-3, 0.05, 0.3])
def test_a_warm_up_begins_at_its_start_exactly(start: float) -> None:
    schedule = ConstantLR(0.1).warmup(100, start)
    assert schedule(0) == schedule.to_list(200)[0] == schedule([0])[0] == start
    assert schedule(100) == 0.1
    with pytest.raises(ValueError, match=r"ConstantLR\.warmup: start_lr must be a number >= 0, got -1"):
        ConstantLR(0.1).warmup(100, -1)


def test_a_zero_has_one_sign() -> None:
    for one, other in (([-0.0], [0.0]), ([0.0, -0.0, 1.0], [-0.0, 0.0, 1.0])):
        assert lrkit.TableLR(one) == lrkit.TableLR(other)
        assert hash(lrkit.TableLR(one)) == hash(lrkit.TableLR(other))
        assert repr(lrkit.TableLR(one)) == repr(lrkit.TableLR(other))
