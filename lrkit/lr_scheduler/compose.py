"""Schedulers made of schedulers: `SequentialLR`, `ChainedScheduler`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from .._params import Field, Param, shorten
from ..schedules._base import LearningRateSchedule
from ..schedules.arithmetic import ProductLR, ScaleLR
from ..schedules.constant import ConstantLR
from ..schedules.join import JoinLR
from ._base import LRScheduler
from ._options import require
from ._plans import Plan
from ._starting_rate import StartingRate

MILESTONE = Field("milestone", int, Param("M", low=0))


class Composition(LRScheduler):
    """A scheduler whose curve is made of those of others, which are not stepped themselves."""

    def __init__(self, optimizer: Any, schedulers: Any, last_epoch: int, verbose: bool, on_load: str) -> None:
        self.schedulers: tuple[LRScheduler, ...] = _parts(type(self).__name__, optimizer, schedulers)
        super().__init__(optimizer, last_epoch, verbose, on_load)
        self._number = self._first._number  # noqa: SLF001  # of its own kind, as below
        for part in self.schedulers:
            part._part_of = type(self).__name__  # noqa: SLF001

    @property
    def _first(self) -> LRScheduler:
        """The part constructed first: the others found rates that it had written."""
        return min(self.schedulers, key=lambda part: part._number)  # noqa: SLF001

    @property
    def _uses_lr_scale(self) -> bool:  # type: ignore[override]
        return all(part._uses_lr_scale for part in self.schedulers)  # noqa: SLF001

    def _starting_rates(self, rates: list[float], resumed: bool) -> list[StartingRate]:
        """Those of the part constructed first, unless a rate was set by hand since."""
        starts = super()._starting_rates(rates, resumed)
        if resumed:
            return starts
        first = self._first
        for k, (base_lr, scale) in enumerate(zip(first.base_lrs, first.scales, strict=True)):
            if not starts[k].set_by_hand:
                starts[k] = StartingRate(base_lr, scale, in_doubt=k in first._in_doubt)  # noqa: SLF001
        return starts

    def _plan(self, base_lr: float, group: int) -> Plan:
        """The rate's curve; an error if a part drives another hyper-parameter too."""
        for part in self.schedulers:
            if others := [key for key in part._plan(base_lr, group) if key != "lr"]:  # noqa: SLF001
                raise TypeError(
                    f"{type(self).__name__}: the part {type(part).__name__} drives {others[0]!r} too, "
                    "which a composition does not"
                )
        return super()._plan(base_lr, group)

    def _set_options(self, options: Mapping[str, Any]) -> None:
        owner, given = type(self).__name__, options["schedulers"]
        require(
            isinstance(given, list) and len(given) == len(self.schedulers),
            owner, "state['options']['schedulers']", f"a list of {len(self.schedulers)} parts", given,
        )  # fmt: skip
        twins = []
        for k, (part, own) in enumerate(zip(self.schedulers, given, strict=True)):
            name = own.get("scheduler") if isinstance(own, Mapping) else own
            require(name == type(part).__name__, owner, f"part {k} of the state", f"a {type(part).__name__}", name)
            twins.append(part._with_options({key: v for key, v in own.items() if key != "scheduler"}))  # noqa: SLF001
        super()._set_options({**options, "schedulers": tuple(twins)})

    def _adopt(self, twin: Any) -> None:
        for part, other in zip(self.schedulers, twin.schedulers, strict=True):
            part._adopt(other)  # noqa: SLF001
        super()._adopt(twin._twin(schedulers=self.schedulers))  # noqa: SLF001

    def options(self) -> dict[str, Any]:
        return {"schedulers": [{"scheduler": type(part).__name__, **part.options()} for part in self.schedulers]}


class SequentialLR(Composition):
    r"""One scheduler after another, each on its own clock that starts at 0.

    .. math:: \eta(t) = s_k(t - M_{k-1}) \quad\text{for}\quad M_{k-1} \le t < M_k, \qquad M_{-1} = 0

    Parameters
    ----------
    schedulers : list of LRScheduler
        :math:`s_k`, one or more, all of this optimizer, each with a `schedule` (so no `ReduceLROnPlateau`). They may be
        sequential or chained themselves.
    milestones : list of int
        :math:`M_k`, in epochs, at least 0 and rising; one fewer than the schedulers.

    Notes
    -----
    *First epoch*: the first part's; if the first milestone is 0, the second part's. *At a milestone*: already the next
    part, at its epoch 0, with the same base rates. *Past the end*: whatever the last part does. The base rates are
    those before the first part was constructed. The parts are not stepped, only this is. *Elsewhere*: torch's takes
    neither sequential nor chained parts after a milestone, and accepts milestones in any order and ones that never
    come; where MindSpore's and torch's parts multiply the rate that they find, they can start from a wrong one.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> from lrkit.lr_scheduler import ExponentialLR, LinearLR
    >>> optimizer = SimpleNamespace(param_groups=[{"lr": 1.0}])
    >>> parts = [LinearLR(optimizer, start_factor=0, total_iters=2), ExponentialLR(optimizer, gamma=0.5)]
    >>> SequentialLR(optimizer, parts, milestones=[2]).schedule(1.0).to_list(5)
    [0.0, 0.5, 1.0, 0.5, 0.25]
    """

    def __init__(
        self,
        optimizer: Any,
        schedulers: Sequence[LRScheduler],
        milestones: Sequence[int],
        last_epoch: int = -1,
        verbose: bool = False,
        on_load: str = "refuse",
    ) -> None:
        self.milestones: Any = milestones
        super().__init__(optimizer, schedulers, last_epoch, verbose, on_load)

    def _check(self) -> None:
        given = self.milestones
        if not isinstance(given, (list, tuple)):
            raise TypeError(f"SequentialLR: milestones must be a list of integers >= 0, got {shorten(given)}")
        stored = [MILESTONE.coerce_one("SequentialLR", f"milestones[{k}]", item) for k, item in enumerate(given)]
        parts = len(self.schedulers)
        number = f"one fewer than schedulers, of which there {'is' if parts == 1 else 'are'} {parts}"
        require(len(stored) == parts - 1, "SequentialLR", "milestones", number, given)
        require(all(a < b for a, b in pairwise(stored)), "SequentialLR", "milestones", "in rising order", given)
        self.milestones = tuple(stored)

    def options(self) -> dict[str, Any]:
        return super().options() | {"milestones": list(self.milestones)}

    def schedule(self, base_lr: float, group: int = 0) -> LearningRateSchedule:
        curves = tuple(part.schedule(base_lr, group) for part in self.schedulers)
        begun = self.milestones.count(0)  # the part before that has no epoch
        return JoinLR(curves[begun:], self.milestones[begun:]) if self.milestones[begun:] else curves[begun]


class ChainedScheduler(Composition):
    r"""Schedulers at the same time: the product of their factors.

    .. math:: \eta(t) = \eta_0 \prod_k \frac{s_k(t; \eta_0)}{\eta_0}

    Parameters
    ----------
    schedulers : list of LRScheduler
        :math:`s_k`, one or more, all of one optimizer and at one epoch, as for `SequentialLR`.
    optimizer : object, optional
        That of the schedulers.

    Notes
    -----
    *First epoch, boundaries, past the end*: those of the parts. A base rate of 0 remains 0. If the parts were
    constructed to resume, so is this. The parts are not stepped, only this is. *Elsewhere*: torch's applies each
    part's step to the rate that the last one left, which is no product where a part has an ``eta_min``: its rate can
    become negative.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> from lrkit.lr_scheduler import ConstantLR, ExponentialLR
    >>> optimizer = SimpleNamespace(param_groups=[{"lr": 1.0}])
    >>> parts = [ConstantLR(optimizer, factor=0.25, total_iters=2), ExponentialLR(optimizer, gamma=0.5)]
    >>> ChainedScheduler(parts).schedule(1.0).to_list(4)
    [0.25, 0.125, 0.25, 0.125]
    """

    def __init__(
        self,
        schedulers: Sequence[LRScheduler],
        optimizer: Any = None,
        verbose: bool = False,
        on_load: str = "refuse",
    ) -> None:
        if optimizer is None and isinstance(schedulers, (list, tuple)) and schedulers:
            optimizer = getattr(schedulers[0], "optimizer", None)
        parts = _parts("ChainedScheduler", optimizer, schedulers)
        epochs = [part.last_epoch for part in parts]
        require(len(set(epochs)) == 1, "ChainedScheduler", "schedulers", "at one epoch", epochs)
        super().__init__(optimizer, parts, epochs[0] - 1, verbose, on_load)  # the base class refuses a fraction

    def schedule(self, base_lr: float, group: int = 0) -> LearningRateSchedule:
        if base_lr == 0:
            return ConstantLR(0.0)
        first, *others = (part.schedule(base_lr, group) for part in self.schedulers)
        return ProductLR((first, *(ScaleLR(other, 1 / base_lr) for other in others))) if others else first


def _parts(owner: str, optimizer: Any, schedulers: Any) -> tuple[LRScheduler, ...]:
    """The parts of a composition; an error unless all have curves and one optimizer."""
    if not isinstance(schedulers, (list, tuple)):
        raise TypeError(f"{owner}: schedulers must be a list of schedulers, got {shorten(schedulers)}")
    require(bool(schedulers), owner, "schedulers", "a list of 1 or more schedulers", schedulers)
    for k, part in enumerate(schedulers):
        if not isinstance(part, LRScheduler):
            raise TypeError(f"{owner}: schedulers[{k}] must be an LRScheduler, got {_shown(part)}")
        if part._own_get_lr:  # noqa: SLF001
            raise TypeError(
                f"{owner}: schedulers[{k}], a {type(part).__name__}, must define schedule(base_lr, group) "
                "in place of get_lr"
            )
        require(part.optimizer is optimizer, owner, f"schedulers[{k}]", "of the same optimizer", part.optimizer)
    return tuple(schedulers)


def _shown(part: Any) -> str:
    if type(part).__name__ != "ReduceLROnPlateau":  # torch's too
        return shorten(part)
    return "a ReduceLROnPlateau: it follows a metric, not the epoch, so make the composition its base instead"
