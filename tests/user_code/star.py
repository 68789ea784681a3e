"""A user's code that imports every public name: checked and run as `good.py` is."""

from typing import assert_type

from lrkit import *  # noqa: F403
from lrkit.optim import *  # noqa: F403

assert_type(CosineDecayLR(0, 0.1, 5)(3), float)  # noqa: F405
assert_type(Momentum([Parameter([1.0])], 0.1, 0.9), Momentum)  # noqa: F405
assert_type(as_source(one_cycle(0.1, 100), "lrkit"), str)  # noqa: F405
