"""`HasFormula`: the base class of what is called with steps and returns rates."""

from __future__ import annotations

import math
import weakref
from bisect import bisect_right
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, TypeAlias, TypeGuard, TypeVar, overload

import numpy as np

from .._namespaces.numpy import distinct
from .._params import as_kind, count, shorten
from ._evaluate import checked_rate, rates_at, step_number
from ._value import FrozenValue, is_value

if TYPE_CHECKING:
    from .._types import AnyNumeric, ForeignArray, Rates, Real, Steps

MOST_RECORDED = 256
"""A formula of more fields is not recorded for arrays: that would take longer than most arrays do."""

Choice: TypeAlias = "list[tuple[bool, HasFormula]]"
Consecutive: TypeAlias = "tuple[Sequence[int], Sequence[HasFormula]]"
MANY_PARTS = 64
"""With more parts than these, one after another, each is compiled when it is first reached."""


Kind = TypeVar("Kind", bound="HasFormula")


def computes_as(schedule: Any, *classes: type[Kind]) -> TypeGuard[Kind]:
    """Whether a schedule is of one of the classes and has its formula: a class made from it may state another."""
    return any(isinstance(schedule, cls) and type(schedule).formula is cls.formula for cls in classes)


class HasFormula(FrozenValue):
    """The hooks that a schedule's class fills in, and every way to evaluate its formula."""

    _rate: Any = None
    """The compiled formula, once there is one."""
    _recording: Any = None
    """The recording of the formula, once a long array was asked for; False if it cannot be recorded."""

    # What a class provides --------------------------------------------------------------------------------------

    def formula(self, step: Any, xp: Any) -> Any:
        """The rate at `step`, written with the functions of the namespace `xp`."""
        return self.construct(getattr(step, "bare", step))

    def construct(self, global_step: Any) -> Any:
        """MindSpore's name for the formula: a subclass may define this instead."""
        raise NotImplementedError(f"{type(self).__name__} defines neither formula nor construct")

    def _knots(self, stop: int) -> Any:
        """Steps below `stop` (more do no harm) where the curve may bend or jump; by default those of its parts."""
        return np.concatenate([(), *(part.knots(stop) for part in self.parts())])

    def _choice(self) -> Choice:
        """Where the curve is at each step one of several: the first of them, and in order those that bound it.

        With each stands whether it bounds from below, or else from above; with the first this has no meaning.
        """
        return []

    def _consecutive(self) -> Consecutive:
        """Where the curve is several one after another: the steps at which each but the first begins, and the curves.

        Each is on a clock of its own, which starts at 0.
        """
        return (), ()

    def _horizon(self) -> int:
        """The number of steps after which nothing new happens; by default that of the longest part."""
        return max((part.horizon for part in self.parts()), default=100)

    # Rates ------------------------------------------------------------------------------------------------------

    @overload
    def __call__(self, step: Real) -> float: ...
    @overload
    def __call__(self, step: Steps) -> Rates: ...
    @overload
    def __call__(self, step: ForeignArray) -> ForeignArray: ...
    @overload
    def __call__(self, step: AnyNumeric) -> Any: ...
    def __call__(self, step: Any) -> Any:
        try:
            if step.__class__ is int and step >= 0:
                return (self._rate or self._compiled())(step)
            number = step_number(step, type(self).__name__)
            if number is not None:
                return (self._rate or self._compiled())(number)
            return rates_at(self.formula, step, type(self).__name__, self._recorded)
        except OverflowError:
            if not isinstance(step, (int, float, list, tuple, range, np.ndarray, np.generic)):
                raise  # from another library, whose integers cannot hold a constant of the formula
            raise self._too_large(step) from None

    def _compiled(self) -> Any:
        """The formula as a function of a Python number: made at the first call, and kept.

        It is compiled where the formula can be recorded and cannot change. Where the compiled function fails, it calls
        the formula: the traceback then shows the formula's lines.
        """
        from ..tracing import python, record

        this: Any = weakref.ref(self)  # so that the kept function does not keep the schedule
        owner = type(self).__name__
        rate: Any = partial(checked_rate, lambda step, xp: this().formula(step, xp), owner)
        milestones, parts = self._consecutive()
        if len(parts) > MANY_PARTS:
            rate = _rate_of_parts(milestones, parts, rate)
        elif is_value(self):
            with suppress(TypeError, ValueError, ArithmeticError, AttributeError, NotImplementedError, SyntaxError):
                rate = python.rate_function(record(self.formula), rate, owner)
        object.__setattr__(self, "_rate", rate)
        return rate

    def _recorded(self) -> Any:
        """The recording of the formula, made once; None if there is none."""
        if self._recording is None:
            from ..tracing import record

            recording: Any = False
            if is_value(self) and self._is_short():
                with suppress(TypeError, ValueError, ArithmeticError, AttributeError, NotImplementedError):
                    recording = record(self.formula)
            object.__setattr__(self, "_recording", recording)
        return self._recording or None

    def _is_short(self) -> bool:
        """Whether there are few parts, and points and milestones in them."""
        length, waiting = 0, [self]
        while waiting and length <= MOST_RECORDED:
            schedule: Any = waiting.pop()
            length += sum(len(v) if isinstance(v, (tuple, np.ndarray)) else 1 for v in schedule.parameters().values())
            waiting += schedule.parts()
        return length <= MOST_RECORDED

    def _first_rate(self) -> float:
        """The rate at step 0, by the formula: compiling takes longer than one evaluation."""
        try:
            return checked_rate(self.formula, type(self).__name__, 0)
        except OverflowError:
            raise self._too_large(0) from None

    def _too_large(self, step: Any) -> OverflowError:
        where = f" at step {shorten(step)}" if isinstance(step, (int, float)) else ""
        return OverflowError(f"{type(self).__name__}: the rate{where} is too large for a float")

    def to_list(self, total_step: int, step_per_epoch: int = 1) -> list[float]:
        """The rates of a run, as `total_step` Python floats: constant within an epoch of `step_per_epoch` steps.

        Element ``i`` is ``schedule(i // step_per_epoch)``, bit for bit.

        Examples
        --------
        >>> import lrkit
        >>> lrkit.WarmUpLR(0.5, 2).to_list(5, step_per_epoch=2)
        [0.0, 0.0, 0.25, 0.25, 0.5]
        """
        from ._lists import rate_list

        owner = f"{type(self).__name__}.to_list"
        total = count(owner, "total_step", total_step)
        per_epoch = count(owner, "step_per_epoch", step_per_epoch)
        try:
            return rate_list(self.formula, total, per_epoch, type(self).__name__)
        except OverflowError:
            raise OverflowError(f"{owner}: a rate is too large for a float") from None

    def to_array(self, steps: int | Steps) -> Rates:
        """The rates at `steps` as a float64 array: an integer for the first so many, or the steps themselves.

        Examples
        --------
        >>> import lrkit
        >>> lrkit.WarmUpLR(0.5, 2).to_array(4)
        array([0.  , 0.25, 0.5 , 0.5 ])
        """
        if as_kind(steps, int) is not None:
            steps = np.arange(count(f"{type(self).__name__}.to_array", "steps", steps))
        return np.asarray(self(steps if isinstance(steps, (list, tuple)) else np.asarray(steps)))

    # What is known of the curve ---------------------------------------------------------------------------------

    def knots(self, stop: int) -> Rates:
        """The steps strictly between 0 and `stop` where the curve may bend or jump, in order.

        Between two neighbouring knots the curve is smooth. A knot can be fractional (after `stretch`), and a jump may
        lie right before it or right after it. Of the ends of more than a million equal stairs or cycles, a million
        are given; where there are more than 131 072, crossings with other curves are given near the first and last.

        Examples
        --------
        >>> import lrkit
        >>> lrkit.CosineDecayLR(0, 0.1, 100).warmup(10).knots(1000)
        array([ 10., 110.])
        """
        found = distinct(np.asarray(self._knots(stop), np.float64))
        return found[(found > 0) & (found < stop)]

    @property
    def horizon(self) -> int:
        """How many steps are worth drawing: after these, nothing new happens (a decay has ended or is nearly 0)."""
        steps = self._horizon()
        if as_kind(steps, float) is None:
            raise TypeError(f"{type(self).__name__}: _horizon must return a number of steps, got {shorten(steps)}")
        return max(1, steps)


def _rate_of_parts(milestones: Sequence[int], parts: Sequence[HasFormula], otherwise: Any) -> Any:
    """The rate at a Python number, by the compiled formula of the part that it is in."""
    starts = (0, *milestones)

    def rate(step: Any) -> float:
        k = bisect_right(milestones, step)
        part, start = parts[k], starts[k]
        try:  # quicker than `suppress`
            found: float = (part._rate or part._compiled())(step - start if start else step)  # noqa: SLF001
            if -math.inf < found < math.inf:
                return found
        except Exception:  # noqa: BLE001  # the whole formula raises it again, and names this schedule
            pass
        return float(otherwise(step))

    return rate
