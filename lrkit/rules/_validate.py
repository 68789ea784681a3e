"""What an optimizer is given, checked before anything moves: parameters at construction, gradients at a step."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from difflib import get_close_matches
from operator import attrgetter
from typing import Any

import numpy as np

from .._params import counted, shorten
from ..parameter import NAMELESS, Parameter, parameter_on
from ._rule import Array


class GroupKeyError(KeyError, ValueError):
    """A group with a key that it cannot have, or without one that it must: a KeyError to code written for torch."""

    __str__ = Exception.__str__  # KeyError shows the repr of its message


_DTYPE, _KIND, _SHAPE, _BASE = map(attrgetter, ("dtype", "kind", "shape", "base"))


def members(owner: str, name: str, value: Any) -> list[Any]:
    """The elements of an ordered iterable; an error for a single parameter, array or group."""
    if isinstance(value, Set):
        raise TypeError(f"{owner}: {name} must be a list of parameters, got a set, which has no order")
    if isinstance(value, (Parameter, np.ndarray, Mapping, str)) or not isinstance(value, Iterable):
        lone = {Parameter: "one parameter", np.ndarray: "one array", dict: "one group"}.get(type(value))
        got = f"{lone}, not in a list" if lone else shorten(value)
        raise TypeError(f"{owner}: {name} must be a list of parameters, got {got}")
    return list(value)


def some(owner: str, name: str, value: Any) -> list[Any]:
    """As `members`; an error if there is none."""
    found = members(owner, name, value)
    if not found:
        raise ValueError(f"{owner}: {name} must have at least one parameter, got none")
    return found


def wrapped(owner: str, name: str, given: Iterable[Any]) -> list[Parameter]:
    """Parameters as they are, bare arrays in parameters on their memory."""
    found = []
    for k, item in enumerate(given):
        if isinstance(item, Parameter):
            found.append(item)
            continue
        if not isinstance(item, np.ndarray):
            raise TypeError(f"{owner}: {name}[{k}] must be a Parameter or an array, got {shorten(item)}")
        if item.dtype not in (np.float32, np.float64):
            raise TypeError(f"{owner}: {name}[{k}] must be of float32 or float64, got {item.dtype}")
        if not item.flags.writeable:
            raise ValueError(f"{owner}: {name}[{k}] is read-only: an optimizer moves its parameters in place")
        found.append(parameter_on(item))
    return found


def number_in(owner: str, name: str, value: Any) -> Any:
    """The number in an array of one element; an array of several is refused, anything else returned as it is."""
    if not (hasattr(value, "dtype") and hasattr(value, "item")):
        return value
    if (size := int(np.prod(getattr(value, "shape", ())))) != 1:
        raise ValueError(f"{owner}: {name} must be one number, got an array of {size}")
    return value.item()


def unknown_key(owner: str, key: Any, known: Iterable[str]) -> str:
    """The message about an unknown key of a group, with the key that may be meant."""
    known = sorted({*known, "params"})
    near = ["lr"] if key == "learning_rate" else get_close_matches(str(key), known, n=1)
    hint = f"did you mean {near[0]!r}?" if near else f"the keys are {', '.join(known)}"
    return f"{owner}: unknown key {shorten(key)}: {hint}"


def check_keys(owner: str, group: Mapping[str, Any], known: Iterable[str]) -> None:
    """Refuse a group with a key that is not known, or without parameters."""
    for key in group:
        if key != "params" and key not in known:
            raise GroupKeyError(unknown_key(owner, key, known))
    if "params" not in group:
        raise GroupKeyError(f"{owner} must have the key 'params'")


def unique_names(owner: str, parameters: list[Parameter]) -> tuple[str, ...]:
    """The names of the parameters, which must be unique; a parameter without a name is named after its place."""
    places: dict[int, int] = {}
    names: dict[str, int] = {}
    for k, parameter in enumerate(parameters):
        if (j := places.setdefault(id(np.asarray(parameter)), k)) != k:
            raise ValueError(f"{owner}: parameter {k} is parameter {j} once more, {parameter.name}")
        name = f"parameter{k}" if parameter.name == NAMELESS else parameter.name
        if (j := names.setdefault(name, k)) != k:
            raise ValueError(f"{owner}: parameters {j} and {k} have the same name, {name}")
    _check_apart(owner, [np.asarray(p) for p in parameters], tuple(names))
    return tuple(names)


def _check_apart(owner: str, arrays: Sequence[Array], names: Sequence[str]) -> None:
    """Refuse arrays that share memory: each would be moved by the gradients of both."""
    reaching: list[tuple[int, int]] = []  # (end, index) of arrays that may overlap the next one
    for low, high, k in sorted((*_address_range(array), k) for k, array in enumerate(arrays) if array.size):
        reaching = [(end, j) for end, j in reaching if end > low]
        for _, j in reaching:
            if np.shares_memory(arrays[j], arrays[k]):
                raise ValueError(f"{owner}: {names[min(j, k)]} and {names[max(j, k)]} share memory")
        reaching.append((high, k))


def _address_range(array: Array) -> tuple[int, int]:
    """The addresses of the first byte and after the last one."""
    low = high = array.__array_interface__["data"][0]
    for length, stride in zip(array.shape, array.strides, strict=True):
        low, high = min(low, low + (length - 1) * stride), max(high, high + (length - 1) * stride)
    return low, high + array.itemsize


class Gradients:
    """What the gradients of some parameters must be like."""

    def __init__(self, owner: str, arrays: Sequence[Array], names: Sequence[str]) -> None:
        self._owner, self._arrays, self._names = owner, arrays, names
        self._shapes = [array.shape for array in arrays]
        self._own = {id(memory) for array in arrays for memory in (array, array.base) if memory is not None}
        self._are_views = all(array.base is not None for array in arrays)

    def __reduce__(self) -> Any:
        return Gradients, (self._owner, self._arrays, self._names)  # a copy has other arrays, with other identities

    def checked(self, gradients: Any, *, check_finite: bool, missing: bool = False) -> tuple[Any, ...]:
        """The gradients as arrays, one for each parameter, of its shape; or an error that names the parameter.

        With `missing`, some may be None.
        """
        owner, names = self._owner, self._names
        self._check_number(gradients)
        found = list(gradients)
        if not (kinds := set(map(type, found))) <= {np.ndarray}:
            if missing and type(None) in kinds:
                return self._checked_some(found, check_finite)
            found = [self._as_array(k, g) for k, g in enumerate(gradients)]
        if set(map(_KIND, set(map(_DTYPE, found)))) - {"f"}:
            k = next(k for k, g in enumerate(found) if g.dtype.kind != "f")
            raise self._refusal(k, gradients[k])
        if (shapes := list(map(_SHAPE, found))) != self._shapes:
            k = next(k for k, shape in enumerate(shapes) if shape != self._shapes[k])
            must = self._shapes[k]
            raise ValueError(f"{owner}: the gradient of {names[k]} must have shape {must}, got {shapes[k]}")
        if check_finite:
            for name, g, array in zip(names, found, self._arrays, strict=True):
                if not _is_finite(g, array.dtype):
                    raise FloatingPointError(f"{owner}: the gradient of {name} is not finite; nothing was changed")
        return self._apart(found)

    def _checked_some(self, gradients: list[Any], check_finite: bool) -> tuple[Any, ...]:
        """The gradients, some of which are None; the others checked."""
        given = [k for k, gradient in enumerate(gradients) if gradient is not None]
        part = Gradients(self._owner, [self._arrays[k] for k in given], [self._names[k] for k in given])
        checked = iter(part.checked([gradients[k] for k in given], check_finite=check_finite))
        return tuple(None if gradient is None else next(checked) for gradient in gradients)

    def _check_number(self, gradients: Any) -> None:
        owner, number = self._owner, len(self._names)
        if not isinstance(gradients, (tuple, list)):
            raise TypeError(f"{owner}: gradients must be a tuple or list of arrays, got {shorten(gradients)}")
        if len(gradients) != number:
            needs = f"{counted(number, 'parameter')} need{'s' if number == 1 else ''} {counted(number, 'gradient')}"
            raise ValueError(f"{owner}: {needs}, got {len(gradients)}")

    def _as_array(self, k: int, gradient: Any) -> Array:
        try:
            return np.asarray(gradient)
        except (TypeError, ValueError, RuntimeError):
            raise self._refusal(k, gradient) from None

    def _refusal(self, k: int, gradient: Any) -> TypeError:
        got = f"one of {gradient.dtype}" if hasattr(gradient, "dtype") else shorten(gradient)
        hint = ", which requires a gradient itself" if getattr(gradient, "requires_grad", False) else ""
        return TypeError(f"{self._owner}: the gradient of {self._names[k]} must be an array of floats, got {got}{hint}")

    def _apart(self, gradients: list[Array]) -> tuple[Array, ...]:
        """The gradients, those that are parameters or views of them as copies: a parameter moves during the step."""
        bases = list(map(_BASE, gradients))
        if self._are_views and set(map(type, bases)) <= {type(None)}:  # arrays of their own, as gradients mostly are
            return tuple(gradients)
        own = self._own
        return tuple(g.copy() if id(g) in own or id(b) in own else g for g, b in zip(gradients, bases, strict=True))


def _is_finite(g: Array, dtype: Any) -> bool:
    """Whether all numbers are finite, and so in the type of the parameter."""
    largest = np.finfo(dtype).max
    with np.errstate(invalid="ignore"):
        return not g.size or bool(-largest <= g.min() and g.max() <= largest)
