"""How long the script of a frame takes while a joint is dragged: ``python benchmarks/designer_frames.py``.

The schedule has six phases. Chromium runs at full speed, and then slowed down four times. What is printed is the page's
own work in an animation frame, the time between frames, and the same on the idle page. It needs Debian's ``chromium``
and playwright.
"""

from __future__ import annotations

import math
import statistics
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "tools"))

from designer_page import Desk, chromium

SIX = (
    "JoinLR([WarmUpLR(3e-4, 500), ConstantLR(3e-4), CosineDecayLR(1e-4, 3e-4, 2000), ConstantLR(1e-4), "
    "PolynomialDecayLR(1e-4, 3e-5, 1500, 2), CosineDecayLR(0, 3e-5, 2000)], [500, 3000, 5000, 6500, 8000])"
)
COUNT = """() => {
  const own = window.requestAnimationFrame.bind(window);
  window.scripts = [];
  window.between = [];
  window.requestAnimationFrame = work => own(time => {
    const begin = performance.now();
    work(time);
    window.scripts.push(performance.now() - begin);
  });
  let last = 0;
  const tick = time => { if (last) window.between.push(time - last); last = time; own(tick); };
  own(tick);
}"""
MOVES = 240


def told(name: str, values: list[float]) -> None:
    p95 = statistics.quantiles(values, n=20)[-1]
    sys.stdout.write(f"{name}: median {statistics.median(values):.1f} ms, p95 {p95:.1f} ms, of {len(values)}\n")


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        desk = Desk(browser, Path(folder)).open(SIX)
        desk.run(COUNT)
        for times in (1, 4):
            desk.session.send("Emulation.setCPUThrottlingRate", {"rate": times})
            desk.page.wait_for_timeout(2000)
            idle = desk.run("() => window.between.splice(0)")
            desk.run("() => window.scripts.splice(0)")
            x, y = desk.handle(4)
            desk.page.mouse.move(x, y)
            desk.page.mouse.down()
            for k in range(MOVES):
                desk.page.mouse.move(x + 60 * math.sin(k / 15), y + 20 * math.sin(k / 9))
                desk.page.wait_for_timeout(8)
            scripts, between = desk.run("() => [window.scripts.splice(0), window.between.splice(0)]")
            desk.page.mouse.up()
            told(f"{times}x: script of a frame", scripts)
            told(f"{times}x: between two frames", between)
            told(f"{times}x: between two frames, idle", idle)


if __name__ == "__main__":
    main()
