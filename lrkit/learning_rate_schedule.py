"""The step objects under MindSpore's import path, ``nn.learning_rate_schedule``."""

from .schedules._base import LearningRateSchedule as LearningRateSchedule
from .schedules.constant import ConstantLR as ConstantLR
from .schedules.cosine_decay import CosineDecayLR as CosineDecayLR
from .schedules.exponential_decay import ExponentialDecayLR as ExponentialDecayLR
from .schedules.inverse_decay import InverseDecayLR as InverseDecayLR
from .schedules.natural_exp_decay import NaturalExpDecayLR as NaturalExpDecayLR
from .schedules.piecewise_constant import PiecewiseConstantLR as PiecewiseConstantLR
from .schedules.polynomial_decay import PolynomialDecayLR as PolynomialDecayLR
from .schedules.table import TableLR as TableLR
from .schedules.warm_up import WarmUpLR as WarmUpLR
