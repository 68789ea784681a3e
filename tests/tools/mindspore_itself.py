"""What the tests against MindSpore itself share."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import mindspore as ms
    from mindspore import Parameter, Tensor

EPS = 2.0**-24
"""Half a unit in the last place of a float32 at 1."""


@pytest.fixture(autouse=True)
def pynative() -> Any:
    """MindSpore as it starts, again after a test in graph mode."""
    yield
    ms.set_context(mode=ms.PYNATIVE_MODE)


def weight(name: str = "w") -> Any:
    return Parameter(np.ones(2, np.float32), name=name)


def rates_of(cell: Any, steps: Any) -> Any:
    return cell(Tensor(np.asarray(steps, np.int32))).asnumpy().astype(np.float64)
