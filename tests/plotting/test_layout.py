"""The layout of random pictures with matplotlib, measured on the artists: nothing overlaps, nothing is cut off."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import Any

import pytest
from curves import COSINE, RAMP
from hypothesis import settings
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Bbox
from random_charts import random_picture

import lrkit
from lrkit import ConstantLR
from lrkit.chart import Chart, Panels
from lrkit.plotting import mpl, mpl_style
from lrkit.plotting.mpl_names import Gutter
from lrkit.plotting.mpl_text import shortened
from lrkit.plotting.style import THEMES, Theme

WIDE, NARROW = (8.0, 4.5), (3.9, 3.2)
"""The size of a picture in inches: 800 pixels wide, and 390, which is a telephone."""
PICTURES = 24 if settings.default is not None and settings.default.max_examples < 20 else 84
"""How many are drawn in each size."""


def drawn(seed: int, size: tuple[float, float], monkeypatch: pytest.MonkeyPatch) -> tuple[list[Any], Any, Any, Theme]:
    """A picture's axes, figure, data and theme. Panels have their own size, but are no wider than a telephone there."""
    picture, theme = random_picture(seed)
    new = mpl_style.new_picture
    if isinstance(picture, Panels) and size is NARROW:
        charts = picture.charts
        picture = Panels([[chart] for chart in charts], [2.0] * len(charts), picture.shared)

    def picture_of_size(theme: Theme, own: tuple[float, float] = size) -> Any:
        return new(theme, own if size is WIDE or own is size else (size[0], own[1]))

    with monkeypatch.context() as patched:
        patched.setattr(mpl, "new_picture", picture_of_size)
        look = THEMES[theme]
        axes: list[Any] = [mpl.draw(picture, look)] if isinstance(picture, Chart) else mpl.draw_panels(picture, look)
    axes[0].figure.draw_without_rendering()
    return axes, axes[0].figure, picture, look


def texts_of(figure: Any) -> list[tuple[Text, Bbox]]:
    """Every text that is seen, and where it is, in pixels."""
    every = [child for ax in figure.axes for child in (ax, *ax.child_axes)]
    hidden = {id(text) for ax in every for text in unseen(ax)}
    seen = [text for text in figure.findobj(Text) if text.get_visible() and text.get_text().strip()]
    return [(text, text.get_window_extent()) for text in seen if id(text) not in hidden]


def unseen(ax: Any) -> Iterator[Any]:
    """The numbers of ticks outside the range, which matplotlib keeps but does not draw, and all of hidden axes."""
    if not ax.axison:
        yield from ax.findobj(Text)
    for axis in (ax.xaxis, ax.yaxis):
        seen = {id(tick) for tick in axis._update_ticks()}
        unused = [tick for tick in (*axis.majorTicks, *axis.minorTicks) if id(tick) not in seen]
        yield from (label for tick in unused for label in (tick.label1, tick.label2))


def overlap(one: Bbox, other: Bbox) -> bool:
    """Whether two texts share more than half a pixel."""
    return bool(
        min(one.x1, other.x1) - max(one.x0, other.x0) > 0.5 and min(one.y1, other.y1) - max(one.y0, other.y0) > 0.5
    )


def contrast(one: Any, other: Any) -> float:
    """WCAG 2's contrast ratio of two colours."""

    def luminance(colour: Any) -> float:
        parts = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(colour)]
        return sum(part * weight for part, weight in zip(parts, (0.2126, 0.7152, 0.0722), strict=True))

    low, high = sorted([luminance(one), luminance(other)])
    return (high + 0.05) / (low + 0.05)


def part_of_the_picture(axes: list[Any], figure: Any, columns: int) -> tuple[float, float]:
    """The plots' part of the picture's width, and of what the titles leave of its height."""
    titles = [ax._left_title.get_window_extent().y1 - ax.bbox.y1 if ax._left_title.get_text() else 0 for ax in axes]
    rows = [max(titles[k : k + columns]) for k in range(0, len(axes), columns)]
    heights = sum(ax.bbox.height for ax in axes[::columns])
    return sum(ax.bbox.width for ax in axes[:columns]) / figure.bbox.width, heights / (figure.bbox.height - sum(rows))


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["800 pixels", "390 pixels"])
@pytest.mark.parametrize("first", range(0, PICTURES, 12))
def test_texts_are_apart_and_whole_and_leave_the_plot_its_room(
    first: int, size: tuple[float, float], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The plot has 0.6 of the width and height; on a telephone 0.5 of the height, as names need lines."""
    for seed in range(first, first + 12):
        axes, figure, picture, look = drawn(seed, size, monkeypatch)
        texts = texts_of(figure)
        told = f"picture {seed}"
        for (one, box), (other, beside) in combinations(texts, 2):
            assert not overlap(box, beside), f"{told}: {one.get_text()!r} on {other.get_text()!r}"
        for text, box in texts:
            assert figure.bbox.x0 <= box.x0, f"{told}: {text.get_text()!r}"
            assert box.x1 <= figure.bbox.x1, f"{told}: {text.get_text()!r}"
            assert figure.bbox.y0 <= box.y0, f"{told}: {text.get_text()!r}"
            assert box.y1 <= figure.bbox.y1, f"{told}: {text.get_text()!r}"
            assert contrast(text.get_color(), look.background) >= 4.5, f"{told}: {text.get_text()!r}"
        columns = len(picture.rows[0]) if isinstance(picture, Panels) else 1
        width, height = part_of_the_picture(axes, figure, columns)
        assert width >= 0.6, told
        assert height >= (0.6 if size is WIDE else 0.5), told


# Names --------------------------------------------------------------------------------------------------------


def gutter_of(ax: Any) -> tuple[list[str], list[Any], list[Any]]:
    """The names beside the axes from above, the ways to them, and their swatches."""
    ax.figure.draw_without_rendering()
    (gutter,) = (artist for artist in ax.artists if isinstance(artist, Gutter))
    count = len(gutter._names)
    places = sorted(range(count), key=lambda k: -gutter._names[k].get_position()[1])
    parts = gutter.get_children()
    return [gutter._names[k].get_text() for k in places], [parts[k] for k in places], [parts[count + k] for k in places]


def test_names_stand_in_the_order_of_the_ends_each_joined_to_its_line() -> None:
    curves = {"low": ConstantLR(0.01), "high": ConstantLR(0.1), "middle": ConstantLR(0.05), "just below": COSINE}
    ax = lrkit.plot(curves)
    names, ways, swatches = gutter_of(ax)
    assert names == ["high", "middle", "low", "just below"]
    lines = {line.get_label(): line for line in ax.lines}
    for name, way, swatch in zip(names, ways, swatches, strict=True):
        end = ax.transData.transform(lines[name].get_xydata()[-1])
        assert way.get_xydata()[0].tolist() == pytest.approx(end.tolist(), abs=1)
        assert way.get_xydata()[1].tolist() == swatch.get_xydata()[0].tolist()
        assert way.get_color() == swatch.get_color() == lines[name].get_color()
        assert way.get_visible()
        assert ax.bbox.x1 < swatch.get_xydata()[0, 0]


def test_curves_that_end_together_are_named_without_leaders_in_the_order_where_they_are_apart() -> None:
    """Fifteen names from one point would need leaders over half the height."""
    names, ways, _ = gutter_of(lrkit.plot({f"{k}": COSINE * k + 0.01 for k in range(1, 16)}))
    assert names == [f"{k}" for k in range(15, 0, -1)]
    assert not any(way.get_visible() for way in ways)


def test_names_move_with_the_size_of_the_picture() -> None:
    ax = lrkit.plot({f"{k}": COSINE * k for k in range(1, 6)})
    for height in (4.5, 2.2, 1.5):
        ax.figure.set_size_inches(8, height)
        gutter_of(ax)
        boxes = [box for text, box in texts_of(ax.figure) if text in ax.texts]
        assert not any(overlap(one, other) for one, other in combinations(boxes, 2))


def test_long_names_are_broken_into_lines_and_then_stand_below() -> None:
    words = "warm-up, a plateau and a linear decay over the last tenth"
    beside = lrkit.plot({words: COSINE, "constant": ConstantLR(0.1)})
    assert [name.replace("\n", " ") for name in gutter_of(beside)[0]] == ["constant", words]
    below = lrkit.plot({" ".join([words] * 3): COSINE, "constant": ConstantLR(0.1)})
    (legend,) = below.figure.legends
    assert [text.get_text().replace("\n", " ") for text in legend.get_texts()] == [" ".join([words] * 3), "constant"]
    assert below.get_legend() is None


def test_names_that_no_legend_holds_are_shortened_in_the_middle_and_the_rest_counted() -> None:
    labels = [f"a name of many words, all of them the same but for the last: {k}" for k in range(40)]
    ax = lrkit.plot(*[COSINE * k + 0.01 for k in range(1, 41)], labels=labels)
    (legend,) = ax.figure.legends
    shown = [text.get_text() for text in legend.get_texts()]
    assert shown[0].startswith("a na")
    assert shown[0].endswith(" 0")
    assert "…" in shown[0]
    assert shown[-1] == f"… +{40 - len(shown) + 1}"
    assert ax.figure._suptitle is None


# The user's axes ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("layout", [None, "constrained", "tight"])
def test_axes_that_are_given_keep_their_place(layout: Any) -> None:
    """Two curves and their names are drawn where two without names are."""
    places = []
    for labels in (["a", "b"], ["cosine with a long name", "ramp with another long name"]):
        figure = Figure(figsize=(6.4, 4.8), layout=layout)
        ax = figure.subplots()
        lrkit.plot(COSINE, RAMP, labels=labels, ax=ax)
        figure.draw_without_rendering()
        places.append(ax.bbox.extents.tolist())
        for text, box in texts_of(figure):
            assert figure.bbox.x0 <= box.x0, text.get_text()
            assert box.x1 <= figure.bbox.x1, text.get_text()
    assert places[0] == places[1]


def test_names_stand_in_the_margin_of_axes_that_are_given_if_it_is_wide_enough() -> None:
    wide, narrow = Figure(figsize=(8, 4)), Figure(figsize=(4, 4))
    for figure in (wide, narrow):
        lrkit.plot(COSINE, RAMP, ax=figure.subplots(), labels=["cosine", "ramp"])
    assert gutter_of(wide.axes[0])[0] == ["ramp", "cosine"]
    assert wide.axes[0].get_legend() is None
    assert narrow.axes[0].get_legend() is not None


def test_a_legend_of_many_names_stays_on_the_users_axes() -> None:
    figure = Figure(figsize=(8, 3))
    for ax in figure.subplots(1, 2):
        lrkit.plot(
            *[COSINE * k + 0.01 for k in range(1, 31)],
            labels=[f"a curve of peak {k / 10}" for k in range(1, 31)],
            ax=ax,
        )
    figure.draw_without_rendering()
    for ax in figure.axes:
        box = ax.get_legend().get_window_extent()
        assert figure.bbox.y0 <= box.y0 <= box.y1 <= figure.bbox.y1
        assert figure.bbox.x0 <= box.x0 <= box.x1 <= figure.bbox.x1


def test_a_short_name_of_wide_letters_is_kept_where_it_does_not_fit() -> None:
    """Three letters are the fewest that a name is shortened to, whatever their width."""
    assert shortened("WWW", 5, 10) == "WWW"
    assert shortened("WWWWWW", 5, 10) == "WW…W"
