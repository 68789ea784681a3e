"""Another rate for each layer of a network: `layer_decay`."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from .._params import Field, Param, choice, count
from ..chart import LoggedRun
from ..chart.inputs import only_run
from ..schedules._base import LearningRateSchedule
from ..schedules.arithmetic import ScaleLR

CONVENTIONS: Mapping[str, int] = MappingProxyType({"beit": 1, "timm": 1, "electra": 2})
"""How many steps of decay lie between the last block and the head."""
DECAY = Field("decay", float, Param("d", low=0, exclusive=True, high=1))
SMALLEST = Field("min_scale", float, Param("", low=0, high=1))
FROZEN = Field("no_opt_scale", float, Param("", low=0, high=1))


def layer_decay(
    schedule: Any,
    layers: int = 12,
    decay: float = 0.75,
    convention: str = "beit",
    *,
    min_scale: float = 0.0,
    no_opt_scale: float = 0.0,
) -> dict[str, LearningRateSchedule]:
    r"""The schedule of each layer of a network that is fine-tuned: the nearer to the input, the lower.

    .. math:: \eta_i(t) = d^{\,L + c - i} \, \eta(t), \qquad i = 0, 1, \dots, L, \; L + c

    where :math:`i = 0` are the embeddings, :math:`1 \dots L` the blocks and :math:`L + c` the head, whose rate is that
    of the schedule.

    Parameters
    ----------
    schedule : LearningRateSchedule or anything that `lrkit.plot` draws
        :math:`\eta`, of one curve: that of the head.
    layers : int
        :math:`L`, the number of blocks, at least 1. Default: 12, as in ViT-B and BERT-base.
    decay : float
        :math:`d`, above 0 and at most 1. Default: 0.75.
    convention : {"beit", "timm", "electra"}
        "beit": :math:`c = 1`, as in BEiT and MAE. "timm": the same scales, as ``param_groups_layer_decay`` gives them
        to a model with `layers` + 2 groups; it has the last norm with the head. "electra": :math:`c = 2`, as in ELECTRA
        and what follows it: the last block is two steps below the head. Default: "beit".
    min_scale : float
        No scale is below it (timm). Default: 0.
    no_opt_scale : float
        Layers whose scale is below it are frozen, and left out (timm). Default: 0, none.

    Returns
    -------
    dict of str to LearningRateSchedule
        ``"embeddings"``, ``"layer 1"`` to ``"layer L"``, ``"head"``: one for each group of an optimizer, in that order.
        `list` of its values is what `to_torch` takes, `plot` and `plot_groups` draw it.

    Raises
    ------
    TypeError, ValueError
        If `schedule` has not one curve, or another argument is outside its domain.

    Notes
    -----
    *First step, past the end*: those of the schedule, scaled. torch's schedulers do not look at an ``lr_scale`` that
    timm or MAE put into the groups; timm's, and `to_torch` with one schedule for all groups, do.

    References
    ----------
    Bao, Dong, Piao and Wei, "BEiT: BERT Pre-Training of Image Transformers", ICLR 2022, arXiv:2106.08254. Clark, Luong,
    Le and Manning, "ELECTRA", ICLR 2020, arXiv:2003.10555. timm, ``timm/optim/_param_groups.py``.

    Examples
    --------
    >>> import lrkit
    >>> groups = lrkit.layer_decay(lrkit.ConstantLR(1.0), layers=2, decay=0.5)
    >>> {name: schedule(0) for name, schedule in groups.items()}
    {'embeddings': 0.125, 'layer 1': 0.25, 'layer 2': 0.5, 'head': 1.0}
    """
    owner = "layer_decay"
    run = only_run("schedule", schedule, None, owner, "scale")
    if isinstance(run, LoggedRun):
        raise TypeError(f"{owner}: schedule is the log of a run, which has rates at some steps only")
    number = count(owner, "layers", layers)
    factor, least, frozen = (
        field.coerce(owner, value) for field, value in ((DECAY, decay), (SMALLEST, min_scale), (FROZEN, no_opt_scale))
    )
    choice(owner, "convention", convention, CONVENTIONS)
    top = number + CONVENTIONS[convention]
    depths = {"embeddings": 0, **{f"layer {i}": i for i in range(1, number + 1)}, "head": top}
    scales = {name: max(least, factor ** (top - depth)) for name, depth in depths.items()}
    return {
        name: run.schedule if scale == 1 else ScaleLR(run.schedule, scale)
        for name, scale in scales.items()
        if scale >= frozen
    }
