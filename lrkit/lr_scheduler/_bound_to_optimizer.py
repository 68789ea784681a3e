"""`BoundToOptimizer`: what `LRScheduler` and `ReduceLROnPlateau` share, their options and the loading of a state."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any, Self

from .._params import DECLARED, declared_of, shorten
from ._options import coerce_options, on_load_for

MADE = "_lrkit_torch_class"
"""The attribute of a class that holds the class which its instances on torch's optimizers have."""


class BoundToOptimizer:
    """Has an optimizer, options that are fixed at construction, and a state that another of its class can load."""

    optimizer: Any
    on_load: str
    _torch_name = "LRScheduler"
    """The class of `torch.optim.lr_scheduler` that an instance bound to an optimizer of torch is one of."""

    def options(self) -> dict[str, Any]:
        """What was asked for at construction, as plain numbers, strings and lists. Functions are left out."""
        values = {name: getattr(self, name) for name in declared_of(type(self))}
        return {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}

    def _check(self) -> None:
        """Raise an error if the options do not fit together. Each declared one is known to be in its own domain."""

    def load_state_dict(self, state_dict: dict[str, Any], strict: bool | None = None) -> None:
        """Continue from a state that `state_dict` returned, and write its rates into the groups.

        Parameters
        ----------
        state_dict : dict
            From `state_dict` of the same class on as many groups; where there is a base, with a base of the same class.
        strict : bool, optional
            In place of the ``on_load`` of construction: True is "refuse", False is "mine". With "mine" the epoch, the
            base rates and the scales are those of the state, the options are not. With "theirs" the options are too.

        Raises
        ------
        TypeError, ValueError
            If the state is of another class or number of groups, is damaged, or differs. Nothing is changed then.
        """
        self._load(state_dict, on_load_for(type(self).__name__, self.on_load, strict))

    def _load(self, state: Any, policy: str) -> None:
        raise NotImplementedError

    # New options are tried on a twin, so that nothing has changed if they are refused ------------------------------

    def _twin(self, **attributes: Any) -> Self:
        """Another object with the same attributes, but for those that are given. It is not bound."""
        twin = object.__new__(type(self))
        vars(twin).update(vars(self))
        vars(twin).pop("_binding", None)
        vars(twin).update(attributes)
        return twin

    def _with_options(self, options: Any) -> Self:
        own = self.options()
        if not isinstance(options, Mapping) or options.keys() != own.keys():
            names = shorten(sorted(options) if isinstance(options, Mapping) else options)
            raise ValueError(f"{type(self).__name__}: state['options'] must have {sorted(own)}, got {names}")
        twin = self._twin()
        twin._set_options(options)  # noqa: SLF001  # of its own kind
        return twin

    def _set_options(self, options: Mapping[str, Any]) -> None:
        vars(self).update(options)
        coerce_options(self)
        self._check()

    def _adopt(self, twin: Self) -> None:
        vars(self).update(vars(twin))

    # On an optimizer of torch: frameworks ask ``isinstance(scheduler, torch.optim.lr_scheduler.LRScheduler)`` --------

    def _take_on_torch_class(self) -> None:
        """Become an instance of torch's class as well. Its methods come after those here; torch is not imported."""
        torch_schedulers: Any = sys.modules.get("torch.optim.lr_scheduler")
        if torch_schedulers is None or not isinstance(self.optimizer, torch_schedulers.Optimizer):
            return
        cls = type(self)
        of_torch = getattr(torch_schedulers, cls._torch_name)
        if issubclass(cls, of_torch):
            return
        if MADE not in vars(cls):
            names = {"__module__": cls.__module__, "__qualname__": cls.__qualname__, "__doc__": cls.__doc__}
            own = {"_without_torch": cls, DECLARED: declared_of(cls)}
            setattr(cls, MADE, type(cls.__name__, (cls, of_torch), names | own))
        self.__class__ = vars(cls)[MADE]

    def __reduce_ex__(self, protocol: Any) -> Any:
        """A copy is made of the class without torch's, which is made anew where the copy is read."""
        cls = type(self)
        state = {name: value for name, value in vars(self).items() if name != "_usual"}  # made anew by the next step
        return object.__new__, (getattr(cls, "_without_torch", cls),), state

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(state)
        self._take_on_torch_class()
