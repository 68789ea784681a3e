"""The layout of random pictures with matplotlib, measured on the artists: nothing overlaps, nothing is cut off."""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import combinations
from typing import Any

import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Bbox
from random_charts import random_picture

from lrkit.chart import Chart, Panels
from lrkit.plotting import mpl, mpl_style
from lrkit.plotting.style import THEMES

SIZES = {"wide": (8.0, 4.5), "narrow": (3.9, 3.2)}
"""In inches: 800 and 390 pixels wide."""


def drawn(seed: int, size: tuple[float, float], monkeypatch: pytest.MonkeyPatch) -> tuple[list[Axes], Figure, Any]:
    picture, theme = random_picture(seed)
    new = mpl_style.new_picture
    if isinstance(picture, Panels) and size[0] < 5:  # on a telephone panels lie one below the other
        charts = picture.charts
        picture = Panels([[chart] for chart in charts], [2.0] * len(charts), picture.shared)

    def picture_of_size(theme: Any, own: tuple[float, float] = size) -> Any:
        return new(theme, own if size[0] > 5 else (size[0], own[1] if own[0] > 5 else size[1]))

    monkeypatch.setattr(mpl, "new_picture", picture_of_size)
    if isinstance(picture, Chart):
        axes = [mpl.draw(picture, THEMES[theme])]
    else:
        axes = mpl.draw_panels(picture, THEMES[theme])
    figure: Any = axes[0].figure
    figure.draw_without_rendering()
    return axes, figure, picture


def texts_of(figure: Figure) -> Iterator[tuple[str, Bbox]]:
    """Every text that is seen, and where it is, in pixels."""
    renderer: Any = figure.canvas.get_renderer()  # type: ignore[attr-defined]
    edge = {id(label) for ax in figure.axes for child in (ax, *ax.child_axes) for label in unseen(child)}
    for text in figure.findobj(Text):
        assert isinstance(text, Text)
        if text.get_visible() and text.get_text().strip() and id(text) not in edge:
            box = text.get_window_extent(renderer)
            if box.width > 0:
                yield text.get_text(), box


def unseen(ax: Any) -> Iterator[Any]:
    """The numbers at ticks outside the range, which matplotlib keeps but does not draw, and all of hidden axes."""
    if not ax.axison:
        yield from ax.findobj(Text)
    for axis in (ax.xaxis, ax.yaxis):
        seen = {id(label) for tick in axis._update_ticks() for label in (tick.label1, tick.label2)}
        for tick in (*axis.majorTicks, *axis.minorTicks):
            yield from (label for label in (tick.label1, tick.label2) if id(label) not in seen)
