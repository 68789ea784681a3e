"""`LearningRateSchedule`: the base class of schedules, with the methods and operators that make others of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, ClassVar, TypeGuard, dataclass_transform

import numpy as np

from .._params import Field, Param, as_kind
from ._definition import define
from ._formula import HasFormula
from ._registry import register

if TYPE_CHECKING:
    from .._types import Real
    from ..plotting import plot as _plot

START = Field("start_lr", float, Param("", low=0))
"""The rate that a warm-up begins at."""


@dataclass_transform(frozen_default=True)
class LearningRateSchedule(HasFormula):
    r"""A learning rate as a function of the step: a value, not a process.

    A schedule is a frozen dataclass; a subclass becomes one by itself. Its rate at a step depends on the step alone,
    so it can be drawn before a run, compared and stored, and a run is resumed by calling it with the next step.

    Called with

    * a Python or NumPy number, it returns a `float`;
    * a NumPy array, list, tuple or range of steps, a float64 array of that shape;
    * an array of another library (JAX, torch, ...), traced or not, an array of that library: differentiable and
      jittable where the library is. Its values are not checked, as a traced array has none.

    Type checkers know which of these a call returns. To them an `int` is a `float`, and so is NumPy's `float64`. Other
    numbers of NumPy are taken as arguments of a schedule too, but a checker wants them converted: ``int(n)``.

    Steps are counted from 0. Fractional steps are allowed: the formula is evaluated at them as it is written.

    Raises
    ------
    TypeError
        When a schedule is made with an argument of the wrong type, or called with a bool, a string or None.
    ValueError
        When it is made with an argument outside its domain, or with arguments that do not fit together; when it is
        called with a step that is negative, NaN or infinite.
    OverflowError
        When it is called where its rate is too large for a float.

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
    the curve may bend or jump) and ``_horizon`` (how long it is worth drawing), by default those of its parts.

    With a ``kind`` the schedule is registered: `from_json` and `parse` read it wherever its module is imported.
    Without one it works too, but has no JSON form. A class in MindSpore's style, with an ``__init__`` of its own and
    ``construct(self, global_step)`` in place of the formula, also works: its objects may change, and have neither JSON
    nor equality. Fields are numbers, not traced values: a schedule is differentiated with respect to the step only.

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
    __array_ufunc__: ClassVar[None] = None  # NumPy's numbers leave operators to this class; its arrays refuse them

    def __init_subclass__(cls, kind: str = "") -> None:
        define(cls, LearningRateSchedule, kind)
        cls.kind = kind
        if kind:
            register(kind, cls)

    # How it is written and drawn --------------------------------------------------------------------------------

    def __repr__(self) -> str:
        texts = (name + _plain_repr(value) for name, value in self._written())
        return f"{type(self).__name__}({', '.join(texts)})"

    def _written(self) -> Iterator[tuple[str, Any]]:
        """The arguments as they are written: ``name=`` (nothing before a schedule) and value, without the defaults."""
        for name, field in self._lrkit_fields.items():
            value = getattr(self, name)
            if not _is_default(value, field.default):
                yield ("" if field.kind is LearningRateSchedule else f"{name}="), value

    def to_json(self, indent: int | None = None) -> str:
        """The schedule as JSON text, which `lrkit.from_json` reads back to an equal schedule.

        At most 64 Mi characters are read, so `ValueError` is raised if there would be more.

        Examples
        --------
        >>> import lrkit
        >>> lrkit.WarmUpLR(0.1, 500).to_json()
        '{"lrkit": 1, "schedule": {"kind": "warm_up", "learning_rate": 0.1, "warmup_steps": 500}}'
        """
        from ._json import write

        return write(self, indent)

    if TYPE_CHECKING:
        plot = _plot  # the overloads are stated once; `self` is the first schedule that is drawn
    else:

        def plot(self, *others: Any, **options: Any) -> Any:
            """Draw the curve: `lrkit.plot` of this schedule (and of others beside it), with the same options."""
            from ..plotting import plot

            return plot(self, *others, **options)

    def _repr_html_(self) -> str:
        from ..plotting.card import html

        return html(self)

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

        With 0 steps there is no warm-up: the result is this schedule.

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

        peak, start_lr = self._first_rate(), START.coerce_one(f"{type(self).__name__}.warmup", "start_lr", start_lr)
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

    def every(self, block_steps: int) -> LearningRateSchedule:
        """The rate of every `block_steps`-th step, held until the next: a scheduler that is stepped once per epoch."""
        from .blocks import EveryLR

        return EveryLR(self, block_steps)

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
