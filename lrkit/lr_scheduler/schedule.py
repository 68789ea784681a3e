"""Any schedule bound to an optimizer: `ScheduleLR`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..schedules._base import LearningRateSchedule
from ._base import LRScheduler
from ._options import LAST_EPOCH
from ._plans import Plan, for_group, for_groups, look_ahead, plans_as_json, plans_from_json, plans_of
from ._starting_rate import StartingRate
from ._warnings import warn


class ScheduleLR(LRScheduler):
    r"""Whatever schedules say, as it is: the rate, and any other hyper-parameter of any group.

    .. math:: \eta_g(t) = s_g(t)

    Parameters
    ----------
    optimizer : object
        The groups' own rates no longer matter.
    schedule : LearningRateSchedule, dict or list
        A schedule is the rate of all groups. A dict maps hyper-parameters (``lr``, ``weight_decay``, ``momentum``, any
        other number of a group) to schedules or numbers, and ``betas`` to a pair of them. A list has a schedule or
        dict for each group.
    last_epoch : int
        -1 to begin at epoch 0; else the last epoch of the run that is resumed. Default: -1.

    Raises
    ------
    TypeError, ValueError
        If a group has no such hyper-parameter, or a number of them that does not fit, there are schedules for another
        number of groups, a value will be out of its domain (a negative rate, a momentum of 1), or an argument is
        outside its own. Nothing has been changed then. In a run, `step` refuses such a value and changes nothing.

    Warns
    -----
    UserWarning
        If one schedule is for groups that have different rates, which then have no effect.

    Notes
    -----
    *First epoch*: ``schedule(0)``, whatever other schedulers wrote. *Past the end*: what the schedule does there. A
    rate that is edited scales the rest of its curve; another hyper-parameter is overwritten by the next step.
    Of one schedule for all groups, a group with an ``lr_scale`` gets that many times the rate; a list is taken as it
    is. A group that is added later gets the values of all groups at the next step. A schedule without JSON form is
    stored by the name of its class.

    Examples
    --------
    >>> import lrkit
    >>> from types import SimpleNamespace
    >>> optimizer = SimpleNamespace(param_groups=[{"lr": 1.0, "weight_decay": 0.0}])
    >>> rate = lrkit.ConstantLR(0.5).warmup(2)
    >>> scheduler = ScheduleLR(optimizer, {"lr": rate, "weight_decay": 0.1 * rate})
    >>> scheduler.step()
    >>> optimizer.param_groups[0]["lr"], optimizer.param_groups[0]["weight_decay"]
    (0.25, 0.025)
    """

    def __init__(
        self, optimizer: Any, schedule: Any, last_epoch: int = -1, verbose: bool = False, on_load: str = "refuse"
    ) -> None:
        self._start = 1 + LAST_EPOCH.coerce("ScheduleLR", last_epoch)
        self._given = schedule
        self.plans = plans_of(schedule)
        super().__init__(optimizer, last_epoch, verbose, on_load)
        vars(self).pop("_given")
        if not isinstance(self.plans, list) and "lr" in self.plans and len(set(self.base_lrs)) > 1:
            warn(
                f"ScheduleLR: the groups' own rates, {_listed(self.base_lrs)}, have no "
                "effect: each group gets the rate of the one schedule. For rates of their own, give a list with a "
                "schedule for each group, as [schedule, 0.1 * schedule], or the groups an lr_scale"
            )

    def _check(self) -> None:
        groups = self.optimizer.param_groups
        look_ahead(for_groups(self.plans, groups, vars(self).get("_given")), self._start)

    def _set_options(self, options: Mapping[str, Any]) -> None:
        self.plans = plans_from_json(options["schedules"])
        self._check()

    def _starting_rates(self, rates: list[float], resumed: bool) -> list[StartingRate]:
        """The base rates have no effect here. They are noted, without scale or doubt, for schedulers made later."""
        starts = super()._starting_rates(rates, resumed=False)
        return [StartingRate(start.base_lr) for start in starts]

    @property
    def _uses_lr_scale(self) -> bool:  # type: ignore[override]
        return not isinstance(self.plans, list)

    def _plan(self, base_lr: float, group: int) -> Plan:
        return for_group(self.plans, self.optimizer.param_groups, group)

    def schedule(self, base_lr: float, group: int = 0) -> LearningRateSchedule:
        return self.curve(group)

    def curve(self, group: int, key: str = "lr") -> LearningRateSchedule:
        """The schedule of a hyper-parameter of a group; of a tuple of them, of the first.

        Raises
        ------
        KeyError
            If it is not driven.
        """
        plan = self.plans[group] if isinstance(self.plans, list) else self.plans
        if key not in plan:
            raise KeyError(f"ScheduleLR: group {group} has no schedule for {key!r}")
        driven: LearningRateSchedule = plan[key][0] if isinstance(plan[key], tuple) else plan[key]
        return driven

    def options(self) -> dict[str, Any]:
        return {"schedules": plans_as_json(self.plans)}

    def __repr__(self) -> str:
        plans = self.plans if isinstance(self.plans, list) else [self.plans]
        shown = [plan["lr"] if list(plan) == ["lr"] else plan for plan in plans]
        return f"ScheduleLR({shown if isinstance(self.plans, list) else shown[0]}, last_epoch={self.last_epoch})"


def _listed(rates: Sequence[float]) -> str:
    """The first rates, and how many more there are."""
    shown = ", ".join(f"{rate:g}" for rate in rates[:4])
    return shown + (f" and {len(rates) - 4:,} more" if len(rates) > 4 else "")
