"""lrkit: one learning-rate schedule, seen before it is run, equal in every framework, exact at every step.

``import lrkit as nn`` runs code written for MindSpore's ``nn.dynamic_lr``, ``nn.learning_rate_schedule``, ``nn.optim``
and its experimental optimizers and schedulers.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ._views import VIEWS

__version__ = "0.1.0"


def _plot(*schedules: Any, **options: Any) -> Any:
    from .plotting import plot

    return plot(*schedules, **options)


def _html(schedule: Any) -> str:
    from .plotting.svg import html

    return html(schedule)


VIEWS |= {"plot": _plot, "html": _html}

if TYPE_CHECKING:
    from ._exports import *  # noqa: F403
else:

    def __getattr__(name: str) -> object:
        """A public name, loaded when it is first asked for: ``import lrkit`` alone costs next to nothing.

        A registered schedule is public without being listed, so that one in a file of its own needs no other edit.
        """
        if name == "__all__":
            return list({public: None for names in _public() for public in names if not public.startswith("_")})
        if not name.startswith("_"):
            for names in _public():
                if name in names:
                    globals()[name] = names[name]
                    return names[name]
        if name.startswith(("from_", "to_")):
            from . import interop

            if name in interop.ADAPTERS:
                return getattr(interop, name)
        raise AttributeError(f"module 'lrkit' has no attribute {name!r}")

    def __dir__() -> list[str]:
        return sorted({*globals(), *__getattr__("__all__")})

    def _public() -> Iterator[dict[str, object]]:
        """The public names, by where they come from: our schedules first, for which nothing else is loaded."""
        from importlib import import_module

        from .schedules._registry import classes

        yield {name: cls for name, cls in classes().items() if cls.__module__.startswith("lrkit.")}
        yield vars(import_module("lrkit._exports"))
        yield import_module("lrkit.catalogue").FUNCTIONS
        yield classes()
