"""The page of the designer in Debian's Chromium, and the hands that take hold of it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lrkit.designing.link import State, link_of
from lrkit.designing.page import page as page_of

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

PHASES = "JoinLR([WarmUpLR(3e-4, 500), ConstantLR(3e-4), CosineDecayLR(3e-5, 3e-4, 2000)], [500, 8000])"
RUN = "updates=10000"


@contextmanager
def chromium() -> Iterator[Browser]:
    """The browser; its tests are chosen by a mark, so that its absence is an error."""
    from playwright.sync_api import sync_playwright  # which tests without a browser do without

    with sync_playwright() as playwright:
        program = os.environ.get("CHROMIUM") or shutil.which("chromium")
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


class Desk:
    """A window with the page in it, opened from a file; all that it asked for, and each error, is kept."""

    def __init__(self, browser: Browser, folder: Path, *, touch: bool = False, width: int = 1280) -> None:
        self.file = folder / "page.html"
        if not self.file.exists():
            self.file.write_text(page_of(State("ConstantLR(1)")), encoding="utf-8")
        size: Any = {"width": width, "height": 900}
        self.context = browser.new_context(viewport=size, has_touch=touch)
        self.page: Page = self.context.new_page()
        self.errors: list[str] = []
        self.asked: list[str] = []
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("console", lambda line: line.type == "error" and self.errors.append(line.text))
        self.page.on("request", lambda request: self.asked.append(request.url.partition("#")[0]))
        self.session = self.context.new_cdp_session(self.page)

    def open(self, text: str = PHASES, budget: str = RUN, **more: Any) -> Desk:
        """The page at the link of a state: a page that is open already takes it as one that was followed."""
        link = link_of(State(text, budget, **more))
        if self.page.url.startswith(self.file.as_uri()) and not self.page.url.endswith(link):
            self.page.evaluate("link => { location.hash = link }", link)
            self.page.wait_for_function("text => document.querySelector('textarea').value === text", arg=text)
            return self
        self.page.goto("about:blank")
        self.page.goto(self.file.as_uri() + link)
        self.page.wait_for_selector(".lrkit-designer .handle")
        return self

    @property
    def text(self) -> str:
        """The expression in the box."""
        return self.page.locator(".lrkit-designer textarea").input_value()

    def run(self, script: str, argument: Any = None) -> Any:
        return self.page.evaluate(script, argument)

    def handle(self, number: int) -> tuple[float, float]:
        """The middle of a handle on the screen."""
        box = self.page.locator(f"[data-handle='{number}']").bounding_box()
        assert box is not None
        return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

    def place(self, step: float, rate: float) -> tuple[float, float]:
        """Where a step and a rate lie on the screen, by two handles of which both are known."""
        (x0, y0), (x1, y1) = self.handle(1), self.handle(3)
        (s0, r0), (s1, r1) = ((500, 3e-4), (10000, 3e-5))
        return x0 + (step - s0) * (x1 - x0) / (s1 - s0), y0 + (rate - r0) * (y1 - y0) / (r1 - r0)

    def settle(self, condition: Callable[[], bool]) -> None:
        """Wait for what a hand has done: a browser makes the click of a tap some time after it, later under load."""
        for _ in range(200):
            if condition():
                return
            self.page.wait_for_timeout(50)

    # Hands

    def mouse(self, start: tuple[float, float], end: tuple[float, float], *, keys: str = "") -> None:
        mouse = self.page.mouse
        if keys:
            self.page.keyboard.down(keys)
        mouse.move(*start)
        mouse.down()
        for part in (0.3, 0.6, 0.9, 1.0):
            mouse.move(start[0] + part * (end[0] - start[0]), start[1] + part * (end[1] - start[1]))
        mouse.up()
        if keys:
            self.page.keyboard.up(keys)

    def touch(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        """A drag by a finger, which then pauses: Chromium makes no click of some taps within .3 s of another touch."""
        self._touch("touchStart", start)
        for part in (0.3, 0.6, 0.9, 1.0):
            self._touch("touchMove", (start[0] + part * (end[0] - start[0]), start[1] + part * (end[1] - start[1])))
        self._touch("touchEnd", None)
        self.page.wait_for_timeout(350)

    def tap(self, place: tuple[float, float], times: int = 1) -> None:
        for _ in range(times):
            self._touch("touchStart", place)
            self._touch("touchEnd", None)

    def _touch(self, kind: str, place: tuple[float, float] | None) -> None:
        points = [] if place is None else [{"x": place[0], "y": place[1]}]
        self.session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    def keys(self, number: int, *pressed: str) -> None:
        """Keys on a handle that has the focus; a text is typed."""
        self.page.locator(f"[data-handle='{number}']").focus()
        for key in pressed:
            if key.startswith("type "):
                self.page.keyboard.type(key[5:])
            else:
                self.page.keyboard.press(key)
