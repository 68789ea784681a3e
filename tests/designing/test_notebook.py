"""The designer in JupyterLab, with a kernel: what is drawn is the value of Python, and what is set is drawn."""

from __future__ import annotations

from pathlib import Path

import pytest
from designer_page import PHASES, chromium
from lab import Notebook, served

import lrkit

pytestmark = pytest.mark.browser

CELLS = [
    f"import lrkit\nw = lrkit.designer(lrkit.parse('{PHASES}'), lrkit.Budget(updates=10000))\nw",
    "print(w.schedule)",
    "w.schedule, w.budget = lrkit.one_cycle(0.25, 7000), lrkit.Budget.parse('batches=70 epochs=100 rounding=timm')",
    "print(w.schedule, w.budget.text)",
    """from typing import Annotated
class LaterLR(lrkit.LearningRateSchedule, kind="later"):
    max_lr: Annotated[float, lrkit.Param("m")]
    def formula(self, step, xp):
        return self.max_lr / xp.sqrt(1 + step / 100)
w.schedule = LaterLR(0.5)""",
]


@pytest.mark.xdist_group("browser")
def test_both_ways_in_jupyterlab(tmp_path: Path) -> None:
    with served(tmp_path) as address, chromium() as browser:
        book = Notebook(browser, tmp_path, address, CELLS)
        page = book.page
        book.run(0)
        box = page.locator(".lrkit-designer textarea")
        assert box.input_value() == lrkit.parse(PHASES).__repr__()
        # The end of the warm-up is dragged to the right: its length grows, and the rate stays.
        handle = page.locator("[data-handle='1']")
        handle.scroll_into_view_if_needed()
        place = handle.bounding_box()
        assert place is not None
        x, y = place["x"] + place["width"] / 2, place["y"] + place["height"] / 2
        page.mouse.move(x, y)
        page.mouse.down()
        page.mouse.move(x + 30, y, steps=4)
        page.mouse.move(x + 60, y, steps=4)
        page.mouse.up()
        drawn = box.input_value()
        assert drawn != lrkit.parse(PHASES).__repr__()
        value = lrkit.parse(book.run(1))
        assert value == lrkit.parse(drawn)
        assert isinstance(value, lrkit.JoinLR)
        assert value.milestones[0] > 600
        # What is set here is drawn there, and undone there.
        book.run(2)
        page.wait_for_function("() => document.querySelector('.lrkit-designer textarea').value.startsWith('one_cycle')")
        assert lrkit.parse(box.input_value()) == lrkit.one_cycle(0.25, 7000)
        page.get_by_role("tab", name="Copy").click()
        page.get_by_role("button", name="optax", exact=True).click()
        page.wait_for_selector(".lrkit-designer pre:has-text('optax.')")
        page.screenshot(path=tmp_path / "notebook.png")
        for _ in ("the budget", "the schedule"):
            page.get_by_role("button", name="Undo", exact=True).click()
        page.wait_for_timeout(300)
        book.run(1)
        assert lrkit.parse(book.run(3).split(") ")[0] + ")") == value
        # A class that is made after the widget is drawn by its own formula.
        book.run(4)
        page.wait_for_function("() => document.querySelector('.lrkit-designer textarea')?.value.startsWith('Later')")
        assert page.locator(".lrkit-designer .error").first.inner_text() == ""
        assert page.locator(".lrkit-designer .handle").count() >= 2
        assert book.errors == []
