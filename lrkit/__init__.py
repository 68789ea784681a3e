"""lrkit: one learning-rate schedule, seen before it is run, equal in every framework, exact at every step.

``import lrkit as nn`` runs code written for MindSpore's ``nn.dynamic_lr`` and ``nn.learning_rate_schedule``.
"""

from typing import TYPE_CHECKING

from . import dynamic_lr as dynamic_lr
from . import learning_rate_schedule as learning_rate_schedule
from ._params import Param as Param
from .dynamic_lr import cosine_decay_lr as cosine_decay_lr
from .dynamic_lr import exponential_decay_lr as exponential_decay_lr
from .dynamic_lr import inverse_decay_lr as inverse_decay_lr
from .dynamic_lr import natural_exp_decay_lr as natural_exp_decay_lr
from .dynamic_lr import piecewise_constant_lr as piecewise_constant_lr
from .dynamic_lr import polynomial_decay_lr as polynomial_decay_lr
from .dynamic_lr import warmup_lr as warmup_lr
from .learning_rate_schedule import ConstantLR as ConstantLR
from .learning_rate_schedule import CosineDecayLR as CosineDecayLR
from .learning_rate_schedule import ExponentialDecayLR as ExponentialDecayLR
from .learning_rate_schedule import InverseDecayLR as InverseDecayLR
from .learning_rate_schedule import LearningRateSchedule as LearningRateSchedule
from .learning_rate_schedule import NaturalExpDecayLR as NaturalExpDecayLR
from .learning_rate_schedule import PiecewiseConstantLR as PiecewiseConstantLR
from .learning_rate_schedule import PolynomialDecayLR as PolynomialDecayLR
from .learning_rate_schedule import TableLR as TableLR
from .learning_rate_schedule import WarmUpLR as WarmUpLR
from .plotting import plot as plot
from .schedules._json import from_json as from_json
from .schedules._parse import parse as parse
from .schedules.arithmetic import OffsetLR as OffsetLR
from .schedules.arithmetic import ProductLR as ProductLR
from .schedules.arithmetic import ScaleLR as ScaleLR
from .schedules.arithmetic import SumLR as SumLR
from .schedules.bounds import ClipLR as ClipLR
from .schedules.bounds import MaximumLR as MaximumLR
from .schedules.bounds import MinimumLR as MinimumLR
from .schedules.clock import HoldLR as HoldLR
from .schedules.clock import RepeatLR as RepeatLR
from .schedules.clock import ShiftLR as ShiftLR
from .schedules.clock import StretchLR as StretchLR
from .schedules.join import JoinLR as JoinLR

__version__ = "0.1.0"

if not TYPE_CHECKING:

    def __getattr__(name: str) -> type:
        """A schedule of this package that is registered but not listed above: one added in a file of its own."""
        from .schedules._registry import KINDS

        for cls in KINDS.values():
            if cls.__name__ == name:
                return cls
        raise AttributeError(f"module 'lrkit' has no attribute {name!r}")
