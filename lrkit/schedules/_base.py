"""`LearningRateSchedule`: what every schedule is and can do."""

from __future__ import annotations

import copyreg
import dataclasses
import weakref
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeGuard, dataclass_transform, overload

import numpy as np

from .._params import Field, Param, as_kind, count, fields_of, shorten
from .._types import AnyNumeric, ForeignArray, Rates, Real, Steps
from . import _json
from ._declaring import KEPT, declare
from ._evaluate import rate_at, rate_function, rate_list
from ._registry import MAX_DEPTH, register
from ._seen import Seen

START = Field("start_lr", float, Param("", low=0))
"""What a warm-up may begin at."""
MOST_MULTIPLES = 1_000_000
"""How many ends of equal stairs or cycles `multiples` gives at most."""


@dataclass_transform(frozen_default=True)
class LearningRateSchedule(Seen):
    r"""A learning rate as a function of the step: a value, not a process.

    A schedule is a frozen dataclass; a subclass becomes one by itself. Its rate at a step depends on the step alone,
    so it can be drawn before a run, compared, stored, and resumed by nothing more than calling it with the next step.

    Called with

    * a Python or NumPy number, it returns a `float`;
    * a NumPy array, list, tuple or range of steps, a float64 array of that shape;
    * an array of another library (JAX, torch, ...), traced or not, an array of that library: differentiable and
      jittable where the library is. Its values are not checked, as a traced array has none.

    Type checkers know which of these a call returns. To them an `int` is a `float`, and so is NumPy's `float64`. Other
    numbers of NumPy are taken as arguments of a schedule too, but a checker wants them converted: ``int(n)``.

    Steps are counted from 0. A negative, NaN or infinite step raises `ValueError`; a bool, string or None raises
    `TypeError`. Fractional steps are allowed: the formula is taken as it stands.

    Notes
    -----
    *To write one*, declare the fields and the formula, and nothing else::

        from typing import Annotated
        from lrkit import LearningRateSchedule, Param

        class RootDecayLR(LearningRateSchedule, kind="root_decay"):
            '''A rate that falls with the square root of the step.'''

            max_lr: Annotated[float, Param(r"\eta_{\max}", low=0, exclusive=True, typical=(1e-4, 1))]
            timescale: Annotated[int, Param("T", unit="step", low=1, typical=(10, 10_000))]

            def formula(self, step, xp):
                return self.max_lr / xp.sqrt(1 + step / self.timescale)

            def _horizon(self):
                return 20 * self.timescale  # how many steps are worth drawing

    ``xp`` has the names of the array API standard (``minimum maximum where floor ceil floor_divide sqrt exp log cos
    sin tanh pow take searchsorted``) and ``piecewise(step, milestones, parts)``; write ``xp.pow(x, y)`` rather than
    ``x ** y``, so that lists keep Python's rounding, and ``xp.floor_divide(x, y)`` rather than ``x // y``, so that
    torch can differentiate. A list is declared as ``Annotated[Sequence[float], Param(...)]``, and stored as a tuple.
    Branch on fields only, never on the step. Optional hooks: ``_check`` (relations between fields), ``_knots`` (where
    the curve may bend or jump), ``_horizon`` (how long it is worth drawing).

    With a ``kind`` the schedule is registered: `from_json` and `parse` read it wherever its module is imported.
    Without one it works all the same, but has no JSON form. A class in MindSpore's style, with an ``__init__`` of its
    own and ``construct(self, global_step)`` in place of the formula, works too; it is as changeable as it is written.
    The fields are numbers, not traced values: a schedule is differentiated by the step only.

    Examples
    --------
    >>> import lrkit
    >>> schedule = lrkit.CosineDecayLR(min_lr=0.0, max_lr=0.1, decay_steps=100).warmup(10)
    >>> schedule(5), schedule(60)
    (0.05, 0.05)
    >>> schedule([0, 10, 110])
    array([0. , 0.1, 0. ])
    >>> schedule == lrkit.from_json(schedule.to_json())
    True
    """

    kind: ClassVar[str] = ""
    _rate: ClassVar[Any] = None
    __array_ufunc__: ClassVar[None] = None  # NumPy's numbers leave the operators to us, its arrays refuse them
    depth: ClassVar[int] = 1

    def __init_subclass__(cls, kind: str = "") -> None:
        declare(cls, LearningRateSchedule, kind)
        cls.kind = kind
        if kind:
            register(kind, cls)

    if not TYPE_CHECKING:  # what a class is called with is said by its fields

        def __new__(cls, *_: Any, **__: Any) -> Self:
            if dataclasses.is_dataclass(cls) and (cls.__dataclass_params__.frozen or cls.__hash__ is None):
                raise TypeError(f"{cls.__name__}: leave out @dataclass: a schedule becomes one by itself")
            return super().__new__(cls)

    def __post_init__(self) -> None:
        owner = type(self).__name__
        for name, field in fields_of(type(self)).items():
            object.__setattr__(self, name, field.coerce(owner, getattr(self, name)))
        self._check()
        depth = 1 + max((part.depth for part in self.parts()), default=0)
        if depth > MAX_DEPTH:
            raise ValueError(f"{owner}: schedules nest at most {MAX_DEPTH} deep, got {depth}")
        object.__setattr__(self, "depth", depth)  # from here on nothing can be set

    def __setattr__(self, name: str, value: Any) -> None:
        self._refuse_change(name)
        object.__setattr__(self, name, value)

    def __delattr__(self, name: str) -> None:
        self._refuse_change(name)
        object.__delattr__(self, name)

    def _refuse_change(self, name: str) -> None:
        if "depth" in vars(self):
            raise dataclasses.FrozenInstanceError(f"{type(self).__name__} is a value: {name} cannot be set or deleted")
        if name in KEPT:
            raise AttributeError(f"{type(self).__name__}: {name!r} cannot be set, every schedule has one of its own")

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self) or not dataclasses.is_dataclass(self):
            return NotImplemented
        return self._identity() == other._identity()

    def __hash__(self) -> int:
        return hash(self._identity()) if dataclasses.is_dataclass(self) else object.__hash__(self)

    def _identity(self) -> tuple[Any, ...]:
        """What makes two schedules of one class equal; arrays by their bits."""
        values = self.parameters().values()
        return type(self), *(v.tobytes() if isinstance(v, np.ndarray) else v for v in values)

    # What a member provides -------------------------------------------------------------------------------------

    def formula(self, step: Any, xp: Any) -> Any:
        """The rate at `step`, a position in the namespace `xp`. The one statement of the schedule's arithmetic."""
        return self.construct(getattr(step, "bare", step))

    def construct(self, global_step: Any) -> Any:
        """MindSpore's name for the formula: a subclass may define this instead."""
        raise NotImplementedError(f"{type(self).__name__} defines neither formula nor construct")

    def _check(self) -> None:
        """Raise `ValueError` if the fields do not fit together. Each is known to be in its own domain."""

    def _knots(self, stop: int) -> Any:
        """Steps below `stop` (more do no harm) where the curve may bend or jump."""
        return ()

    def _horizon(self) -> int:
        """The number of steps after which nothing new happens."""
        return 100

    # What every schedule can do ---------------------------------------------------------------------------------

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
            return rate_at(self._number_rate, self.formula, step, type(self).__name__)
        except OverflowError:
            if not isinstance(step, (int, float, list, tuple, range, np.ndarray, np.generic)):
                raise  # another library's own, of a constant that its integers cannot hold
            where = f" at step {shorten(step)}" if isinstance(step, (int, float)) else ""
            raise OverflowError(f"{type(self).__name__}: the rate{where} is too large for a float") from None

    def _number_rate(self, step: Any) -> float:
        rate: float = (self._rate or self._compiled())(step)
        return rate

    def _compiled(self) -> Any:
        """The formula as a function: made when the schedule is first called, and kept."""
        if not dataclasses.is_dataclass(self):  # MindSpore's style, whose attributes may change
            return rate_function(self.formula, type(self).__name__, compiled=False)
        this = weakref.ref(self)  # what is kept on the schedule does not keep the schedule
        object.__setattr__(self, "_rate", rate_function(lambda step, xp: this().formula(step, xp), type(self).__name__))
        return self._rate

    def to_list(self, total_step: int, step_per_epoch: int = 1) -> list[float]:
        """The rates of a run, as `total_step` Python floats: constant within an epoch of `step_per_epoch` steps.

        Element ``i`` is ``schedule(i // step_per_epoch)``, bit for bit.

        Examples
        --------
        >>> import lrkit
        >>> lrkit.WarmUpLR(0.5, 2).to_list(5, step_per_epoch=2)
        [0.0, 0.0, 0.25, 0.25, 0.5]
        """
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

    def knots(self, stop: int) -> Rates:
        """The steps strictly between 0 and `stop` where the curve may bend or jump, in order.

        Between two neighbouring knots the curve is smooth. A knot can be fractional (after `stretch`), and a jump may
        lie right before it or right after it. Of the ends of more than a million equal stairs or cycles, a million
        are given.

        Examples
        --------
        >>> import lrkit
        >>> lrkit.CosineDecayLR(0, 0.1, 100).warmup(10).knots(1000)
        array([ 10., 110.])
        """
        found = np.unique(np.asarray(self._knots(stop), np.float64))
        return found[(found > 0) & (found < stop)]

    @property
    def horizon(self) -> int:
        """How many steps are worth drawing: after these, nothing new happens (a decay has ended or is nearly 0)."""
        steps = self._horizon()
        if as_kind(steps, float) is None:
            raise TypeError(f"{type(self).__name__}: _horizon must return a number of steps, got {shorten(steps)}")
        return max(1, steps)

    def parts(self) -> Iterator[LearningRateSchedule]:
        """The schedules that this one is made of, directly."""
        for value in self.parameters().values():
            for item in value if isinstance(value, tuple) else (value,):
                if isinstance(item, LearningRateSchedule):
                    yield item

    def parameters(self) -> dict[str, Any]:
        """The fields and their values, in order."""
        if not dataclasses.is_dataclass(self):
            return {}
        return {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}

    # How it is written ------------------------------------------------------------------------------------------

    def __repr__(self) -> str:
        if not dataclasses.is_dataclass(self):
            return object.__repr__(self)
        texts = (name + _plain_repr(value) for name, value in self._written())
        return f"{type(self).__name__}({', '.join(texts)})"

    def _written(self) -> Iterator[tuple[str, Any]]:
        """The arguments as they are written: ``name=`` (nothing before a schedule) and value, without the defaults."""
        fields = fields_of(type(self))
        for name, value in self.parameters().items():
            if not _is_default(value, fields[name].default):
                yield ("" if fields[name].kind is LearningRateSchedule else f"{name}="), value

    def __reduce__(self) -> Any:
        if not dataclasses.is_dataclass(self):
            return copyreg.__newobj__, (type(self),), vars(self)  # type: ignore[attr-defined]
        return type(self), tuple(self.parameters().values())

    def to_json(self, indent: int | None = None) -> str:
        """The schedule as JSON text, which `lrkit.from_json` reads back to an equal schedule.

        Examples
        --------
        >>> import lrkit
        >>> lrkit.WarmUpLR(0.1, 500).to_json()
        '{"lrkit": 1, "schedule": {"kind": "warm_up", "learning_rate": 0.1, "warmup_steps": 500}}'
        """
        return _json.write(self, indent)

    # The algebra ------------------------------------------------------------------------------------------------

    def then(self, schedule: LearningRateSchedule, milestone: int) -> LearningRateSchedule:
        """This schedule before step `milestone`; from there on `schedule`, on a clock that starts at 0.

        After a join, one more of its parts: ``a.then(b, 5).then(c, 9)`` is ``JoinLR([a, b, c], [5, 9])``.
        """
        from .join import JoinLR

        if type(self) is JoinLR and isinstance(milestone, int) and milestone >= self.milestones[-1]:
            return JoinLR((*self.schedules, schedule), (*self.milestones, milestone))
        return JoinLR((self, schedule), (milestone,))

    def warmup(self, warmup_steps: int, start_lr: float = 0.0) -> LearningRateSchedule:
        """A straight line from `start_lr`, reaching this schedule's first rate at step `warmup_steps`; then this one.

        No steps are no warm-up: this schedule.

        This schedule starts when the warm-up is over, so its milestones move by `warmup_steps`. Where they are
        counted from the start of the run, warm up with ``schedule.minimum(WarmUpLR(peak, warmup_steps))``.

        Examples
        --------
        >>> import lrkit
        >>> lrkit.ConstantLR(0.3).warmup(3).to_list(5)
        [0.0, 0.09999999999999999, 0.19999999999999998, 0.3, 0.3]
        """
        if as_kind(warmup_steps, int) == 0:
            return self
        from .piecewise_linear import PiecewiseLinearLR
        from .warm_up import WarmUpLR

        peak, start_lr = self(0), START.coerce_one(f"{type(self).__name__}.warmup", "start_lr", start_lr)
        if start_lr == 0:
            return WarmUpLR(peak, warmup_steps).then(self, warmup_steps)
        return PiecewiseLinearLR((0, warmup_steps), (start_lr, peak)).then(self, warmup_steps)

    def clip(self, min_lr: float | None = None, max_lr: float | None = None) -> LearningRateSchedule:
        """This schedule, kept between `min_lr` and `max_lr`; either may be left out."""
        from .bounds import ClipLR

        return ClipLR(self, min_lr, max_lr)

    def shift(self, shift_steps: int) -> LearningRateSchedule:
        """The curve moved `shift_steps` to the right, its first rate held before; a negative number skips steps."""
        from .clock import ShiftLR

        return ShiftLR(self, shift_steps)

    def stretch(self, factor: float) -> LearningRateSchedule:
        """The curve made `factor` times as long."""
        from .clock import StretchLR

        return StretchLR(self, factor)

    def repeat(
        self, period_steps: int, cycles: int | None = None, multiplier: float = 1.0, gamma: float = 1.0
    ) -> LearningRateSchedule:
        """The first `period_steps` steps again and again; after `cycles` of them, the last one runs on.

        Each cycle is `multiplier` times as long as the one before, and `gamma` times as high.
        """
        from .clock import RepeatLR

        return RepeatLR(self, period_steps, cycles, multiplier, gamma)

    def hold(self, hold_steps: int) -> LearningRateSchedule:
        """This schedule up to step `hold_steps`, and its rate there ever after."""
        from .clock import HoldLR

        return HoldLR(self, hold_steps)

    def minimum(self, *others: LearningRateSchedule) -> LearningRateSchedule:
        """The lowest of this schedule and the others, at each step."""
        from .bounds import MinimumLR

        return MinimumLR((self, *others))

    def maximum(self, *others: LearningRateSchedule) -> LearningRateSchedule:
        """The highest of this schedule and the others, at each step."""
        from .bounds import MaximumLR

        return MaximumLR((self, *others))

    def __add__(self, other: LearningRateSchedule | Real) -> LearningRateSchedule:
        from .arithmetic import OffsetLR, SumLR

        if isinstance(other, LearningRateSchedule):
            return SumLR((*(self.schedules if type(self) is SumLR else (self,)), other))
        return OffsetLR(self, other) if _is_number(other) else NotImplemented

    __radd__ = __add__

    def __mul__(self, other: LearningRateSchedule | Real) -> LearningRateSchedule:
        from .arithmetic import ProductLR, ScaleLR

        if isinstance(other, LearningRateSchedule):
            return ProductLR((*(self.schedules if type(self) is ProductLR else (self,)), other))
        return ScaleLR(self, other) if _is_number(other) else NotImplemented

    __rmul__ = __mul__

    def __neg__(self) -> LearningRateSchedule:
        return self * -1.0

    def __sub__(self, other: LearningRateSchedule | Real) -> LearningRateSchedule:
        return self + -other if isinstance(other, LearningRateSchedule) or _is_number(other) else NotImplemented

    def __rsub__(self, other: Real) -> LearningRateSchedule:
        return -self + other if _is_number(other) else NotImplemented

    def __truediv__(self, other: Real) -> LearningRateSchedule:
        if not _is_number(other):
            return NotImplemented
        if other == 0:
            raise ZeroDivisionError(f"{type(self).__name__}: a schedule divided by 0")
        return self * (1 / other)

    def __pow__(self, power: Real) -> LearningRateSchedule:
        from .power import PowerLR

        return PowerLR(self, power) if _is_number(power) else NotImplemented


def _is_number(value: object) -> TypeGuard[float]:
    return as_kind(value, float) is not None


def _is_default(value: Any, default: Any) -> bool:
    return value is default or (type(value) in (bool, int, float) and value == default)


def _plain_repr(value: Any) -> str:
    if isinstance(value, tuple):
        return f"[{', '.join(map(repr, value))}]"
    return repr(value.tolist() if isinstance(value, np.ndarray) else value)


def multiples(period: int, stop: int) -> np.ndarray[Any, Any]:
    """The multiples of `period` below `stop`, for `_knots`: of more than a million, so many evenly chosen ones."""
    number = -(-stop // period)
    return period * np.arange(0, number, -(-number // MOST_MULTIPLES))
