"""Configs of training systems: data in, schedules by group out, and back. No system is imported.

A file for each system declares what tells its configs, how they are read and, where a schedule has a form there, how
one is written. They are loaded when a config is read: there are many.
"""

from .._lazy import attach as _attach

__getattr__, __dir__, __all__ = _attach(__name__, __file__)
