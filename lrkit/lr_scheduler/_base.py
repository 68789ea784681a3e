"""`LRScheduler`: what every scheduler is and can do."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from operator import itemgetter
from typing import Any, dataclass_transform

from .._params import shorten
from ..schedules._base import LearningRateSchedule
from ._curves import Curves
from ._groups import announce, checked, groups_of, held, initial_rates, name_bases, read_all, shown, write
from ._options import LAST_EPOCH, VERBOSE, coerce_options, compare, declared_options, position, stored, stored_rates

SERIAL = count()
SETTABLE = ("optimizer", "last_epoch", "verbose")
"""Arguments that may be set after construction."""
MODEST = 1e100
"""Times any base rate that makes sense, it is a number still."""
RATE = itemgetter("lr")


@dataclass_transform(eq_default=False)
class LRScheduler:
    r"""A schedule bound to the groups of an optimizer: each `step` writes the rates of the next epoch.

    The rate of a group is a closed form: that of `schedule`, at the epoch reached. Nothing is carried from step to
    step but the epoch, so there is no drift, any epoch can be gone to, and a resumed run equals an uninterrupted one.

    .. math:: \eta_g(t) = c_g \, s(t; \eta_{0,g})

    with :math:`s` the schedule, :math:`\eta_{0,g}` the base rate of group :math:`g`, and :math:`c_g` exactly 1 unless
    somebody else changes the rate.

    Parameters
    ----------
    optimizer : object
        Anything with ``param_groups``, a list of dicts that have an ``"lr"``: of this package, of torch, or your own.
        A rate is a number, or a tensor (then it is filled in place).
    last_epoch : int
        -1 to begin: the base rates are the groups' rates now. From 0, to resume after that epoch: the base rates are
        the groups' ``"initial_lr"``. Default: -1.
    verbose : bool
        Whether to print each rate that is written. Default: False.

    Attributes
    ----------
    last_epoch : int or float
        The epoch whose rates the groups have: 0 after construction.
    base_lrs : list of float
        The base rate of each group.
    scales : list of float
        :math:`c_g`: what changes from outside have made of each curve.

    Raises
    ------
    TypeError, ValueError
        If an argument is of the wrong type or outside its domain, or a rate would be negative or not finite.
    KeyError
        If a run is resumed and a group has no ``"initial_lr"``.

    Notes
    -----
    *A change from outside is kept.* If a group's rate is no longer what the scheduler wrote, the rest of its curve is
    scaled to pass through the new rate: two schedulers on one optimizer multiply. Where the curve is 0 there is
    nothing to scale, and the change lasts until the next step. *A group added later* joins at the next step, its rate
    then being its base rate. *Refused* means that nothing was changed.

    *To write one*, say what its curve is::

        class HalfwayLR(LRScheduler):
            def schedule(self, base_lr, group=0):
                return lrkit.ConstantLR(base_lr).then(lrkit.ConstantLR(base_lr / 2), 50)

    A class in the style of MindSpore and torch, which overrides `get_lr` and reads ``self.last_epoch``,
    ``self.base_lrs`` and ``self._last_lr``, works too; what it answers is written as it stands.

    *Elsewhere*: torch and MindSpore compute each rate from the last one, MindSpore in float32. The order in which
    optimizer and scheduler are stepped is not watched.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> from lrkit.lr_scheduler import StepLR
    >>> optimizer = SimpleNamespace(param_groups=[{"lr": 0.5}])
    >>> scheduler = StepLR(optimizer, step_size=2, gamma=0.5)
    >>> for epoch in range(4):
    ...     scheduler.step()
    >>> scheduler.last_epoch, scheduler.get_last_lr()
    (4, [0.125])
    >>> scheduler.schedule(0.5).to_list(6)
    [0.5, 0.5, 0.25, 0.25, 0.125, 0.125]
    """

    def __init__(self, optimizer: Any, last_epoch: int = -1, verbose: bool = False) -> None:
        owner = type(self).__name__
        groups = groups_of(owner, optimizer)
        self._last_lr = read_all(owner, groups)
        self.optimizer = optimizer
        self.verbose = VERBOSE.coerce(owner, verbose)
        self.serial = next(SERIAL)
        coerce_options(self)
        self._check()
        epoch: int = LAST_EPOCH.coerce(owner, last_epoch)
        self.base_lrs, self.scales = self._found(groups)
        if epoch >= 0:
            self.base_lrs, self.scales = initial_rates(owner, groups), [1.0] * len(groups)
        self._curves = self._curves_of(self.base_lrs)
        self.last_epoch: Any = epoch + 1  # a whole number, or a fraction that was stepped to
        rates = self._checked(self.get_lr(), groups)
        name_bases(groups, self.base_lrs)
        self._write(groups, rates)

    _whole = ""
    _quick: LearningRateSchedule | None = None

    def __init_subclass__(cls) -> None:
        """Make a class that declares its arguments, beginning with ``optimizer``, a dataclass; leave others alone."""
        if "optimizer" in vars(cls).get("__annotations__", {}):
            dataclass(cls, eq=False, repr=False)

    def __post_init__(self) -> None:
        """The construction of a class that declares its arguments."""
        LRScheduler.__init__(self, self.optimizer, self.last_epoch, self.verbose)

    def __setattr__(self, name: str, value: Any) -> None:
        if "_curves" in vars(self) and name in vars(type(self)).get("__match_args__", ()) and name not in SETTABLE:
            raise AttributeError(f"{type(self).__name__}: {name} is fixed at construction; make another scheduler")
        object.__setattr__(self, name, value)
        if name == "verbose":
            self._quick = None

    # What a member provides -------------------------------------------------------------------------------------

    def schedule(self, base_lr: float, group: int = 0) -> LearningRateSchedule:
        """The whole curve of a group whose base rate is `base_lr`, as a function of the epoch."""
        raise NotImplementedError(f"{type(self).__name__} defines neither schedule nor get_lr")

    def _check(self) -> None:
        """Raise an error if the options do not fit together. Each declared one is known to be in its own domain."""

    def options(self) -> dict[str, Any]:
        """What was asked for at construction, as plain numbers, strings and lists. Functions are left out."""
        return declared_options(self)

    def _found(self, groups: Sequence[Any]) -> tuple[list[float], list[float]]:
        """The base rates and scales to begin with, of these groups at their present rates.

        A rate of 0 is no base: another scheduler, which starts there, has written it. The curve is then that of the
        initial rate, for now scaled to 0.
        """
        bases, scales = [], []
        for group, rate in zip(groups, held(groups), strict=True):
            bases.append(rate or checked(type(self).__name__, "initial_lr", group.get("initial_lr", rate)))
            scales.append(1.0 if rate or not bases[-1] else 0.0)
        return bases, scales

    # What every scheduler can do --------------------------------------------------------------------------------

    def step(self, epoch: float | None = None) -> None:
        """Go to the next epoch, or to `epoch` (at least 0, fractions allowed), and write its rates.

        Examples
        --------
        >>> from types import SimpleNamespace
        >>> from lrkit.lr_scheduler import LinearLR
        >>> scheduler = LinearLR(SimpleNamespace(param_groups=[{"lr": 1.0}]), start_factor=0.5, total_iters=4)
        >>> scheduler.step(3.5)
        >>> scheduler.get_last_lr()
        [0.9375]
        """
        groups = self.optimizer.param_groups
        if epoch is None and self._quick and list(map(RATE, groups)) == self._last_lr:
            height = self._quick(self.last_epoch + 1)  # the usual case, and the quick one
            if 0 <= height < MODEST:  # so the rates are sound
                rates = self._curves.through(height)
                for group, rate in zip(groups, rates, strict=True):
                    group["lr"] = rate
                vars(self).update(last_epoch=self.last_epoch + 1, _last_lr=rates)
                return
        if self._whole:
            raise RuntimeError(f"{type(self).__name__}: step the {self._whole} that it is a part of, and that alone")
        target = self.last_epoch + 1 if epoch is None else position(type(self).__name__, "epoch", epoch)
        before = self.last_epoch, self.base_lrs, self.scales, self._curves, self._last_lr
        try:
            if [group["lr"] for group in groups] != self._last_lr:  # somebody has changed a rate, or added a group
                self.base_lrs, self.scales, self._curves, self._last_lr = self._heeded(groups)
            self.last_epoch = target
            rates = self._checked(self.get_lr(), groups)
        except BaseException:
            self.last_epoch, self.base_lrs, self.scales, self._curves, self._last_lr = before
            raise
        if len(before[1]) != len(groups):
            name_bases(groups, self.base_lrs)
        self._write(groups, rates)

    def get_lr(self) -> list[float]:
        """The rates of the closed form at `last_epoch`, one per group, before an optimizer rounds them."""
        return _scaled(self.scales, self._curves.at(self.last_epoch))

    def __repr__(self) -> str:
        options = [f"{name}={shorten(value)}" for name, value in self.options().items()]
        return f"{type(self).__name__}({', '.join([*options, f'last_epoch={self.last_epoch}'])})"

    def get_last_lr(self) -> list[Any]:
        """The rates last written, one per group: as the groups hold them."""
        return shown(self.optimizer.param_groups, self._last_lr)

    def state_dict(self) -> dict[str, Any]:
        """All that `load_state_dict` needs, as plain numbers, strings and lists: JSON can hold it.

        Functions (of `LambdaLR`, `MultiplicativeLR` and `CyclicLR`) are not stored: construct with the same ones.
        """
        bases, scales, _, rates = self._heeded(self.optimizer.param_groups)
        return {
            "scheduler": type(self).__name__,
            "options": self.options(),
            "last_epoch": self.last_epoch,
            "base_lrs": list(bases),
            "scales": list(scales),
            "last_lr": list(rates),
        }

    def load_state_dict(self, state: dict[str, Any], strict: bool = True) -> None:
        """Go on where the scheduler of `state` stood, and write its rates into the groups.

        Parameters
        ----------
        state : dict
            From `state_dict` of a scheduler of the same class, on as many groups.
        strict : bool
            Whether options that differ from those at construction are refused. If not, this scheduler's own hold:
            the epoch, the base rates and the scales are taken over, the curve is not. Default: True.

        Raises
        ------
        TypeError, ValueError
            If the state is of another class or number of groups, is damaged, or differs. Nothing is changed then.
        """
        owner = type(self).__name__
        same = compare(owner, state, self.options(), strict)
        groups = groups_of(owner, self.optimizer)
        bases, scales, rates = (
            stored_rates(owner, state, name, len(groups)) for name in ("base_lrs", "scales", "last_lr")
        )
        epoch = position(owner, "state['last_epoch']", stored(owner, state, "last_epoch"))
        curves = self._curves_of(bases)
        if self._is_closed and not same:
            rates = self._checked(_scaled(scales, curves.at(epoch)), groups)
        self.last_epoch, self.base_lrs, self.scales, self._curves = epoch, bases, scales, curves
        self._write(groups, rates)

    def leave_to(self, whole: str) -> None:
        """Be a part of a composition from now on, which says its name and does the steps."""
        self._whole = whole
        self._quick = None

    # How it is done ---------------------------------------------------------------------------------------------

    def _write(self, groups: Sequence[Any], rates: Sequence[float]) -> None:
        """Give the groups their rates, tell them if asked, and see whether the next step can be a quick one."""
        self._last_lr = write(groups, rates)
        unscaled = self.scales.count(1.0) == len(self.scales)
        floats = all(group["lr"].__class__ is float for group in groups)
        usual = self._curves.positive and unscaled and floats and self._is_closed and not self.verbose
        self._quick = self._curves.shape if usual and not self._whole else None
        if self.verbose:
            announce(rates)

    @property
    def _is_closed(self) -> bool:
        """Whether the rates are those of the closed form, which a `get_lr` of one's own need not be."""
        return type(self).get_lr is LRScheduler.get_lr

    def _curves_of(self, bases: Sequence[float]) -> Curves:
        """The curves of the groups; none for a class that has only a `get_lr` of its own."""
        if type(self).schedule is LRScheduler.schedule and not self._is_closed:
            return Curves([])
        return Curves(self.schedule(base, k) for k, base in enumerate(bases))

    def _heeded(self, groups: Sequence[Any]) -> tuple[Any, ...]:
        """Base rates, scales, curves and present rates: with changed rates, and of groups that were added."""
        owner = type(self).__name__
        known = len(self.base_lrs)
        if len(groups) < known:
            raise ValueError(f"{owner}: the optimizer had {known} groups, it now has {len(groups)}")
        rates = read_all(owner, groups)
        scales = list(self.scales)
        for k, curve in enumerate(self._curves):
            if rates[k] != self._last_lr[k] and (unscaled := curve(self.last_epoch)):
                scales[k] = rates[k] / unscaled
        added = rates[known:]
        bases = [*self.base_lrs, *added]
        curves = self._curves_of(bases) if added else self._curves
        return bases, scales + [1.0] * len(added), curves, rates

    def _checked(self, rates: Sequence[float], groups: Sequence[Any]) -> list[float]:
        if self._is_closed and rates and min(rates) >= 0 and sum(rates) < math.inf:  # a NaN shows in the sum
            return list(rates)
        owner = type(self).__name__
        if len(rates) != len(groups):
            raise ValueError(f"{owner}: get_lr gave {len(rates)} rates for {len(groups)} groups")
        return [checked(owner, f"the rate of group {k} at epoch {self.last_epoch}", r) for k, r in enumerate(rates)]


def _scaled(scales: Sequence[float], rates: list[float]) -> list[float]:
    """Each rate times its scale, which nearly always is 1."""
    if scales.count(1.0) == len(scales):
        return rates
    return [scale * rate for scale, rate in zip(scales, rates, strict=True)]
