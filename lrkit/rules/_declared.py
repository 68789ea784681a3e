"""Arguments that a class declares: the domains that several optimizers share, and the constructors made of them."""

import dataclasses
import functools
from collections.abc import Sequence
from typing import Annotated, Any

from .._params import Param, declared_of, own_annotations

Flag = Annotated[bool, Param("")]
LossScale = Annotated[float, Param("s", low=0, exclusive=True, typical=(1, 1024))]
Rate = Annotated[float, Param(r"\eta", low=0, typical=(1e-4, 1))]
Decay = Annotated[float, Param(r"\lambda", low=0, typical=(0, 0.1))]
NonNegative = Annotated[float, Param("", low=0, typical=(0, 0.99))]
Positive = Annotated[float, Param(r"\epsilon", low=0, exclusive=True, typical=(1e-10, 1e-3))]
Epsilon = Annotated[float, Param(r"\epsilon", low=0, typical=(1e-10, 1e-3))]
Fraction = Annotated[float, Param("", low=0, exclusive=True, high=1, high_exclusive=True, typical=(0.5, 0.999))]
Betas = Annotated[Sequence[float], Param(r"\beta", low=0, high=1, high_exclusive=True, pair=True, typical=(0.5, 0.999))]
Etas = Annotated[Sequence[float], Param(r"\eta_-, \eta_+", low=0, exclusive=True, pair=True, typical=(0.5, 1.2))]
StepSizes = Annotated[Sequence[float], Param(r"\Delta_{\min}, \Delta_{\max}", low=0, pair=True, typical=(1e-6, 50))]


def make_constructor(cls: Any, first: str) -> None:
    """Give a class that declares its arguments, beginning with `first`, a constructor; leave others alone.

    The arguments are a dataclass of their own, which has their names, order and defaults. The constructor makes one and
    hands its fields to ``_from_arguments``. The defaults are removed from the class: an instance without such
    an attribute would show them.
    """
    annotations = own_annotations(cls)
    if first not in annotations or "__init__" in vars(cls):
        return
    declared_of(cls)  # now, while local names that the annotations use can be found
    names = {name: vars(cls)[name] for name in annotations if name in vars(cls)}
    names |= {"__module__": cls.__module__, "__qualname__": cls.__qualname__, "__annotations__": annotations}
    bases = tuple(base._lrkit_arguments for base in cls.__bases__ if hasattr(base, "_lrkit_arguments"))  # noqa: SLF001
    arguments: Any = dataclasses.dataclass(type(cls.__name__, bases, names), eq=False, repr=False)
    for field in dataclasses.fields(arguments):
        if field.name in vars(cls):
            delattr(cls, field.name)

    @functools.wraps(arguments.__init__)
    def constructor(self: Any, *given: Any, **named: Any) -> None:
        self._from_arguments(**vars(arguments(*given, **named)))

    cls._lrkit_arguments, cls.__init__ = arguments, constructor
