"""Saving the state of batches as plain arrays and numbers, and taking it back: all of it, or nothing."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from .._params import as_kind, shorten
from ..parameter import Parameter, ParameterTuple
from ._batch import Batch
from ._rule import Array, Rule, StepContext, TensorRule

State = dict[str, Any]


class Loading:
    """A saved state, read entry by entry. Faults are collected, and no array changes before `finish`."""

    def __init__(self, owner: str, state: Any) -> None:
        if not isinstance(state, Mapping):
            raise TypeError(f"{owner}: load_state_dict takes what state_dict returned, got {shorten(state)}")
        self._owner = owner
        self._left = {str(key): np.asarray(state[key]) for key in state}
        self._faults: list[str] = []
        self._taken: list[tuple[Array, Array]] = []

    def equal(self, key: str, expected: str) -> None:
        """A text that must be as expected."""
        found = self._left.pop(key, None)
        if found is None or str(found) != expected:
            self._faults.append(f"{key}: {'missing' if found is None else found} in the state, {expected} here")

    def number(self, key: str, kind: type) -> Any:
        """A finite number, at least 0."""
        found = self._left.pop(key, None)
        value = None if found is None or found.ndim else self._checked(found.item(), kind)
        if value is None:
            self._faults.append(f"{key}: {'missing' if found is None else shorten(found)} in the state")
            return kind(0)
        return value

    def numbers(self, key: str, kind: type, length: int) -> list[Any]:
        """A list of such numbers: saved as a list, or as one number if all are equal."""
        found = self._left.get(key)
        if found is None or not found.ndim:
            return [self.number(key, kind)] * length
        values = [self._checked(value, kind) for value in self._left.pop(key).ravel().tolist()]
        if found.shape != (length,) or None in values:
            self._faults.append(f"{key}: {shorten(found)} in the state, for {length} parameters")
            return [kind(0)] * length
        return values

    def _checked(self, value: Any, kind: type) -> Any:
        number = as_kind(value, kind)
        return number if number is not None and 0 <= number < np.inf else None

    def memory(self, prefix: str, rule: Rule | TensorRule | None, steps: int) -> dict[str, float]:
        """The numbers that a rule keeps from step to step; none before its first step."""
        return {name: self.number(f"{prefix}{name}", float) for name in (remembered(rule) if steps else ())}

    def keys(self, prefix: str) -> list[str]:
        """The keys that begin with `prefix`, not read yet."""
        return [key for key in self._left if key.startswith(prefix)]

    def value(self, key: str) -> Any:
        """Whatever stands there, as a Python object."""
        return self._left.pop(key).tolist()

    def fault(self, text: str) -> None:
        """One more thing that does not fit."""
        self._faults.append(text)

    def array(self, key: str, into: Array) -> None:
        """An array of the shape and type of `into`, which takes its values at the end."""
        found = self._left.pop(key, None)
        if found is None:
            self._faults.append(f"{key}: missing in the state")
        elif (found.shape, found.dtype) != (into.shape, into.dtype):
            there, here = (f"{a.dtype} of shape {a.shape}" for a in (found, into))
            self._faults.append(f"{key}: {there} in the state, {here} here")
        else:
            self._taken.append((into, found))

    def state(self, batch: Batch, names: Sequence[str]) -> None:
        """The arrays of a batch, by ``state.parameter``."""
        for name, states in zip(names, batch.state(), strict=True):
            for state, array in states.items():
                self.array(f"{state}.{name}", array)

    def check(self) -> None:
        """Refuse a state that does not fit, with everything that does not."""
        self._faults += [f"{key}: in the state, not here" for key in self._left]
        if self._faults:
            listed = "".join(f"\n  {fault}" for fault in self._faults[:20])
            more = len(self._faults) - 20
            rest = f"\n  and {more} more" if more > 0 else ""
            raise ValueError(f"{self._owner}: the state does not fit, and nothing was changed:{listed}{rest}")

    def finish(self) -> None:
        """Copy the arrays into place."""
        for into, found in self._taken:
            into[...] = found


def remembered(rule: Rule | TensorRule | None) -> list[str]:
    """The names of the numbers that a rule keeps from step to step."""
    now = StepContext(1, 1.0)
    if isinstance(rule, Rule):
        rule.numbers(now)
    return list(now.memory)


def own_arrays(optimizer: Any) -> dict[str, Array]:
    """The parameters that a user's optimizer keeps as attributes, by the attribute's name."""
    found = {}
    for attribute, value in vars(optimizer).items():
        if isinstance(value, Parameter):
            found[f"own.{attribute}"] = np.asarray(value)
        elif isinstance(value, ParameterTuple) and attribute != "parameters":
            found |= {f"own.{attribute}[{k}]": np.asarray(p) for k, p in enumerate(value)}
    return found


def saved(batch: Batch, rule: Rule | TensorRule | None, names: Sequence[str]) -> State:
    """Copies of the arrays that the rule will need of a batch, by ``state.parameter``. The batch stays as it is."""
    if rule is None:
        return {}
    twin = copy.copy(batch)
    twin.prepare_state(rule)
    return {
        f"{state}.{name}": array.copy()
        for name, states in zip(names, twin.state(), strict=True)
        for state, array in states.items()
    }
