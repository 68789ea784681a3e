"""`BaseOptimizer`: what the optimizers of `lrkit.optim` and `lrkit.optim_ex` share."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

import numpy as np

from .._params import Field, field_of
from ..parameter import Parameter, ParameterTuple
from ._batch import Move
from ._chunks import Workspace
from ._declared import Flag, make_constructor
from ._state import Loading, State, own_arrays
from ._validate import Gradients

CHECK_FINITE = field_of("check_finite", Flag)


class BaseOptimizer:
    """Parameters, a rule that moves them, and their state.

    `lrkit.optim` and `lrkit.optim_ex` each have one subclass, which defines how it is made of declared arguments
    (`_from_arguments`), how each batch is moved in a step (`_moves`), what else can refuse a step (`_checked_step`),
    and what the saved state has (`_saved_state`, `_read_state`).
    """

    _checked_attributes: ClassVar[Mapping[str, Field]] = {"check_finite": CHECK_FINITE}
    """Attributes whose values are checked when they are set."""
    _fixed: tuple[str, ...] = ()
    """Attributes that cannot be set."""
    _why_fixed: ClassVar[str]
    """Why not, with braces for the name."""
    _takes_missing_gradients: ClassVar[bool] = False

    def __init__(self, check_finite: bool) -> None:
        self.check_finite = check_finite
        self._workspace = Workspace()

    def __init_subclass__(cls) -> None:
        """A class that declares its arguments, beginning with ``params``, gets its constructor."""
        make_constructor(cls, "params")

    def _take_parameters(self, parameters: Sequence[Parameter], names: tuple[str, ...]) -> None:
        """Take parameters that are known to go together, once they lie where they will stay."""
        self.parameters = ParameterTuple(parameters)
        self._names = names
        self._gradients = Gradients(type(self).__name__, [np.asarray(p) for p in parameters], names)

    def __setattr__(self, name: str, value: Any) -> None:
        if name in self._fixed:
            raise AttributeError(f"{type(self).__name__}: {name} {self._why_fixed.format(name)}")
        if name in self._checked_attributes:
            value = self._checked_attributes[name].coerce(type(self).__name__, value)
        object.__setattr__(self, name, value)

    # A step -----------------------------------------------------------------------------------------------------

    def __call__(self, gradients: Any) -> Any:
        """One step: move each parameter by its gradient, and return what `construct` returns.

        Parameters
        ----------
        gradients : tuple or list of array
            One for each of `parameters`, in their order and of their shape. In `lrkit.optim_ex` it may be None for a
            parameter that does not take part: its value, its state and its count of steps stay as they are.
        """
        return self._checked_step(self.checked_gradients(gradients))

    def checked_gradients(self, gradients: Any) -> tuple[Any, ...]:
        """The gradients as arrays, if a step could take them, or the error that the step would raise."""
        missing = self._takes_missing_gradients
        return self._gradients.checked(gradients, check_finite=self.check_finite, missing=missing)

    def _checked_step(self, gradients: tuple[Any, ...]) -> Any:
        """Make a step, with gradients that have been checked."""
        raise NotImplementedError

    def construct(self, gradients: tuple[Any, ...]) -> Any:
        """Move the parameters: what an optimizer of one's own defines. The gradients have been checked.

        In `lrkit.optim_ex`, a parameter that does not take part has None in the place of its gradient.
        """
        moves = self._moves(gradients)
        for move in moves:
            if move.rule is None:
                raise NotImplementedError(f"{type(self).__name__} defines no construct(gradients)")
            move.batch.prepare_state(move.rule)
        for move in moves:  # from here on nothing raises
            move.batch.step(move, self._workspace)
        return None

    def _moves(self, gradients: tuple[Any, ...]) -> list[Move]:
        """What the step does to each batch. Nothing has moved when this raises."""
        raise NotImplementedError

    # The state --------------------------------------------------------------------------------------------------

    def state_dict(self) -> State:
        """All that a run needs to go on, except the parameters: arrays and numbers by name, for ``np.savez``.

        Arrays are copies. With the parameters saved beside it, a run resumed by `load_state_dict` equals one that was
        never interrupted, bit for bit. In `lrkit.optim_ex` the hyper-parameters of the groups are part of it, and a
        count of steps is one number, or one for each parameter where some have missed steps.

        Examples
        --------
        >>> import lrkit
        >>> weight = lrkit.Parameter([0.5], name="weight")
        >>> optimizer = lrkit.Adagrad([weight], learning_rate=0.1, accum=0.0)
        >>> optimizer([weight])
        >>> optimizer.state_dict()
        {'optimizer': 'Adagrad', 'global_step': 1, 'steps': 1, 'accum.weight': array([0.25], dtype=float32)}
        """
        own = {key: array.copy() for key, array in own_arrays(self).items()}
        return {"optimizer": type(self).__name__} | self._saved_state() | own

    def _saved_state(self) -> State:
        raise NotImplementedError

    def load_state_dict(self, state: Any) -> None:
        """Take over a state that `state_dict` returned, or ``np.load`` of one.

        Raises
        ------
        TypeError, ValueError
            If it is of another optimizer, or of other groups or parameters: with the differences. Nothing has changed
            then.
        """
        loading = Loading(type(self).__name__, state)
        loading.equal("optimizer", type(self).__name__)
        take = self._read_state(loading)
        for key, array in own_arrays(self).items():
            loading.array(key, array)
        loading.check()
        loading.finish()
        take()

    def _read_state(self, loading: Loading) -> Callable[[], None]:
        """Read what `_saved_state` gave. The function returned takes it over, and is called if all of it fits."""
        raise NotImplementedError
