"""`LRScheduler`: what every scheduler is and can do."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from operator import is_, itemgetter
from typing import Any, dataclass_transform

from .._params import shorten
from ..rules._declared import made_of_declarations
from ..schedules._base import LearningRateSchedule
from ..schedules.arithmetic import ScaleLR
from ._binding import Binding, Curves, Plan
from ._groups import (
    announce,
    are_rates,
    checked,
    groups_of,
    held,
    initial_rates,
    lr_scale,
    put,
    read_all,
    separate,
    shown,
    write,
)
from ._kinds import TorchCompatible
from ._ledger import Beginning, Trace, beginnings, ledger_of, restores_of
from ._notices import notify
from ._options import (
    LAST_EPOCH,
    VERBOSE,
    coerce_options,
    compare,
    declared_options,
    on_load_for,
    position,
    stored,
    stored_rates,
    taken,
)
from ._plans import row_at

SETTABLE = ("optimizer", "last_epoch", "verbose", "on_load")
"""Arguments that may be set after construction."""
RATE = itemgetter("lr")
SNAPSHOT = ("last_epoch", "base_lrs", "_binding", "_last_lr")


@dataclass_transform(eq_default=False)
class LRScheduler(TorchCompatible):
    r"""A schedule bound to the groups of an optimizer: each `step` writes the rates of the next epoch.

    The rate of a group is a closed form: that of `schedule`, at the epoch reached. Nothing is carried from step to
    step but the epoch, so there is no drift, any epoch can be gone to, and a resumed run equals an uninterrupted one.

    .. math:: \eta_g(t) = c_g \, f_g \, s(t; \eta_{0,g})

    with :math:`s` the schedule, :math:`\eta_{0,g}` the base rate of group :math:`g`, :math:`f_g` its ``"lr_scale"`` (of
    timm; 1 if it has none), and :math:`c_g` exactly 1 unless somebody else changes the rate.

    Parameters
    ----------
    optimizer : object
        Anything with ``param_groups``, a list of dicts that have an ``"lr"``: of this package, of torch, or your own.
        A rate is a number, or a tensor (then it is filled in place).
    last_epoch : int
        -1 to begin. From 0, to resume after that epoch: the base rates are the groups' ``"initial_lr"``. Default: -1.
    verbose : bool
        Whether to print each rate that is written. Default: False.
    on_load : {"refuse", "mine", "theirs"}
        What `load_state_dict` does with a state of other options: refuse it, go on at its epoch with the options given
        here, or take its options. Default: "refuse".

    Attributes
    ----------
    last_epoch : int or float
        The epoch whose rates the groups have: 0 after construction. `get_lr` follows it if it is set.
    base_lrs : list of float
        The base rate of each group. Set another, and the next step writes the rates of its curve.
    scales : list of float
        :math:`c_g`: what changes from outside have made of each curve.

    Raises
    ------
    TypeError, ValueError
        If an argument is of the wrong type or outside its domain, or a rate would be negative or not finite.
    KeyError
        If a run is resumed and a group has no ``"initial_lr"``.

    Warns
    -----
    UserWarning
        At the first step, if lrkit cannot tell whether the rate it found was set by hand (see below), or if Accelerate
        will make several steps for one update.

    Notes
    -----
    *The base rate* of a scheduler that begins is the rate that it finds, and the group notes it as its
    ``"initial_lr"``. If one is noted already, a scheduler has been there before. Then a rate that the last one wrote
    does not count: the base is the noted one, so that a second phase does not begin where the first ended. A rate that
    somebody has set since is the new base. If an optimizer's state was loaded since, or the last scheduler was not one
    of this package, lrkit cannot tell who set the rate: the base is the noted one, and if the rate was another,
    the first step warns. Of schedulers that are made together, before any of them is stepped, each multiplies
    what the others wrote.

    *A change from outside is kept.* If a group's rate is no longer what the scheduler wrote, the rest of its curve is
    scaled to pass through the new rate: two schedulers on one optimizer multiply. Where the curve is 0 there is
    nothing to scale, and the change lasts until the next step. *A restore is no change*: rates that came with a state
    loaded into the optimizer are overwritten by the next step, so that it does not matter whether optimizer or
    scheduler is restored first. An optimizer of your own is known to have loaded a state if it puts new dicts into
    ``param_groups``, as torch's do, or counts its loads in an attribute ``restores``; rates written into the same dicts
    are a change. *A group added later* joins at the next step, its rate then being its base rate. *Refused* means that
    nothing was changed.

    *On an optimizer of torch* a scheduler is an instance of ``torch.optim.lr_scheduler.LRScheduler`` as well, for the
    frameworks that ask for one.

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

    def __init__(self, optimizer: Any, last_epoch: int = -1, verbose: bool = False, on_load: str = "refuse") -> None:
        owner = type(self).__name__
        groups = groups_of(owner, optimizer)
        self._last_lr = read_all(owner, groups)
        self.optimizer = optimizer
        self._settle()
        self.verbose = VERBOSE.coerce(owner, verbose)
        self.on_load = on_load_for(owner, on_load)
        coerce_options(self)
        self._check()
        epoch: int = LAST_EPOCH.coerce(owner, last_epoch)
        found = self._beginnings(resumed=epoch >= 0)
        self._doubts = [k for k, beginning in enumerate(found) if beginning.doubtful]
        self.base_lrs = [beginning.base for beginning in found]
        self._binding = self._bound(self.base_lrs, [beginning.scale for beginning in found])
        self.last_epoch: Any = epoch + 1  # a whole number, or a fraction that was stepped to
        self._is_initial = True  # what torch's classes ask for
        rates = self._checked(self.get_lr(), groups)
        self._is_initial = False
        others = self._others_at(self.last_epoch)
        ledger = ledger_of(optimizer)
        ledger.count += 1
        self._order = ledger.count
        self._ledger = ledger
        self._trace = Trace()
        separate(groups)
        if epoch == -1:
            _note_bases(groups, self.base_lrs)
        self._write(groups, rates, others, fresh=True)

    _part_of = ""
    _begun = False
    _is_initial = False
    _get_lr_called_within_step = True  # so that torch's `get_lr` does not warn
    _heeds_lr_scale = True

    def __init_subclass__(cls) -> None:
        """Make a class that declares its arguments, beginning with ``optimizer``, a dataclass; leave others alone."""
        made_of_declarations(cls, "optimizer")

    def __post_init__(self) -> None:
        """The construction of a class that declares its arguments."""
        on_load = getattr(self, "on_load", "refuse")
        LRScheduler.__init__(self, self.optimizer, self.last_epoch, self.verbose, on_load)

    def __setattr__(self, name: str, value: Any) -> None:
        declared = getattr(type(self), "__dataclass_fields__", {})
        if "_binding" in vars(self) and name in declared and name not in SETTABLE:
            raise AttributeError(f"{type(self).__name__}: {name} is fixed at construction; make another scheduler")
        object.__setattr__(self, name, value)

    def __getstate__(self) -> dict[str, Any]:
        """The attributes; in place of the groups last written, which of the optimizer's are those still."""
        trace, groups = self._trace, self.optimizer.param_groups
        kept = [k for k in range(len(groups)) if trace.holds(k, groups, restores_of(self.optimizer))]
        rest = {name: value for name, value in vars(self).items() if name != "_ledger"}
        return rest | {"_trace": (kept, trace.rates, trace.epoch)}

    def __setstate__(self, state: dict[str, Any]) -> None:
        super().__setstate__(state)
        kept, rates, epoch = state["_trace"]
        groups = self.optimizer.param_groups
        trace, ledger = Trace(), ledger_of(self.optimizer)
        trace.note([group if k in kept else None for k, group in enumerate(groups)], rates, epoch, self.optimizer)
        vars(self).update(_trace=trace, _ledger=ledger)
        if ledger.last is None or held(groups) == rates:
            ledger.last, ledger.fresh = trace, not self._begun
        ledger.count = max(ledger.count, self._order)

    # What a member provides -------------------------------------------------------------------------------------

    def schedule(self, base_lr: float, group: int = 0) -> LearningRateSchedule:
        """The whole curve of a group whose base rate is `base_lr`, as a function of the epoch."""
        raise NotImplementedError(f"{type(self).__name__} defines neither schedule nor get_lr")

    def _plan(self, base_lr: float, group: int) -> Plan:
        """What drives the hyper-parameters of a group: its rate, unless a member drives others too."""
        return {"lr": self.schedule(base_lr, group)}

    def _check(self) -> None:
        """Raise an error if the options do not fit together. Each declared one is known to be in its own domain."""

    def options(self) -> dict[str, Any]:
        """What was asked for at construction, as plain numbers, strings and lists. Functions are left out."""
        return declared_options(self)

    def _take(self, options: Mapping[str, Any]) -> None:
        """Have the options of a state in place of one's own."""
        for name, value in options.items():
            setattr(self, name, value)
        coerce_options(self)
        self._check()

    def _beginnings(self, resumed: bool) -> list[Beginning]:
        """Where the curve of each group begins."""
        owner = type(self).__name__
        if resumed:
            return [Beginning(rate) for rate in initial_rates(owner, self.optimizer.param_groups)]
        return beginnings(owner, self.optimizer, self._last_lr)

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
        optimizer = self.optimizer
        groups, written = optimizer.param_groups, self._last_lr
        if epoch is None and self._begun and len(groups) == len(written):
            binding = self._binding
            usual = binding.simple and not self.verbose and not self._part_of
            # The groups hold the very floats that were written: nothing has happened, and nothing is in a tensor.
            if usual and all(map(is_, map(RATE, groups), written)) and self.base_lrs == binding.bases:
                target = self.last_epoch + 1
                rates = binding.at(target)
                if min(rates) >= 0 and sum(rates) < math.inf:  # as `are_rates`, of what are floats for sure
                    for group, rate in zip(groups, rates, strict=True):
                        group["lr"] = rate
                    self._note(groups, rates, target)
                    return
        if self._part_of:
            raise RuntimeError(f"{type(self).__name__}: step the {self._part_of} that it is a part of, and that alone")
        target = self.last_epoch + 1 if epoch is None else position(type(self).__name__, "epoch", epoch)
        if not self._begun:
            notify(type(self).__name__, self.base_lrs, self._doubts)
        self._go(target, heeding=True)
        vars(self)["_begun"] = True

    def _go(self, target: float, heeding: bool) -> None:
        """Write the rates of an epoch, of curves that pass through what somebody else has set meanwhile."""
        groups = self.optimizer.param_groups
        before = {name: vars(self)[name] for name in SNAPSHOT}
        try:
            self._binding, self._last_lr = self._met(groups, heeding)
            added = len(self._binding.bases) - len(self.base_lrs)
            self.base_lrs = list(self._binding.bases)
            self.last_epoch = target
            rates = self._checked(self.get_lr(), groups)
            others = self._others_at(target)
        except BaseException:
            vars(self).update(before)
            raise
        if added or not all(map(is_, groups, self._trace.groups)):
            separate(groups)
            _note_bases(groups[len(groups) - added :], self.base_lrs[len(groups) - added :])
        self._write(groups, rates, others)

    def get_lr(self) -> list[float]:
        """The rates of the closed form at `last_epoch`, one per group, before an optimizer rounds them."""
        rates = self._present().at(self.last_epoch)
        if None not in rates:
            return rates
        present = held(self.optimizer.param_groups)
        return [own if rate is None else rate for rate, own in zip(rates, present, strict=False)]

    def curves(self) -> list[LearningRateSchedule]:
        """The curve of each group, with what ``lr_scale`` and changes from outside have made of it.

        Raises
        ------
        TypeError
            If the rates are not those of curves: of a class that has a `get_lr` of its own, or where no rate is driven.
        """
        binding = self._present()
        if not binding.closed or binding.undriven:
            what = "does not drive every rate" if binding.closed else "has a get_lr of its own"
            raise TypeError(f"{type(self).__name__} {what}; lrkit.record(…, steps) takes its rates")
        pairs = zip(binding.curves.schedules, binding.scales, strict=True)
        return [curve if scale == 1 else ScaleLR(curve, scale) for curve, scale in pairs if curve is not None]

    def __repr__(self) -> str:
        options = [f"{name}={shorten(value)}" for name, value in self.options().items()]
        return f"{type(self).__name__}({', '.join([*options, f'last_epoch={self.last_epoch}'])})"

    @property
    def scales(self) -> list[float]:
        """What changes from outside have made of the curve of each group: a factor."""
        return list(self._binding.scales)

    def get_last_lr(self) -> list[Any]:
        """The rates last written, one per group: as the groups hold them."""
        return shown(self.optimizer.param_groups, self._last_lr)

    def state_dict(self) -> dict[str, Any]:
        """All that `load_state_dict` needs, as plain numbers, strings and lists: JSON can hold it.

        Functions (of `LambdaLR`, `MultiplicativeLR` and `CyclicLR`) are not stored: construct with the same ones.
        """
        binding, rates = self._met(self.optimizer.param_groups, heeding=True)
        return {
            "scheduler": type(self).__name__,
            "options": self.options(),
            "last_epoch": self.last_epoch,
            "base_lrs": list(binding.bases),
            "scales": list(binding.scales),
            "last_lr": list(rates),
        }

    def load_state_dict(self, state_dict: dict[str, Any], strict: bool | None = None) -> None:
        """Go on where the scheduler of a state stood, and write its rates into the groups.

        Parameters
        ----------
        state_dict : dict
            From `state_dict` of a scheduler of the same class, on as many groups.
        strict : bool, optional
            In place of the ``on_load`` of construction: True is "refuse", False is "mine". With "mine" the epoch, the
            base rates and the scales are those of the state, the options are not. With "theirs" the options are too.

        Raises
        ------
        TypeError, ValueError
            If the state is of another class or number of groups, is damaged, or differs. Nothing is changed then.
        """
        self._load(state_dict, on_load_for(type(self).__name__, self.on_load, strict))

    def _load(self, state: Any, policy: str) -> None:
        owner = type(self).__name__
        same = compare(owner, state, self.options(), policy)
        groups = groups_of(owner, self.optimizer)
        read_all(owner, groups)
        bases, scales, rates = (
            stored_rates(owner, state, name, len(groups)) for name in ("base_lrs", "scales", "last_lr")
        )
        epoch = position(owner, "state['last_epoch']", stored(owner, state, "last_epoch"))
        twin: LRScheduler = self._with_options(state["options"]) if policy == "theirs" and not same else self
        binding = twin._bound(bases, scales)  # of its own kind, as below
        if binding.closed and not same:
            rates = twin._checked(binding.at(epoch), groups, epoch)
        written = [None if k in binding.undriven else rate for k, rate in enumerate(rates)]
        others = twin._others_at(epoch, binding)
        if twin is not self:
            self._become(twin)
        vars(self).update(last_epoch=epoch, base_lrs=bases, _binding=binding, _doubts=[])
        separate(groups)
        self._write(groups, written, others)

    def _with_options(self, options: Any) -> Any:
        """A twin with the options of a state."""
        twin = object.__new__(type(self))
        vars(twin).update({name: value for name, value in vars(self).items() if name != "_binding"})
        twin._take(taken(type(self).__name__, options, self.options()))
        return twin

    def _become(self, twin: Any) -> None:
        """Have the options of a twin."""
        vars(self).update(vars(twin))

    def leave_to(self, whole: str) -> None:
        """Be a part of a composition from now on, which says its name and does the steps."""
        self._part_of = whole

    # What torch's compositions, and frameworks that know torch's schedulers, call --------------------------------

    @property
    def _step_count(self) -> int:
        """How often torch would have counted a step. It follows the epoch: what others add to it does not count."""
        return int(self.last_epoch) + 1

    @_step_count.setter
    def _step_count(self, value: int) -> None:
        pass

    def _initial_step(self) -> None:
        self._update_lr(0)

    def _update_lr(self, epoch: float | None = None) -> None:
        """Begin at an epoch: whatever the rates are now, another part of the composition wrote them."""
        vars(self)["_binding"] = self._binding.unscaled()
        self._go(self.last_epoch + 1 if epoch is None else epoch, heeding=False)
        vars(self)["_doubts"] = []

    # How it is done ---------------------------------------------------------------------------------------------

    def _bound(self, bases: Sequence[float], scales: Sequence[float]) -> Binding:
        """The curves of the groups; none for a class that has only a `get_lr` of its own."""
        closed = type(self).get_lr is LRScheduler.get_lr
        if type(self).schedule is LRScheduler.schedule and not closed:
            return Binding(Curves([]), list(bases), list(scales), closed=False)
        plans = [dict(self._plan(base, k)) for k, base in enumerate(bases)]
        rates = [plan.pop("lr", None) for plan in plans]
        if self._heeds_lr_scale:
            owner = type(self).__name__
            units = [lr_scale(owner, group, k) for k, group in enumerate(self.optimizer.param_groups)]
            rates = [curve if f == 1 else curve and ScaleLR(curve, f) for curve, f in zip(rates, units, strict=False)]
        return Binding(Curves(rates), list(bases), list(scales), tuple(plans) if any(plans) else (), closed)

    def _present(self) -> Binding:
        """The binding, for the base rates as they are now: whoever sets them is obeyed."""
        if self.base_lrs == self._binding.bases:
            return self._binding
        owner, known = type(self).__name__, len(self._binding.bases)
        bases = list(self.base_lrs)
        if len(bases) != known:
            raise ValueError(f"{owner}: base_lrs must be a list of {known} rates, one for each group, got {bases}")
        bases = [checked(owner, f"base_lrs[{k}]", base) for k, base in enumerate(bases)]
        return self._bound(bases, self._binding.scales)

    def _met(self, groups: Sequence[Any], heeding: bool) -> tuple[Binding, list[float]]:
        """The binding and the rates at hand: with edits, if they are heeded, and with groups that were added.

        A rate in a group that has been restored is no edit, unless another scheduler has written it since; nor is any,
        if somebody has moved the epoch meanwhile.
        """
        owner, trace, binding = type(self).__name__, self._trace, self._present()
        known = len(binding.bases)
        if len(groups) < known:
            raise ValueError(f"{owner}: the optimizer had {known} groups, it now has {len(groups)}")
        rates = read_all(owner, groups)
        if heeding and trace.epoch == self.last_epoch:
            restores = restores_of(self.optimizer)
            last = self._ledger.last or trace
            edits = {
                k: rates[k]
                for k in range(known)
                if rates[k] != trace.rates[k] and (trace.holds(k, groups, restores) or last.holds(k, groups, restores))
            }
            if edits:
                binding = binding.heeding(edits, self.last_epoch)
        if added := rates[known:]:
            binding = self._bound([*binding.bases, *added], [*binding.scales, *(1.0 for _ in added)])
        return binding, rates

    def _checked(self, rates: Sequence[Any], groups: Sequence[Any], epoch: float | None = None) -> list[Any]:
        owner, epoch = type(self).__name__, self.last_epoch if epoch is None else epoch
        if len(rates) != len(groups):
            raise ValueError(f"{owner}: get_lr gave {len(rates)} rates for {len(groups)} groups")
        if are_rates(rates):
            return list(rates)
        return [
            r if r is None else checked(owner, f"the rate of group {k} at epoch {epoch}", r)
            for k, r in enumerate(rates)
        ]

    def _others_at(self, epoch: float, binding: Binding | None = None) -> list[dict[str, Any]]:
        """The values of the other hyper-parameters that are driven, for each group; nothing if there are none."""
        owner, binding = type(self).__name__, binding or self._binding
        return [row_at(owner, plan, k, epoch) for k, plan in enumerate(binding.others)]

    def _write(self, groups: Sequence[Any], rates: Sequence[Any], others: Sequence[Any], fresh: bool = False) -> None:
        """Give the groups what they are to have, and tell it if asked."""
        present = write(groups, rates)
        for group, row in zip(groups, others, strict=False):
            for key, value in row.items():
                put(group, key, value)
        self._note(groups, present, self.last_epoch, fresh)
        if self.verbose:
            announce(present)

    def _note(self, groups: Sequence[Any], rates: list[float], epoch: float, fresh: bool = False) -> None:
        """Remember what was written, and tell the other schedulers of the optimizer."""
        trace, ledger, own = self._trace, self._ledger, self.__dict__
        trace.groups, trace.rates, trace.epoch = tuple(groups), rates, epoch
        trace.restores = getattr(self.optimizer, "restores", 0)
        ledger.last, ledger.fresh = trace, fresh
        own["last_epoch"], own["_last_lr"] = epoch, rates


def _note_bases(groups: Sequence[Any], bases: Sequence[float]) -> None:
    """Note in each group the rate that its curve starts from."""
    for group, base in zip(groups, bases, strict=True):
        group["initial_lr"] = base
