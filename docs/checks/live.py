"""What moves on the built pages, in a browser: ``python docs/checks/live.py docs/_build/html``.

Each page of the catalogue is opened from its file, and each of its sliders and choices is moved. It is a fault if it
has none, if there is an error, if the expression beside the curve is no schedule, or if the curve is not drawn.
The page of the designer must show its handles, and follow the theme.

It needs Debian's ``chromium`` (or a ``CHROMIUM`` to run) and ``pip install playwright``.
"""

from __future__ import annotations

import os
import shutil
import sys
import time
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

import lrkit

STILL = ("index", "TableLR")
"""What has nothing to move: the list of pages, and a table of rates."""
MOVE = """() => [...document.querySelectorAll(".live .sliders :is(input, select)")].map(control => {
  const at = name => document.querySelector(`.live ${name}`);
  const read = () => [at(".curve").getAttribute("d"), at(".foot code").textContent, at(".told").textContent];
  const before = read();
  if (control.tagName === "SELECT") {
    control.selectedIndex = (control.selectedIndex + 1) % control.options.length;
    control.dispatchEvent(new Event("input"));
    control.dispatchEvent(new Event("change"));
  } else
    for (const key of ["PageDown", "ArrowUp"]) control.dispatchEvent(new KeyboardEvent("keydown", { key }));
  const after = read();
  return [control.getAttribute("aria-label"), before[1], after[1], after[2], after[0].includes("NaN") || !after[0]];
})"""


def of_catalogue(page: Page, path: Path) -> list[str]:
    """The faults of a page of the catalogue."""
    page.goto(path.as_uri())
    moved = page.evaluate(MOVE)
    if not moved and path.stem not in STILL:
        return ["nothing can be moved"]
    faults = [f"{name}: the curve is not drawn" for name, _, _, _, broken in moved if broken]
    for name, before, after, told, _ in moved:
        try:
            lrkit.parse(after)
        except (ValueError, TypeError) as error:
            faults.append(f"{name}: {error}")
        if after != before and told:
            faults.append(f"{name}: was moved and refused: {told}")
    if moved and all(before == after for _, before, after, _, _ in moved):
        faults.append("no slider changes the expression")
    return faults


def of_designer(page: Page, path: Path) -> list[str]:
    """The faults of the page of the designer."""
    faults: list[str] = []
    page.goto(path.as_uri())
    grounds = []
    for theme in ("light", "dark"):
        page.evaluate("theme => { document.documentElement.dataset.theme = theme }", theme)
        page.wait_for_timeout(100)
        grounds.append(
            page.evaluate("() => getComputedStyle(document.querySelector('.lrkit-designer')).backgroundColor")
        )
    faults += ["does not follow the theme"] if len(set(grounds)) != 2 else []
    faults += [] if page.locator(".designer-place .handle").count() >= 4 else ["has no handles"]
    page.goto(f"{path.as_uri()}#e=ConstantLR(0.25)&T=50")
    shown = page.locator(".designer-place textarea").input_value()
    return faults if shown == "ConstantLR(0.25)" else [*faults, f"a link is not followed: {shown}"]


def main(root: Path) -> int:
    begin = time.monotonic()
    wrong = 0
    paths = [root / "designer.html", *sorted((root / "catalogue").glob("*.html"))]
    with sync_playwright() as playwright:
        program = os.environ.get("CHROMIUM") or shutil.which("chromium")
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.route("**/*.svg", lambda route: route.abort())  # still pictures are not looked at here
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        for path in paths:
            errors.clear()
            faults = (of_designer if path.stem == "designer" else of_catalogue)(page, path)
            wrong += bool(faults + errors)
            for fault in faults + errors:
                sys.stdout.write(f"{path.relative_to(root)}: {fault}\n")
        browser.close()
    sys.stdout.write(f"{len(paths)} pages that move, {wrong} with faults, in {time.monotonic() - begin:.0f} s\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).resolve()))
