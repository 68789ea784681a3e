"""The types of arguments and results in the package's annotations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, Protocol, TypedDict, TypeVar, runtime_checkable

import numpy as np
from numpy.typing import NDArray

Real = float | np.floating[Any] | np.integer[Any]
"""A real number. To a type checker an `int` is a `float` too."""

Rates = NDArray[np.float64]
"""The rates at several steps."""

Floats = np.ndarray[Any, np.dtype[np.float64]]
"""Numbers along a curve: steps, rates or positions."""

Steps = Sequence[Real] | Sequence[Sequence[Real]] | NDArray[np.floating[Any]] | NDArray[np.integer[Any]]
"""Several steps: a list, tuple or range, or an array of NumPy."""


class _Foreign(Protocol):
    """An array of another library: of the array API. A pandas Series has no `device`; its rates are a NumPy array."""

    @property
    def shape(self) -> Any: ...
    @property
    def dtype(self) -> Any: ...
    @property
    def device(self) -> Any: ...


ForeignArray = TypeVar("ForeignArray", bound=_Foreign)
"""Steps as an array of JAX, torch or another library; the rates are an array of that library."""

AnyNumeric = complex | np.bool_ | np.number[Any] | np.ndarray[Any, Any] | _Foreign
"""The step in optax's types: a number or an array of any library."""

Axis = Literal["step", "epoch", "sample", "token", "hour", "progress"]
Counted = Axis | tuple[Axis] | tuple[Axis, Axis]
"""What the horizontal axis counts; of two, what a second one beside it counts."""
Ends = tuple[Real | None, Real | None]
"""The lower and upper end of an axis; None leaves an end to the picture."""


@runtime_checkable
class HasMarks(Protocol):
    """What has points to mark, as `lint` returns."""

    @property
    def schedules(self) -> Sequence[Any]:
        """The schedules whose points they are."""

    def marks_of(self, schedule: Any) -> Mapping[str, int]:
        """Labels and their steps, of one of the schedules."""


Marked = Sequence[str | int] | Mapping[str, int] | HasMarks
"""Points to mark: "first", "peak", "end", or steps; a dict of label to step, or findings that have one."""
Scale = Literal["linear", "log"]
ThemeName = Literal["light", "dark"]


class PanelOptions(TypedDict, total=False):
    """The options that all pictures of several panels take."""

    steps: int | None
    x: Counted
    budget: Any
    steps_per_epoch: int | None
    yscale: Scale
    ylim: Ends | None
    marks: Marked
    dashes: bool
    theme: ThemeName
    figure: Any
    ax: Any


class DiffOptions(PanelOptions, total=False):
    """The options of `plot_diff`, but for the backend."""

    labels: Sequence[str] | None
    title: str


class GroupsOptions(PanelOptions, total=False):
    """The options of `plot_groups`, but for the backend."""

    title: str


class GridOptions(PanelOptions, total=False):
    """The options of `plot_grid`, but for the backend."""

    columns: int
    sharey: bool
