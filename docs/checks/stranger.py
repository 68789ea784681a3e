"""How far it is for a stranger: ``python docs/checks/stranger.py docs/_build/html``.

From the front page, by the links and the code that stand there, to the first picture or the first numbers: as somebody
with a fresh environment who installs the package, as one who has a scheduler of torch, as one who has a script for
MindSpore. It prints clicks, commands and seconds. It needs what ``browser.py`` needs, and installs from the clone.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

CLONE = Path(__file__).parents[2]


def own_curve(page: Page, folder: Path) -> str:
    """The command of the front page in a fresh environment, then one with another curve."""
    command = page.locator("pre").first.inner_text().strip()
    subprocess.run([sys.executable, "-m", "venv", str(folder / "env")], check=True)
    where = {**os.environ, "PATH": f"{folder / 'env' / 'bin'}:{os.environ['PATH']}"}
    for line in (command, 'lrkit plot "CosineDecayLR(0, 0.1, 900).warmup(100)" -o mine.svg'):
        subprocess.run(line, shell=True, cwd=CLONE, env=where, check=True, stdout=subprocess.DEVNULL)
    picture = CLONE / "mine.svg"
    size = picture.stat().st_size
    picture.unlink()
    return f"0 clicks, 2 commands, a picture of {size:,} bytes"


def after_one_click(link: str, ending: str, wanted: str) -> Callable[[Page, Path], str]:
    """The first code of the page behind a link, as a script of one's own, with a last line added."""

    def path(page: Page, folder: Path) -> str:
        page.get_by_role("link", name=link, exact=True).first.click()
        code = page.locator(".bd-article pre").first.inner_text()
        script = folder / "script.py"
        script.write_text(f"{code}\n{ending}\n", encoding="utf-8")
        done = subprocess.run([sys.executable, str(script)], cwd=folder, check=True, capture_output=True, text=True)
        found = wanted in done.stdout or (folder / wanted).exists()
        return f"1 click, {len(code.splitlines())} lines copied, {'works' if found else 'FAILS'}"

    return path


PATHS: dict[str, Callable[[Page, Path], str]] = {
    "from nothing to one's own curve": own_curve,
    "a scheduler of torch, drawn": after_one_click(
        "coming from PyTorch", 'lrkit.plot(scheduler, steps=700).figure.savefig("mine.png")', "mine.png"
    ),
    "a script for MindSpore, running": after_one_click("coming from MindSpore", "", "[0.1, 0.1, 0.05,"),
}


def main(root: Path) -> int:
    wrong = 0
    with sync_playwright() as playwright:
        program = os.environ.get("CHROMIUM") or shutil.which("chromium")
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
        for name, path in PATHS.items():
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            begin = time.monotonic()
            with tempfile.TemporaryDirectory() as folder:
                page.goto((root / "index.html").as_uri(), wait_until="load")
                said = path(page, Path(folder))
            wrong += "FAILS" in said
            sys.stdout.write(f"{name}: {said}, {time.monotonic() - begin:.1f} s\n")
            page.close()
        browser.close()
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).resolve()))
