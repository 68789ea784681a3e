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
    jax = pytest.importorskip("jax")
    names: dict[str, Any] = {}
    with jax.enable_x64(True):
        exec(code, names)
        rates = [float(names["learning_rate"](jax.numpy.asarray(step))) for step in range(STEPS)]
    expected = schedule(np.arange(STEPS))
    np.testing.assert_allclose(rates, expected, rtol=0, atol=1e-12 * expected.max())


def check_keras(code: str, schedule: lrkit.LearningRateSchedule) -> None:
    """Keras computes in float32, and compiles its cosine anew at each call: so at some steps, the bends among them."""
    keras = pytest.importorskip("keras")
    names: dict[str, Any] = {}
    exec(code, names)
    made = names["learning_rate"]
    steps = sorted({*range(0, STEPS, 7), *range(8, 13), *range(24, 27), *range(39, 42), *range(49, 52), 60, 61, 200})
    rates = [made if isinstance(made, float) else float(keras.ops.convert_to_numpy(made(step))) for step in steps]
    expected = schedule(np.array(steps))
    np.testing.assert_allclose(rates, expected, rtol=0, atol=1e-5 * expected.max())
