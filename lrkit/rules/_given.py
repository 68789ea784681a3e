"""What an optimizer is given, checked before anything moves: parameters at construction, gradients at a step."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from operator import attrgetter
from typing import Any

import numpy as np

from .._params import shorten
from ..parameter import NAMELESS, Parameter
from ._rule import Array

_DTYPE, _SHAPE = attrgetter("dtype"), attrgetter("shape")


def members(owner: str, name: str, value: Any) -> list[Any]:
    """The elements of an iterable that is neither a lone parameter or group nor empty."""
    if isinstance(value, (Parameter, np.ndarray, Mapping, str)) or not isinstance(value, Iterable):
        one = "one of them" if isinstance(value, (Parameter, np.ndarray, Mapping)) else shorten(value)
        raise TypeError(f"{owner}: {name} must be a list of parameters, got {one}")
    found = list(value)
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
        found.append(Parameter.around(item))
    return found


def unique_names(owner: str, parameters: list[Parameter]) -> tuple[str, ...]:
    """What the parameters are called, once it is sure that none is there twice; a nameless one by its place."""
    places: dict[int, int] = {}
    names: dict[str, int] = {}
    for k, parameter in enumerate(parameters):
        if (j := places.setdefault(id(np.asarray(parameter)), k)) != k:
            raise ValueError(f"{owner}: parameter {k} is parameter {j} once more, {parameter.name}")
        name = f"parameter{k}" if parameter.name == NAMELESS else parameter.name
        if (j := names.setdefault(name, k)) != k:
            raise ValueError(f"{owner}: parameters {j} and {k} have the same name, {name}")
    return tuple(names)


class Gradients:
    """What the gradients of some parameters must be like."""

    def __init__(self, owner: str, arrays: Sequence[Array], names: Sequence[str]) -> None:
        self._owner, self._names = owner, names
        self._shapes = [array.shape for array in arrays]
        self._own = set(map(id, arrays))

    def checked(self, gradients: Any, *, check_finite: bool) -> list[Array]:
        """The gradients as arrays, one for each parameter, of its shape; or an error that names the parameter."""
        owner, names = self._owner, self._names
        if not isinstance(gradients, (tuple, list)):
            raise TypeError(f"{owner}: gradients must be a tuple or list of arrays, got {shorten(gradients)}")
        if len(gradients) != len(names):
            raise ValueError(f"{owner}: {len(names)} parameters take as many gradients, got {len(gradients)}")
        found = list(gradients) if set(map(type, gradients)) <= {np.ndarray} else [np.asarray(g) for g in gradients]
        if any(dtype.kind != "f" for dtype in set(map(_DTYPE, found))):
            k = next(k for k, g in enumerate(found) if g.dtype.kind != "f")
            got = f"one of {gradients[k].dtype}" if hasattr(gradients[k], "dtype") else shorten(gradients[k])
            raise TypeError(f"{owner}: the gradient of {names[k]} must be an array of floats, got {got}")
        if (shapes := list(map(_SHAPE, found))) != self._shapes:
            k = next(k for k, shape in enumerate(shapes) if shape != self._shapes[k])
            must = self._shapes[k]
            raise ValueError(f"{owner}: the gradient of {names[k]} must have shape {must}, got {shapes[k]}")
        if check_finite:
            for name, g in zip(names, found, strict=True):
                if not _is_finite(g):
                    raise FloatingPointError(f"{owner}: the gradient of {name} is not finite; nothing was changed")
        if self._own.isdisjoint(map(id, found)):
            return found
        return [g.copy() if id(g) in self._own else g for g in found]  # a parameter may be another's gradient


def _is_finite(g: Array) -> bool:
    with np.errstate(invalid="ignore"):
        return not g.size or bool(np.isfinite(g.min()) and np.isfinite(g.max()))
