"""JupyterLab with a kernel, on a port of this machine, and its notebook in the browser."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import nbformat

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

SECRET = "designer"
PATIENCE = 90


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """JupyterLab in a folder, with no settings but its own; the address that it says it has."""
    own = {f"JUPYTER_{name}_DIR": str(folder / name) for name in ("CONFIG", "DATA", "RUNTIME")}
    options = (
        "--no-browser --allow-root --ServerApp.port=0 --LabApp.news_url= "
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate"
    )
    command = [sys.executable, "-m", "jupyterlab", *options.split(), f"--IdentityProvider.token={SECRET}"]
    with (folder / "server.log").open("w", encoding="utf-8") as log:
        server = subprocess.Popen(
            [*command, f"--ServerApp.root_dir={folder}"], env={**os.environ, **own}, stdout=log, stderr=log
        )
    try:
        yield _address(folder)
    finally:
        server.terminate()
        server.wait(PATIENCE)


def _address(folder: Path) -> str:
    for _ in range(10 * PATIENCE):
        log = (folder / "server.log").read_text(encoding="utf-8")
        found = [word for word in log.split() if word.startswith("http://127.0.0.1:") and "token=" in word]
        if found:
            address = found[0].partition("/lab")[0]
            try:
                urllib.request.urlopen(f"{address}/api", timeout=PATIENCE).close()
            except urllib.error.URLError:
                pass
            else:
                return address
        time.sleep(0.1)
    raise AssertionError(log)


class Notebook:
    """A notebook of some cells, opened in the browser."""

    def __init__(self, browser: Browser, folder: Path, address: str, cells: list[str]) -> None:
        book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
        book.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
        nbformat.write(book, folder / "book.ipynb")
        self.page: Page = browser.new_page(viewport={"width": 1280, "height": 1600})
        self.errors: list[str] = []
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.set_default_timeout(1000 * PATIENCE)
        self.page.goto(f"{address}/lab/tree/book.ipynb?token={SECRET}")
        self.page.wait_for_selector(".jp-Cell .cm-content")
        self.page.wait_for_selector("text=| Idle")

    def run(self, number: int) -> str:
        """Run a cell and wait for its end; what it printed."""
        cell = self.page.locator(".jp-Cell").nth(number)
        cell.locator(".cm-content").click()
        self.page.keyboard.press("Shift+Enter")
        self.page.wait_for_function(
            "cell => /\\[\\d+\\]/.test(cell.querySelector('.jp-InputPrompt').innerText)", arg=cell.element_handle()
        )
        return "\n".join(cell.locator(".jp-RenderedText").all_inner_texts())
