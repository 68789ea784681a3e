"""The designer taken by mouse, by touch and by keyboard: each gesture leaves the expression that is stated here."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from designer_page import PHASES, Desk, chromium

import lrkit

pytestmark = pytest.mark.browser

BENT = "PolynomialDecayLR(1e-3, 0, 10000, 2)"


class Gesture(NamedTuple):
    """What is done with each hand, and what it leaves."""

    leaves: str
    mouse: Callable[[Desk], None]
    touch: Callable[[Desk], None]
    keys: Callable[[Desk], None]
    begin: str = PHASES


def joined(warm: int = 500, end: int = 8000, peak: float = 3e-4, low: float = 3e-5, decay: int = 2000) -> str:
    phases = f"WarmUpLR({peak}, {warm}), ConstantLR({peak}), CosineDecayLR({low}, {peak}, {decay})"
    return f"JoinLR([{phases}], [{warm}, {end}])"


def drag(number: int, step: float, rate: float) -> tuple[Callable[[Desk], None], Callable[[Desk], None]]:
    return (
        lambda desk: desk.mouse(desk.handle(number), desk.place(step, rate)),
        lambda desk: desk.touch(desk.handle(number), desk.place(step, rate)),
    )


def press(name: str) -> tuple[Callable[[Desk], None], Callable[[Desk], None], Callable[[Desk], None]]:
    def button(desk: Desk) -> object:
        return desk.page.get_by_role("button", name=name, exact=True)

    def key(desk: Desk) -> None:
        desk.page.get_by_role("button", name=name, exact=True).focus()
        desk.page.keyboard.press("Enter")

    return lambda desk: button(desk).click(), lambda desk: button(desk).tap(), key  # type: ignore[attr-defined]


def after(*steps: Callable[[Desk], None]) -> Callable[[Desk], None]:
    def all_of_them(desk: Desk) -> None:
        for step in steps:
            step(desk)

    return all_of_them


def bent(desk: Desk) -> tuple[tuple[float, float], tuple[float, float]]:
    """From the handle in the body to where a cubic passes the same step: 1/8 of the height in place of 1/4."""
    x, y = desk.handle(1)
    bottom = desk.handle(2)[1]
    return (x, y), (x, bottom - (bottom - desk.handle(0)[1]) / 8)


PUSH, KEEP = press("Shift later phases"), press("Keep as ghost")
WIDER = drag(1, 1000, 3e-4)
LINE = "linear(1e-4, 3e-4, 500)"
GESTURES = {
    "a joint to the right": Gesture(joined(warm=1000), *WIDER, lambda d: d.keys(1, *["Shift+ArrowRight"] * 5)),
    "a joint to the left": Gesture(
        joined(end=5000, decay=5000), *drag(2, 5000, 3e-4), lambda d: d.keys(2, *["Shift+ArrowLeft"] * 30)
    ),
    "a rate down, the neighbours with it": Gesture(
        joined(peak=2e-4), *drag(1, 500, 2e-4), lambda d: d.keys(1, *["ArrowDown"] * 10)
    ),
    "the last rate to 0": Gesture(
        joined(low=0), *drag(3, 10000, -1e-5), lambda d: d.keys(3, "Enter", "Tab", "Control+a", "type 0", "Enter")
    ),
    "the start above 0": Gesture(
        joined().replace("WarmUpLR(0.0003, 500)", LINE), *drag(0, 0, 1e-4),
        lambda d: d.keys(0, "Enter", "type 1e-4", "Enter"),
    ),
    "the end to the left": Gesture(
        joined(decay=1000), *drag(3, 9000, 3e-5), lambda d: d.keys(3, *["Shift+ArrowLeft"] * 10)
    ),
    "a joint that pushes what comes later": Gesture(
        joined(warm=1000, end=8500),
        lambda d: d.mouse(d.handle(1), d.place(1000, 3e-4), keys="Shift"),
        after(PUSH[1], WIDER[1], PUSH[1]),
        after(PUSH[2], lambda d: d.keys(1, *["Shift+ArrowRight"] * 5), PUSH[2]),
    ),
    "the shape of a body": Gesture(
        BENT.replace(", 2)", ", 3)"), lambda d: d.mouse(*bent(d)), lambda d: d.touch(*bent(d)),
        lambda d: d.keys(1, "Enter", "type 3", "Enter"), BENT,
    ),
    "one joint more": Gesture(
        joined().replace("ConstantLR(0.0003)", "ConstantLR(3e-4), ConstantLR(3e-4)").replace("[500,", "[500, 4250,"),
        lambda d: d.page.mouse.dblclick(*d.place(4250, 3e-4)), lambda d: d.tap(d.place(4250, 3e-4), 2),
        lambda d: d.keys(1, "Insert"),
    ),
    "one joint less": Gesture(
        "JoinLR([WarmUpLR(3e-4, 500), ConstantLR(3e-4)], [500])",
        lambda d: d.page.mouse.dblclick(*d.handle(2)), lambda d: d.tap(d.handle(2), 2), lambda d: d.keys(2, "Delete"),
    ),
    "undo": Gesture(
        PHASES, after(WIDER[0], press("Undo")[0]), after(WIDER[1], press("Undo")[1]),
        after(lambda d: d.keys(1, "Shift+ArrowRight"), lambda d: d.keys(1, "Control+z")),
    ),
    "keep, and go on": Gesture(
        joined(warm=1000), after(KEEP[0], WIDER[0]), after(KEEP[1], WIDER[1]),
        after(KEEP[2], lambda d: d.keys(1, *["Shift+ArrowRight"] * 5)),
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def desks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Desk]]:
    folder: Path = tmp_path_factory.mktemp("designer")
    with chromium() as browser:
        by_hand = {hand: Desk(browser, folder, touch=hand == "touch") for hand in ("mouse", "touch", "keys")}
        yield by_hand
        assert [desk.errors for desk in by_hand.values()] == [[], [], []]


@pytest.mark.parametrize("hand", ["mouse", "touch", "keys"])
@pytest.mark.parametrize("name", GESTURES)
def test_a_gesture_leaves_the_same_expression_whichever_hand(desks: dict[str, Desk], name: str, hand: str) -> None:
    gesture = GESTURES[name]
    desk = desks[hand].open(gesture.begin)
    getattr(gesture, hand)(desk)
    desk.settle(lambda: lrkit.parse(desk.text) == lrkit.parse(gesture.leaves))
    assert lrkit.parse(desk.text) == lrkit.parse(gesture.leaves)
