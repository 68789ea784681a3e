"""`Parameter` and `ParameterTuple`: named arrays that an optimizer moves."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal, Self, SupportsIndex

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin

from ._memory import SMALL, Array, aligned
from ._params import shorten

NAMELESS = "Parameter"


class Tensor(np.ndarray[Any, Any]):
    """An array that shows itself as MindSpore's tensors do: what `Parameter.value` returns.

    Examples
    --------
    >>> import lrkit
    >>> lrkit.Parameter([0.5]).value()
    Tensor(shape=[1], dtype=Float32, value= [0.5])
    """

    def __repr__(self) -> str:
        shape = ", ".join(map(str, self.shape))
        return f"Tensor(shape=[{shape}], dtype={_dtype_name(self.dtype)}, value= {self!s})"

    def asnumpy(self) -> Array:
        """The numbers, as a plain array of its own."""
        return np.array(self)

    def value(self) -> Tensor:
        """The same, as a tensor of its own."""
        return self.copy()


class Parameter(NDArrayOperatorsMixin):
    """A named array of float32 or float64 that an optimizer moves in place.

    It stands wherever NumPy takes an array: ``x @ parameter``, ``np.linalg.norm(parameter)``, ``parameter[0] = 1``.
    Operators return plain arrays; ``parameter -= step`` moves the parameter itself. ``np.asarray(parameter)`` is its
    memory, which the first optimizer may move once, when it is made, to have small parameters side by side.

    Parameters
    ----------
    default_input : array_like or Parameter
        The first value, which is copied. Arrays of float32 and float64 keep their type; Python numbers and lists of
        them become float32.
    name : str, optional
        What messages, groups and saved states call it. Names in one optimizer are unique.
    requires_grad : bool
        Whether it is to be trained. An optimizer moves whatever it is given: filter by this before.

    Attributes
    ----------
    shape, dtype, ndim, size, T, mean, sum, item, ...
        Those of the array.

    Raises
    ------
    TypeError
        If the value is no array of real numbers, or is an array of another type; if the name is no string, or
        `requires_grad` no bool.

    Examples
    --------
    >>> import lrkit
    >>> weight = lrkit.Parameter([[1.0, 2.0]], name="fc.weight")
    >>> weight
    Parameter (name=fc.weight, shape=(1, 2), dtype=Float32, requires_grad=True)
    >>> weight += 1
    >>> print(weight.value(), weight @ [1, 1])
    [[2. 3.]] [5.]
    """

    def __init__(self, default_input: Any, name: str | None = None, requires_grad: bool = True) -> None:
        if not isinstance(name, str | None):
            raise TypeError(f"Parameter: name must be a string, got {shorten(name)}")
        if not isinstance(requires_grad, bool):
            raise TypeError(f"Parameter: requires_grad must be True or False, got {shorten(requires_grad)}")
        self._array = _floats(default_input)
        self._movable = True
        self.name = name or NAMELESS
        self.requires_grad = requires_grad

    def value(self) -> Tensor:
        """The value now, as an array of its own."""
        return self._array.copy().view(Tensor)

    def asnumpy(self) -> Array:
        """The value now, as a plain array of its own."""
        return self._array.copy()

    def assign(self, x: Any) -> Self:
        """Take the value of `x`, of the same shape, or a single number for a parameter of any shape.

        Examples
        --------
        >>> import lrkit
        >>> print(lrkit.Parameter([1.0, 2.0]).assign([3, 4]).value())
        [3. 4.]
        """
        if not self._array.flags.writeable:
            raise ValueError(f"{self.name}: this parameter is read-only")
        new = np.asarray(x)
        if new.dtype.kind not in "fiu":
            raise TypeError(f"{self.name}: assign takes real numbers, got {shorten(x)}")
        if new.shape not in (self.shape, ()):
            raise ValueError(f"{self.name}: assign takes the shape {self.shape}, got {new.shape}")
        self._array[...] = new
        return self

    def __getattr__(self, name: str) -> Any:
        """What an array has: ``shape``, ``dtype``, ``T``, ``mean()``, ``item()``, ..."""
        if name.startswith("_"):  # while a copy is made, it has no `_array` yet
            raise AttributeError(f"Parameter has no attribute {name!r}")
        return getattr(self._array, name)

    def __repr__(self) -> str:
        return (
            f"Parameter (name={self.name}, shape={self.shape}, dtype={_dtype_name(self.dtype)}, "
            f"requires_grad={self.requires_grad})"
        )

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Array:
        if copy or dtype not in (None, self.dtype):
            return self._array.astype(dtype or self.dtype)
        return self._array

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, out: Any = (), **options: Any) -> Any:
        if out:
            options["out"] = tuple(_plain(x) for x in out)
        result = getattr(ufunc, method)(*map(_plain, inputs), **options)
        return out[0] if len(out) == 1 else result

    def __getitem__(self, key: Any) -> Any:
        return self._array[key]

    def __setitem__(self, key: Any, value: Any) -> None:
        self._array[key] = value

    def __len__(self) -> int:
        return len(self._array)

    def __float__(self) -> float:
        return float(self._array)

    def __int__(self) -> int:
        return int(self._array)

    def __bool__(self) -> bool:
        return bool(self._array)

    def __round__(self, digits: int | None = None) -> Any:
        return round(float(self), digits)

    def __format__(self, spec: str) -> str:
        return format(float(self), spec) if spec else str(self)

    __hash__ = object.__hash__  # by identity, although == compares the numbers


class ParameterTuple(tuple[Parameter, ...]):
    """A tuple of parameters, which can be copied as a whole: for the state of an optimizer of one's own.

    Examples
    --------
    >>> import lrkit
    >>> weights = lrkit.ParameterTuple([lrkit.Parameter([1.0, 2.0], name="weight")])
    >>> weights.clone(prefix="moments", init="zeros")
    (Parameter (name=moments.weight, shape=(2,), dtype=Float32, requires_grad=True),)
    """

    __slots__ = ()

    def __new__(cls, parameters: Iterable[Parameter] = ()) -> Self:
        """Take parameters, and nothing else."""
        found = tuple(parameters)
        for k, parameter in enumerate(found):
            if not isinstance(parameter, Parameter):
                raise TypeError(f"ParameterTuple: element {k} must be a Parameter, got {shorten(parameter)}")
        return super().__new__(cls, found)

    def clone(self, prefix: str, init: Literal["same", "zeros", "ones"] | float = "same") -> ParameterTuple:
        """New parameters of the same shapes and types, named ``prefix.name``: with the same values, or all alike.

        Parameters
        ----------
        prefix : str
            What stands before each name.
        init : {"same", "zeros", "ones"} or float
            The values.

        Raises
        ------
        TypeError, ValueError
            If `prefix` is no string, or `init` none of these.
        """
        if not isinstance(prefix, str):
            raise TypeError(f"clone: prefix must be a string, got {shorten(prefix)}")
        values = {"same": None, "zeros": 0.0, "ones": 1.0}
        if isinstance(init, str) and init not in values:
            raise ValueError(f'clone: init must be "same", "zeros", "ones" or a number, got {shorten(init)}')
        value = values[init] if isinstance(init, str) else float(init)
        return ParameterTuple(
            Parameter(p if value is None else np.full(p.shape, value, p.dtype), f"{prefix}.{p.name}", p.requires_grad)
            for p in self
        )

    def __getitem__(self, key: SupportsIndex | slice) -> Any:
        found = super().__getitem__(key)
        return ParameterTuple(found) if isinstance(found, tuple) else found


def parameter_on(array: Array) -> Parameter:
    """A parameter on the memory of an array of float32 or float64 itself, not on a copy."""
    parameter = Parameter(0.0)
    vars(parameter).update(_array=array, _movable=False)
    return parameter


def constant(value: Any, name: str) -> Parameter:
    """A parameter of float64 that can be read and not written."""
    array = np.array(value, np.float64)
    array.setflags(write=False)
    parameter = parameter_on(array)
    parameter.name = name
    return parameter


def lay_together(parameters: Iterable[Parameter]) -> None:
    """Move small parameters that have memory of their own into one piece of memory, each parameter at most once."""
    alike: dict[Any, list[Parameter]] = {}
    for p in parameters:
        if p._movable and p._array.nbytes < SMALL:  # noqa: SLF001 — of this module
            alike.setdefault(p.dtype, []).append(p)
    for dtype, small in alike.items():
        flat = aligned((sum(p.size for p in small),), dtype)
        start = 0
        for p in small:
            place = flat[start : start + p.size].reshape(p.shape)
            place[...] = p._array  # noqa: SLF001
            p._array, p._movable = place, False  # noqa: SLF001
            start += p.size


def _plain(x: Any) -> Any:
    return x._array if isinstance(x, Parameter) else x  # noqa: SLF001 — of this module


def _floats(value: Any) -> Array:
    """A copy of a value, as float32 or float64."""
    given = np.asarray(value)
    if given.dtype in (np.float32, np.float64) and hasattr(value, "dtype"):
        return aligned(given.shape, given.dtype, given)
    if given.dtype.kind in "fiu" and not hasattr(value, "dtype"):
        return aligned(given.shape, np.float32, given)
    kind = given.dtype if hasattr(value, "dtype") else shorten(value)
    raise TypeError(f"Parameter: the value must be real numbers, or an array of float32 or float64, got {kind}")


def _dtype_name(dtype: Any) -> str:
    return str(dtype).capitalize()
