"""The card of a schedule in a notebook: its parameters, and its curve as SVG."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import numpy as np
from curves import COSINE, EVERY_CURVE, last_step

from lrkit import (
    LearningRateSchedule,
    TableLR,
)
from lrkit.chart import make_chart


@EVERY_CURVE
def test_the_notebook_view_is_well_formed_and_draws_the_curve(schedule: LearningRateSchedule) -> None:
    """Heights to the tenth of a unit that the path is written with: 4 to 68, a rate of 0 or the lowest at the bottom."""
    root = ET.fromstring(schedule._repr_html_())
    svg = root.find(".//svg")
    assert svg is not None
    assert svg.attrib["role"] == "img"
    assert svg[0].tag == "title"
    assert svg[0].text == make_chart([schedule]).alt
    points = np.array([pair.split() for pair in svg[1].attrib["d"][1:].split("L")], float)
    assert (points[0, 0], points[-1, 0]) == (4, 236)
    every = schedule(np.linspace(0, last_step(schedule), 100_001))
    low, high = min(every.min(), 0), max(every.max(), 0)
    if low == high:
        assert set(points[:, 1]) == {68}
        return
    assert points[:, 1].min() == 4 or high == 0
    height = 68 - 64 * (every - low) / (high - low)
    where = np.linspace(4, 236, every.size)
    for x, y in points:
        near = height[np.abs(where - x) <= 0.06]
        assert near.min() - 0.06 <= y <= near.max() + 0.06


def test_the_notebook_view_lists_the_parameters_with_their_units() -> None:
    root = ET.fromstring(COSINE._repr_html_())
    rows = [[cell.text for cell in row] for row in root.iter("tr")]
    assert rows == [["min_lr", "0.0"], ["max_lr", "0.1"], ["decay_steps", "100 steps"]]
    assert root.find("strong").text == "CosineDecayLR"


def test_the_notebook_view_escapes_what_it_shows() -> None:
    evil = type("<script>alert(1)</script>", (LearningRateSchedule,), {"construct": lambda _self, step: 0.1 + 0 * step})
    text = evil()._repr_html_()
    assert "<script>" not in text
    root = ET.fromstring(text)
    assert root.find("strong").text == "<script>alert(1)</script>"
    assert root.find(".//title").text.startswith("<script>alert(1)</script>: starts at 0.1")


def test_the_notebook_view_of_a_long_table_is_short() -> None:
    text = TableLR(np.random.default_rng(0).uniform(size=100_000))._repr_html_()
    assert "a list of 100000" in text
    assert len(text) < 40_000
