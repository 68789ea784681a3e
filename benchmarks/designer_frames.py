"""How long the script of a frame takes while a joint is dragged: ``python benchmarks/designer_frames.py [RUNS]``.

The schedule has six phases. Chromium runs at full speed, and then slowed down four times. What is printed is taken from
Chromium's own trace: of each frame with a drag the script (the event of the pointer and the animation frame), what is
written between frames, and style, layout and paint; in time of the processor, which other programs lengthen little, and
in time of the clock. Beside them stand the times between two frames, and those of the idle page. Of several runs the
best is printed. It needs Debian's ``chromium`` and playwright.
"""

from __future__ import annotations

import json
import math
import statistics
import sys
import tempfile
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "tools"))

from designer_page import Desk, chromium

SIX = (
    "JoinLR([WarmUpLR(3e-4, 500), ConstantLR(3e-4), CosineDecayLR(1e-4, 3e-4, 2000), ConstantLR(1e-4), "
    "PolynomialDecayLR(1e-4, 3e-5, 1500, 2), CosineDecayLR(0, 3e-5, 2000)], [500, 3000, 5000, 6500, 8000])"
)
TICK = """() => {
  const tick = () => { window.ticking = requestAnimationFrame(tick); };
  tick();
}"""
MOVES = 240
PAINT = ("UpdateLayoutTree", "Layout", "PrePaint", "Paint", "Layerize")
MOVE = ("pointermove", "mousemove", "pointerrawupdate")


def drag(desk: Desk) -> None:
    x, y = desk.handle(4)
    desk.page.mouse.move(x, y)
    desk.page.mouse.down()
    for k in range(MOVES):
        desk.page.mouse.move(x + 60 * math.sin(k / 15), y + 20 * math.sin(k / 9))
        desk.page.wait_for_timeout(8)
    desk.page.mouse.up()


def idle(desk: Desk) -> None:
    desk.page.wait_for_timeout(2500)


def recorded(desk: Desk, work: Any) -> list[dict[str, Any]]:
    """The events of the page's own thread."""
    browser = desk.context.browser
    assert browser is not None
    browser.start_tracing(page=desk.page, categories=["devtools.timeline"])
    work(desk)
    events = json.loads(browser.stop_tracing())["traceEvents"]
    threads = [one["tid"] for one in events if one["name"] == "FireAnimationFrame"]
    return sorted((one for one in events if one["tid"] == statistics.mode(threads)), key=lambda one: one["ts"])


def kind_of(event: dict[str, Any]) -> str:
    """Which of the three an event belongs to; an empty text if to none."""
    name = event["name"]
    if name == "FireAnimationFrame":
        return "script"
    if name == "EventDispatch":
        return "script" if event["args"]["data"]["type"] in MOVE else ""
    return "text" if name == "TimerFire" else "paint" if name in PAINT else ""


def frames(events: list[dict[str, Any]], clock: str) -> Iterator[dict[str, float]]:
    """Of each frame in which the pointer moved, the milliseconds of each kind, up to its end."""
    now = dict.fromkeys(("script", "text", "paint"), 0.0)
    moved = False
    for one in events:
        kind = kind_of(one)
        if kind:
            now[kind] += one.get(clock, 0) / 1000
            moved |= one["name"] == "EventDispatch"
        if (one["name"], one["ph"]) == ("AnimationFrame", "e"):
            if moved:
                yield now
            now, moved = dict.fromkeys(now, 0.0), False


def spread(values: list[float]) -> str:
    return f"median {statistics.median(values):5.2f}, p95 {statistics.quantiles(values, n=20)[-1]:5.2f} ms"


def between(events: list[dict[str, Any]]) -> list[float]:
    starts = [one["ts"] / 1000 for one in events if (one["name"], one["ph"]) == ("AnimationFrame::Render", "b")]
    return [b - a for a, b in pairwise(starts)]


def told(desk: Desk, times: int) -> tuple[float, str]:
    """The p95 of the script in time of the processor, and all that is printed."""
    events, rest = recorded(desk, drag), recorded(desk, idle)
    lines = []
    best = math.inf
    for clock, words in (("tdur", "of the processor"), ("dur", "of the clock")):
        found = list(frames(events, clock))
        lines += [f"{times}x, {kind:6} {words:16} {spread([one[kind] for one in found])}" for kind in found[0]]
        best = min(best, statistics.quantiles([one["script"] for one in found], n=20)[-1])
    for name, some in (("drag", events), ("idle", rest)):
        gaps = between(some)
        late = sum(gap > 25 for gap in gaps)
        lines.append(f"{times}x, between two frames, {name}: {spread(gaps)}; {late} of {len(gaps)} late")
    return best, "\n".join(lines)


def main() -> None:
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        desk = Desk(browser, Path(folder)).open(SIX)
        desk.run(TICK)
        for times in (1, 4):
            desk.session.send("Emulation.setCPUThrottlingRate", {"rate": times})
            desk.page.wait_for_timeout(1000)
            tried = [told(desk, times) for _ in range(runs)]
            sys.stdout.write(min(tried)[1] + "\n")


if __name__ == "__main__":
    main()
