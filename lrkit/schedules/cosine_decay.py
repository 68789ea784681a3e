"""Cosine decay: `CosineDecayLR` (step object) and `cosine_decay_lr` (list)."""

from __future__ import annotations

from math import pi
from typing import Any

from ._decay_to_minimum import DecayToMinimum
from ._lists import counted_in_epochs


class CosineDecayLR(DecayToMinimum, kind="cosine_decay"):
    r"""Half a cosine from `max_lr` down to `min_lr`, then flat.

    Slow at both ends and steep in the middle; with a warm-up in front, the usual choice for training transformers.
    Introduced by Loshchilov and Hutter (2017) with restarts; this is one cycle of it.

    .. math:: \eta(t) = \eta_{\min} + \tfrac12 (\eta_{\max} - \eta_{\min})
              \left(1 + \cos \frac{\pi \min(t, T)}{T}\right)

    Parameters
    ----------
    min_lr : float
        :math:`\eta_{\min}`, the last rate, at least 0 and below `max_lr`.
    max_lr : float
        :math:`\eta_{\max}`, the first rate, above 0.
    decay_steps : int
        :math:`T`, in steps, from 1 to 2**53.

    Notes
    -----
    *First step*: `max_lr`. *At decay_steps*: `min_lr` for the first time; the last update of a run of `decay_steps`
    updates, at ``decay_steps - 1``, is still a little above it. *Past the end*: `min_lr`.

    *Order of operations*: as MindSpore's list; its object computes a shifted sine in float32 instead. *Elsewhere*:
    torch's ``CosineAnnealingLR`` rises again past the end; optax's ``cosine_decay_schedule`` and Keras's
    ``CosineDecay`` give the minimum as a fraction ``alpha`` of the maximum.

    References
    ----------
    Loshchilov and Hutter, "SGDR: Stochastic Gradient Descent with Warm Restarts", ICLR 2017, arXiv:1608.03983.

    Examples
    --------
    >>> import lrkit
    >>> lrkit.CosineDecayLR(0.01, 0.1, 4)([0, 1, 2, 3, 4, 100])
    array([0.1       , 0.08681981, 0.055     , 0.02318019, 0.01      ,
           0.01      ])
    """

    def formula(self, step: Any, xp: Any) -> Any:
        t = xp.minimum(step, self.decay_steps)
        return half_cosine(self.min_lr, self.max_lr, pi * t / self.decay_steps, xp)


def half_cosine(min_lr: float, max_lr: float, angle: Any, xp: Any) -> Any:
    """From `max_lr` at the angle 0 to `min_lr` at the angle pi, in the order of operations of MindSpore's list."""
    return min_lr + 0.5 * (max_lr - min_lr) * (1 + xp.cos(angle))


@counted_in_epochs(CosineDecayLR, decay_steps="decay_epoch")
def cosine_decay_lr(
    min_lr: float, max_lr: float, total_step: int, step_per_epoch: int, decay_epoch: int
) -> list[float]:
    """`CosineDecayLR` counted in epochs, as a list.

    Element ``i`` is the rate of ``CosineDecayLR(min_lr, max_lr, decay_epoch)`` at step ``i // step_per_epoch``.
    The list is MindSpore's ``nn.cosine_decay_lr``, bit for bit.

    Parameters
    ----------
    min_lr, max_lr : float
        The last rate, at least 0, and the first, above it.
    total_step, step_per_epoch : int
        The length of the list, and of an epoch, in steps: at least 1.
    decay_epoch : int
        The length of the decay, in epochs, at least 1.

    Returns
    -------
    list of float
        `total_step` rates, constant within an epoch.

    Examples
    --------
    >>> import lrkit
    >>> lrkit.cosine_decay_lr(0.01, 0.1, total_step=6, step_per_epoch=2, decay_epoch=2)
    [0.1, 0.1, 0.05500000000000001, 0.05500000000000001, 0.01, 0.01]
    """
    return CosineDecayLR(min_lr, max_lr, decay_epoch).to_list(total_step, step_per_epoch)
