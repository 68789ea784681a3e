"""`Optimizer`: what every optimizer of this face is and can do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from reprlib import recursive_repr
from typing import Any, dataclass_transform

import numpy as np

from .._params import Field, Param, declared_of, field_of, shorten
from ..parameter import Parameter, ParameterTuple, lay_together
from ..rules._batch import Batch
from ..rules._chunks import Workspace, picked
from ..rules._declared import Flag, LossScale, made_of_declarations
from ..rules._rule import Array, Rule, StepContext, TensorRule
from ..rules._state import Loading, State, own_arrays, saved
from ..rules._validate import Gradients
from ._groups import Settings, grouped
from ._rates import Computed, Fixed, Listed, learning_rate_of, weight_decay_of

LOSS_SCALE = field_of("loss_scale", LossScale)
CHECK_FINITE = field_of("check_finite", Flag)
GLOBAL_STEP = Field("global_step", int, Param("", low=0))
SETTABLE = {"loss_scale": LOSS_SCALE, "check_finite": CHECK_FINITE}
"""What an optimizer of one's own may change on the way."""


@dataclass_transform(eq_default=False)
class Optimizer:
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
    RuntimeError
        At a step for which a list has no rate. Nothing has changed then.
    FloatingPointError
        At a step that `check_finite` refuses. Nothing has changed then.

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

    _is_made = False

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
        self.loss_scale = LOSS_SCALE.coerce(owner, loss_scale)
        self.check_finite = CHECK_FINITE.coerce(owner, check_finite)
        found = grouped(owner, parameters, default)
        self._check_settings(default, found.settings)
        self.parameters = ParameterTuple(found.parameters)
        self.is_group = found.is_group
        self.is_group_lr = found.is_group_lr
        self.is_group_params_ordered = found.is_group_params_ordered
        self._default, self._settings, self._names = default, found.settings, found.names
        self._workspace = Workspace()
        self._batches = list(self._make_batches())
        self._gradients = Gradients(owner, [np.asarray(p) for p in found.parameters], found.names)
        self.learning_rate, self.weight_decay = default.rate.given, default.decay.given
        self._sources = list({id(x): x for s in found.settings for x in (s.rate, s.decay)}.values())
        self._read: dict[int, float] = {}
        self._global_step = 0
        self._is_made = True

    def __init_subclass__(cls) -> None:
        """Make a class that declares its arguments, beginning with ``params``, a dataclass; leave others alone."""
        made_of_declarations(cls, "params")

    def __post_init__(self) -> None:
        """The construction of a class that declares its arguments."""
        for name, field in declared_of(type(self)).items():
            setattr(self, name, field.coerce(type(self).__name__, getattr(self, name)))
        self._check()
        given = vars(self)
        options = {name: given.pop(name) for name in ("weight_decay", "loss_scale") if name in given}
        Optimizer.__init__(self, self.learning_rate, given.pop("params"), **options, check_finite=self.check_finite)

    def __setattr__(self, name: str, value: Any) -> None:
        if self._is_made and name in ("learning_rate", "weight_decay", "parameters", *declared_of(type(self))):
            hint = "pass a schedule or a function of the step, or use lrkit.optim_ex"
            raise AttributeError(f"{type(self).__name__}: {name} is fixed at construction: {hint}")
        if self._is_made and name in SETTABLE:
            value = SETTABLE[name].coerce(type(self).__name__, value)
        object.__setattr__(self, name, value)

    @recursive_repr()  # the rate may be a method of its own
    def __repr__(self) -> str:
        number = f"{len(self.parameters)} parameter{'s' * (len(self.parameters) != 1)}"
        names = ("learning_rate", "weight_decay", *declared_of(type(self)))
        shown = (f"{name}={getattr(self, name)}" for name in names)
        return f"{type(self).__name__}({', '.join([number, *shown])})"

    def _make_batches(self) -> Iterator[tuple[list[int], Settings, Batch]]:
        """The parameters that are moved together: their places, what holds for them, their state."""
        alike: dict[Any, list[int]] = {}
        for k, s in enumerate(self._settings):
            alike.setdefault((id(s.rate), id(s.decay), s.decayed, s.centralized), []).append(k)
        for places in alike.values():
            settings = self._settings[places[0]]
            lay_together(self.parameters[k] for k in places)
            arrays = [np.asarray(self.parameters[k]) for k in places]
            yield places, settings, Batch(arrays)

    # What a member provides -------------------------------------------------------------------------------------

    def construct(self, gradients: tuple[Array, ...]) -> Any:
        """Move the parameters: what an optimizer of one's own defines. The gradients have been checked."""
        rule = self._rule()
        if rule is None:
            raise NotImplementedError(f"{type(self).__name__} defines no construct(gradients)")
        moments = []
        for _, settings, batch in self._batches:
            decay = self._value(settings.decay) if settings.decayed else 0.0
            batch.prepare_state(rule)
            moments.append(StepContext(batch.t + 1, self._value(settings.rate), decay, dict(batch.memory)))
        scale = 1 / self.loss_scale
        for (places, settings, batch), now in zip(self._batches, moments, strict=True):
            given = picked(gradients, places)
            batch.step(rule, now, given, self._workspace, scale=scale, centralized=settings.centralized)
        return None

    def _rule(self) -> Rule | TensorRule | None:
        """The update rule, made of the hyper-parameters; none in an optimizer of one's own."""
        return None

    def _check_settings(self, default: Settings, settings: tuple[Settings, ...]) -> None:
        """Raise `ValueError` if a rate or decay is not one that the rule can take."""

    def _check(self) -> None:
        """Raise `ValueError` if the hyper-parameters do not fit together. Each is known to be in its own domain."""

    # What every optimizer can do --------------------------------------------------------------------------------

    def __call__(self, gradients: Any) -> Any:
        """One step: move each parameter by its gradient, and return what `construct` returns.

        Parameters
        ----------
        gradients : tuple or list of array
            One for each of `parameters`, in their order and of their shape.
        """
        checked = self._gradients.checked(gradients, check_finite=self.check_finite)
        step = self._global_step
        read = {id(source): source(step) for source in self._sources}  # refuses before anything moves
        try:
            self._read = read
            answer = self.construct(tuple(checked))
        except BaseException:
            self._global_step = step
            raise
        finally:
            self._read = {}
        self._global_step = step + 1  # whether or not `construct` counts for itself
        return answer

    def _value(self, source: Fixed | Listed | Computed) -> float:
        """A rate or decay now: within a step, as read at its beginning."""
        read = self._read.get(id(source))
        return source(self._global_step) if read is None else read

    @property
    def global_step(self) -> int:
        """The number of steps done, which is the step whose rate comes next."""
        return self._global_step

    @global_step.setter
    def global_step(self, value: int) -> None:
        self._global_step = GLOBAL_STEP.coerce(type(self).__name__, value)

    @property
    def dynamic_lr(self) -> bool:
        """Whether any rate may change from step to step."""
        return any(not isinstance(s.rate, Fixed) for s in self._settings)

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
                return settings.rate.parameter(settings.label)
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

    def gradients_centralization(self, gradients: Sequence[Array]) -> tuple[Array, ...]:
        """The gradients less their means over all axes but the first, where a group asks for it."""
        return tuple(
            g - np.mean(g, axis=tuple(range(1, np.ndim(g))), keepdims=True) if s.centralized and np.ndim(g) > 1 else g
            for g, s in zip(gradients, self._settings, strict=True)
        )

    def scale_grad(self, gradients: Sequence[Array]) -> tuple[Array, ...]:
        """The gradients divided by `loss_scale`."""
        return tuple(g / self.loss_scale if self.loss_scale != 1 else g for g in gradients)

    # Its state --------------------------------------------------------------------------------------------------

    def state_dict(self) -> State:
        """All that a run needs to go on, except the parameters: arrays and numbers by name, for ``np.savez``.

        Arrays are copies. With the parameters saved beside it, a run resumed by `load_state_dict` equals one that was
        never interrupted, bit for bit.

        Examples
        --------
        >>> import numpy as np
        >>> import lrkit
        >>> weight = lrkit.Parameter([1.0], name="weight")
        >>> optimizer = lrkit.Adagrad([weight], learning_rate=0.1, accum=0.0)
        >>> optimizer([np.array([0.5])])
        >>> optimizer.state_dict()
        {'optimizer': 'Adagrad', 'global_step': 1, 'steps': 1, 'accum.weight': array([0.25], dtype=float32)}
        """
        rule = self._rule()
        _, _, first = self._batches[0]
        state: State = {"optimizer": type(self).__name__, "global_step": self._global_step, "steps": first.t}
        state |= {f"memory.{name}": value for name, value in first.memory.items()}
        for places, _, batch in self._batches:
            state |= saved(batch, rule, [self._names[k] for k in places])
        return state | {key: array.copy() for key, array in own_arrays(self).items()}

    def load_state_dict(self, state: Any) -> None:
        """Take over a state that `state_dict` returned, or ``np.load`` of one.

        Raises
        ------
        TypeError, ValueError
            If it is of another optimizer, or of other parameters: with the differences. Nothing has changed then.
        """
        self._prepare()
        loading = Loading(type(self).__name__, state)
        loading.equal("optimizer", type(self).__name__)
        global_step, steps = loading.number("global_step", int), loading.number("steps", int)
        memory = loading.memory("memory.", self._rule(), steps)
        for places, _, batch in self._batches:
            loading.state(batch, [self._names[k] for k in places])
        for key, array in own_arrays(self).items():
            loading.array(key, array)
        loading.check()
        loading.finish()
        self._global_step = global_step
        for _, _, batch in self._batches:
            batch.t, batch.memory = steps, dict(memory)

    def _prepare(self) -> None:
        rule = self._rule()
        if rule is not None:
            for _, _, batch in self._batches:
                batch.prepare_state(rule)
