"""What is worked out in a drag: only what is seen of it, in a frame; what is written follows outside of the frames."""

from __future__ import annotations

import pytest
from designer_page import Desk
from node import run_node

pytestmark = pytest.mark.browser

SIX = (
    "JoinLR([WarmUpLR(3e-4, 500), ConstantLR(3e-4), CosineDecayLR(1e-4, 3e-4, 2000), ConstantLR(1e-4), "
    "PolynomialDecayLR(1e-4, 3e-5, 1500, 2), CosineDecayLR(0, 3e-5, 2000)], [500, 3000, 5000, 6500, 8000])"
)
CURVES = [
    SIX,
    "cosine_restarts(0, 1e-3, 2500)",
    "PiecewiseConstantLR([100, 5000, 10000], [1e-3, 2e-3, 1e-4])",
    "one_cycle(1e-3, 9000) * 0.5",
]

WORK = """
import { parse } from "lrkit/javascript/parse.js";
import { Schedule } from "lrkit/javascript/schedule.js";
import { linearScale } from "lrkit/designing/axes.js";
import { MovingPath } from "lrkit/designing/curve.js";
import { shapeHandles } from "lrkit/designing/handles.js";
import { Move } from "lrkit/designing/moves.js";
import { handlesOf, segmentsOf } from "lrkit/designing/segments.js";
const { text } = JSON.parse(await new Response(process.stdin).text());
const [x, y] = [linearScale(0, 10150, 60, 860), linearScale(0, 3.3e-4, 400, 30)];
const schedule = parse(text);
let segments = segmentsOf(schedule, 10000);
const path = new MovingPath();
path.text(schedule, x, y);
const handles = handlesOf(segments);
const move = new Move(schedule, 10000, handles, 4);
const done = { points: 0, rates: 0, made: 0 };
const { at, rates, children } = Schedule.prototype;
Schedule.prototype.at = function (step) { done.rates++; return at.call(this, step); };
Schedule.prototype.rates = function (steps) { done.points += steps.length; return rates.call(this, steps); };
Schedule.prototype.children = function () { done.made++; return children.call(this); };
const frames = [];
for (let k = 0; k < 20; k++) {
  Object.assign(done, { points: 0, rates: 0, made: 0 });
  const made = move.to({ step: 6500 + 20 * k, rate: 1e-4 - 1e-6 * k });
  segments = segmentsOf(made, 10000, segments);
  handlesOf(segments);
  shapeHandles(segments, made);
  path.text(made, x, y);
  frames.push({ ...done });
}
console.log(JSON.stringify(frames.slice(2)));
"""


def test_a_frame_of_a_drag_works_out_the_phases_that_it_changes_and_no_others() -> None:
    frames = run_node(WORK, {"text": SIX})
    # The joint at 6500 of 10,150 updates over 800 pixels: the cosine before, the level and the power change, which are
    # the steps from 3000 to 8000, 394 pixels. Before each change of phase stands one point more.
    assert all(394 <= one["points"] <= 394 + 20 for one in frames), frames
    assert max(one["rates"] for one in frames) <= 40, frames
    # Two joins, and what the three parts are tried with; the shape of the power is known from the frame before.
    assert max(one["made"] for one in frames) <= 9, frames


THIN = """
import { parse } from "lrkit/javascript/parse.js";
import { linearScale } from "lrkit/designing/axes.js";
import { MovingPath, pathOf } from "lrkit/designing/curve.js";
const texts = JSON.parse(await new Response(process.stdin).text());
console.log(JSON.stringify(texts.map(text => {
  const schedule = parse(text);
  const [x, y] = [linearScale(0, 10150, 60, 860), linearScale(0, 2.2e-3, 400, 30)];
  return [pathOf(schedule, x, y), new MovingPath().text(schedule, x, y)].map(path => {
    const points = path.slice(1).split("L").map(one => one.split(" ").map(Number));
    let worst = 0;
    for (let px = 60.3; px < 860; px += 0.5) {
      const k = points.findIndex(point => point[0] > px);
      const [[x0, y0], [x1, y1]] = [points[k - 1], points[k]];
      const top = y.to(schedule.at(x.from(px)));
      if (x1 - x0 > 1) worst = Math.max(worst, Math.abs(y0 + ((y1 - y0) * (px - x0)) / (x1 - x0) - top));
    }
    return { points: points.length, worst };
  });
})));
"""


def test_a_path_passes_its_curve_within_a_tenth_of_a_pixel_with_few_points() -> None:
    for text, both in zip(CURVES, run_node(THIN, CURVES), strict=True):
        for found in both:
            assert found["points"] < 260, (text, found)
            assert found["worst"] < 0.1, (text, found)


WATCH = """() => {
  const own = requestAnimationFrame;
  const seen = window.seen = { inFrame: false, frames: 0, asked: 0, written: [], inside: 0 };
  window.requestAnimationFrame = work => own(time => {
    seen.inFrame = true;
    seen.frames++;
    try { work(time); } finally { seen.inFrame = false; }
  });
  for (const name of ["getBoundingClientRect", "getClientRects"]) {
    const real = Element.prototype[name];
    Element.prototype[name] = function () { seen.asked++; return real.call(this); };
  }
  for (const name of ["clientWidth", "clientHeight", "clientLeft", "clientTop"]) {
    const { get } = Object.getOwnPropertyDescriptor(Element.prototype, name);
    Object.defineProperty(Element.prototype, name, { get() { seen.asked++; return get.call(this); } });
  }
  const texts = new MutationObserver(list => {
    if (list.some(one => one.target.closest?.(".readout"))) seen.written.push(performance.now());
  });
  texts.observe(document.querySelector(".lrkit-designer"), { subtree: true, childList: true });
  const { set, get } = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value");
  Object.defineProperty(HTMLInputElement.prototype, "value", { get, set(text) {
    seen.inside += seen.inFrame;
    set.call(this, text);
  } });
}"""


def test_a_drag_reads_no_layout_and_writes_its_text_apart_from_the_frames(desk: Desk) -> None:
    desk.open(SIX)
    x, y = desk.handle(4)
    desk.page.mouse.move(x, y)
    desk.page.mouse.down()
    desk.page.mouse.move(x + 5, y - 5)
    desk.run(WATCH)
    rates = []
    for k in range(40):
        desk.page.mouse.move(x + 6 + k, y - 6 - k)
        desk.page.wait_for_timeout(16)
        rates.append(desk.page.locator(".joints input").nth(7).input_value())
    seen = desk.run("() => window.seen")
    desk.page.mouse.up()
    assert seen["frames"] >= 10
    assert seen["asked"] == 0
    assert seen["inside"] == 0
    written = seen["written"]
    assert 3 <= len(written) <= (written[-1] - written[0]) / 100 + 2
    assert len(set(rates)) >= 3  # the table of joints lives


IDLE = """
window.slices = { asked: 0, done: 0, drawn: 0 };
const own = window.requestIdleCallback.bind(window);
window.requestIdleCallback = work => {
  window.slices.asked++;
  return own(deadline => {
    const seen = new MutationObserver(() => {});
    seen.observe(document.documentElement, { subtree: true, childList: true, attributes: true, characterData: true });
    work(deadline);
    window.slices.drawn += seen.takeRecords().length;
    window.slices.done++;
  });
};
"""


def test_what_a_drag_runs_is_run_before_the_first_one_while_the_page_rests_and_leaves_no_trace(desk: Desk) -> None:
    desk.page.goto("about:blank")
    desk.page.add_init_script(IDLE)
    desk.open(SIX)
    desk.settle(lambda: desk.run("() => slices.asked > 0 && slices.done === slices.asked"))
    slices = desk.run("() => slices")
    assert slices["done"] == slices["asked"] >= 1
    assert slices["drawn"] == 0
    assert desk.text == SIX
