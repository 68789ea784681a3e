"""The built pages in a browser: ``python docs/checks/browser.py docs/_build/html SCREENSHOTS``.

Home, a catalogue page, an interactive gallery page and a framework page are opened from their files, wide and narrow,
light and dark. It is a fault if a request fails or goes to another host, if there is an error on the console, if the
page is wider than the window, or if axe-core finds a serious violation.

It needs Debian's ``chromium`` (or a ``CHROMIUM`` to run), ``pip install playwright`` and npm, which fetches axe-core
into a temporary folder (or an ``AXE`` to read: the path of an ``axe.min.js``).
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

AXE_VERSION = "4.11"
WIDTHS = (1280, 390)
SERIOUS = ("serious", "critical")


def axe() -> str:
    """The source of axe-core."""
    if "AXE" in os.environ:
        return Path(os.environ["AXE"]).read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as folder:
        install = ["npm", "install", "--silent", "--no-save", "--prefix", folder, f"axe-core@{AXE_VERSION}"]
        subprocess.run(install, check=True, stdout=sys.stderr)
        return Path(folder, "node_modules", "axe-core", "axe.min.js").read_text(encoding="utf-8")


def chosen(root: Path) -> Iterator[Path]:
    yield root / "index.html"
    yield root / "catalogue" / "CosineDecayLR.html"
    yield root / "coming-from" / "pytorch.html"
    interactive = [
        path for path in sorted(root.glob("gallery/plot_*.html")) if "lrkit-plotly" in path.read_text("utf-8")
    ]
    if interactive:
        yield interactive[0]
    else:
        raise SystemExit("there is no interactive page in the gallery")


def faults_of(page: Page, path: Path, picture: Path, script: str) -> list[str]:
    """Open a page, photograph it, and say what is wrong with it."""
    faults: list[str] = []

    def requested(url: str) -> None:
        if not url.startswith(("file:", "data:", "blob:")):
            faults.append(f"asks another host: {url}")

    page.on("request", lambda request: requested(request.url))
    page.on("requestfailed", lambda request: faults.append(f"not loaded: {request.url}"))
    page.on("console", lambda message: faults.append(f"console: {message.text}") if message.type == "error" else None)
    page.on("pageerror", lambda error: faults.append(f"error: {error}"))
    page.goto(path.as_uri(), wait_until="load")
    page.wait_for_timeout(1500)
    page.screenshot(path=picture, full_page=True)
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    if wide > 0:
        faults.append(f"wider than the window by {wide} px")
    page.evaluate(script)
    for found in page.evaluate("axe.run({preload: false}).then(result => result.violations)"):
        if found["impact"] in SERIOUS:
            where = "; ".join(f"{node['target']} {node['html'][:160]}" for node in found["nodes"][:4])
            faults.append(f"axe: {found['id']}, {found['help']} ({len(found['nodes'])}): {where}")
    return faults


def main(root: Path, screenshots: Path) -> int:
    screenshots.mkdir(parents=True, exist_ok=True)
    script, count, wrong = axe(), 0, 0
    with sync_playwright() as playwright:
        program = os.environ.get("CHROMIUM") or shutil.which("chromium")
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        for path in chosen(root):
            for width in WIDTHS:
                for scheme in ("light", "dark"):
                    size = {"width": width, "height": 900}
                    context = browser.new_context(viewport=size, color_scheme=scheme, reduced_motion="reduce")
                    name = f"{path.relative_to(root).with_suffix('').as_posix().replace('/', '-')}-{width}-{scheme}"
                    faults = faults_of(context.new_page(), path, screenshots / f"{name}.png", script)
                    context.close()
                    count += 1
                    wrong += bool(faults)
                    for fault in dict.fromkeys(faults):
                        sys.stdout.write(f"{name}: {fault}\n")
        browser.close()
    sys.stdout.write(f"{count} views, {wrong} with faults\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).resolve(), Path(sys.argv[2])))
