"""Curves that are one schedule times a constant: one hue, and the names of the two outermost."""

from __future__ import annotations

from typing import Any

import pytest

import lrkit
from lrkit import ConstantLR, CosineDecayLR
from lrkit.chart import make_chart
from lrkit.plotting.style import THEMES

COSINE = CosineDecayLR(0, 0.1, 100)
LAYERS = lrkit.layer_decay(COSINE.warmup(10), layers=12, decay=0.75)


def bundles_of(*given: Any, **options: Any) -> tuple[tuple[int, ...], ...]:
    return make_chart(given, **options).bundles


def test_layers_have_one_colour_in_fourteen_shades_and_two_names() -> None:
    chart = make_chart([LAYERS])
    assert {(look.colour, look.dash) for look in chart.looks} == {(0, 0)}
    assert [look.shade for look in chart.looks] == pytest.approx([k / 13 for k in range(14)])  # the head is strongest
    assert [chart.curves[k].label for k in chart.told] == ["embeddings", "head"]
    assert {end.curve for end in chart.ends} == set(chart.apart) == {0, 13}
    assert chart.note == ""
    assert chart.alt.startswith("head: starts at 0, peaks at 0.1")
    assert chart.alt.endswith("Between them: 12 curves of the same shape.")


def test_a_fan_that_falls_and_what_stands_beside_it() -> None:
    down = dict(reversed(LAYERS.items()))
    chart = make_chart([ConstantLR(0.05), down, CosineDecayLR(0, 0.2, 100)])
    assert chart.bundles == ((0,), tuple(range(14, 0, -1)), (15,))
    assert [look.colour for look in chart.looks] == [0, *[1] * 14, 2]
    assert [look.shade for look in chart.looks][:2] == [None, 1]
    assert chart.looks[15].shade is None


def test_two_fans_have_two_hues() -> None:
    line = lrkit.layer_decay(lrkit.linear(0.1, 0, 100), layers=12, decay=0.65)
    chart = make_chart([LAYERS, {f"{name}, line": one for name, one in line.items()}])
    assert chart.bundles == (tuple(range(14)), tuple(range(14, 28)))
    assert {look.colour for look in chart.looks} == {0, 1}


@pytest.mark.parametrize(
    "given",
    [
        [COSINE * k for k in range(1, 9)],  # each has a colour of its own
        [COSINE] * 20,  # one curve, not a fan
        [COSINE * k for k in (5, 1, 2, 3, 4, 6, 7, 8, 9, 10)],  # in no order
        [COSINE * k + 0.01 for k in range(1, 20)],  # not one schedule times a constant
        [CosineDecayLR(0, 0.1, 100 + k) for k in range(20)],
        [COSINE * 0] * 20,
    ],
)
def test_what_is_no_fan(given: Any) -> None:
    assert bundles_of(*given) == tuple((k,) for k in range(len(given)))


def test_a_fan_needs_no_expression_in_common() -> None:
    """The groups of an optimizer are read as schedules of their own."""
    assert bundles_of(*[CosineDecayLR(0, 0.1 * 0.8**k, 100) for k in range(12)]) == (tuple(range(11, -1, -1)),)


def test_equal_scales_at_the_lower_end() -> None:
    """Several layers have the least one, as by timm's `min_scale`."""
    assert bundles_of(lrkit.layer_decay(COSINE, layers=12, decay=0.5, min_scale=0.05)) == (tuple(range(14)),)


def test_a_name_in_a_fan_looks_the_same_in_all_panels() -> None:
    from lrkit.plotting import plot_groups

    groups = {name: {"lr": one, "weight_decay": 0.1 / (1 + k % 3)} for k, (name, one) in enumerate(LAYERS.items())}
    above, below = plot_groups(groups)
    assert len({line.get_color() for line in above.lines}) == 14
    names = [text.get_text() for text in above.texts]
    assert names == ["head", "embeddings"]
    assert not {line.get_color() for line in below.lines} & {line.get_color() for line in above.lines}


@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
def test_each_renderer_draws_one_hue_and_two_names(theme: Any) -> None:
    name = next(key for key, value in THEMES.items() if value is theme)
    colours = [theme.colour(look) for look in make_chart([LAYERS]).looks]
    ax = lrkit.plot(LAYERS, theme=name)
    assert [line.get_color() for line in ax.lines] == colours
    assert [text.get_text() for text in ax.texts] == ["head", "embeddings"]
    figure = lrkit.plot(LAYERS, theme=name, backend="plotly")
    assert [trace.line.color for trace in figure.data] == colours
    assert [trace.name for trace in figure.data if trace.showlegend] == ["embeddings", "head"]
    sketch = lrkit.plot(LAYERS, theme=name, backend="text")
    assert sketch.splitlines()[0] == "head … embeddings, 14 curves"
    assert sketch.count("┤") == 10  # one panel
