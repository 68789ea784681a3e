"""Optimizers with MindSpore's ``nn`` face: rates and decays are given once, as numbers, lists or schedules."""

import lazy_loader as _lazy_loader

__getattr__, __dir__, __all__ = _lazy_loader.attach_stub(__name__, __file__)
