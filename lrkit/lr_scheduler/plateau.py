"""`ReduceLROnPlateau`: a controller that follows a metric."""

from __future__ import annotations

import math
from dataclasses import KW_ONLY, dataclass
from typing import Annotated, Any

from .._params import Param, as_kind, shorten
from ..schedules._base import LearningRateSchedule
from ._base import LRScheduler
from ._bound_to_optimizer import BoundToOptimizer
from ._groups import announce, groups_of, read_rates, separate_tensors, shown, write
from ._last_write import LastWrite, record_of, restores_of
from ._options import VERBOSE, coerce_options, for_group, on_load_for, one_of, position, rates_for, require
from ._state import same_options, stored, stored_rates
from .schedule import ScheduleLR


def _worst(mode: str) -> float:
    """The metric than which any other is better."""
    return math.inf if mode == "min" else -math.inf


@dataclass(eq=False, repr=False)
class ReduceLROnPlateau(BoundToOptimizer):
    r"""The rate times `factor` whenever a metric has not improved for more than `patience` epochs.

    .. math:: \eta \leftarrow \max(f \eta, \eta_{\min})

    Parameters
    ----------
    mode : {"min", "max"}
        Whether a lower or a higher metric is better. Default: "min".
    factor : float
        :math:`f`, between 0 and 1, both excluded. Default: 0.1.
    patience : int
        How many epochs in a row without improvement are let pass, at least 0. Default: 10.
    threshold : float
        By how much a metric must be better than the best to count, at least 0. Default: 1e-4.
    threshold_mode : {"rel", "abs"}
        Whether that is a fraction of the best, or an amount. Default: "rel".
    cooldown : int
        How many epochs after a reduction are not counted, at least 0. Default: 0.
    min_lr : float or list of float
        :math:`\eta_{\min}`, at least 0, for all groups or one for each. Default: 0.
    eps : float
        A reduction by no more than this is left out, at least 0. Default: 1e-8.
    verbose : bool
        Whether to print each rate when it is reduced. Default: False.
    base : LearningRateSchedule or LRScheduler, optional
        A schedule, or a scheduler of the same optimizer, such as `to_torch` makes, which `step` steps first; it builds
        upon the reductions.
    on_load : {"refuse", "mine", "theirs"}
        What `load_state_dict` does with a state of other options, as for `LRScheduler`; for the base too.
        Default: "refuse".

    Attributes
    ----------
    best : float
        The best metric so far; infinite before the first one.
    num_bad_epochs, cooldown_counter, last_epoch : int
        Epochs without improvement, epochs left in which none is counted, and all epochs.

    Notes
    -----
    This is no schedule: what it does is known when the metrics are. *First epoch*: any number is better than none. *Not
    a number* is not better than anything. *At a reduction*: it takes effect at once, and the wait begins anew. With a
    `base`, `min_lr` bounds the reductions, not the base's own decay. *Elsewhere*: as torch's; MindSpore compares in
    float32, and neither checks the sign of `factor` and `patience`.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> scheduler = ReduceLROnPlateau(SimpleNamespace(param_groups=[{"lr": 1.0}]), factor=0.5, patience=1)
    >>> for loss in (3.0, 2.0, 2.5, 2.0):
    ...     scheduler.step(loss)
    >>> scheduler.get_last_lr(), scheduler.best
    ([0.5], 2.0)
    """

    optimizer: Any
    mode: str = "min"
    factor: Annotated[float, Param("f", low=0, exclusive=True, high=1, high_exclusive=True)] = 0.1
    patience: Annotated[int, Param("p", unit="epoch", low=0)] = 10
    threshold: Annotated[float, Param(r"\theta", low=0)] = 1e-4
    threshold_mode: str = "rel"
    cooldown: Annotated[int, Param("c", unit="epoch", low=0)] = 0
    min_lr: float | list[float] = 0
    eps: Annotated[float, Param(r"\varepsilon", low=0)] = 1e-8
    verbose: bool = False
    _: KW_ONLY
    base: LRScheduler | LearningRateSchedule | None = None
    on_load: str = "refuse"

    _torch_name = "ReduceLROnPlateau"

    def __post_init__(self) -> None:
        owner = type(self).__name__
        groups = groups_of(owner, self.optimizer)
        self._take_on_torch_class()
        read_rates(owner, groups)
        coerce_options(self)
        self._check()
        self.verbose = VERBOSE.coerce(owner, self.verbose)
        self.on_load = on_load_for(owner, self.on_load)
        if isinstance(self.base, LearningRateSchedule):
            self.base = ScheduleLR(self.optimizer, self.base)
        if self.base is not None:
            if not isinstance(self.base, LRScheduler):
                raise TypeError(f"{owner}: base must be a schedule, an LRScheduler or None, got {shorten(self.base)}")
            require(self.base.optimizer is self.optimizer, owner, "base", "of the same optimizer", self.base.optimizer)
        self.best = _worst(self.mode)
        self.num_bad_epochs = self.cooldown_counter = self.last_epoch = 0

    def _check(self) -> None:
        owner = type(self).__name__
        self.mode = one_of(owner, "mode", self.mode, ("min", "max"))
        self.threshold_mode = one_of(owner, "threshold_mode", self.threshold_mode, ("rel", "abs"))
        self.min_lr = rates_for(owner, "min_lr", self.min_lr, len(self.optimizer.param_groups))

    def is_better(self, metric: float) -> bool:
        """Whether `metric` improves on the best by more than the threshold."""
        sign = 1 if self.mode == "max" else -1
        if math.isinf(self.best):  # a fraction of it would be no number
            bound = self.best
        elif self.threshold_mode == "rel":
            bound = self.best * (1 + sign * self.threshold)
        else:
            bound = self.best + sign * self.threshold
        return sign * metric > sign * bound

    def step(self, metrics: float) -> None:
        """One more epoch, which ended with this metric."""
        owner = type(self).__name__
        metric = as_kind(metrics, float)
        if metric is None and hasattr(metrics, "item") and math.prod(getattr(metrics, "shape", ())) == 1:
            metric = as_kind(metrics.item(), float)  # a tensor of one number
        if metric is None:
            raise TypeError(f"{owner}: metrics must be a number, got {shorten(metrics)}")
        groups = groups_of(owner, self.optimizer)
        read_rates(owner, groups)  # refuses before anything is counted
        lowest = [for_group(owner, "min_lr", self.min_lr, k) for k in range(len(groups))]
        if isinstance(self.base, LRScheduler):
            self.base.step()
        self.last_epoch += 1
        if self.is_better(metric):
            self.best, self.num_bad_epochs = metric, 0
        else:
            self.num_bad_epochs += 1
        if self.cooldown_counter > 0:
            self.cooldown_counter -= 1
            self.num_bad_epochs = 0
        if self.num_bad_epochs > self.patience:
            self.cooldown_counter, self.num_bad_epochs = self.cooldown, 0
            self._reduce(groups, lowest)

    def _reduce(self, groups: Any, lowest: list[float]) -> None:
        rates = read_rates(type(self).__name__, groups)
        reduced = [max(rate * self.factor, low) for rate, low in zip(rates, lowest, strict=True)]
        kept = [new if rate - new > self.eps else rate for rate, new in zip(rates, reduced, strict=True)]
        self._write(groups, kept)
        if self.verbose and kept != rates:
            announce(kept)

    def _write(self, groups: Any, rates: list[float]) -> None:
        """Give the groups their rates, and note it, so that a scheduler made later does not take it for an edit."""
        separate_tensors(groups)
        present = write(groups, rates)
        record = record_of(self.optimizer)
        record.last_write = LastWrite(tuple(groups), present, self.last_epoch, restores_of(self.optimizer))

    def get_last_lr(self) -> list[Any]:
        """The rates of the groups, as they hold them."""
        groups = self.optimizer.param_groups
        return shown(groups, read_rates(type(self).__name__, groups))

    def options(self) -> dict[str, Any]:
        """What was asked for at construction, as plain numbers, strings and lists."""
        return super().options() | {name: getattr(self, name) for name in ("mode", "threshold_mode", "min_lr")}

    def state_dict(self) -> dict[str, Any]:
        """All that `load_state_dict` needs, the base's state included, as plain numbers, strings and lists."""
        return {
            "scheduler": type(self).__name__,
            "options": self.options(),
            "best": None if self.best == _worst(self.mode) else self.best,
            "num_bad_epochs": self.num_bad_epochs,
            "cooldown_counter": self.cooldown_counter,
            "last_epoch": self.last_epoch,
            "last_lr": read_rates(type(self).__name__, self.optimizer.param_groups),
            "base": self.base.state_dict() if isinstance(self.base, LRScheduler) else None,
        }

    def _load(self, state: Any, policy: str) -> None:
        owner = type(self).__name__
        same = same_options(owner, state, self.options(), policy)
        groups = groups_of(owner, self.optimizer)
        rates = stored_rates(owner, state, "last_lr", len(groups))
        counts: dict[str, Any] = {
            name: position(owner, f"state[{name!r}]", stored(owner, state, name))
            for name in ("num_bad_epochs", "cooldown_counter", "last_epoch")
        }
        twin = self if same or policy != "theirs" else self._with_options(state["options"])
        best = stored(owner, state, "best")
        number = _worst(twin.mode) if best is None else as_kind(best, float)
        if number is None:
            raise TypeError(f"{owner}: state['best'] must be a number or None, got {shorten(best)}")
        base = stored(owner, state, "base")
        require((base is None) == (self.base is None), owner, "state['base']", "there if and only if base is", base)
        if isinstance(self.base, LRScheduler):
            self.base._load(base, policy)  # noqa: SLF001  # of the same family
        self._adopt(twin)
        vars(self).update(counts, best=number)
        if self.base is None:
            self._write(groups, rates)
