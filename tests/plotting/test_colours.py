"""Colours and dashes: how far they are apart, also for readers with a colour-vision deficiency."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
import pytest
from curves import COSINE

import lrkit
from lrkit.chart import COLOURS, Look, make_chart
from lrkit.plotting.style import DASHES, THEMES, dash


def contrast(one: str, other: str) -> float:
    """WCAG 2's contrast ratio of two colours."""

    def luminance(colour: str) -> float:
        parts = np.array([int(colour[k : k + 2], 16) for k in (1, 3, 5)]) / 255
        linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
        return float(linear @ [0.2126, 0.7152, 0.0722])

    low, high = sorted([luminance(one), luminance(other)])
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("look", THEMES.values(), ids=THEMES)
def test_colours_stand_out_from_the_background(look: Any) -> None:
    """WCAG 2 asks for 3:1 of graphics and for 4.5:1 of text."""
    assert all(contrast(colour, look.background) >= 3 for colour in look.colours)
    assert contrast(look.ink, look.background) >= 4.5
    assert contrast(look.faint, look.background) >= 4.5


@pytest.mark.parametrize("look", THEMES.values(), ids=THEMES)
def test_the_shades_of_a_fan_stand_out_and_grow_towards_the_ink(look: Any) -> None:
    for colour in range(COLOURS):
        shades = [look.colour(Look(colour, 0, k / 13)) for k in range(14)]
        ratios = [contrast(shade, look.background) for shade in shades]
        assert ratios[0] >= 3
        assert ratios == sorted(ratios)
        assert ratios[-1] > ratios[0] + 1
        assert look.colour(Look(colour, 0)) == look.colours[colour]


# How a deficiency mixes linear red, green and blue: Machado, Oliveira and Fernandes, "A Physiologically-based Model for
# Simulation of Color Vision Deficiency", IEEE TVCG 15(6), 2009, at full severity.
DEFICIENCIES = {
    "none": np.eye(3),
    "protan": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deutan": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritan": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}


def oklab(colour: str, deficiency: Any) -> Any:
    """A colour as it is seen, in the coordinates of Ottosson's OKLab, whose distances are what the eye makes them."""
    parts = np.array([int(colour[k : k + 2], 16) for k in (1, 3, 5)]) / 255
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    seen = np.clip(np.asarray(deficiency) @ linear, 0, 1)
    cones = [[0.4122214708, 0.5363325363, 0.0514459929], [0.2119034982, 0.6806995451, 0.1073969566],
             [0.0883024619, 0.2817188376, 0.6299787005]]  # fmt: skip
    axes = [[0.2104542553, 0.7936177850, -0.0040720468], [1.9779984951, -2.4285922050, 0.4505937099],
            [0.0259040371, 0.7827717662, -0.8086757660]]  # fmt: skip
    return np.array(axes) @ np.cbrt(np.array(cones) @ seen)


@pytest.mark.parametrize("deficiency", DEFICIENCIES)
@pytest.mark.parametrize("look", THEMES.values(), ids=THEMES)
def test_colours_are_told_apart_with_a_colour_vision_deficiency(look: Any, deficiency: str) -> None:
    """The usual palettes have two colours closer than 0.01 (two blues of plotly's to a protanope: 0.005)."""
    seen = [oklab(colour, DEFICIENCIES[deficiency]) for colour in look.colours]
    apart = [np.linalg.norm(one - other) for one, other in combinations(seen, 2)]
    assert min(apart) > 0.11
    plotlys = [oklab(colour, DEFICIENCIES["protan"]) for colour in ("#636efa", "#ab63fa")]
    assert np.linalg.norm(plotlys[0] - plotlys[1]) < 0.01  # the measure sees it


def test_there_are_as_many_colours_as_charts_count_on() -> None:
    assert {len(look.colours) for look in THEMES.values()} == {COLOURS}


def test_dashes_are_drawn_only_where_colours_repeat_or_where_they_are_asked_for() -> None:
    eight = lrkit.plot(*[COSINE * (k + 1) for k in range(8)])
    assert not any(line.is_dashed() for line in eight.lines)
    assert len({line.get_color() for line in eight.lines}) == 8
    many = lrkit.plot(*[COSINE * (k + 1) + 0.01 for k in range(25)])
    assert [line.is_dashed() for line in many.lines] == [False] * 8 + [True] * 17
    assert len({(line.get_color(), str(line._unscaled_dash_pattern)) for line in many.lines}) == 25
    printed = make_chart([COSINE * (k + 1) for k in range(5)], dashes=True)
    assert len({dash(look.dash) for look in printed.looks}) == len(DASHES)
    assert dash(0) == DASHES[0] == ()


def test_a_name_has_one_colour_in_all_panels() -> None:
    """The head's weight decay is a curve of its own; the body's and the head's rates keep their colours."""
    above, below = lrkit.plot_groups(
        {"body": {"lr": COSINE, "weight_decay": 0.1}, "head": {"weight_decay": 0.2, "lr": COSINE * 2}}
    )
    colours = [{line.get_label(): line.get_color() for line in ax.lines} for ax in (above, below)]
    assert colours[0] == colours[1]
    assert len(set(colours[0].values())) == 2
    plotlys = lrkit.plot_groups(
        {"body": {"lr": COSINE, "weight_decay": 0.1}, "head": {"weight_decay": 0.2, "lr": COSINE * 2}}, backend="plotly"
    )
    assert {trace.name: trace.line.color for trace in plotlys.data} == colours[0]
    (upper, lower) = lrkit.plot_diff(COSINE, COSINE * 2, labels=["a", "b"])
    assert lower.lines[0].get_color() not in {line.get_color() for line in upper.lines}
    grid = lrkit.plot_grid({"a": COSINE, "b": COSINE * 2})
    assert len({ax.lines[0].get_color() for ax in grid}) == 1  # each panel's title names its only curve
