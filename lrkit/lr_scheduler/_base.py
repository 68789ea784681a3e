"""`LRScheduler`: what every scheduler is and can do."""

from __future__ import annotations

from typing import Any, dataclass_transform

from .._params import shorten
from ..rules._declared import make_constructor
from ..schedules._base import LearningRateSchedule
from ..schedules.arithmetic import ScaleLR
from ._binding import bound
from ._groups import checked_rates, groups_of, held, read_rates, separate_tensors, shown, write, write_others
from ._last_write import LastWrite, record_of, restores_of
from ._options import LAST_EPOCH, VERBOSE, coerce_options, on_load_for, position
from ._plans import Plan
from ._starting_rate import StartingRate, starting_rates
from ._state import same_options, stored, stored_rates
from ._warnings import warn_at_first_step
from ._writer import RateWriter


@dataclass_transform(eq_default=False)
class LRScheduler(RateWriter):
    r"""A schedule bound to the groups of an optimizer: each `step` writes the rates of the next epoch.

    The rate of a group is a closed form: that of `schedule`, at the epoch reached. Only the epoch is carried from step
    to step, so there is no drift, any epoch can be gone to, and a resumed run equals an uninterrupted one.

    .. math:: \eta_g(t) = c_g \, f_g \, s(t; \eta_{0,g})

    with :math:`s` the schedule, :math:`\eta_{0,g}` the base rate of group :math:`g`, :math:`f_g` its ``"lr_scale"`` (of
    timm; 1 if it has none), and :math:`c_g` exactly 1 unless the rate is edited.

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
        :math:`c_g`: the factor by which edits have scaled each curve.

    Raises
    ------
    TypeError, ValueError
        If an argument is of the wrong type or outside its domain, or a rate would be negative or not finite. Nothing
        is changed then.
    KeyError
        If a run is resumed and a group has no ``"initial_lr"``.

    Warns
    -----
    UserWarning
        At the first step, if lrkit cannot tell whether the rate it found was set by hand, or if Accelerate will make
        several steps for one update.

    Notes
    -----
    Every scheduler takes these arguments, and raises and warns so.

    *The base rate* of a new scheduler is the rate that it finds, and the group notes it as its ``"initial_lr"``. If
    one is noted already, a rate that another scheduler wrote last does not count: the base rate is the noted one, so
    that a second phase does not start where the first ended. A rate that was set by hand since is the new base rate.
    If an optimizer's state was loaded since, or the last scheduler was not of this package, lrkit cannot tell who set
    the rate: the base rate is the noted one, and if the rate was another, the first step warns. Schedulers that are
    made together, before any of them is stepped, multiply.

    *An edit is kept.* If a group's rate is no longer what the scheduler wrote, the rest of its curve is scaled to pass
    through the new rate: two schedulers on one optimizer multiply. A curve that is 0 cannot be scaled, and the edit
    lasts until the next step. *A restore is not an edit*: the next step overwrites rates that came with a loaded state,
    whether optimizer or scheduler is restored first. An optimizer of your own is known to have loaded a state if it
    puts new dicts into ``param_groups``, as torch's do, or counts its loads in an attribute ``restores``. *A group
    added later* joins at the next step, its rate then being its base rate.

    *On an optimizer of torch* a scheduler is an instance of ``torch.optim.lr_scheduler.LRScheduler`` as well.

    *To write one*, define its curve::

        class HalfwayLR(LRScheduler):
            def schedule(self, base_lr, group=0):
                return lrkit.ConstantLR(base_lr).then(lrkit.ConstantLR(base_lr / 2), 50)

    A class in the style of MindSpore and torch, which overrides `get_lr` and reads ``self.last_epoch``,
    ``self.base_lrs`` and ``self._last_lr``, works too; its rates are written unchanged.

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
        found = self._last_lr = read_rates(owner, groups)
        self.optimizer = optimizer
        self._take_on_torch_class()
        self.verbose = VERBOSE.coerce(owner, verbose)
        self.on_load = on_load_for(owner, on_load)
        coerce_options(self)
        self._check()
        before: int = LAST_EPOCH.coerce(owner, last_epoch)
        starts = self._starting_rates(found, resumed=before >= 0)
        curves = self._curves_for([start.base_lr for start in starts])
        self.base_lrs = list(curves.base_lrs)
        self._in_doubt = [k for k, start in enumerate(starts) if start.in_doubt]
        self._record = record_of(optimizer)
        # Nothing is written yet. In a resumed run the groups have their initial rates already, so none is new.
        self._last_write = LastWrite((None,) * len(groups) if before >= 0 else (), [], before, 0)
        self._is_initial = True  # what torch's classes ask for
        self._binding = bound(curves, [start.scale for start in starts])
        self._go(before + 1, (self._binding, found), at_construction=True)
        self._is_initial = False
        self._record.schedulers += 1
        self._number = self._record.schedulers

    _stepped = False
    _part_of = ""
    _fixed: tuple[str, ...] = ()
    _get_lr_called_within_step = True  # so that torch's `get_lr` does not warn

    def __init_subclass__(cls) -> None:
        """A class that declares its arguments, beginning with ``optimizer``, gets its constructor."""
        make_constructor(cls, "optimizer")
        cls._own_get_lr = cls.get_lr is not LRScheduler.get_lr
        cls._has_curves = not cls._own_get_lr or cls.schedule is not LRScheduler.schedule

    def _from_arguments(
        self, optimizer: Any, last_epoch: int = -1, verbose: bool = False, on_load: str = "refuse", **options: Any
    ) -> None:
        vars(self).update(options, _fixed=tuple(options))
        LRScheduler.__init__(self, optimizer, last_epoch, verbose, on_load)

    def __setattr__(self, name: str, value: Any) -> None:
        if name in self._fixed and "_binding" in vars(self):
            raise AttributeError(f"{type(self).__name__}: {name} is fixed at construction; make another scheduler")
        object.__setattr__(self, name, value)

    # What a member provides -------------------------------------------------------------------------------------

    def schedule(self, base_lr: float, group: int = 0) -> LearningRateSchedule:
        """The whole curve of a group whose base rate is `base_lr`, as a function of the epoch."""
        raise NotImplementedError(f"{type(self).__name__} defines neither schedule nor get_lr")

    def _plan(self, base_lr: float, group: int) -> Plan:
        """What drives the hyper-parameters of a group: its rate, unless a member drives others too."""
        return {"lr": self.schedule(base_lr, group)}

    def _starting_rates(self, rates: list[float], resumed: bool) -> list[StartingRate]:
        return starting_rates(type(self).__name__, self.optimizer, rates, resumed)

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
        if self._part_of:
            raise RuntimeError(f"{type(self).__name__}: step the {self._part_of} that it is a part of, and that alone")
        if epoch is None and (usual := self._usual) is not None and self._advance(usual):
            return
        target = self.last_epoch + 1 if epoch is None else position(type(self).__name__, "epoch", epoch)
        if not self._stepped:
            warn_at_first_step(type(self).__name__, self.base_lrs, self._in_doubt)
        self._go(target)
        self.__dict__["_stepped"] = True

    def get_lr(self) -> list[float]:
        """The rates of the closed form at `last_epoch`, one per group, before an optimizer rounds them."""
        rates = self._with_base_lrs().rates_at(self.last_epoch)
        if None not in rates:
            return rates
        present = held(self.optimizer.param_groups)
        return [own if rate is None else rate for rate, own in zip(rates, present, strict=False)]

    def curves(self) -> list[LearningRateSchedule]:
        """The curve of each group, scaled by its ``lr_scale`` and by edits.

        Raises
        ------
        TypeError
            If the rates are not those of curves: of a class that has a `get_lr` of its own, or where no rate is driven.
        """
        binding = self._with_base_lrs()
        if self._own_get_lr or binding.curves.undriven:
            what = "has a get_lr of its own" if self._own_get_lr else "does not drive every rate"
            raise TypeError(f"{type(self).__name__} {what}; lrkit.record(…, steps) takes its rates")
        pairs = zip(binding.curves.schedules, binding.all_scales(), strict=True)
        return [curve if scale == 1 else ScaleLR(curve, scale) for curve, scale in pairs if curve is not None]

    def __repr__(self) -> str:
        options = [f"{name}={shorten(value)}" for name, value in self.options().items()]
        return f"{type(self).__name__}({', '.join([*options, f'last_epoch={self.last_epoch}'])})"

    @property
    def scales(self) -> list[float]:
        """The factor by which edits have scaled the curve of each group."""
        return self._binding.all_scales()

    def get_last_lr(self) -> list[Any]:
        """The rates last written, one per group: as the groups hold them."""
        return shown(self.optimizer.param_groups, self._last_lr)

    def state_dict(self) -> dict[str, Any]:
        """All that `load_state_dict` needs, as plain numbers, strings and lists: JSON can hold it.

        Functions (of `LambdaLR`, `MultiplicativeLR` and `CyclicLR`) are not stored: construct with the same ones.
        """
        binding, rates = self._present()
        return {
            "scheduler": type(self).__name__,
            "options": self.options(),
            "last_epoch": self.last_epoch,
            "base_lrs": list(binding.curves.base_lrs),
            "scales": binding.all_scales(),
            "last_lr": list(rates),
        }

    def _load(self, state: Any, policy: str) -> None:
        owner = type(self).__name__
        same = same_options(owner, state, self.options(), policy)
        groups = groups_of(owner, self.optimizer)
        read_rates(owner, groups)
        base_lrs, scales, rates = (
            stored_rates(owner, state, name, len(groups)) for name in ("base_lrs", "scales", "last_lr")
        )
        epoch = position(owner, "state['last_epoch']", stored(owner, state, "last_epoch"))
        twin = self if same or policy != "theirs" else self._with_options(state["options"])
        binding = bound(twin._curves_for(base_lrs), scales)  # noqa: SLF001  # of its own kind
        if not same and not self._own_get_lr:
            rates = checked_rates(owner, binding.rates_at(epoch), len(groups), epoch)
        others = binding.others_at(owner, epoch)
        self._adopt(twin)
        self._in_doubt = []
        self._bind(binding)
        separate_tensors(groups)
        present = write(groups, [None if k in binding.curves.undriven else rate for k, rate in enumerate(rates)])
        write_others(groups, others)
        self._note(LastWrite(tuple(groups), present, epoch, restores_of(self.optimizer)))

    # What torch's compositions, and frameworks that know torch's schedulers, call --------------------------------

    @property
    def _step_count(self) -> int:
        """The number of steps that torch would have counted. It follows the epoch: assignments have no effect."""
        return int(self.last_epoch) + 1

    @_step_count.setter
    def _step_count(self, value: int) -> None:
        pass

    def _initial_step(self) -> None:
        self._update_lr(0)

    def _update_lr(self, epoch: float | None = None) -> None:
        """Begin at an epoch. The present rates are no edits: another part of the composition wrote them."""
        binding, rates = self._present(edits=False)
        self._go(self.last_epoch + 1 if epoch is None else epoch, (binding.unscaled(), rates))
        self._in_doubt = []
