"""A group of parameters with its hyper-parameters: a dict that can be read and written while a run goes on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NoReturn

import numpy as np

from .._memory import Array
from .._params import Field, field_of
from ..parameter import Parameter
from ..rules._declared import Rate
from ..rules._validate import GroupKeyError, number_in, unknown_key

RATE = field_of("lr", Rate)


class ParamGroup(dict[str, Any]):
    """``params`` and the hyper-parameters of one group. A value that is set is checked; keys come from the optimizer.

    ``lr`` is a `Parameter` without dimensions, of the precision of the group's parameters: setting a number assigns to
    it, so that whoever holds it sees the change.
    """

    def __init__(
        self, owner: str, index: int, params: list[Parameter], given: Mapping[str, Any], fields: Mapping[str, Field]
    ) -> None:
        self._owner, self._fields = f"{owner}: param_groups[{index}]", fields
        super().__init__({"params": params} | dict(given))
        dtype = np.result_type(*(p.dtype for p in params)) if params else np.dtype(np.float32)
        dict.__setitem__(self, "lr", Parameter(np.zeros((), dtype), name=f"learning_rate_group_{index}"))
        self.update(given)

    def __setitem__(self, key: str, value: Any) -> None:
        self.update({key: value})

    def _checked(self, key: str, value: Any) -> Any:
        """A value as it is kept, or an error."""
        if key == "params":
            raise TypeError(f"{self._owner}: params stay as they are; add_param_group adds parameters")
        if key in ("lr", "initial_lr"):  # the second is where schedulers keep the rate they found
            rate = RATE.coerce(self._owner, number_in(self._owner, "lr", value))
            if rate > (largest := float(np.finfo(self["lr"].dtype).max)):
                raise ValueError(f"{self._owner}: {key} must be a number from 0 to {largest:g}, got {rate:g}")
            return rate
        if key in self._fields:
            return self._fields[key].coerce(self._owner, value)
        if key not in self:
            raise GroupKeyError(unknown_key(self._owner, key, [*self._fields, *self]))
        return value

    @property
    def rate_memory(self) -> Array:
        """The one number of ``lr``, to be read and written by a scheduler that has checked it."""
        return np.asarray(self["lr"])

    def __reduce__(self) -> Any:
        """A copy is a dict first: nothing in it need be checked again."""
        return _restored, (dict(self), vars(self))

    def setdefault(self, key: str, default: Any = None) -> Any:
        if key not in self:
            self[key] = default
        return self[key]

    def update(self, *others: Any, **values: Any) -> None:
        checked = {key: self._checked(key, value) for key, value in dict(*others, **values).items()}
        for key, value in checked.items():
            if key == "lr":
                self["lr"].assign(value)
            else:
                super().__setitem__(key, value)

    def __ior__(self, other: Any) -> ParamGroup:  # type: ignore[override, misc]
        self.update(other)
        return self

    def _refuse(self, *_: Any) -> NoReturn:
        raise TypeError(f"{self._owner}: keys stay as they are")

    __delitem__ = pop = popitem = clear = _refuse


def _restored(values: dict[str, Any], attributes: dict[str, Any]) -> ParamGroup:
    group = ParamGroup.__new__(ParamGroup)
    vars(group).update(attributes)
    dict.update(group, values)
    return group
