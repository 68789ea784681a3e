"""lrkit: one learning-rate schedule, seen before it is run, equal in every framework, exact at every step.

``import lrkit as nn`` runs code written for MindSpore's ``nn.dynamic_lr``, ``nn.learning_rate_schedule``, ``nn.optim``
and its experimental optimizers and schedulers.
"""

from ._lazy import attach as _attach

__version__ = "0.1.0"

_listed, __dir__, __all__ = _attach(__name__, __file__)


def __getattr__(name: str) -> object:
    """A public name, loaded when it is first asked for: ``import lrkit`` alone costs next to nothing.

    The names are those of ``__init__.pyi``. A registered schedule or function of the catalogue is public without being
    listed there, so that one in a file of its own needs no other edit to run.
    """
    if name in __all__:
        return _listed(name)
    if not name.startswith("_"):
        from .catalogue import FUNCTIONS
        from .schedules._registry import classes

        for registered in (classes(), FUNCTIONS):
            if name in registered:
                return registered[name]
    raise AttributeError(f"module 'lrkit' has no attribute {name!r}")
