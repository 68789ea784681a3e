"""Pictures of many curves: no function of this package is called more often than the number of curves says.

Calls are counted, since a time says little on a machine that does other work. Twice as many curves may mean twice as
many calls; of what looks at each pair of curves there would be four times as many.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

import lrkit

PACKAGE = str(Path(lrkit.__file__).parent)
FEW = 40
"""So many curves have no place for their names, and twice as many have none either."""


def calls_in(job: Callable[[], Any]) -> Counter[str]:
    """How often each function of this package is called, generators at each item."""
    found: Counter[str] = Counter()

    def note(frame: FrameType, event: str, _: Any) -> None:
        if event == "call" and frame.f_code.co_filename.startswith(PACKAGE):
            found[f"{frame.f_code.co_filename}: {frame.f_code.co_name}, {frame.f_code.co_firstlineno}"] += 1

    sys.setprofile(note)
    try:
        job()
    finally:
        sys.setprofile(None)
    return found


def curves(number: int) -> dict[str, lrkit.LearningRateSchedule]:
    return {f"curve {k}": lrkit.CosineDecayLR(0.0, 0.1 + 0.001 * k, 100) for k in range(number)}


def groups(number: int) -> dict[str, Any]:
    return {name: {"lr": lrkit.linear(0.1, 0.0, 50 + k)} for k, name in enumerate(curves(number))}


PICTURES: dict[str, Callable[[int, str], Any]] = {
    "plot": lambda number, backend: lrkit.plot(curves(number), steps=100, backend=backend),  # type: ignore[call-overload]
    "plot_groups": lambda number, backend: lrkit.plot_groups(groups(number), backend=backend),  # type: ignore[call-overload]
    "fans of groups": lambda number, backend: lrkit.plot_groups(  # type: ignore[call-overload]
        {name: {"lr": curve, "weight_decay": curve} for name, curve in curves(number).items()}, backend=backend
    ),
}


@pytest.mark.parametrize("backend", ["matplotlib", "plotly", "text"])
@pytest.mark.parametrize("picture", PICTURES)
def test_no_function_is_called_for_each_pair_of_curves(picture: str, backend: str) -> None:
    draw = PICTURES[picture]
    draw(FEW, backend)  # what is loaded or noted at a first use is not counted
    few, many = calls_in(lambda: draw(FEW, backend)), calls_in(lambda: draw(2 * FEW, backend))
    assert sum(many.values()) > sum(few.values())
    assert {name: (few[name], number) for name, number in many.items() if number > 2.5 * few[name] + FEW} == {}


def test_panels_of_a_grid_are_brought_into_line_together() -> None:
    few, many = (
        calls_in(lambda number=number: lrkit.plot_grid(curves(number), steps=100, backend="text"))  # type: ignore[misc]
        for number in (FEW, 2 * FEW)
    )
    assert {name: (few[name], number) for name, number in many.items() if number > 2.5 * few[name] + FEW} == {}


def test_a_curve_that_the_group_names_is_not_named_after_its_schedule() -> None:
    """The catalogue is searched for a title or label only."""
    called = calls_in(lambda: lrkit.plot_groups(groups(FEW), backend="text"))
    assert not [name for name in called if ": short_name," in name]
