"""The page as it stands: what it weighs and asks for, its links, its way back, and each text that it gives away."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from designer_page import PHASES, RUN, Desk, chromium
from node import run_node
from processes import shell

import lrkit
from lrkit.designing.link import State, link_of
from lrkit.designing.page import page, style

pytestmark = pytest.mark.browser

TOTAL = 10000
STEPS = np.arange(TOTAL)
TRAPEZIUM = "warmup_stable_decay(3e-4, 500, 7500, 2000, 3e-5, shape='1-sqrt')"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("designer")


@pytest.fixture(scope="module")
def desk(folder: Path) -> Iterator[Desk]:
    with chromium() as browser:
        one = Desk(browser, folder)
        one.other = Desk(browser, folder)  # type: ignore[attr-defined]
        yield one
        assert one.errors == []
        assert set(one.asked) <= {one.file.as_uri(), "data:,"}


def copied(desk: Desk, notation: str) -> str:
    desk.page.get_by_role("tab", name="Copy").click()
    desk.page.get_by_role("button", name=notation, exact=True).click()
    text: str = desk.page.locator("pre").text_content() or ""
    return text


def curve(desk: Desk) -> str:
    path: str = desk.run("() => document.querySelector('.curve').getAttribute('d')")
    return path


def test_the_page_is_one_small_file_that_no_other_is_needed_for() -> None:
    text = page(State(PHASES, RUN))
    assert len(text.encode()) <= 100_000
    assert not re.findall(r"""(?:src|href)=["'](?!data:)""", text)
    assert "default-src 'none'" in text


def test_every_rule_of_the_style_is_below_the_class_of_the_designer() -> None:
    inner = re.sub(r"@(?:media|container)[^{]+\{", "", style())
    selectors = [
        one.strip()
        for found in re.findall(r"([^{}]+)\{", inner)
        for one in re.split(r",(?![^(]*\))", found)
        if one.strip()
    ]
    assert len(selectors) > 100
    assert [one for one in selectors if ".lrkit-designer" not in one] == []


def test_a_link_opened_in_another_window_has_the_same_curve(desk: Desk) -> None:
    desk.open(TRAPEZIUM)
    desk.mouse(desk.handle(1), (desk.handle(1)[0] + 111, desk.handle(1)[1] + 23))
    other: Desk = desk.other  # type: ignore[attr-defined]
    other.page.goto(desk.page.url)
    other.page.wait_for_selector(".handle")
    assert other.text == desk.text != TRAPEZIUM
    assert curve(other) == curve(desk)
    assert other.errors == []


def test_a_link_that_is_damaged_says_so_and_the_page_opens(desk: Desk) -> None:
    desk.open()
    desk.run("() => { location.hash = '#v9:abc' }")
    desk.page.wait_for_function("document.querySelector('.said').textContent.includes('version 9')")
    assert desk.text == PHASES


def test_undo_redo_and_the_back_of_the_browser(desk: Desk) -> None:
    desk.open()
    texts = [desk.text]
    for _ in range(3):
        desk.keys(1, "Shift+ArrowRight")
        texts.append(desk.text)
    assert [text.partition(", 8000")[0][-4:] for text in texts] == ["[500", "[600", "[700", "[800"]
    desk.keys(1, "Control+z", "Control+z", "Control+Shift+z")
    desk.page.wait_for_function("text => document.querySelector('textarea').value === text", arg=texts[2])
    desk.page.go_back()
    desk.page.wait_for_function("text => document.querySelector('textarea').value !== text", arg=texts[2])
    desk.page.go_forward()
    desk.page.wait_for_function("text => document.querySelector('textarea').value === text", arg=texts[2])


def test_what_is_typed_moves_the_handles_and_a_wrong_text_leaves_the_curve(desk: Desk) -> None:
    desk.open()
    box = desk.page.locator("textarea")
    box.fill("CosineDecayLR(0, 1e-3, 10000)")
    assert desk.page.locator(".handle.joint, .handle.end").count() == 2
    drawn = curve(desk)
    box.fill("CosineDecayLR(0, -1e-3, 10000)")
    assert "CosineDecayLR: max_lr must be a number > 0, got -0.001" in (
        desk.page.locator(".error").first.text_content() or ""
    )
    assert curve(desk) == drawn


@pytest.mark.parametrize("text", [PHASES, TRAPEZIUM, "cosine_restarts(0, 1e-3, 2500, multiplier=2.0, gamma=0.8)"])
def test_every_text_that_is_given_away_is_the_curve(desk: Desk, text: str) -> None:
    desk.open(text)
    schedule = lrkit.parse(text)
    rates = schedule(STEPS)
    names: dict[str, object] = {"lrkit": lrkit}
    exec(copied(desk, "lrkit"), names)
    assert names["schedule"] == schedule
    exec(copied(desk, "optax"), names)
    assert names["schedule"] == schedule
    exec(copied(desk, "Python"), names)
    assert [names["learning_rate"](step) for step in range(TOTAL)] == [schedule(step) for step in range(TOTAL)]  # type: ignore[operator]
    assert copied(desk, "torch").endswith("LambdaLR(optimizer, learning_rate)")
    assert lrkit.parse(copied(desk, "Expression")) == schedule
    assert lrkit.from_json(copied(desk, "JSON")) == schedule
    command = copied(desk, "Shell")
    assert lrkit.parse(shlex.split(command)[2]) == schedule
    assert shell(command).returncode == 0
    script = (
        copied(desk, "JavaScript")
        + f"console.log(JSON.stringify(Array.from({{length: {TOTAL}}}, (_, k) => learningRate(k))));"
    )
    assert np.abs(np.array(run_node(script)) - rates).max() <= 1e-12 * rates.max()


def test_the_table_of_rates_and_the_picture_are_the_curve(desk: Desk, folder: Path) -> None:
    desk.open()
    rates = lrkit.parse(PHASES)(STEPS)
    copied(desk, "CSV")
    with desk.page.expect_download() as saved:
        desk.page.get_by_role("button", name="Save as file").click()
    rows = np.loadtxt(saved.value.path(), delimiter=",", skiprows=1)
    np.testing.assert_array_equal(rows[:, 0], STEPS)
    assert np.abs(rows[:, 1] - rates).max() <= 1e-12 * rates.max()
    picture = copied(desk, "SVG")
    desk.page.get_by_role("button", name="PNG", exact=True).click()
    with desk.page.expect_download() as saved:
        desk.page.get_by_role("button", name="Save as file").click()
    assert Path(saved.value.path()).read_bytes().startswith(b"\x89PNG")
    (x0, y0), (x1, y1) = (desk.run(PLACES)[k] for k in (1, 3))
    found = re.search(r'd="(M[^"]+)" class="curve"', picture) or re.search(r'class="curve" d="(M[^"]+)"', picture)
    assert found is not None
    points = np.array([pair.split() for pair in re.split("[ML]", found[1])[1:]], float)
    steps = 500 + (points[:, 0] - x0) * (10000 - 500) / (x1 - x0)
    drawn = 3e-4 + (points[:, 1] - y0) * (3e-5 - 3e-4) / (y1 - y0)
    # A point is written to a hundredth of a pixel, and a step of the warm-up is steep.
    inside = (steps > 510) & (steps < TOTAL)
    assert np.abs(drawn[inside] - lrkit.parse(PHASES)(steps[inside])).max() < 2e-3 * rates.max()


PLACES = """() => [...document.querySelectorAll(".handle")].map(one =>
  new DOMMatrix(getComputedStyle(one).transform)).map(m => [m.e, m.f])"""


def test_a_log_that_is_dropped_lies_on_its_schedule(desk: Desk) -> None:
    desk.open()
    rates = lrkit.parse(PHASES)(STEPS)
    history = [{"step": k + 1, "loss": 1.0, "learning_rate": float(rates[k])} for k in range(0, TOTAL, 50)]
    drop = """text => { const data = new DataTransfer();
      data.items.add(new File([text], "trainer_state.json"));
      document.querySelector(".plot").dispatchEvent(new DragEvent("drop", {dataTransfer: data, bubbles: true})); }"""
    desk.run(drop, json.dumps({"log_history": history}))
    desk.page.wait_for_selector(".ghost-name.log")
    assert "200 rates of learning_rate, as planned" in (desk.page.locator(".ghost-name.log").text_content() or "")


def test_a_readable_link_is_read(desk: Desk) -> None:
    desk.open()
    desk.run("() => { location.hash = '#e=CosineDecayLR(0,3e-4,9000)&T=9000&log=1' }")
    desk.page.wait_for_function("document.querySelector('textarea').value.startsWith('Cosine')")
    assert "9,000 updates" in (desk.page.locator(".sentence").text_content() or "")
    assert link_of(State("CosineDecayLR(0,3e-4,9000)", "updates=9000", log=True)).startswith("#v1:")
