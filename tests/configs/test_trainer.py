"""transformers' Trainer: the file is read, without it, as `from_transformers` reads the live arguments."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

import lrkit

KINDS = {
    "linear": {}, "cosine": {}, "cosine_with_restarts": {"num_cycles": 2}, "polynomial": {"lr_end": 1e-6, "power": 2.0},
    "constant": {}, "constant_with_warmup": {}, "inverse_sqrt": {}, "cosine_with_min_lr": {"min_lr": 1e-5},
    "cosine_warmup_with_min_lr": {"min_lr_rate": 0.1}, "warmup_stable_decay": {"num_decay_steps": 20},
}  # fmt: skip


@pytest.mark.parametrize("name", KINDS)
def test_a_schedule_by_name_is_that_of_transformers(name: str) -> None:
    """The live ``LambdaLR`` of ``get_scheduler``, sampled to past its end."""
    torch = pytest.importorskip("torch")
    optimization = pytest.importorskip("transformers.optimization")
    config = {"learning_rate": 1e-4, "lr_scheduler_type": name, "warmup_steps": 7, "max_steps": 60}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        found = lrkit.from_config(config | {"lr_scheduler_kwargs": KINDS[name]})
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=1e-4)
    live = optimization.get_scheduler(name, optimizer, 7, 60, dict(KINDS[name]))
    steps = np.arange(130)
    expected = np.array([1e-4 * live.lr_lambdas[0](int(t)) for t in steps])
    # the schedule of a constant has no warm-up in transformers
    np.testing.assert_allclose(found.schedule(steps), expected, rtol=0, atol=1e-16)


def test_epochs_are_counted_by_the_budget() -> None:
    """10 000 samples in batches of 4 x 8 are 313 updates an epoch; a warm-up ratio is rounded up."""
    config = {"learning_rate": 1e-4, "lr_scheduler_type": "linear", "num_train_epochs": 3, "warmup_ratio": 0.1}
    found = lrkit.from_config(config | {"per_device_train_batch_size": 8}, budget="samples=10_000 processes=4")
    assert found.length == 939
    assert found.schedule == lrkit.linear(1e-4, 0.0, 939 - 94).warmup(94)
    with pytest.raises(ValueError, match=r"does not say how many samples an epoch has: give budget='samples="):
        lrkit.from_config(config)
