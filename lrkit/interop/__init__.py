"""Adapters: other frameworks' schedules read into lrkit's, and lrkit's made theirs.

A file for each framework, which alone imports it, and only when an adapter is called; if it is not installed, that is
an ``ImportError`` that names the extra. ``from_...`` reads attributes, and refuses with a ``TypeError`` what has no
exact counterpart here; a value outside the domain of a schedule is a ``ValueError``. A ``DepartureWarning`` says where
the framework does not do what its own formula says. The public names are those of ``__init__.pyi``.
"""

from .._lazy import attach as _attach

__getattr__, __dir__, __all__ = _attach(__name__, __file__)
