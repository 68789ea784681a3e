"""What several optimizers declare: the domains of their hyper-parameters, each said once; and their classes."""

import dataclasses
from collections.abc import Sequence
from typing import Annotated

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


def made_of_declarations(cls: type, first: str) -> None:
    """Make a class that declares its arguments, beginning with `first`, a dataclass; leave others alone.

    The defaults live on in the constructor alone. As attributes of the class they would show through its instances,
    and there say nothing of what holds.
    """
    if first not in own_annotations(cls):
        return
    dataclasses.dataclass(cls, eq=False, repr=False)
    declared_of(cls)  # while the names around the class are known
    for field in dataclasses.fields(cls):
        if field.name in vars(cls):
            delattr(cls, field.name)
