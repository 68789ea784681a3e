"""How code that `as_source` wrote is run, and its rates compared."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import lrkit

torch = pytest.importorskip("torch")

STEPS = 130


def optimizer() -> Any:
    """Two groups, whose own rates the code must replace, and those that another scheduler has noted too."""
    groups = [{"params": [torch.nn.Parameter(torch.zeros(1))], "lr": rate} for rate in (0.7, 0.3)]
    made = torch.optim.SGD(groups, lr=0.5)
    torch.optim.lr_scheduler.StepLR(made, step_size=1)  # which notes its base rates in the groups
    return made


def check_optax(code: str, schedule: lrkit.LearningRateSchedule) -> None:
    """At every step, traced, which is how optax calls it; and at one as it is."""
    jax = pytest.importorskip("jax")
    names: dict[str, Any] = {}
    with jax.enable_x64(True):
        exec(code, names)
        rates = np.asarray(jax.vmap(names["learning_rate"])(jax.numpy.arange(STEPS)))
        alone = float(names["learning_rate"](jax.numpy.asarray(STEPS - 1)))
    expected = schedule(np.arange(STEPS))
    np.testing.assert_allclose([*rates, alone], [*expected, expected[-1]], rtol=0, atol=1e-12 * expected.max())


def check_keras(code: str, schedule: lrkit.LearningRateSchedule) -> None:
    """Traced, as in a training step, and at one step as it is.

    Keras computes in float32, and near a jump may take the other side: so at some steps, the bends among them.
    """
    jax, keras = pytest.importorskip("jax"), pytest.importorskip("keras")
    names: dict[str, Any] = {}
    exec(code, names)
    made = names["learning_rate"]
    steps = sorted({*range(0, STEPS, 7), *range(8, 13), *range(24, 27), *range(39, 42), *range(49, 52), 60, 61, 200})
    if isinstance(made, float):
        rates, alone = np.full(len(steps), made), made
    else:
        rates = np.asarray(jax.vmap(made)(jax.numpy.asarray(steps)), np.float64)
        alone = float(keras.ops.convert_to_numpy(made(steps[-1])))
    expected = schedule(np.array(steps))
    np.testing.assert_allclose([*rates, alone], [*expected, expected[-1]], rtol=0, atol=1e-5 * expected.max())
