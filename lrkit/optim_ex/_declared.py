"""The hyper-parameters that several optimizers of this face have, declared once."""

from typing import Annotated

from .._params import Param

Rate = Annotated[float, Param(r"\eta", low=0, typical=(1e-4, 1))]
Decay = Annotated[float, Param(r"\lambda", low=0, typical=(0, 0.1))]
Flag = Annotated[bool, Param("")]
NonNegative = Annotated[float, Param("", low=0, typical=(0, 0.99))]
Positive = Annotated[float, Param(r"\epsilon", low=0, exclusive=True, typical=(1e-10, 1e-3))]
Epsilon = Annotated[float, Param(r"\epsilon", low=0, typical=(1e-10, 1e-3))]
Betas = Annotated[
    tuple[float, ...], Param(r"\beta", low=0, high=1, high_exclusive=True, pair=True, typical=(0.5, 0.999))
]
