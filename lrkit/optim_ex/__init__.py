"""Optimizers whose groups can be read and written while a run goes on: MindSpore's ``experimental.optim``."""

import lazy_loader as _lazy_loader

__getattr__, __dir__, __all__ = _lazy_loader.attach_stub(__name__, __file__)
