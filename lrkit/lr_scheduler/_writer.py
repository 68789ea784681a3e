"""`RateWriter`: writes the values of an epoch into an optimizer's groups, and finds what has changed there since."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from operator import is_
from typing import Any

from ..schedules.arithmetic import ScaleLR
from ._binding import Binding, Curves
from ._bound_to_optimizer import BoundToOptimizer
from ._groups import (
    RATE,
    announce,
    checked_rate,
    checked_rates,
    lr_scale,
    read_rates,
    take_in_new_groups,
    write,
    write_others,
)
from ._last_write import LastWrite, SharedRecord, edited_rates, record_of
from ._plans import Plan
from ._usual_step import UsualStep


class RateWriter(BoundToOptimizer):
    """The values that are bound to the groups. Whatever changes them makes another binding, which is checked first."""

    last_epoch: Any
    """A whole number, or a fraction that was stepped to."""
    base_lrs: list[float]
    verbose: bool
    _binding: Binding
    _last_write: LastWrite
    _record: SharedRecord
    _usual: UsualStep | None = None
    _own_get_lr = False
    """Whether the class has a `get_lr` of its own."""
    _has_curves = True
    _uses_lr_scale = True

    def get_lr(self) -> list[float]:
        raise NotImplementedError

    def _plan(self, base_lr: float, group: int) -> Plan:
        raise NotImplementedError

    def __setstate__(self, state: dict[str, Any]) -> None:
        super().__setstate__(state)
        self._record = record_of(self.optimizer, self._record)  # torch's optimizers do not copy it
        self._last_write = replace(self._last_write)  # a shallow copy has that of the original, which changes it

    def _curves_for(self, base_lrs: Sequence[float]) -> Curves:
        if not self._has_curves:
            return Curves(base_lrs, [], [])
        plans = [dict(self._plan(base_lr, k)) for k, base_lr in enumerate(base_lrs)]
        rates = [plan.pop("lr", None) for plan in plans]
        if self._uses_lr_scale:
            owner = type(self).__name__
            factors = [lr_scale(owner, group, k) for k, group in enumerate(self.optimizer.param_groups)]
            pairs = zip(rates, factors, strict=False)
            rates = [curve if factor == 1 else curve and ScaleLR(curve, factor) for curve, factor in pairs]
        return Curves(base_lrs, rates, plans if any(plans) else [])

    def _with_base_lrs(self) -> Binding:
        """The binding for the present `base_lrs`, which may be set at any time."""
        binding, base_lrs = self._binding, self.base_lrs
        if base_lrs == binding.curves.base_lrs:
            return binding
        owner, known, base_lrs = type(self).__name__, len(binding.curves.base_lrs), list(base_lrs)
        if len(base_lrs) != known:
            raise ValueError(f"{owner}: base_lrs must be a list of {known} rates, one for each group, got {base_lrs}")
        checked = [checked_rate(owner, f"base_lrs[{k}]", base_lr) for k, base_lr in enumerate(base_lrs)]
        return binding.with_curves(self._curves_for(checked))

    def _present(self, edits: bool = True) -> tuple[Binding, list[float]]:
        """The binding for the groups as they are now, and the rates that they hold: edited, if `edits`, and added."""
        owner, groups, write = type(self).__name__, self.optimizer.param_groups, self._last_write
        binding, known = self._with_base_lrs(), len(write.rates)
        if len(groups) < known:
            raise ValueError(f"{owner}: the optimizer had {known} groups, it now has {len(groups)}")
        rates = read_rates(owner, groups)
        if edits and write.epoch == self.last_epoch:  # else the user has set `last_epoch`, and written its rates
            found = edited_rates(write, self._record.last_write, self.optimizer, rates)
            binding = binding.edited(found, self.last_epoch)
        if len(groups) > known:
            binding = binding.with_curves(self._curves_for([*binding.curves.base_lrs, *rates[known:]]))
        return binding, rates

    def _advance(self, usual: UsualStep) -> bool:
        """Take the step to the next epoch if it is a usual one; else change nothing, and say so."""
        own, optimizer = self.__dict__, self.optimizer
        last, groups, epoch = own["_last_write"], optimizer.param_groups, own["last_epoch"] + 1
        if own["base_lrs"] != usual.base_lrs or own["verbose"]:
            return False
        rates = usual.write(groups, last.rates, epoch)
        if rates is None:
            return False
        own["last_epoch"], own["_last_lr"] = epoch, rates
        last.groups, last.rates, last.epoch = tuple(groups), rates, epoch
        last.restores = getattr(optimizer, "restores", 0)
        own["_record"].last_write = last
        return True

    def _go(
        self, epoch: float, changed: tuple[Binding, list[float]] | None = None, at_construction: bool = False
    ) -> None:
        """Write the values of an epoch. `changed` is a new binding, and the rates that the groups hold.

        Without it, a new one is made if the groups no longer hold the very floats that were written.
        """
        optimizer, before, binding = self.optimizer, self._last_write, self._binding
        groups, present = optimizer.param_groups, before.rates
        if changed is None and not (
            len(groups) == len(present)
            and all(map(is_, map(RATE, groups), present))
            and self.base_lrs == binding.curves.base_lrs
        ):
            changed = self._present()
        if changed:
            binding, present = changed
        curves = binding.curves
        if self._own_get_lr:
            rates, others = self._own_values(epoch, binding, present)
        else:
            owner = type(self).__name__
            rates = checked_rates(owner, binding.rates_at(epoch, once=at_construction), len(groups), epoch)
            others = binding.others_at(owner, epoch) if curves.others else []
        if changed or others:
            self._bind(binding)
            take_in_new_groups(groups, before.groups, curves.base_lrs)
        rates = write(groups, rates)
        if others:
            write_others(groups, others)
        self._note(LastWrite(tuple(groups), rates, epoch, getattr(optimizer, "restores", 0), at_construction))
        if self._usual is None and not at_construction and not self._own_get_lr:
            self.__dict__["_usual"] = UsualStep.of(binding, groups)

    def _own_values(self, epoch: float, binding: Binding, present: list[float]) -> tuple[list[float], list[Any]]:
        """The rates of a `get_lr` of the class's own, which a twin computes: if it fails, nothing here has changed."""
        owner, base_lrs = type(self).__name__, list(binding.curves.base_lrs)
        twin = self._twin(_binding=binding, base_lrs=base_lrs, last_epoch=epoch, _last_lr=present)
        rates = checked_rates(owner, twin.get_lr(), len(self.optimizer.param_groups), epoch)
        others = binding.others_at(owner, epoch)
        self._adopt(twin)  # `get_lr` may have changed attributes
        return rates, others

    def _bind(self, binding: Binding) -> None:
        self.__dict__.update(_binding=binding, _usual=None)
        if self.base_lrs != binding.curves.base_lrs:
            self.base_lrs = list(binding.curves.base_lrs)

    def _note(self, write: LastWrite) -> None:
        """Remember what was written: for this scheduler, and for the others of the optimizer."""
        own = self.__dict__  # `__setattr__` would double the time of a step
        own["_last_write"], own["last_epoch"], own["_last_lr"] = write, write.epoch, write.rates
        self._record.last_write = write
        if self.verbose:
            announce(write.rates)
