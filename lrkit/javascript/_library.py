"""What generated JavaScript calls in place of Python's builtins, `math`, `itertools` and NumPy."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

ROOM = Path(__file__).parent

FUNCTIONS = {
    "builtins.abs": "absolute",
    "builtins.all": "every",
    "builtins.any": "some",
    "builtins.enumerate": "enumerate",
    "builtins.float": "plain",
    "builtins.getattr": "getattr",
    "builtins.int": "int",
    "builtins.len": "len",
    "builtins.list": "toList",
    "builtins.range": "range",
    "builtins.repr": "repr",
    "builtins.sorted": "sorted",
    "builtins.str": "text",
    "builtins.sum": "sum",
    "builtins.tuple": "toList",
    "builtins.zip": "zip",
    "_functools.reduce": "reduce",
    "itertools.accumulate": "accumulate",
    "itertools.pairwise": "pairwise",
    "lrkit._params.field.as_kind": "asKind",
    "lrkit._params.words.counted": "counted",
    "lrkit._params.words.shorten": "shorten",
    "lrkit.schedules.clock.growing_cycles": "growingCycles",
    "lrkit.schedules.clock.number_of_cycles": "numberOfCycles",
    "math.ceil": "ceil",
    "math.cos": "Math.cos",
    "math.exp": "Math.exp",
    "math.floor": "floor",
    "math.isfinite": "isFinite",
    "math.log": "log",
    "math.sin": "Math.sin",
    "math.sqrt": "Math.sqrt",
    "math.tan": "Math.tan",
    "math.tanh": "Math.tanh",
    "_operator.add": "plus",
    "_operator.mul": "times",
    "numpy.abs": "absolute",
    "numpy.add.reduceat": "reduceat",
    "numpy.append": "append",
    "numpy.arange": "arange",
    "numpy.array": "array",
    "numpy.asarray": "array",
    "numpy.ceil": "ceils",
    "numpy.concatenate": "concatenate",
    "numpy.cumsum": "cumsum",
    "numpy.empty": "ones",
    "numpy.flatnonzero": "nonzero",
    "numpy.floor": "floors",
    "numpy.linspace": "linspace",
    "numpy.ones": "ones",
    "numpy.random.RandomState": "new RandomState",
    "numpy.repeat": "repeat",
    "numpy.unique": "unique",
    "numpy.where": "choose",
}
"""Functions, by module and name."""
DTYPES = ("float64", "int64")
"""NumPy's types, which are left out: an array is of 64-bit floats."""
NAMESPACE = {
    "minimum": "minimum",
    "maximum": "maximum",
    "pow": "pow",
    "floor": "floor",
    "ceil": "ceil",
    "floor_divide": "floordiv",
    "sqrt": "Math.sqrt",
    "exp": "Math.exp",
    "log": "Math.log",
    "cos": "Math.cos",
    "sin": "Math.sin",
    "tanh": "Math.tanh",
    "take": "take",
}
"""The functions of `xp`; `where`, `searchsorted` and `piecewise` are written in ways of their own."""
METHODS = {
    "all": "every",
    "any": "some",
    "astype": "truncated",
    "is_integer": "Number.isInteger",
    "ravel": "ravel",
    "tolist": "toList",
    "sum": "sum",
}
"""Methods of arrays and numbers that are functions in JavaScript, of the object alone."""
SAME_METHODS = {"append": "push", "pop": "pop", "standard_normal": "standard_normal", "coerce_one": "coerceOne"}
"""Methods that are methods in JavaScript too."""
OWN_METHODS = ("_first_rate",)
"""Methods of the base class that are written by hand."""
RUNTIME = {
    name: module
    for module in ("python", "schedule")
    for name in re.findall(
        r"^export (?:const|function|class) (\w+)", (ROOM / f"{module}.js").read_text(encoding="utf-8"), re.MULTILINE
    )
}
"""What the hand-written modules export: name to module."""
WORDS = frozenset(
    """
    arguments await case catch const debugger default delete do enum eval export extends function
    implements instanceof interface let new null package private protected public static super switch
    this throw typeof var void true false undefined NaN Infinity Math Number Object Array Float64Array
    Boolean String isFinite
    """.split()  # noqa: SIM905  # as a list it is fifty lines
)
"""Names that JavaScript keeps for itself."""


def key_of(thing: Any) -> str:
    """The module and name of a function."""
    return f"{getattr(thing, '__module__', None)}.{getattr(thing, '__qualname__', None)}"


def local(name: str) -> str:
    """A local name, which must not hide a name that generated code may call."""
    return f"{name}_" if name in WORDS or name in RUNTIME else name
