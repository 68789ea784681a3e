"""Polynomial decay: `PolynomialDecayLR` (step object) and `polynomial_decay_lr` (list)."""

from __future__ import annotations

from typing import Annotated, Any

from .._params import Param
from ._base import LearningRateSchedule
from ._knots import multiples
from ._lists import counted_in_epochs


class PolynomialDecayLR(LearningRateSchedule, kind="polynomial_decay"):
    r"""A power of the time left, from `learning_rate` to `end_learning_rate`; a straight line for power 1.

    With `update_decay_steps` the decay starts over each time it ends. Each time its length :math:`D` is `decay_steps`
    longer, so that it starts from a lower rate.

    .. math:: \eta(t) = (\eta_0 - \eta_1) \left(1 - \frac{t}{D}\right)^{q} + \eta_1, \qquad
              D = T \quad\text{or}\quad D = T \max(\lceil t / T \rceil, 1)

    Parameters
    ----------
    learning_rate : float
        :math:`\eta_0`, the first rate, above 0.
    end_learning_rate : float
        :math:`\eta_1`, the last rate, at least 0. Above `learning_rate` the curve rises.
    decay_steps : int
        :math:`T`, in steps, from 1 to 2**53.
    power : float
        :math:`q`, above 0: 1 is a line, 2 flattens towards the end, 1/2 steepens.
    update_decay_steps : bool
        Whether :math:`D` grows with the step: the next multiple of :math:`T`. Default: False.

    Notes
    -----
    *First step*: `learning_rate`. *At decay_steps*: `end_learning_rate` exactly. *Past the end*: held there; with
    `update_decay_steps` it jumps up at the step right after each multiple of `decay_steps`.

    *Order of operations*: as MindSpore's list. *Elsewhere*: Keras's ``PolynomialDecay`` is the same curve with
    ``cycle`` for `update_decay_steps`; torch's ``PolynomialLR`` always ends at 0; optax's ``polynomial_schedule``
    has no growing length.

    Examples
    --------
    >>> import lrkit
    >>> schedule = lrkit.PolynomialDecayLR(0.1, 0.01, 4, 0.5)
    >>> print(f"{schedule(2):.6g}")
    0.0736396
    >>> schedule([4, 5])
    array([0.01, 0.01])
    >>> lrkit.PolynomialDecayLR(0.1, 0.01, 4, 0.5, update_decay_steps=True)([4, 5, 8])
    array([0.01      , 0.06511352, 0.01      ])
    """

    learning_rate: Annotated[float, Param(r"\eta_0", low=0, exclusive=True, typical=(1e-4, 1))]
    end_learning_rate: Annotated[float, Param(r"\eta_1", low=0, typical=(0, 1e-3))]
    decay_steps: Annotated[int, Param("T", unit="step", low=1, typical=(1, 100_000))]
    power: Annotated[float, Param("q", low=0, exclusive=True, typical=(0.5, 3))]
    update_decay_steps: Annotated[bool, Param("")] = False

    def formula(self, step: Any, xp: Any) -> Any:
        if self.update_decay_steps:
            return self._decay(step, self.decay_steps * xp.maximum(-xp.floor_divide(-step, self.decay_steps), 1), xp)
        # Two pieces rather than min(step, D): for power < 1 the curve ends infinitely steep, and its derivative past
        # the end would be 0 times infinity.
        parts = (lambda t: self._decay(t, self.decay_steps, xp), lambda _: self.end_learning_rate)
        return xp.piecewise(step, (self.decay_steps,), parts)

    def _decay(self, step: Any, horizon: Any, xp: Any) -> Any:
        drop = self.learning_rate - self.end_learning_rate
        return drop * xp.pow(1 - step / horizon, self.power) + self.end_learning_rate

    def _knots(self, stop: int) -> Any:
        return multiples(self.decay_steps, stop) if self.update_decay_steps else (self.decay_steps,)

    def _horizon(self) -> int:
        return self.decay_steps * (4 if self.update_decay_steps else 1)


@counted_in_epochs(PolynomialDecayLR, decay_steps="decay_epoch", update_decay_steps="update_decay_epoch")
def polynomial_decay_lr(
    learning_rate: float,
    end_learning_rate: float,
    total_step: int,
    step_per_epoch: int,
    decay_epoch: int,
    power: float,
    update_decay_epoch: bool = False,
) -> list[float]:
    """`PolynomialDecayLR` counted in epochs, as a list.

    Element ``i`` is the rate at step ``i // step_per_epoch`` of
    ``PolynomialDecayLR(learning_rate, end_learning_rate, decay_epoch, power, update_decay_epoch)``.
    The list is MindSpore's ``nn.polynomial_decay_lr``, bit for bit.

    Parameters
    ----------
    learning_rate, end_learning_rate : float
        The first rate, above 0, and the last, at least 0.
    total_step, step_per_epoch : int
        The length of the list, and of an epoch, in steps: at least 1.
    decay_epoch : int
        The length of the decay, in epochs, at least 1.
    power : float
        The power of the time left, above 0.
    update_decay_epoch : bool
        Whether the decay starts over with a longer horizon each time it ends. Default: False.

    Returns
    -------
    list of float
        `total_step` rates, constant within an epoch.

    Examples
    --------
    >>> import lrkit
    >>> lrkit.polynomial_decay_lr(0.1, 0.01, total_step=6, step_per_epoch=2, decay_epoch=2, power=0.5)
    [0.1, 0.1, 0.07363961030678928, 0.07363961030678928, 0.01, 0.01]
    """
    schedule = PolynomialDecayLR(learning_rate, end_learning_rate, decay_epoch, power, update_decay_epoch)
    return schedule.to_list(total_step, step_per_epoch)
