"""Charts of plotly's drawn at random, in a browser: ``python docs/checks/charts.py [HOW MANY] [FIRST SEED]``.

Each is drawn as wide as a telephone and then made as wide as a window, in one page. What is wrong with it is read from
the page's elements by ``charts.js``: texts that overlap each other or a panel, texts outside the figure or cut off,
panels that are too small, empty space, a contrast that is too low. Half of the charts are light and half are dark; some
are drawn by the script of the documentation's pages, which then turns them.

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
from plotly.graph_objects import Figure

from lrkit.plotting.plotly import template
from lrkit.plotting.renderers import draw
from lrkit.plotting.style import THEMES

ROOT = Path(__file__).parents[2]
TELEPHONE, WINDOW = 390, 1280
TURNED = 20
"""One of so many charts is drawn by the script of the pages too, in the other theme."""
PLOTLY = Path(plotly.__file__).with_name("package_data") / "plotly.min.js"
PAGE = "<!doctype html><style>body { margin: 0 }</style><div id='alone'></div>"
DRAW_AND_LOOK = """async ([figure, widths]) => {
    const holder = document.getElementById("alone");
    const found = [];
    try {
        Plotly.purge(holder);
        for (const width of widths) {
            if (width === widths[0]) {
                await Plotly.newPlot(holder, figure.data, {...figure.layout, width}, {displayModeBar: false});
            } else {
                await Plotly.relayout(holder, {width});
            }
            found.push(...faults(holder).map((fault) => `at ${width} px: ${fault}`));
        }
        return found;
    } catch (error) {
        return [...found, `cannot be drawn: ${error}`];
    }
}"""
TURN_AND_LOOK = """async ([figure, theme]) => {
    const root = document.documentElement;
    const holder = document.createElement("div");
    holder.className = "lrkit-plotly";
    holder.innerHTML = "<div class='lrkit-plotly-drawing'></div><script type='application/json'></script>";
    holder.lastChild.textContent = JSON.stringify(figure);
    document.body.append(holder);
    let found = [];
    for (const next of ["light", "dark", theme]) {  // a page is light at first: the second draws
        root.dataset.theme = next;
        for (let k = 0; k < 50; k++) {  // plotly draws some parts later
            await new Promise((done) => setTimeout(done, 100));
            found = holder.querySelector(".main-svg") ? faults(holder.firstChild) : ["is not drawn"];
            if (!found.length || next === "light" && next !== theme) break;
        }
    }
    const drawn = JSON.stringify([holder.firstChild.data, holder.firstChild.layout]);
    holder.remove();
    delete root.dataset.theme;
    await new Promise((done) => setTimeout(done));  // the script sees that too
    return [found, drawn];
}"""


def as_json(figure: Figure) -> Any:
    """What a page gets of a figure."""
    return json.loads(figure.to_json())


def turned(page: Page, picture: Any, theme: str) -> list[str]:
    """What is wrong with a picture that was drawn in the other theme, and that the page's script turns to this one."""
    other = "light" if theme == "dark" else "dark"
    figure = as_json(draw(picture, other, "plotly"))
    figure["themes"] = {
        name: as_json(Figure(layout={"template": template(look)}))["layout"]["template"]
        for name, look in THEMES.items()
    }
    found, drawn = page.evaluate(TURN_AND_LOOK, [figure, theme])
    words = [THEMES[other].ink, THEMES[other].faint, THEMES[other].background, *THEMES[other].colours]
    left = [colour for colour in words if f'"{colour}"' in drawn and colour not in THEMES[theme].colours]
    return [f"turned {theme}: {fault}" for fault in [*found, *(f"{colour} is still there" for colour in left)]]


def main(many: int = 60, first: int = 0) -> int:
    sys.path.insert(0, str(ROOT / "tests" / "tools"))
    from random_charts import random_picture

    errors: list[str] = []
    wrong = 0
    with sync_playwright() as playwright:
        program = os.environ.get("CHROMIUM") or shutil.which("chromium")
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": WINDOW, "height": 900})
        page.on("console", lambda told: errors.append(told.text) if told.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.set_content(PAGE)
        for script in (PLOTLY, Path(__file__).with_suffix(".js"), ROOT / "docs" / "_static" / "lrkit-plotly.js"):
            page.add_script_tag(path=script)
        page.evaluate("document.dispatchEvent(new Event('DOMContentLoaded'))")  # what the script of the pages waits for
        for seed in range(first, first + many):
            picture, theme = random_picture(seed)
            errors.clear()
            figure = as_json(draw(picture, theme, "plotly"))
            faults: list[str] = page.evaluate(DRAW_AND_LOOK, [figure, [TELEPHONE, WINDOW]])
            faults += turned(page, picture, theme) if seed % TURNED == 0 else []
            wrong += bool(faults + errors)
            for fault in faults + errors:
                sys.stdout.write(f"chart {seed}, {theme}: {fault}\n")
        browser.close()
    sys.stdout.write(f"{many} charts, {wrong} with faults\n")
    return 1 if wrong or not many else 0


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
