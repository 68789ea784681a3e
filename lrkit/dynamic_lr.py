"""The list family under MindSpore's import path, ``nn.dynamic_lr``."""

from .schedules.cosine_decay import cosine_decay_lr as cosine_decay_lr
from .schedules.exponential_decay import exponential_decay_lr as exponential_decay_lr
from .schedules.inverse_decay import inverse_decay_lr as inverse_decay_lr
from .schedules.natural_exp_decay import natural_exp_decay_lr as natural_exp_decay_lr
from .schedules.piecewise_constant import piecewise_constant_lr as piecewise_constant_lr
from .schedules.polynomial_decay import polynomial_decay_lr as polynomial_decay_lr
from .schedules.warm_up import warmup_lr as warmup_lr
