"""A user's code with torch, JAX and optax: checked and run as `good.py` is."""

from typing import assert_type

import jax
import jax.numpy as jnp
import optax
import torch

import lrkit
from lrkit import LearningRateSchedule

schedule = lrkit.CosineDecayLR(0, 0.1, 100).warmup(10)
assert_type(schedule(torch.arange(5)), torch.Tensor)
assert_type(schedule(jnp.arange(5)), jax.Array)
assert_type((0.5 * schedule)(torch.tensor(3.0)), torch.Tensor)

model = torch.nn.Linear(4, 2)
optimizer = torch.optim.AdamW(model.parameters(), lr=0.1)
theirs = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=100)
assert_type(lrkit.from_torch(theirs), list[LearningRateSchedule])
(curve,) = lrkit.from_torch(theirs)
assert_type(curve, LearningRateSchedule)
assert_type(lrkit.lr_scheduler.CosineAnnealingLR(optimizer, T_max=95), lrkit.lr_scheduler.CosineAnnealingLR)
lrkit.to_torch({"lr": schedule, "weight_decay": 0.1 * schedule}, optimizer).step()

assert_type(lrkit.from_optax(optax.cosine_decay_schedule, 0.1, 100), LearningRateSchedule)
assert_type(lrkit.to_optax(schedule).schedule, LearningRateSchedule)
optax.adam(schedule)
optax.adam(lrkit.to_optax(schedule))
