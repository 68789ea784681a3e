"""A straight rise, by its first value: `linear_warm_up`."""

from __future__ import annotations

from typing import Annotated

from .._params import Param
from ..schedules._base import LearningRateSchedule
from ..schedules.clock import ShiftLR
from ..schedules.piecewise_linear import PiecewiseLinearLR
from ..schedules.warm_up import WarmUpLR
from ._entries import Proposals, expression, inverse_of

FIRST = ("1/W", "1/(W+1)", "0 twice")


@expression
def linear_warm_up(
    learning_rate: Annotated[float, Param(r"\eta", low=0, typical=(1e-4, 1))],
    warmup_steps: Annotated[int, Param("W", unit="step", low=1, typical=(1, 10_000))],
    first: Annotated[str, Param("f", choices=FIRST)] = "1/W",
) -> LearningRateSchedule:
    r"""A straight rise to `learning_rate`, then flat: in one of the ways in which training code begins it.

    .. math:: \eta(t) = \eta \min\left(\tfrac{t+1}{W}, 1\right), \quad
              \eta \min\left(\tfrac{t+1}{W+1}, 1\right) \quad\text{or}\quad
              \eta \min\left(\tfrac{\max(t-1, 0)}{W}, 1\right)

    Parameters
    ----------
    learning_rate : float
        :math:`\eta`, the rate that is reached, at least 0.
    warmup_steps : int
        :math:`W`, in steps, from 1 to 2**53.
    first : {"1/W", "1/(W+1)", "0 twice"}
        Which first value :math:`f`, as a share of :math:`\eta`, in the order above. Default: "1/W".

    Notes
    -----
    *First step*: the share that `first` says. *The peak*: for the first time at step W - 1, W and W + 1. *Past the
    end*: held there. *Elsewhere*: transformers and Megatron-LM begin at 0, as `WarmUpLR` does; "1/W" is llm.c's,
    build-nanogpt's, nanochat's and torchtitan's, which use the peak again at the first step of the decay; "1/(W+1)" is
    nanoGPT's and NeMo 1's; "0 twice" DeepSpeed's, whose schedules run one update late. In front of a schedule:
    ``linear_warm_up(s(0), W).then(s, W)``.

    Examples
    --------
    >>> import lrkit
    >>> lrkit.linear_warm_up(0.4, 4).to_array(6)
    array([0.1, 0.2, 0.3, 0.4, 0.4, 0.4])
    >>> lrkit.linear_warm_up(0.4, 4, "0 twice").to_array(6)
    array([0. , 0. , 0.1, 0.2, 0.3, 0.4])
    """
    if first == "0 twice":
        return WarmUpLR(learning_rate, warmup_steps).shift(1)
    last = warmup_steps - (first == "1/W")
    if not last:  # there is no rise
        return PiecewiseLinearLR((0, 1), (learning_rate, learning_rate))
    return PiecewiseLinearLR((0, last), (learning_rate / (last + 1), learning_rate))


@inverse_of(linear_warm_up, PiecewiseLinearLR, ShiftLR)
def _arguments(schedule: LearningRateSchedule) -> Proposals:
    match schedule:
        case PiecewiseLinearLR((0.0, 1.0), (first, rate)) if first == rate:
            yield {"learning_rate": rate, "warmup_steps": 1}
        case PiecewiseLinearLR((0.0, end), (_, rate)):
            yield {"learning_rate": rate, "warmup_steps": int(end) + 1, "first": "1/W"}
            yield {"learning_rate": rate, "warmup_steps": int(end), "first": "1/(W+1)"}
        case ShiftLR(WarmUpLR(rate, steps), 1):
            yield {"learning_rate": rate, "warmup_steps": steps, "first": "0 twice"}
