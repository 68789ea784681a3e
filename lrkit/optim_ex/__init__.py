"""Optimizers whose groups can be read and written while a run goes on: MindSpore's ``experimental.optim``."""

from .._lazy import attach as _attach

__getattr__, __dir__, __all__ = _attach(__name__, __file__)
