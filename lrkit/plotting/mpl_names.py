"""Names of curves: in a gutter on the right, each joined to the end of its line, or in a legend outside the plot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure
from matplotlib.lines import Line2D
from matplotlib.text import Text
from matplotlib.transforms import IdentityTransform

from ..chart import Chart, spread
from .mpl_style import family, root_of
from .mpl_text import LEADING, shortened, text_width, wrapped
from .style import Theme

SIZES = (10, 9, 8, 7)
"""The sizes of letters that are tried in the gutter, in points."""
LEGEND_SIZE = 9
LEADER, SWATCH, DASHED, BESIDE = 12, 7, 22, 4
"""In points: how wide the way from the axes to the swatch is, a swatch, one that shows a dash, and the gap after it."""
LONGEST_LEADER = 3
"""How much higher or lower than its line's end a name is, in lines of text. If one is farther, there are no leaders."""
MOST_LINES = 3
"""Of a name in the gutter."""
HANDLE = 32
"""The width of a legend's entry without its name, in points."""
NARROWEST = 28
"""The narrowest room for a name in the gutter, in points. A legend has twice as much, or leaves names out."""


class Gutter(Artist):
    """The leaders from the ends of lines to their names, which are texts of the axes, and the places of these.

    Places depend on the size of the axes, which the layout may change up to the moment of drawing.
    """

    def __init__(self, lines: Sequence[Line2D], names: Sequence[Text], apart: Sequence[int]) -> None:
        """The lines and their names, in the order of the lines' ends, and the order where they are farthest apart."""
        super().__init__()
        self.set_clip_on(False)
        self.set_zorder(1.9)  # below the lines
        self._lines, self._names, self._apart = lines, names, apart
        self._swatch = swatch_width(lines)
        self._sizes = [float(name.get_fontsize()) for name in names]
        self._ways = [Line2D([], [], linewidth=0.8) for _ in lines]
        self._swatches = [Line2D([], [], linewidth=2) for _ in lines]
        for line, way, swatch in zip(lines, self._ways, self._swatches, strict=True):
            swatch.update_from(line)
            swatch.set(linewidth=2, marker="" if line.get_linestyle() != "None" else line.get_marker())
            way.set(color=line.get_color(), alpha=line.get_alpha())
            for part in (way, swatch):
                part.set(transform=IdentityTransform(), clip_on=False, clip_box=None)

    def get_children(self) -> list[Artist]:
        """The leaders and their swatches."""
        return [*self._ways, *self._swatches]

    def get_tightbbox(self, renderer: Any = None) -> None:
        """Nothing of its own: it is between the axes and the names, which are asked after it."""
        self._place()

    def draw(self, renderer: Any) -> None:
        """The leaders, at the places of now."""
        if self.get_visible():
            self._place()
            for line in self.get_children():
                line.draw(renderer)

    def _place(self) -> None:
        axes: Any = self.axes
        axes.get_xlim(), axes.get_ylim()  # the transform is right only after these are computed
        box, point = axes.bbox, root_of(axes).dpi / 72
        ends = [_end(line) for line in self._lines]
        ends = [(min(max(x, box.x0), box.x1), min(max(y, box.y0), box.y1)) for x, y in ends]
        order = sorted(range(len(ends)), key=lambda k: -round(ends[k][1]))
        lines = [1 + name.get_text().count("\n") for name in self._names]
        for part in (1, 0.9, 0.8, 0.7, 0.6, 0.5):  # of the letters' size, where the picture was made smaller
            tall = [point * part * _height(size, rows) for size, rows in zip(self._sizes, lines, strict=True)]
            middles = spread([ends[k][1] for k in order], [tall[k] for k in order], box.y0, box.y1)
            if middles:
                break
        middles = middles or np.linspace(box.y1, box.y0, len(order)).tolist()
        far = max(abs(middle - ends[k][1]) for k, middle in zip(order, middles, strict=True))
        near = far <= LONGEST_LEADER * LEADING * point * part * min(self._sizes)
        if not near:  # leaders over half the height say nothing
            order = list(self._apart)
            tall = [point * part * _height(self._sizes[k], lines[k]) for k in order]
            middles = (box.y1 - np.cumsum(tall) + np.array(tall) / 2).tolist()
        elbow = box.x1 + LEADER * point
        stop = elbow + self._swatch * point
        for k, middle in zip(order, middles, strict=True):
            x, y = ends[k]
            self._names[k].set(fontsize=part * self._sizes[k], position=(stop + BESIDE * point, middle))
            self._ways[k].set_data([x, elbow], [y, middle])
            self._ways[k].set_visible(near)
            self._swatches[k].set_data([elbow, stop], [middle, middle])


def _height(size: float, lines: int) -> float:
    """The height of a name; more than one line needs a gap to the next name to be seen as one."""
    return size * (LEADING * lines + (0.5 if lines > 1 else 0))


def swatch_width(lines: Sequence[Line2D]) -> float:
    """How wide a piece of a line must be to be known, in points."""
    return DASHED if any(line.is_dashed() for line in lines) else SWATCH


def gutter_without_names(lines: Sequence[Line2D]) -> float:
    """The width of a gutter before its names, in points."""
    return LEADER + swatch_width(lines) + BESIDE


def _end(line: Line2D) -> tuple[float, float]:
    """Where a line ends, in pixels."""
    points = np.asarray(line.get_xydata())
    x, y = line.get_transform().transform(points[np.isfinite(points).all(axis=1)][-1])
    return float(x), float(y)


@dataclass(frozen=True)
class Fitted:
    """Texts of names, and the size of their letters in points. `whole`: no name is shortened or left out."""

    texts: list[str]
    size: float
    whole: bool = True


def gutter_names(names: Sequence[str], width: float, height: float) -> Fitted | None:
    """The names, in lines or shortened, if they fit a gutter of this width and height, in points."""
    for size in SIZES:
        broken = [wrapped(name, width, size) for name in names]
        whole = all(text_width(word, size) <= width for name in names for word in name.split(" "))
        lines = [1 + text.count("\n") for text in broken]
        if whole and max(lines) <= MOST_LINES and sum(_height(size, rows) for rows in lines) <= height:
            return Fitted(broken, size)
    if width < NARROWEST or len(names) * _height(size, 1) > height:
        return None
    return Fitted([shortened(name, width, size) for name in names], size, whole=False)


def draw_gutter(ax: Axes, theme: Theme, chart: Chart, lines: Sequence[Line2D], names: Fitted) -> None:
    """The names of the chart's lines beside the axes; the names are in the order of the lines' ends."""
    order = [end.curve for end in chart.ends]
    options: dict[str, Any] = {"va": "center", "ha": "left", "color": theme.ink, "linespacing": 1.1}
    texts = [
        Text(0, 0, name, fontsize=names.size, fontfamily=family(), parse_math=False, **options) for name in names.texts
    ]
    gutter = Gutter([lines[k] for k in order], texts, [order.index(k) for k in chart.apart])
    ax.add_artist(gutter)
    for text in texts:
        text.set(transform=IdentityTransform(), clip_on=False)
        ax.add_artist(text)
        text.set_clip_on(False)


@dataclass(frozen=True)
class Legend(Fitted):
    """The texts of a legend in columns. If only `lines` names fit, the last text says how many do not."""

    columns: int = 1
    lines: int | None = None


def legend_texts(names: Sequence[str], width: float, height: float, *, wide: bool) -> Legend:
    """The names as they fit a legend of this size, in points: whole, wrapped, shortened, and as many as do.

    A `wide` legend has as many columns as there is room for, another as few as it needs.
    """
    size = LEGEND_SIZE
    most = max(1, int(height / (size * LEADING)))
    widest = max(text_width(name, size) for name in names)
    columns = min(len(names) if wide else ceil(len(names) / most), max(1, int(width / (HANDLE + widest))))
    if widest + HANDLE <= width and ceil(len(names) / columns) <= most:
        return Legend([*names], size, columns=columns)
    alone = [wrapped(name, width - HANDLE, size) for name in names]
    # matplotlib sets lines of one text farther apart than its letters need.
    if sum(1 + 1.2 * text.count("\n") for text in alone) <= most:
        return Legend(alone, size)
    columns = min(ceil(len(names) / most), max(1, int(width / (HANDLE + 2 * NARROWEST))))
    shown = min(len(names), columns * most)
    shown -= shown < len(names)
    texts = [shortened(name, width / columns - HANDLE, size) for name in names[:shown]]
    texts += [f"… +{len(names) - shown}"] if shown < len(names) else []
    return Legend(texts, size, False, columns, shown)


def draw_legend(
    where: Figure | SubFigure | Axes,
    theme: Theme,
    lines: Sequence[Line2D],
    found: Legend,
    others: Sequence[Line2D] = (),
    **options: Any,
) -> Any:
    """A legend of a figure, or within axes; `others` are lines with labels of their own, which come first."""
    named = lines[: found.lines]
    handles = [*others, *named, *[Line2D([], [], linestyle="")] * (len(found.texts) - len(named))]
    # An underscore in front would hide a name from the legend, and dollar signs would set it as mathematics.
    texts = [str(line.get_label()) for line in others] + [str(k) for k in range(len(found.texts))]
    legend: Any = where.legend(
        handles, texts, ncols=found.columns, prop={"family": family(), "size": found.size},
        labelcolor=theme.ink, facecolor=theme.background, edgecolor="none", fancybox=False, borderpad=0,
        handlelength=DASHED / found.size, columnspacing=0.6, handletextpad=0.4, labelspacing=0.1,
        **options,
    )  # fmt: skip
    for entry, name in zip(legend.get_texts()[len(others) :], found.texts, strict=True):
        entry.set_text(name)
        entry.set_parse_math(False)
    return legend
