"""`BoundToOptimizer`: what `LRScheduler` and `ReduceLROnPlateau` share, their options and the loading of a state."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

from ._options import coerce_options, declared_options
from ._state import on_load_for, require_same_names
from ._torch_class import TorchCompatible


class BoundToOptimizer(TorchCompatible):
    """Has an optimizer, options that are fixed at construction, and a state that another of its class can load."""

    optimizer: Any
    on_load: str

    def options(self) -> dict[str, Any]:
        """What was asked for at construction, as plain numbers, strings and lists. Functions are left out."""
        return declared_options(self)

    def _check(self) -> None:
        """Raise an error if the options do not fit together. Each declared one is known to be in its own domain."""

    def load_state_dict(self, state_dict: dict[str, Any], strict: bool | None = None) -> None:
        """Go on where the one that a state was taken of stood, and write its rates into the groups.

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
        twin = self._twin()
        given = require_same_names(type(self).__name__, options, self.options())
        twin._set_options(given)  # noqa: SLF001  # of its own kind
        return twin

    def _set_options(self, options: Mapping[str, Any]) -> None:
        vars(self).update(options)
        coerce_options(self)
        self._check()

    def _adopt(self, twin: Self) -> None:
        vars(self).update(vars(twin))
