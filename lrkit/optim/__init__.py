"""Optimizers with MindSpore's ``nn`` face: rates and decays are given once, as numbers, lists or schedules."""

from .._lazy import attach as _attach

__getattr__, __dir__, __all__ = _attach(__name__, __file__)
