"""How parameters and gradients lie in memory, and their types: a step gives the same, and copies nothing large."""

from __future__ import annotations

import tracemalloc
from typing import Any

import numpy as np
import pytest
from optimizers import ALL, Made, bits, every, gradients, parameters

from lrkit import Parameter, optim


@every
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_types_are_kept_and_gradients_of_another_float_taken(make: Made, dtype: Any) -> None:
    params = parameters(dtype)
    optimizer = make(params)
    for step, other in enumerate((np.float32, np.float64, np.float16)):
        optimizer([g.astype(other) for g in gradients(params, step)])
    assert all(p.dtype == dtype for p in params)
    states = [v for v in optimizer.state_dict().values() if isinstance(v, np.ndarray)]
    assert all(v.dtype == dtype for v in states)


@every
def test_gradients_are_computed_with_in_the_type_of_the_parameter(make: Made) -> None:
    """Their squares and multiples would not fit their own: 300² in float16, 1e25² in float32."""
    for dtype, other, size in ((np.float32, np.float16, 300.0), (np.float64, np.float32, 1e25)):
        for shape in ((3, 4), (200, 200)):
            for options in ({}, {"loss_scale": 1024.0}, {"grad_centralization": True}):
                if "loss_scale" in options and "loss_scale" not in make.cls.__init__.__annotations__:
                    continue
                if "grad_centralization" in options and not make.is_nn:
                    continue
                runs = []
                for cast in (False, True):
                    weight = Parameter(np.ones(shape, dtype), "weight")
                    shared = {k: v for k, v in options.items() if k == "loss_scale"}
                    group = {k: v for k, v in options.items() if k != "loss_scale"}
                    optimizer = make([{"params": [weight]} | group], **shared)
                    g = np.random.default_rng(1).normal(size, size / 100, shape).astype(other)
                    for _ in range(2):
                        optimizer([g.astype(dtype) if cast else g])
                    runs.append(weight.asnumpy())
                np.testing.assert_allclose(runs[0], runs[1], rtol=1e-6)


def test_bare_arrays_on_foreign_memory_are_moved() -> None:
    memory = bytearray(16)
    array = np.frombuffer(memory, np.float32)
    optim.SGD([array], 1.0)([np.full(4, -1.0)])
    assert np.frombuffer(memory, np.float32).tolist() == [1.0] * 4


def test_norms_of_huge_and_tiny_tensors_are_numbers() -> None:
    """A LAMB step is as long as the rate times the tensor, whatever its size in float32."""
    for size in (1e25, 1e-25):
        weight = Parameter(np.full(4, size, np.float32), "weight")
        optim.Lamb([weight], 0.25)([np.ones(4)])
        np.testing.assert_allclose(weight, 0.75 * size, rtol=1e-5)


@every
def test_it_does_not_matter_how_parameters_lie_in_memory(make: Made) -> None:
    """Bare arrays: in one piece, side by side, scattered, transposed; against parameters of their own."""
    pool = np.zeros(64)
    whole = np.zeros((300, 200))
    bare = [np.zeros((3, 4)), pool[:8].reshape(2, 4), pool[8:12], np.zeros((6, 4))[::2], np.zeros((4, 3)).T, whole.T]
    own = [Parameter(np.zeros(a.shape), f"p{k}") for k, a in enumerate(bare)]
    for k, (a, p) in enumerate(zip(bare, own, strict=True)):
        a[...] = np.random.default_rng(k).normal(size=a.shape)
        p.assign(a)
    one, two = make(bare), make(own)
    for step in range(3):
        g = gradients(own, step)
        one([np.asfortranarray(x) for x in g])
        two(g)
    for a, p in zip(bare, own, strict=True):
        np.testing.assert_allclose(a, p, rtol=1e-12, atol=1e-15)
    assert not pool[12:].any()


@pytest.mark.parametrize("name", [name for name in ALL if "Lamb" not in name and "AdaFactor" not in name])
def test_a_thousand_small_parameters_are_one_large_one(name: str) -> None:
    """More than a bundle holds, in parameters of their own and as bare arrays."""
    values = np.random.default_rng(3).normal(size=(1000, 99)).astype(np.float32)
    large = Parameter(values)
    own, bare = [Parameter(row) for row in values], [row.copy() for row in values]
    optimizers = [ALL[name](given) for given in ([large], own, bare)]
    for step in range(3):
        (g,) = gradients([large], step)
        optimizers[0]([g])
        optimizers[1](list(g))
        optimizers[2](list(g))
    np.testing.assert_array_equal(np.stack(own), large)
    np.testing.assert_array_equal(np.stack(bare), large)


@every
def test_a_parameter_may_be_a_gradient(make: Made) -> None:
    """Its own (half its square is the loss), and another's (the loss is their product)."""
    for shape in ((3,), (200, 300)):
        runs = []
        for copied in (False, True):
            a, b = (Parameter(np.full(shape, x), name) for x, name in ((1.0, "a"), (2.0, "b")))
            optimizer = make([{"params": [a]}, {"params": [b]}])
            for _ in range(3):
                optimizer([np.array(b), np.array(a)] if copied else [b, a])
                optimizer([np.array(a), np.array(b)] if copied else [np.asarray(a)[...], np.asarray(b)])
            runs.append(bits([a, b]))
        assert runs[0] == runs[1]


@every
def test_a_view_of_a_parameter_may_be_a_gradient(make: Made) -> None:
    """Of its own, backwards; and of another one, in a group before it."""
    for n in (4, 200_000):
        runs = []
        for copied in (False, True):
            a, b = (Parameter(np.linspace(x, x + 1, n), name) for x, name in ((1.0, "a"), (2.0, "b")))
            optimizer = make([{"params": [a]}, {"params": [b]}])
            for _ in range(2):
                given = [np.asarray(a)[::-1], a[:]]
                optimizer([g.copy() for g in given] if copied else given)
            runs.append(bits([a, b]))
        assert runs[0] == runs[1]


@pytest.mark.parametrize("name", [name for name in ALL if "Lamb" not in name and "AdaFactor" not in name])
def test_a_step_needs_less_than_a_mebibyte(name: str) -> None:
    params = [
        Parameter(np.ones((1000, 2000), np.float32), "large"),
        *(Parameter(np.ones(99), f"p{k}") for k in range(99)),
    ]
    optimizer = ALL[name](params)
    g = gradients(params, 0)
    optimizer(g)
    tracemalloc.start()
    optimizer(g)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 2**20


def test_interleaved_parameters_are_apart() -> None:
    pool = np.ones(6)
    optimizer = optim.SGD([pool[::2], pool[1::2]], 1.0)
    optimizer([np.ones(3), np.zeros(3)])
    assert pool.tolist() == [0, 1, 0, 1, 0, 1]


def test_an_optimizer_moves_the_parameter_that_was_given() -> None:
    """Through whatever was taken from it after: its memory, and bare arrays, side by side or not."""
    p = Parameter([1.0], "p")
    q = np.array([1.0, 2.0])
    optimizer = optim.SGD([p, q], learning_rate=1.0)
    memory = np.asarray(p)
    optimizer([np.ones(1), np.ones(2)])
    assert (memory.tolist(), q.tolist()) == ([0.0], [0.0, 1.0])
    second = optim.SGD([p], learning_rate=1.0)
    second([np.ones(1)])
    optimizer([np.ones(1), np.ones(2)])
    assert (memory.tolist(), float(p[0])) == ([-2.0], -2.0)
