"""An optimizer of torch's, and the rates that a scheduler writes into it."""

from __future__ import annotations

from typing import Any

import numpy as np


def sgd(torch: Any, rate: float) -> Any:
    return torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=rate)


def rates_of(scheduler: Any, steps: int) -> Any:
    found = []
    for _ in range(steps):
        found.append(scheduler.get_last_lr()[0])
        scheduler.optimizer.step()
        scheduler.step()
    return np.array(found)
