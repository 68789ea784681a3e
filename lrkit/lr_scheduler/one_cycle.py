"""The one-cycle policy, bound to an optimizer: `OneCycleLR`."""

from __future__ import annotations

from typing import Annotated, Any

from .._params import Param
from ..catalogue.one_cycle import one_cycle
from ..schedules._base import LearningRateSchedule
from ._base import LRScheduler
from ._momentum import momentums_for, plan_with_momentum
from ._options import for_group, one_of, rates_for, require
from ._plans import Plan

Divisor = Annotated[float, Param("d", low=0, exclusive=True)]
Count = Annotated[int | None, Param("n", low=1)]
SHAPES = {"cos": "cosine", "linear": "linear"}


class OneCycleLR(LRScheduler):
    r"""Up to `max_lr` in the first part of a run, and down for the rest, with the momentum the other way.

    .. math:: \frac{\eta_{\max}}{d} \;\to\; \eta_{\max} \;\to\; \frac{\eta_{\max}}{d \, d_1}, \qquad
              m_{\max} \to m_{\text{base}} \to m_{\max}

    in half cosines or lines between epochs 0, :math:`f T - 1` and :math:`T - 1`.

    Parameters
    ----------
    max_lr : float or list of float
        :math:`\eta_{\max}`, above 0, for all groups or one for each.
    total_steps : int, optional
        :math:`T`, in epochs (here: updates), at least 1: the length of the run.
    epochs, steps_per_epoch : int, optional
        In place of `total_steps`, its two factors, at least 1.
    pct_start : float
        :math:`f`, above 0 and at most 1: the part of the run that rises, of at least one step. Default: 0.3.
    anneal_strategy : {"cos", "linear"}
        What joins the points. Default: "cos".
    cycle_momentum : bool
        Whether the groups' momentum (or first beta), which each must have, is moved too. Default: True.
    base_momentum, max_momentum : float or list of float
        :math:`m_{\text{base}}` and :math:`m_{\max}`, at least 0 and below 1. Default: 0.85 and 0.95.
    div_factor, final_div_factor : float
        :math:`d` and :math:`d_1`, above 0. Default: 25 and 1e4.
    three_phase : bool
        Whether the fall mirrors the rise before it goes on to the last rate. Default: False.

    Notes
    -----
    *First epoch*: ``max_lr / div_factor``, whatever the group's rate was. *At f T - 1*: `max_lr`. *Past the end*, which
    is at :math:`T - 1`: held. *Elsewhere*: torch's, which extrapolates at step :math:`T` and raises after it, and
    writes its three rates into the group; here the group's ``initial_lr`` remains what it was.

    References
    ----------
    Smith and Topin, "Super-Convergence: Very Fast Training of Neural Networks Using Large Learning Rates", 2017,
    arXiv:1708.07120.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> optimizer = SimpleNamespace(param_groups=[{"lr": 1.0, "momentum": 0.9}])
    >>> scheduler = OneCycleLR(optimizer, 1.0, 10, anneal_strategy="linear", div_factor=4.0)
    >>> scheduler.step(2)
    >>> optimizer.param_groups[0]["lr"], optimizer.param_groups[0]["momentum"]
    (1.0, 0.85)
    """

    optimizer: Any
    max_lr: float | list[float]
    total_steps: Count = None
    epochs: Count = None
    steps_per_epoch: Count = None
    pct_start: Annotated[float, Param("f", low=0, exclusive=True, high=1)] = 0.3
    anneal_strategy: str = "cos"
    cycle_momentum: Annotated[bool, Param("")] = True
    base_momentum: float | list[float] = 0.85
    max_momentum: float | list[float] = 0.95
    div_factor: Divisor = 25.0
    final_div_factor: Divisor = 1e4
    three_phase: Annotated[bool, Param("")] = False
    last_epoch: int = -1
    verbose: bool = False
    on_load: str = "refuse"

    def _check(self) -> None:
        groups = len(self.optimizer.param_groups)
        self.max_lr = rates_for("OneCycleLR", "max_lr", self.max_lr, groups)
        self.base_momentum = momentums_for("OneCycleLR", "base_momentum", self.base_momentum, groups)
        self.max_momentum = momentums_for("OneCycleLR", "max_momentum", self.max_momentum, groups)
        one_of("OneCycleLR", "anneal_strategy", self.anneal_strategy, tuple(SHAPES))
        if self.total_steps is None and self.epochs and self.steps_per_epoch:
            self.total_steps = self.epochs * self.steps_per_epoch
        require(
            self.total_steps is not None, "OneCycleLR", "total_steps", "given, or epochs and steps_per_epoch", None
        )  # fmt: skip
        self.epochs = self.steps_per_epoch = None

    def options(self) -> dict[str, Any]:
        own = {name: getattr(self, name) for name in ("max_lr", "anneal_strategy", "base_momentum", "max_momentum")}
        rest = {name: value for name, value in super().options().items() if name not in ("epochs", "steps_per_epoch")}
        return rest | own

    def schedule(self, base_lr: float, group: int = 0) -> LearningRateSchedule:
        peak = for_group("OneCycleLR", "max_lr", self.max_lr, group)
        start, shape, length = peak / self.div_factor, SHAPES[self.anneal_strategy], self.total_steps or 0
        return one_cycle(peak, length, self.pct_start, shape, self.three_phase, start, start / self.final_div_factor)

    def _plan(self, base_lr: float, group: int) -> Plan:
        rate: Any = self.schedule(base_lr, group)

        def momentum(low: float, high: float) -> LearningRateSchedule:
            curve: LearningRateSchedule = type(rate)(rate.milestones, (high, low, high, high)[: len(rate.milestones)])
            return curve

        return plan_with_momentum(self, rate, group, momentum)
