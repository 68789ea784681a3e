"""Schedules bound to an optimizer's groups, under the names of MindSpore and torch.

A scheduler here only binds: its rates are those of `scheduler.schedule(base_lr)`, a value of this package's algebra
that can be drawn, compared and joined. It works with anything that has ``param_groups``, and imports no framework.
"""

from ._base import LRScheduler as LRScheduler
from .compose import ChainedScheduler as ChainedScheduler
from .compose import SequentialLR as SequentialLR
from .cosine import CosineAnnealingLR as CosineAnnealingLR
from .cosine import CosineAnnealingWarmRestarts as CosineAnnealingWarmRestarts
from .cyclic import CyclicLR as CyclicLR
from .decay import ExponentialLR as ExponentialLR
from .decay import LinearLR as LinearLR
from .decay import PolynomialLR as PolynomialLR
from .functions import LambdaLR as LambdaLR
from .functions import MultiplicativeLR as MultiplicativeLR
from .plateau import ReduceLROnPlateau as ReduceLROnPlateau
from .stairs import ConstantLR as ConstantLR
from .stairs import MultiStepLR as MultiStepLR
from .stairs import StepLR as StepLR
