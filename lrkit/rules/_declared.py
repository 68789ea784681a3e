"""What several optimizers declare: the domains of their hyper-parameters, each said once."""

from collections.abc import Sequence
from typing import Annotated

from .._params import Param

Flag = Annotated[bool, Param("")]
LossScale = Annotated[float, Param("s", low=0, exclusive=True, typical=(1, 1024))]
Rate = Annotated[float, Param(r"\eta", low=0, typical=(1e-4, 1))]
Decay = Annotated[float, Param(r"\lambda", low=0, typical=(0, 0.1))]
NonNegative = Annotated[float, Param("", low=0, typical=(0, 0.99))]
Positive = Annotated[float, Param(r"\epsilon", low=0, exclusive=True, typical=(1e-10, 1e-3))]
Epsilon = Annotated[float, Param(r"\epsilon", low=0, typical=(1e-10, 1e-3))]
Fraction = Annotated[float, Param("", low=0, exclusive=True, high=1, high_exclusive=True, typical=(0.5, 0.999))]
Betas = Annotated[Sequence[float], Param(r"\beta", low=0, high=1, high_exclusive=True, pair=True, typical=(0.5, 0.999))]
