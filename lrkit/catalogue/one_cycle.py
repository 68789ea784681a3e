"""The one-cycle policy: `one_cycle`."""

from __future__ import annotations

from typing import Annotated

from .._params import Param
from ..schedules._base import LearningRateSchedule
from ..schedules.piecewise_cosine import PiecewiseCosineLR
from ..schedules.piecewise_linear import PiecewiseLinearLR
from ._between import require_order
from ._entries import Proposals, expression, inverse_of
from ._short_numbers import shortest_near


@expression
def one_cycle(
    max_lr: Annotated[float, Param(r"\eta_{\max}", low=0, exclusive=True, typical=(1e-2, 10))],
    total_steps: Annotated[int, Param("T", unit="step", low=1, typical=(100, 100_000))],
    pct_start: Annotated[float, Param("f", low=0, exclusive=True, high=1, typical=(0.1, 0.5))] = 0.3,
    shape: Annotated[str, Param("", choices=("cosine", "linear"))] = "cosine",
    three_phase: Annotated[bool, Param("")] = False,
    start_lr: Annotated[float | None, Param(r"\eta_0", low=0, typical=(0, 1e-2))] = None,
    end_lr: Annotated[float | None, Param(r"\eta_1", low=0, typical=(0, 1e-5))] = None,
) -> LearningRateSchedule:
    r"""Up to `max_lr` in the first part of a run, and down for the rest, to far below where it began.

    Half cosines or lines through the points

    .. math:: (0, \eta_0), \; (f T - 1, \eta_{\max}), \; (T - 1, \eta_1) \quad\text{or}\quad
              (0, \eta_0), \; (f T - 1, \eta_{\max}), \; (2 f T - 2, \eta_0), \; (T - 1, \eta_1)

    Parameters
    ----------
    max_lr : float
        :math:`\eta_{\max}`, above 0.
    total_steps : int
        :math:`T`, in steps, from 1 to 2**53: the length of the run.
    pct_start : float
        :math:`f`, above 0 and at most 1: the part of the run that rises. Default: 0.3.
    shape : {"cosine", "linear"}
        What joins the points. Default: "cosine".
    three_phase : bool
        Whether the fall mirrors the rise before it goes on to `end_lr`: the second list of points, for which
        :math:`2 f T - 1` must be at most :math:`T`. Default: False.
    start_lr : float, optional
        :math:`\eta_0`, at least 0 and at most `max_lr`. If left out, ``max_lr / 25``.
    end_lr : float, optional
        :math:`\eta_1`, at least 0 and at most `max_lr`. If left out, ``start_lr / 10_000``.

    Notes
    -----
    *First step*: `start_lr`; a run too short to rise, one of :math:`f T < 1`, begins on the way down, as torch's does.
    *At f T - 1*: `max_lr`; no step has it if that is no whole number. *At total_steps - 1*,
    the last update: `end_lr`, or `max_lr` if `pct_start` is 1. *Past the end*: held there. *Elsewhere*: torch's
    ``OneCycleLR``, which raises past the end. fastai ends at ``max_lr / 1e5``, lrsched at ``max_lr / 1e4``.

    References
    ----------
    Smith and Topin, "Super-Convergence: Very Fast Training of Neural Networks Using Large Learning Rates", 2017,
    arXiv:1708.07120.

    Examples
    --------
    >>> import lrkit
    >>> lrkit.one_cycle(1.0, 11, pct_start=3 / 11, shape="linear", start_lr=0.2, end_lr=0.0)([0, 1, 2, 6, 10, 99])
    array([0.2, 0.6, 1. , 0.5, 0. , 0. ])
    """
    start = max_lr / 25 if start_lr is None else start_lr
    end = start / 1e4 if end_lr is None else end_lr
    require_order("one_cycle", "start_lr", start, "max_lr", max_lr)
    require_order("one_cycle", "end_lr", end, "max_lr", max_lr)
    peak = float(pct_start * total_steps) - 1
    points = [(0.0, start), (peak, max_lr), (total_steps - 1.0, end)]
    if three_phase:
        require_order("one_cycle", "2 * pct_start * total_steps - 1", 2 * peak + 1, "total_steps", total_steps)
        points.insert(2, (2 * peak, start))
    if pct_start == 1:
        points.pop()
    milestones, rates = zip(*points[-2:] if peak < 0 else points, strict=True)
    return (PiecewiseCosineLR if shape == "cosine" else PiecewiseLinearLR)(milestones, rates)


@inverse_of(one_cycle, PiecewiseCosineLR, PiecewiseLinearLR)
def _arguments(schedule: LearningRateSchedule) -> Proposals:
    match schedule:
        case PiecewiseCosineLR((first, peak, *later), (start, top, *rates)):
            shape = "cosine"
        case PiecewiseLinearLR((first, peak, *later), (start, top, *rates)):
            shape = "linear"
        case _:
            return
    if first < 0 and not later:
        yield from _too_short(shape, first, int(peak) + 1, start, top)
        return
    total = int(later[-1] if later else peak) + 1
    rise = {"max_lr": top, "total_steps": total, "shape": shape, "start_lr": None if start == top / 25 else start}
    if len(later) < 2:  # the end is left out; three phases are so only in a run of one step
        yield rise | {"pct_start": 1.0, "three_phase": bool(later)}
    if later:
        end = None if rates[-1] == start / 1e4 else rates[-1]
        yield rise | {"pct_start": _part(peak, total), "three_phase": len(later) == 2, "end_lr": end}


def _too_short(shape: str, first: float, total: int, start: float, end: float) -> Proposals:
    """A run that begins on the way down: in the last of two phases, or in the last of three.

    The last of three does not show the highest rate, so that any will do that is not below the other two.
    """
    usual = {"total_steps": total, "shape": shape}
    two = {"max_lr": start, "pct_start": _part(first, total), "end_lr": None if end == start / 25 / 1e4 else end}
    three = {"max_lr": max(start, end) or 1.0, "pct_start": _part(first / 2, total), "three_phase": True}
    yield usual | two
    yield usual | three | {"start_lr": start, "end_lr": end}


def _part(peak: float, total: int) -> float | None:
    """The `pct_start` that puts the peak there."""
    return shortest_near((peak + 1) / total, lambda part: part > 0 and float(part * total) - 1 == peak)
