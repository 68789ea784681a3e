"""A group of parameters with its hyper-parameters: a dict that can be read and written while a run goes on."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any, NoReturn

import numpy as np

from .._params import Field, Param, shorten
from ..parameter import Parameter

RATE = Field("lr", float, Param("", low=0))


class ParamGroup(dict[str, Any]):
    """``params`` and the hyper-parameters of one group. A value that is set is checked; keys come from the optimizer.

    ``lr`` is a `Parameter` without dimensions, of the precision of the group's parameters: setting a number assigns to
    it, so that whoever holds it sees the change.
    """

    def __init__(
        self, owner: str, index: int, params: list[Parameter], given: Mapping[str, Any], fields: Mapping[str, Field]
    ) -> None:
        self._owner, self._fields = f"{owner}: param_groups[{index}]", fields
        super().__init__(params=params)
        for key, value in given.items():
            if key == "lr":
                rate = self._rate(value)
                dtype = np.result_type(*(p.dtype for p in params)) if params else np.dtype(np.float32)
                dict.__setitem__(self, "lr", Parameter(np.asarray(rate, dtype), name=f"learning_rate_group_{index}"))
            else:
                dict.__setitem__(self, key, value)  # of an optimizer of one's own, it may not be declared
                dict.__setitem__(self, key, self._checked(key, value))

    def __setitem__(self, key: str, value: Any) -> None:
        self.update({key: value})

    def _checked(self, key: str, value: Any) -> Any:
        """A value as it is kept, or an error."""
        if key == "params":
            raise KeyError(f"{self._owner}: params stay as they are; add_param_group adds parameters")
        if key in ("lr", "initial_lr"):  # the second is where schedulers keep the rate they found
            rate = self._rate(value)
            if rate > (largest := float(np.finfo(self["lr"].dtype).max)):
                raise ValueError(f"{self._owner}: {key} must be a number from 0 to {largest:g}, got {rate:g}")
            return rate
        if key in self._fields:
            return self._fields[key].coerce(self._owner, value)
        if key not in self:
            raise KeyError(unknown_key(self._owner, key, [*self._fields, *self]))
        return value

    def _rate(self, value: Any) -> float:
        number = value.item() if hasattr(value, "item") and np.ndim(value) == 0 else value
        rate: float = RATE.coerce(self._owner, number)
        return rate

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


def unknown_key(owner: str, key: Any, known: list[str]) -> str:
    """What to say of a key that nobody knows."""
    known = sorted({*known, "params"})
    near = get_close_matches(str(key), known, n=1)
    hint = f"did you mean {near[0]!r}?" if near else f"the keys are {', '.join(known)}"
    return f"{owner}: unknown key {shorten(key)}: {hint}"
