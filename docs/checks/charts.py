"""Charts of plotly's drawn at random, in a browser: ``python docs/checks/charts.py [HOW MANY] [FIRST SEED]``.

Each is drawn 1280 and 390 pixels wide in one page. What is wrong with it is read from the page's elements by
``charts.js``: texts that overlap each other or a panel, texts outside the figure or cut off, panels that are too small,
empty space, a contrast that is too low. Half of the charts are light and half are dark.

It needs Debian's ``chromium`` (or a ``CHROMIUM`` to run) and ``pip install playwright``.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path
from typing import Any

import plotly
from playwright.sync_api import Page, sync_playwright

sys.path.insert(0, str(Path(__file__).parents[2] / "tests" / "tools"))

from random_charts import random_picture

from lrkit.plotting.renderers import draw

WIDTHS = (1280, 390)
PLOTLY = Path(plotly.__file__).with_name("package_data") / "plotly.min.js"
PAGE = "<!doctype html><style>body { margin: 0 }</style><div></div>"
DRAW_AND_LOOK = """async ([figure, width]) => {
    const holder = document.querySelector("div");
    holder.style.width = `${width}px`;
    try {
        Plotly.purge(holder);
        await Plotly.newPlot(holder, figure.data, {...figure.layout, width}, {displayModeBar: false});
    } catch (error) {
        Plotly.purge(holder);
        return [`cannot be drawn: ${error}`];
    }
    return faults(holder);
}"""


def faults_of(page: Page, figure: Any, width: int) -> list[str]:
    """What is wrong with a figure at this width."""
    found: list[str] = page.evaluate(DRAW_AND_LOOK, [json.loads(figure.to_json()), width])
    return found


def main(many: int = 250, first: int = 0) -> int:
    errors: list[str] = []
    wrong = 0
    with sync_playwright() as playwright:
        program = os.environ.get("CHROMIUM") or shutil.which("chromium")
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": max(WIDTHS), "height": 900})
        page.on("console", lambda told: errors.append(told.text) if told.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.set_content(PAGE)
        page.add_script_tag(path=PLOTLY)
        page.add_script_tag(path=Path(__file__).with_suffix(".js"))
        for seed in range(first, first + many):
            picture, theme = random_picture(seed)
            figure = draw(picture, theme, "plotly")
            for width in WIDTHS:
                errors.clear()
                faults = faults_of(page, figure, width) + errors
                wrong += bool(faults)
                for fault in faults:
                    sys.stdout.write(f"chart {seed} at {width} px: {fault}\n")
        browser.close()
    sys.stdout.write(f"{many * len(WIDTHS)} views, {wrong} with faults\n")
    return 1 if wrong or not many else 0


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
