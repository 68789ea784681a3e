"""The page in Debian's Firefox: a joint is moved by each hand, and one is added."""

from __future__ import annotations

from pathlib import Path

import pytest
from designer_page import PHASES, RUN
from firefox import firefox

import lrkit
from lrkit.designing.link import State
from lrkit.designing.page import page

pytestmark = pytest.mark.browser

READY = (
    "new Promise(done => (function look() { document.querySelector('.handle') ? done(1) : setTimeout(look, 20) })())"
)
PLACES = """[...document.querySelectorAll(".handle")].map(one => one.getBoundingClientRect())
  .map(box => [box.x + box.width / 2, box.y + box.height / 2])"""
TEXT = "document.querySelector('textarea').value"
WIDER = lrkit.parse(PHASES.replace("500", "1000"))


def test_every_hand_moves_a_joint_in_firefox_and_undo_takes_it_back(tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    file.write_text(page(State(PHASES, RUN)), encoding="utf-8")
    with firefox(tmp_path / "profile") as fox:
        fox.open(file.as_uri())
        fox.run(READY)
        (x0, _), (x1, y1), (x2, _) = fox.run(PLACES)[:3]
        thousand = (x1 + (x2 - x1) * 500 / 7500, y1)
        undo = """[...document.querySelectorAll("button")].find(one => one.textContent === "Undo").click()"""
        for hand in ("mouse", "touch"):
            fox.drag(hand, (x1, y1), thousand)
            assert lrkit.parse(fox.run(TEXT)) == WIDER, hand
            fox.run(undo)
            assert lrkit.parse(fox.run(TEXT)) == lrkit.parse(PHASES)
        fox.run("document.querySelector('[data-handle=\"1\"]').focus()")
        for _ in range(5):
            fox.press("Shift", "ArrowRight")
        assert lrkit.parse(fox.run(TEXT)) == WIDER
        tap = [("pointerDown", None), ("pointerUp", None)]
        fox.point("mouse", ("to", ((x1 + x2) / 2, y1)), *tap, *tap)
        assert fox.run("document.querySelectorAll('.handle').length") == 5
        drawn = fox.run("document.querySelector('.curve').getAttribute('d').length")
        assert drawn > 100
        assert x0 < x1
        assert fox.errors == []
