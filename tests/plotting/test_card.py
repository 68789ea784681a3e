"""The card of a schedule in a notebook: its parameters, and its curve as SVG."""

from __future__ import annotations

import io
import pickle
import subprocess
import sys
from xml.etree import ElementTree as ET

import numpy as np
from curves import COSINE, EVERY_CURVE, last_step
from processes import LIMIT

import lrkit
from lrkit import (
    LearningRateSchedule,
    TableLR,
)
from lrkit.chart import make_chart
from lrkit.runs.log import LoggedRates
from lrkit.runs.match import Match, Matches
from lrkit.runs.reading import read_log


@EVERY_CURVE
def test_the_notebook_view_is_well_formed_and_draws_the_curve(schedule: LearningRateSchedule) -> None:
    """Heights to the tenth of a unit that the path is written with: 4 to 68, with 0 or the lowest at the bottom."""
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


# Of other things -----------------------------------------------------------------------------------------------


def told(card: str) -> dict[str, str]:
    """The rows of a card's table; the card is well-formed."""
    rows = [["".join(cell.itertext()) for cell in row] for row in ET.fromstring(card).iter("tr")]
    return dict(rows)  # type: ignore[arg-type]


def paths(card: str) -> list[dict[str, str]]:
    return [path.attrib for path in ET.fromstring(card).iter("path")]


def log() -> LoggedRates:
    rows = "".join(f"{step},{COSINE(step):.3e}\n" for step in range(0, 100, 10))
    return read_log(io.StringIO(f"step,lr\n{rows}"))


def test_the_card_of_a_recipe() -> None:
    card = lrkit.recipe("bert")._repr_html_()
    assert told(card)["length"] == "1,000,000 steps"
    assert told(card)["peak"] == "1e-4"
    assert len(paths(card)) == 1


def test_the_card_of_a_log_has_a_dot_for_each_row() -> None:
    card = log()._repr_html_()
    assert told(card) == {"lr": "10 rows, step 0 to 90, 0.002447 to 0.1, 4 digits"}
    [path] = paths(card)
    assert path["d"].count("M") == 10
    assert "L" not in path["d"]


def test_the_card_of_a_comparison_has_the_report_and_both_curves() -> None:
    for found in (lrkit.diff(COSINE, 0.5 * COSINE), lrkit.diff(COSINE, log())):
        card = found._repr_html_()
        assert ET.fromstring(card).find(".//pre").text == str(found)
        assert len(paths(card)) == 2


def test_the_cards_of_matches() -> None:
    [series] = log().series
    skips = np.array([0] * 5 + [2] * 5)
    match = Match(
        COSINE, series, -1, 1, skips, (0, 10), "exact", {"decay_steps": (99, 101), "warmup_steps": None}, True
    )
    rows = told(match._repr_html_())
    assert (rows["schedule"], rows["row at x"], rows["skipped"]) == (repr(COSINE), "step x-1", "2 updates")
    assert (rows["decay_steps"], rows["warmup_steps"]) == ("99 to 101", "not seen")
    assert list(told(Matches([match, match])._repr_html_()).values()) == ["exact"]
    assert told(Matches([], ("lines",))._repr_html_()) == {"tried": "lines"}


def test_cards_import_no_plotting_library() -> None:
    code = (
        "import sys, lrkit\nlrkit.recipe('bert')._repr_html_()\n"
        "lrkit.diff(lrkit.ConstantLR(1), [1.0, 1.0])._repr_html_()\n"
        "assert not {'matplotlib', 'plotly'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=LIMIT)


def test_a_sketch_is_a_text_like_any_other() -> None:
    drawn = lrkit.plot(COSINE, backend="text")
    assert isinstance(drawn, str)
    assert drawn == str.__str__(drawn)
    assert repr(drawn).startswith("'cosine decay\\n")
    assert pickle.loads(pickle.dumps(drawn)) == drawn
