"""The controls beside the handles: cross-hair, keys that go to an end, another batch size."""

from __future__ import annotations

import pytest
from designer_page import PHASES, Desk

import lrkit

pytestmark = pytest.mark.browser


def test_the_cross_hair_tells_every_number_of_a_step_by_key_by_switch_and_by_the_keys_of_its_knob(desk: Desk) -> None:
    desk.open("CosineDecayLR(0, 1e-3, 10000)", "samples=80000 batch=8 epochs=1", ghosts=("ConstantLR(1e-3)",))
    page = desk.page
    x, y = desk.handle(0)
    page.mouse.move(x + 100, y + 40)
    card = page.locator(".card")
    assert card.is_hidden()
    page.keyboard.down("h")
    assert "sum before" in card.inner_text()
    page.keyboard.up("h")
    assert card.is_hidden()
    page.get_by_role("button", name="Cross-hair").click()
    knob = page.locator(".knob")
    knob.focus()
    for key in ("Home", "PageUp", "End", "ArrowLeft"):
        page.keyboard.press(key)
    page.keyboard.press("Home")
    start = "step 0, epoch 0, rate 1e-3, 0.001, sum before 0, to kept 1 +0 (+0%)"
    assert knob.get_attribute("aria-valuetext") == start
    page.keyboard.press("End")
    assert (knob.get_attribute("aria-valuetext") or "").startswith("step 10,000, epoch 1, rate 0, sum before 5")
    page.keyboard.press("Escape")
    assert card.is_hidden()


COVERED = """(far) => {
  const card = document.querySelector(".card").getBoundingClientRect();
  const plot = document.querySelector(".plot").getBoundingClientRect();
  const curve = document.querySelector(".curve");
  const cross = document.querySelector(".knob").getBoundingClientRect();
  const middle = cross.left + cross.width / 2 - plot.left;
  let covered = 0;
  for (let at = 0; at < curve.getTotalLength(); at += 2) {
    const { x, y } = curve.getPointAtLength(at);
    const [left, top] = [plot.left + 1 + x, plot.top + 1 + y];
    const under = left >= card.left && left <= card.right && top >= card.top && top <= card.bottom;
    covered += under && Math.abs(x - middle) < far;
  }
  const beside = card.left >= plot.left && card.right <= plot.right;
  const inside = card.top >= plot.top && card.bottom <= plot.bottom;
  return [covered, beside && inside && card.width > 50];
}"""
"""How many points of the curve, two pixels apart, lie under the card, as the browser measures both."""

WAVES = "CosineDecayLR(0, 1e-3, 500).then(CosineDecayLR(0, 1e-3, 1500), 500).then(CosineDecayLR(0, 1e-3, 8000), 2000)"


ALL, NEAR = 1e9, 40


@pytest.mark.parametrize(
    ("text", "far", "width"),
    [(text, ALL, width) for text in (PHASES, "ConstantLR(1e-3)") for width in (1280, 390, 320)]
    + [(WAVES, NEAR, width) for width in (1280, 390)],
)
def test_the_card_of_the_cross_hair_stays_off_the_curve_and_in_the_plot(
    desk: Desk, text: str, far: float, width: int
) -> None:
    """Nothing of the curve lies under it; of a curve that leaves no room for that, nothing within 40 pixels."""
    desk.page.set_viewport_size({"width": width, "height": 900})
    desk.open(text, "samples=80000 batch=8 epochs=1 sequence=512")
    box = desk.page.locator(".plot").bounding_box()
    assert box is not None
    desk.page.mouse.move(box["x"] + 80, box["y"] + 40)
    desk.page.keyboard.down("h")
    for share in (0.0, 0.04, 0.2, 0.5, 0.8, 0.97, 1.0, 0.6, 0.1):
        desk.page.mouse.move(
            box["x"] + 52 + share * (box["width"] - 56), box["y"] + (0.2 if share < 0.5 else 0.8) * box["height"]
        )
        assert desk.run(COVERED, far) == [0, True], share
    desk.page.keyboard.up("h")


@pytest.mark.parametrize(
    ("number", "key", "leaves"),
    [
        (0, "End", "PolynomialDecayLR(1e-3, 0, 10000, 2)"),
        (0, "PageDown", "PolynomialDecayLR(5e-4, 0, 10000, 2)"),
        (2, "Home", "PolynomialDecayLR(1e-3, 0, 1, 2)"),
        (1, "PageUp", "PolynomialDecayLR(1e-3, 0, 10000, 4)"),
        (1, "Home", "PolynomialDecayLR(1e-3, 0, 10000, 0.5)"),
    ],
)
def test_a_key_takes_a_handle_to_its_end_or_to_half_and_twice(desk: Desk, number: int, key: str, leaves: str) -> None:
    desk.open("PolynomialDecayLR(1e-3, 0, 10000, 2.0)")
    desk.keys(number, key)
    assert lrkit.parse(desk.text) == lrkit.parse(leaves)


def test_the_form_shows_what_changes_and_is_one_step_to_undo(desk: Desk) -> None:
    desk.open(PHASES, "samples=80000 batch=8 epochs=1")
    page = desk.page
    page.get_by_role("button", name="Batch ×…").click()
    page.get_by_label("Times the batch size").fill("4")
    page.get_by_label("Rule for the rate").select_option("sqrt")
    rows = page.locator(".batch tbody tr").all_inner_texts()
    assert [row.split("\t")[1:] for row in rows] == [["3e-4", "6e-4"], ["10,000", "2,500"], ["8", "32"]]
    page.get_by_role("button", name="Apply").click()
    ours = lrkit.rescale(lrkit.parse(PHASES), batch=(8, 32), rule="sqrt").schedule
    assert lrkit.parse(desk.text) == ours
    assert page.locator(".budget").input_value() == "samples=80000 batch=32 epochs=1"
    page.get_by_role("button", name="Undo").click()
    assert lrkit.parse(desk.text) == lrkit.parse(PHASES)
    assert page.locator(".budget").input_value() == "samples=80000 batch=8 epochs=1"


def test_a_factor_that_is_none_says_so_and_changes_nothing(desk: Desk) -> None:
    desk.open(PHASES.replace("8000]", "7000]"), "samples=80000 batch=8 epochs=1")
    page = desk.page
    page.get_by_role("button", name="Batch ×…").click()
    for text, says in (("0.3", "8 × 0.3 is no whole batch size"), ("x", "Write a number above 0, such as 2 or 0.5")):
        page.get_by_label("Times the batch size").fill(text)
        assert page.locator(".batch .error").text_content() == says
        assert page.get_by_role("button", name="Apply").is_disabled()
    page.keyboard.press("Escape")
    assert page.locator(".batch").is_hidden()
