"""Adapters: other frameworks' schedules read into lrkit's, and lrkit's made theirs.

One module for each framework, which alone imports it, and only when an adapter is called. The names are those of
``__init__.pyi``.
"""

import lazy_loader as _lazy_loader

__getattr__, __dir__, __all__ = _lazy_loader.attach_stub(__name__, __file__)
