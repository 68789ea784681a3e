"""The built pages in a browser: ``python docs/checks/browser.py docs/_build/html SCREENSHOTS``.

Every page is opened once, from its file, and looked at in four views: 390 and 1280 pixels wide, light and dark. It is
a fault if a request fails or goes to another host, if there is an error on the console, if a page is wider than its
window, or if axe-core finds one: by all its rules in a wide view, by those on contrast in both schemes, by that on
moving with the keyboard in a narrow view. The first page must not weigh more than `BUDGET`. Some pages are
photographed.

It needs Debian's ``chromium`` (or a ``CHROMIUM`` to run), ``pip install playwright`` and npm, which fetches axe-core
into a temporary folder (or an ``AXE`` to read: the path of an ``axe.min.js``).
"""

from __future__ import annotations

import gzip
import os
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from urllib.parse import unquote, urlsplit

from playwright.sync_api import Browser, Page, sync_playwright

AXE_VERSION = "4.11"
BROWSERS = 2
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
BUDGET = 500_000
"""What the first page may weigh, in bytes, with all that it loads: texts packed as a web server sends them."""
PACKED = (".html", ".css", ".js", ".svg", ".json")
CONTRAST = "{runOnly: ['color-contrast', 'link-in-text-block']}"
THE_REST = "{rules: {'color-contrast': {enabled: false}, 'link-in-text-block': {enabled: false}}}"
OVERFLOW = """() => Math.max(...["html", "main", ".bd-article-container", ".bd-article"].map(name => {
  const element = document.querySelector(name);
  return element ? element.scrollWidth - element.clientWidth : 0;
}))"""
"""By how much a page is too wide: where the theme lets its column move sideways, the page itself does not show it."""
WITHOUT_KEYS = """() => [...document.querySelectorAll("*")].some(element =>
  element.scrollWidth > element.clientWidth && element.tabIndex < 0 &&
  /auto|scroll/.test(getComputedStyle(element).overflowX))"""
"""Whether something can be moved with a thumb that the keyboard may not reach: axe-core then looks closer."""
SAMPLES = """known => {
  const grounds = new Map();
  const ground = element => {
    if (!element) return "";
    if (!grounds.has(element)) {
      const style = getComputedStyle(element);
      const own = [style.backgroundColor, style.backgroundImage, style.opacity, style.filter].join();
      const plain = "rgba(0, 0, 0, 0),none,1,none";
      grounds.set(element, (own === plain ? "" : own + ">") + ground(element.parentElement));
    }
    return grounds.get(element);
  };
  const samples = new Map();
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const element = texts.currentNode.parentElement;
    if (!texts.currentNode.data.trim() || !element.checkVisibility()) continue;
    const style = getComputedStyle(element);
    const inText = Boolean(element.closest("p a, li a, td a, dd a"));
    const look = [style.color, style.fontSize, style.fontWeight, style.textDecorationLine];
    const key = [...look, inText, ground(element)].join();
    if (!known.includes(key) && !samples.has(key)) samples.set(key, element);
  }
  window.samples = [...samples.values()];
  return [...samples.keys()];
}"""
"""One text of each new colour, size and background: contrast depends on these, and axe-core takes 5 ms for a text."""
PHOTOGRAPHED = (
    "index.html", "gallery/index.html", "catalogue/CosineDecayLR.html", "guides/plotting.html",
    "coming-from/pytorch.html", "designer.html", "catalogue/warmup_stable_decay.html",
)  # fmt: skip


def axe() -> str:
    """The source of axe-core."""
    if "AXE" in os.environ:
        return Path(os.environ["AXE"]).read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as folder:
        install = ["npm", "install", "--silent", "--no-save", "--prefix", folder, f"axe-core@{AXE_VERSION}"]
        subprocess.run(install, check=True, stdout=sys.stderr)
        return Path(folder, "node_modules", "axe-core", "axe.min.js").read_text(encoding="utf-8")


class Reader:
    """A window in which one page after another is opened, and what was found wrong with the present one."""

    def __init__(self, page: Page, script: str) -> None:
        self.page = page
        self.faults: list[str] = []
        self.loaded: set[str] = set()
        self.known: set[str] = set()
        self.scheme = "light"
        page.emulate_media(color_scheme="light")
        page.set_viewport_size(NARROW)
        page.add_init_script(script)
        page.on("request", lambda request: self._requested(request.url))
        page.on("requestfailed", lambda request: self._failed(request.url, str(request.failure)))
        page.on("console", lambda message: message.type == "error" and self.faults.append(f"console: {message.text}"))
        page.on("pageerror", lambda error: self.faults.append(f"error: {error}"))

    def _requested(self, url: str) -> None:
        if url.startswith("file:"):
            self.loaded.add(unquote(urlsplit(url).path))
        elif not url.startswith(("data:", "blob:")):
            self.faults.append(f"asks another host: {url}")

    def _failed(self, url: str, why: str) -> None:
        if "ERR_ABORTED" not in why:  # which is what the page before no longer needed
            self.faults.append(f"not loaded: {url}, {why}")

    def look(self, path: Path, photograph: Path | None) -> None:
        """All four views of the page at `path`: narrow and wide as it is loaded, then in the other scheme."""
        self.faults, self.loaded = [], set()
        self.page.goto(path.as_uri(), wait_until="load")
        self.page.evaluate("window.MathJax?.startup?.promise?.then(() => null)")
        self._view("narrow", photograph)
        if self.page.evaluate(WITHOUT_KEYS):
            self._axe("narrow", "{runOnly: ['scrollable-region-focusable']}")
        self.page.set_viewport_size(WIDE)
        self._view("wide", photograph)
        self._axe("wide", THE_REST)
        self._contrast()
        self.scheme = "dark" if self.scheme == "light" else "light"
        self.page.emulate_media(color_scheme=self.scheme)
        self.page.wait_for_function(f"document.documentElement.dataset.theme === {self.scheme!r}")
        self._view("wide", photograph)
        self._contrast()
        self.page.set_viewport_size(NARROW)
        self._view("narrow", photograph)

    def _view(self, width: str, photograph: Path | None) -> None:
        wide = self.page.evaluate(OVERFLOW)
        if wide > 0:  # a chart that is drawn again for a new width takes its time
            self.page.wait_for_timeout(1000)
            wide = self.page.evaluate(OVERFLOW)
        if wide > 0:
            self.faults.append(f"{width}, {self.scheme}: wider than the window by {wide} px")
        if photograph:
            name = f"{photograph.name}-{width}-{self.scheme}.png"
            self.page.screenshot(path=photograph.with_name(name), full_page=True)

    def _contrast(self) -> None:
        if new := self.page.evaluate(SAMPLES, list(self.known)):
            self._axe("wide", CONTRAST, "{include: window.samples}")
            self.known.update(new)

    def _axe(self, width: str, options: str, where: str = "document") -> None:
        run = f"axe.run({where}, {{preload: false, resultTypes: ['violations'], ...{options}}}).then(r => r.violations)"
        for found in self.page.evaluate(run):
            places = "; ".join(f"{node['target']} {node['html'][:160]}" for node in found["nodes"][:4])
            words = f"axe, {found['impact']}: {found['id']}, {found['help']} ({len(found['nodes'])})"
            self.faults.append(f"{width}, {self.scheme}: {words}: {places}")

    def weight(self) -> int:
        """What the page has loaded, in bytes."""
        texts = [Path(name).read_bytes() for name in self.loaded]
        packed = [name.endswith(PACKED) for name in self.loaded]
        return sum(len(gzip.compress(text)) if pack else len(text) for text, pack in zip(texts, packed, strict=True))


def check(root: Path, names: list[str], folder: Path, script: str) -> list[tuple[str, str]]:
    """The faults of these pages, each with the page."""
    found: list[tuple[str, str]] = []
    with sync_playwright() as playwright:
        program = os.environ.get("CHROMIUM") or shutil.which("chromium")
        browser: Browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
        reader = Reader(browser.new_context(reduced_motion="reduce").new_page(), script)
        for name in names:
            photograph = folder / name.removesuffix(".html").replace("/", "-") if name in PHOTOGRAPHED else None
            reader.look(root / name, photograph)
            if name == "index.html":
                weight = reader.weight()
                sys.stdout.write(f"the first page weighs {weight:,} bytes, in {len(reader.loaded)} files\n")
                if weight > BUDGET:
                    reader.faults.append(f"weighs more than {BUDGET:,} bytes: {weight:,}")
            found += [(name, fault) for fault in dict.fromkeys(reader.faults)]
        browser.close()
    return found


def main(root: Path, screenshots: Path) -> int:
    begin = time.monotonic()
    screenshots.mkdir(parents=True, exist_ok=True)
    pages = [path.relative_to(root).as_posix() for path in sorted(root.rglob("*.html"))]
    pages = [name for name in pages if not name.startswith("_static/")]
    script = axe()
    with ProcessPoolExecutor(BROWSERS, mp_context=get_context("spawn")) as pool:
        shares = [pool.submit(check, root, pages[k::BROWSERS], screenshots, script) for k in range(BROWSERS)]
        faults = [fault for share in shares for fault in share.result()]
    for name, fault in sorted(faults):
        sys.stdout.write(f"{name}: {fault}\n")
    wrong = len({name for name, _ in faults})
    seconds = time.monotonic() - begin
    sys.stdout.write(f"{len(pages)} pages in four views each, {wrong} with faults, in {seconds:.0f} s\n")
    return 1 if wrong or not pages else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).resolve(), Path(sys.argv[2])))
