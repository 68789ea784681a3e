"""Schedules bound to an optimizer's groups, under the names of MindSpore and torch.

A scheduler here only binds: its rates are those of `scheduler.schedule(base_lr)`, a value of this package's algebra
that can be drawn, compared and joined. It works with anything that has ``param_groups``, and imports no framework.
Bound to an optimizer of torch, it is a scheduler of torch as well.
"""

from .._lazy import attach as _attach

__getattr__, __dir__, __all__ = _attach(__name__, __file__)
