"""`LARS`, around another optimizer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

import numpy as np

from .._params import Param, field_of, shorten
from ..parameter import ParameterTuple
from ..rules._declared import Flag
from ..rules._state import State
from ..rules.lars import LARSRule
from .optimizer import Optimizer

NonNegative = Annotated[float, Param(r"\epsilon", low=0, typical=(0, 1e-3))]
EPSILON, COEFFICIENT = field_of("epsilon", NonNegative), field_of("coefficient", NonNegative)
USE_CLIP = field_of("use_clip", Flag)


def is_scaled(parameter: Any) -> bool:
    """Whether LARS scales a parameter by default: its name has neither ``LayerNorm`` nor ``bias`` in it."""
    return "LayerNorm" not in parameter.name and "bias" not in parameter.name


class LARS:
    r"""An optimizer whose gradients are first made as long, for each tensor, as the tensor allows.

    .. math::

        g' = \gamma \, (g + \lambda w), \qquad
        \gamma = c \, \frac{\lVert w \rVert}{\lVert g \rVert + \lambda \lVert w \rVert + \epsilon}

    With `use_clip`, :math:`\min(\gamma / \eta_t, 1)` takes the place of :math:`\gamma`, so that no step is longer than
    the optimizer's own.

    Parameters
    ----------
    optimizer : Optimizer
        One of `lrkit.optim`. Its weight decay :math:`\lambda` and its loss scale are applied here; **the optimizer
        itself has none from then on**, as in MindSpore.
    epsilon : float
        :math:`\epsilon`, at least 0, in the unit of the gradients.
    coefficient : float
        :math:`c`, at least 0.
    use_clip : bool
        See above.
    lars_filter : callable
        Called with each parameter: whether it is scaled. By default those that have neither ``LayerNorm`` nor
        ``bias`` in their name. The gradients of others stay as they are, without weight decay.

    Raises
    ------
    TypeError, ValueError
        If an argument is of the wrong type or outside its domain; at a step, as the optimizer does.

    Notes
    -----
    *First step*: as every step, with plain descent beneath, about :math:`\eta_t c \lVert w \rVert` long. A tensor of
    zeros stays where it is, since its :math:`\gamma` is 0. *Elsewhere*: MindSpore's runs on no CPU; its formula is
    that of its documentation.

    References
    ----------
    You, Gitman and Ginsburg, "Large Batch Training of Convolutional Networks", 2017, arXiv:1708.03888.

    Examples
    --------
    >>> import lrkit
    >>> weight = lrkit.Parameter([3.0, 4.0], name="weight")
    >>> optimizer = lrkit.LARS(lrkit.SGD([weight], learning_rate=1.0), epsilon=0.0, coefficient=0.2)
    >>> optimizer([[0.0, 100.0]])  # 0.2 · 5 / 100 of the gradient
    >>> print(weight.value(), optimizer.global_step)
    [3. 3.] 1
    """

    def __init__(
        self,
        optimizer: Optimizer,
        epsilon: float = 1e-5,
        coefficient: float = 1e-3,
        use_clip: bool = False,
        lars_filter: Callable[[Any], bool] = is_scaled,
    ) -> None:
        if not isinstance(optimizer, Optimizer):
            raise TypeError(f"LARS: optimizer must be one of lrkit.optim, got {shorten(optimizer)}")
        if not callable(lars_filter):
            raise TypeError(f"LARS: lars_filter must be called with a parameter, got {shorten(lars_filter)}")
        numbers = EPSILON.coerce("LARS", epsilon), COEFFICIENT.coerce("LARS", coefficient)
        self._rule = LARSRule(*numbers, USE_CLIP.coerce("LARS", use_clip))
        self._scaled = tuple(bool(lars_filter(p)) for p in optimizer.parameters)
        self.optimizer = optimizer
        self.loss_scale = optimizer.loss_scale
        self._decays = optimizer.hand_over_decay()

    def __repr__(self) -> str:
        rule = self._rule
        options = f"epsilon={rule.epsilon}, coefficient={rule.coefficient}, use_clip={rule.clipped}"
        return f"LARS({self.optimizer!r}, {options})"

    def __call__(self, gradients: Any) -> Any:
        """One step: scale the gradients, and hand them to the optimizer."""
        return self.optimizer(self._ready(self.optimizer.checked_gradients(gradients)))

    def _ready(self, gradients: tuple[Any, ...]) -> tuple[Any, ...]:
        optimizer = self.optimizer
        rates = np.broadcast_to(optimizer.get_lr(), len(gradients))
        decays = [decay(optimizer.global_step) for decay in self._decays]
        ready = []
        with np.errstate(all="ignore"):
            for p, g, rate, decay, scaled in zip(
                optimizer.parameters, gradients, rates, decays, self._scaled, strict=True
            ):
                w = np.asarray(p)
                unscaled = g / w.dtype.type(self.loss_scale) if self.loss_scale != 1 else g
                ready.append(self._rule.gradient(w, unscaled, float(rate), decay) if scaled else unscaled)
        return tuple(ready)

    @property
    def parameters(self) -> ParameterTuple:
        """What the optimizer moves."""
        return self.optimizer.parameters

    @property
    def global_step(self) -> int:
        """The number of steps done."""
        return self.optimizer.global_step

    def get_lr(self) -> float | tuple[float, ...]:
        """The optimizer's rate of the coming step."""
        return self.optimizer.get_lr()

    def state_dict(self) -> State:
        """The optimizer's state: LARS keeps none of its own."""
        return self.optimizer.state_dict()

    def load_state_dict(self, state: Any) -> None:
        """Take over a state that `state_dict` returned. Nothing has changed if it does not fit."""
        self.optimizer.load_state_dict(state)
