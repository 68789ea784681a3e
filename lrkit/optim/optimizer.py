"""`Optimizer`: what every optimizer of this face is and can do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from reprlib import recursive_repr
from typing import Any, ClassVar, dataclass_transform

import numpy as np

from .._params import Field, Param, counted, declared_of, field_of, shorten
from ..parameter import Parameter, constant
from ..rules._batch import Move, means_of_rows
from ..rules._chunks import picked
from ..rules._declared import LossScale
from ..rules._optimizer import CHECK_FINITE, BaseOptimizer
from ..rules._rule import Array, Rule, TensorRule
from ..rules._state import Loading, State, saved
from ._group_settings import Settings, batches_of, grouped
from ._rates import Computed, Listed, Source, as_given, learning_rate_of, weight_decay_of

LOSS_SCALE = field_of("loss_scale", LossScale)
GLOBAL_STEP = Field("global_step", int, Param("", low=0))


@dataclass_transform(eq_default=False)
class Optimizer(BaseOptimizer):
    r"""Parameters, and the rates and decays by which gradients move them: the base of `lrkit.optim`.

    One step, ``optimizer(gradients)``, is: weight decay, :math:`g \leftarrow g + \lambda w`; gradient centralization
    where a group asks for it, :math:`g \leftarrow g - \operatorname{mean}_{1\dots}(g)` for every gradient of two or
    more dimensions; division of the gradient, not of its decay, by `loss_scale`; the rate of the step; the rule.

    Parameters
    ----------
    learning_rate : float, list, LearningRateSchedule or callable
        The rate, at least 0: one number; a list, array or other finite iterable with a rate for each step; or anything
        that is called with the step, counted from 0.
    parameters : list of Parameter or array, or list of dict
        What is moved, in place: float32 or float64. Or groups, as dicts with the key ``params`` and, where they differ
        from the optimizer, ``lr``, ``weight_decay``, ``grad_centralization`` (bool). A dict of its own,
        ``{"order_params": [...]}``, gives the order in which the gradients come. A group may be empty beside others.
    weight_decay : float, schedule, callable or object
        :math:`\lambda`, at least 0: one number, or anything that is called with the step or has
        ``construct(global_step)``. Without groups, parameters named ``beta`` or ``gamma``, or ``….beta``, ``….gamma``,
        are not decayed; in groups all are.
    loss_scale : float
        What the loss was multiplied by, above 0.
    check_finite : bool
        Whether a step with NaN or infinity in a gradient is refused. Otherwise it is applied as the rule says.

    Raises
    ------
    TypeError, ValueError
        If an argument or a key of a group is of the wrong type, outside its domain or unknown; at a step, if a gradient
        is missing, of the wrong shape or type, or a rate negative or not finite. Nothing has changed then. An unknown
        key is a KeyError as well, as in MindSpore.
    RuntimeError, FloatingPointError
        At a step for which a list has no rate; at one that `check_finite` refuses. Nothing has changed then.

    Notes
    -----
    *First step*: the rate of step 0. `global_step` is the number of steps done; assign to it to start elsewhere.
    *Past the end* of a list: an error that names both lengths. A schedule goes on as it does. `learning_rate`,
    `weight_decay`, `parameters` and the hyper-parameters of a rule show what was given; setting one is an
    AttributeError.

    *One of your own*: call ``super().__init__(learning_rate, params)`` and define ``construct(gradients)``, which moves
    ``self.parameters``. `get_lr` gives the rate of the step; `decay_weight`, `gradients_centralization` and
    `scale_grad`, in this order, prepare the gradients. Steps are counted for you. Attributes that are a `Parameter` or
    a `ParameterTuple` belong to the saved state.

    References
    ----------
    Yong, Huang, Hua and Zhang, "Gradient Centralization: A New Optimization Technique for Deep Neural Networks",
    ECCV 2020, arXiv:2004.01461.

    Examples
    --------
    >>> import numpy as np
    >>> import lrkit
    >>> class SignDescent(lrkit.Optimizer):
    ...     def __init__(self, params, learning_rate):
    ...         super().__init__(learning_rate, params)
    ...
    ...     def construct(self, gradients):
    ...         for parameter, gradient in zip(self.parameters, gradients):
    ...             parameter -= self.get_lr() * np.sign(gradient)
    >>> weight = lrkit.Parameter([1.0, -2.0], name="weight")
    >>> optimizer = SignDescent([weight], learning_rate=lrkit.ExponentialDecayLR(0.5, 0.5, 1))
    >>> for _ in range(2):
    ...     optimizer([np.array([3.0, -0.1])])
    >>> print(weight.value(), optimizer.global_step)
    [ 0.25 -1.25] 2
    """

    _checked_attributes: ClassVar = {"check_finite": CHECK_FINITE, "loss_scale": LOSS_SCALE, "global_step": GLOBAL_STEP}
    _why_fixed = "is fixed at construction: pass a schedule or a function of the step, or use lrkit.optim_ex"

    global_step: int
    """The number of steps done, which is the step whose rate comes next."""

    def __init__(
        self,
        learning_rate: Any,
        parameters: Any,
        weight_decay: Any = 0.0,
        loss_scale: float = 1.0,
        *,
        check_finite: bool = False,
    ) -> None:
        owner = type(self).__name__
        default = Settings(learning_rate_of(owner, learning_rate), weight_decay_of(owner, weight_decay))
        self.loss_scale = loss_scale
        super().__init__(check_finite)
        found = grouped(owner, parameters, default)
        self._batches = list(batches_of(found))
        self._take_parameters(found.parameters, found.names)
        self.is_group = found.is_group
        self.is_group_lr = found.is_group_lr
        self.is_group_params_ordered = found.is_group_params_ordered
        self.learning_rate, self.weight_decay = as_given(default.rate), as_given(default.decay)
        self._default, self._settings = default, found.settings
        sources = {id(source): source for s in found.settings for source in (s.rate, s.decay)}
        self._changing = [source for source in sources.values() if not isinstance(source, float)]
        self._read: dict[int, float] = {}  # the rates and decays of a step, by identity of the source, while it is made
        self.global_step = 0
        self._fixed = ("learning_rate", "weight_decay", "parameters", *declared_of(type(self)))

    def _from_arguments(
        self,
        params: Any,
        learning_rate: Any,
        weight_decay: Any = 0.0,
        loss_scale: float = 1.0,
        check_finite: bool = False,
        **options: Any,
    ) -> None:
        fields = declared_of(type(self))
        for name, value in options.items():
            setattr(self, name, fields[name].coerce(type(self).__name__, value) if name in fields else value)
        rates = self._rates_for(learning_rate)
        Optimizer.__init__(self, rates, params, weight_decay, loss_scale, check_finite=check_finite)
        self._check()

    @recursive_repr()  # the rate may be a method of its own
    def __repr__(self) -> str:
        names = ("learning_rate", "weight_decay", *declared_of(type(self)))
        shown = (f"{name}={getattr(self, name)}" for name in names)
        return f"{type(self).__name__}({', '.join([counted(len(self.parameters), 'parameter'), *shown])})"

    # What a member provides -------------------------------------------------------------------------------------

    def _rule(self) -> Rule | TensorRule | None:
        """The update rule, made of the hyper-parameters; none in an optimizer of one's own."""
        return None

    def _rates_for(self, learning_rate: Any) -> Any:
        """The rates to use for those that were given."""
        return learning_rate

    def _check(self) -> None:
        """Raise `ValueError` if the arguments do not fit together. Each is known to be in its own domain."""

    # A step -----------------------------------------------------------------------------------------------------

    def _checked_step(self, gradients: tuple[Array, ...]) -> Any:
        before = after = self.global_step
        try:
            for source in self._changing:  # each is called once a step, before anything moves
                self._read[id(source)] = source(before)
            returned = self.construct(gradients)
            after += 1
            return returned
        finally:
            self._read.clear()
            vars(self)["global_step"] = after  # whether or not `construct` counts for itself

    def _moves(self, gradients: tuple[Array, ...]) -> list[Move]:
        rule, scale, moves = self._rule(), 1 / self.loss_scale, []
        for places, s, batch in self._batches:
            decay = self._value(s.decay) if s.decayed else 0.0
            moves.append(Move(batch, rule, self._value(s.rate), decay, picked(gradients, places), scale, s.centralized))
        return moves

    def _value(self, source: Source) -> float:
        """A rate or decay of the coming step."""
        if isinstance(source, float):
            return source
        read = self._read.get(id(source))
        return source(self.global_step) if read is None else read

    # What every optimizer can do --------------------------------------------------------------------------------

    @property
    def dynamic_lr(self) -> bool:
        """Whether any rate may change from step to step."""
        return any(not isinstance(s.rate, float) for s in self._settings)

    @property
    def decay_flags(self) -> tuple[bool, ...]:
        """Which parameters weight decay is applied to."""
        return tuple(s.decayed for s in self._settings)

    @property
    def grad_centralization_flags(self) -> tuple[bool, ...]:
        """Which parameters' gradients are centralized."""
        return tuple(s.centralized for s in self._settings)

    def get_lr(self) -> float | tuple[float, ...]:
        """The rate of the coming step (within `construct`, of this step); one per parameter if groups have their own.

        Examples
        --------
        >>> import lrkit
        >>> lrkit.SGD([lrkit.Parameter([1.0])], learning_rate=[0.1, 0.05]).get_lr()
        0.1
        """
        if self.is_group_lr:
            return tuple(self._value(s.rate) for s in self._settings)
        return self._value(self._default.rate)

    def get_lr_parameter(self, param: Any) -> Any:
        """What the rate of a parameter comes from, or a list of that for a list of parameters.

        A fixed rate is a `Parameter` of that one number, a list of rates one of them all. They can be read and not
        written: the rates are fixed at construction. A schedule or a function is what was given.

        Raises
        ------
        TypeError, ValueError
            If `param` is neither a parameter nor a list of them, or one that is not in the optimizer.

        Examples
        --------
        >>> import lrkit
        >>> body, head = lrkit.Parameter([1.0], name="body"), lrkit.Parameter([1.0], name="head")
        >>> groups = [{"params": [body]}, {"params": [head], "lr": 0.05}]
        >>> optimizer = lrkit.SGD(groups, learning_rate=lrkit.ConstantLR(0.1))
        >>> optimizer.get_lr_parameter(body)
        ConstantLR(learning_rate=0.1)
        >>> print(optimizer.get_lr_parameter([head])[0].asnumpy())
        0.05
        """
        if isinstance(param, list):
            return [self._lr_parameter(p) for p in param]
        return self._lr_parameter(param)

    def _lr_parameter(self, param: Any) -> Any:
        owner = type(self).__name__
        if not isinstance(param, (Parameter, np.ndarray)):
            raise TypeError(f"{owner}: get_lr_parameter takes a parameter or a list of them, got {shorten(param)}")
        for p, settings in zip(self.parameters, self._settings, strict=True):
            if p is param or np.asarray(p) is param:
                rate = settings.rate
                if isinstance(rate, Computed):
                    return rate.function
                return constant(rate.values if isinstance(rate, Listed) else rate, settings.label)
        raise ValueError(f"{owner}: get_lr_parameter: {getattr(param, 'name', 'the array')} is not in the optimizer")

    def get_weight_decay(self) -> float | tuple[float, ...]:
        """The weight decay of the coming step; one per parameter in groups."""
        if self.is_group:
            return tuple(self._value(s.decay) for s in self._settings)
        return self._value(self._default.decay)

    def decay_weight(self, gradients: Sequence[Array]) -> tuple[Array, ...]:
        """The gradients with weight decay, which `scale_grad` will not divide: ``g + decay * loss_scale * w``."""
        return tuple(
            g + self._value(s.decay) * self.loss_scale * np.asarray(p) if s.decayed else g
            for g, p, s in zip(gradients, self.parameters, self._settings, strict=True)
        )

    def hand_over_decay(self) -> tuple[Callable[[int], float], ...]:
        """The weight decay and the loss scale are taken away; what is returned gives each parameter's decay at a step.

        For an optimizer around this one, such as `LARS`, that applies both itself.
        """
        sources = [s.decay if s.decayed else 0.0 for s in self._settings]
        self._settings = tuple(replace(s, decayed=False) for s in self._settings)
        self._batches = [(places, replace(s, decayed=False), batch) for places, s, batch in self._batches]
        vars(self)["loss_scale"] = 1.0  # fixed for whoever made it
        return tuple(partial(_at_step, source) for source in sources)

    def gradients_centralization(self, gradients: Sequence[Array]) -> tuple[Array, ...]:
        """The gradients less their means over all axes but the first, where a group asks for it."""
        return tuple(
            g - means_of_rows(g) if s.centralized and np.ndim(g) > 1 else g
            for g, s in zip(gradients, self._settings, strict=True)
        )

    def scale_grad(self, gradients: Sequence[Array]) -> tuple[Array, ...]:
        """The gradients divided by `loss_scale`."""
        return tuple(g / self.loss_scale if self.loss_scale != 1 else g for g in gradients)

    # Its state --------------------------------------------------------------------------------------------------

    def _saved_state(self) -> State:
        rule, (_, _, first) = self._rule(), self._batches[0]
        state: State = {"global_step": self.global_step, "steps": first.t}
        state |= {f"memory.{name}": value for name, value in first.memory.items()}
        for places, _, batch in self._batches:
            state |= saved(batch, rule, [self._names[k] for k in places])
        return state

    def _read_state(self, loading: Loading) -> Callable[[], None]:
        rule = self._rule()
        global_step, steps = loading.number("global_step", int), loading.number("steps", int)
        memory = loading.memory("memory.", rule, steps)
        for places, _, batch in self._batches:
            if rule is not None:
                batch.prepare_state(rule)
            loading.state(batch, [self._names[k] for k in places])

        def take() -> None:
            self.global_step = global_step
            for _, _, batch in self._batches:
                batch.t, batch.memory = steps, dict(memory)

        return take


def _at_step(source: Source, step: int) -> float:
    return source if isinstance(source, float) else source(step)
