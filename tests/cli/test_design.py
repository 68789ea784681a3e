"""``lrkit design``: what its page holds, and where it goes."""

from __future__ import annotations

from pathlib import Path

import pytest
from command import COSINE, JOINED, Run, listed

from lrkit.designing.link import State, link_of

LINK = link_of(State(COSINE, "updates=100", ("ConstantLR(0.1)",), log=True, unit="progress"))
FIRST = (
    "JoinLR([WarmUpLR(learning_rate=0.001, warmup_steps=500), "
    "CosineDecayLR(min_lr=0.0, max_lr=0.001, decay_steps=9500)], milestones=[500])"
)
OWN = """
from typing import Annotated
import lrkit

class DesignedLR(lrkit.LearningRateSchedule, kind="designed"):
    rate: Annotated[float, lrkit.Param("rate", low=0)]
    def formula(self, step, xp):
        return self.rate / (1 + step)

schedule = DesignedLR(0.1)
"""


@pytest.fixture
def states(monkeypatch: pytest.MonkeyPatch) -> list[State]:
    """The states that pages were asked for."""
    asked: list[State] = []
    monkeypatch.setattr("lrkit.designing.page.page", lambda state, *_: (asked.append(state), "<!doctype html>")[1])
    return asked


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The addresses that a browser was opened on, of a machine that has one."""
    addresses: list[str] = []
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.setattr("webbrowser.open", lambda address: addresses.append(address) is None)
    return addresses


@pytest.mark.parametrize(
    ("words", "state"),
    [
        ([COSINE], State(COSINE)),
        ([f" {JOINED}\n", "--log"], State(JOINED, log=True)),
        ([COSINE, "--steps", "9*9"], State(COSINE, "updates=81")),
        ([COSINE, JOINED, "ConstantLR(0.1)"], State(COSINE, ghosts=(JOINED, "ConstantLR(0.1)"))),
        (
            ["linear(0.1, 0, total)", "--budget", "samples=1000 batch=10 epochs=3"],
            State("linear(start_lr=0.1, end_lr=0.0, decay_steps=300)", "samples=1000 epochs=3 batch=10"),
        ),
        ([LINK], State(COSINE, "updates=100", ("ConstantLR(0.1)",), log=True, unit="progress")),
        ([LINK, "--steps", "50"], State(COSINE, "updates=50", ("ConstantLR(0.1)",), log=True, unit="progress")),
        ([f"file:///tmp/x.html#e={COSINE}&T=80", JOINED], State(COSINE, "updates=80", (JOINED,))),
        ([], State(FIRST, "updates=10000")),
        (["--steps", "4"], State("CosineDecayLR(min_lr=0.0, max_lr=0.001, decay_steps=4)", "updates=4")),
    ],
)
def test_what_the_page_shows(run: Run, states: list[State], words: list[str], state: State) -> None:
    assert run("design", *words, "-o", "-") == (0, "<!doctype html>", "")
    assert states == [state]


def test_a_recipe_brings_its_run(run: Run, states: list[State]) -> None:
    for name in ("bert", "gpt3", "vit_imagenet"):
        run("design", f"recipe:{name}", "-o", "-")
    bert, gpt3, vit = states
    assert (bert.budget, bert.unit) == ("updates=1000000", "step")
    assert (gpt3.budget, gpt3.unit) == ("tokens=300000000000 batch=1 sequence=1", "token")
    assert vit.unit == "step"
    run("design", "recipe:bert", "--steps", "100", "-o", "-")
    assert states[-1].budget == "updates=100"


def test_rates_and_a_class_of_ones_own(run: Run, states: list[State], tmp_path: Path) -> None:
    (tmp_path / "rates.csv").write_text("learning_rate\n0.1\n0.2\n0.05\n")
    (tmp_path / "mine.py").write_text(OWN)
    run("design", "rates.csv", "-o", "-")
    assert run("design", "mine.py:schedule", "-o", "-").code == 0
    table, own = states
    assert (table.text, own.text) == ("TableLR(rates=[0.1, 0.2, 0.05])", "DesignedLR(rate=0.1)")


def test_where_the_page_goes(run: Run, states: list[State], opened: list[str], tmp_path: Path) -> None:
    assert run("design", COSINE, "-o", "page.html") == (0, "", "wrote page.html\n")
    assert not opened
    run("design", COSINE, "-o", "page.html", "--open")
    assert opened == [(tmp_path / "page.html").as_uri()]
    assert listed() == ["page.html"]
    done = run("design", COSINE)
    path = Path(done.err.removeprefix("wrote ").strip())
    assert opened[1:] == [path.as_uri()]
    assert path.read_text(encoding="utf-8") == "<!doctype html>"
    assert len(states) == 3


def test_without_a_browser_the_file_is_named(
    run: Run, states: list[State], opened: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER"):
        monkeypatch.delenv(name, raising=False)
    code, out, err = run("design")
    assert (code, out, opened) == (0, "", [])
    assert err.endswith("lrkit: there is no browser here to open: copy the file to where there is one\n")
    assert states


def test_a_page_that_cannot_be_made_leaves_the_old_one(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "page.html").write_text("old")
    monkeypatch.setattr("lrkit.designing.page.page", lambda *_: "\ud800")  # which no file can hold
    assert run("design", COSINE, "-o", "page.html").code == 2
    assert (tmp_path / "page.html").read_text() == "old"
    assert listed() == ["page.html"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["CosineDecayLR(0, 0.1)"], "column 1: CosineDecayLR"),
        (["#v2:abc"], "from_link: the link has version 2, and this lrkit reads version 1"),
        (["#v1:abc"], "from_link: the link is damaged: a part of it is missing or was changed"),
        ([COSINE] * 6, "at most 4 curves are drawn beside the first, got 5"),
        ([COSINE, "--steps", "9", "--budget", "updates=9"], "--budget and --steps cannot be given together"),
        ([COSINE, "-o", "-", "--open"], "--open needs a file: give -o FILE"),
        ([COSINE, "-o", "none/page.html"], "Invalid value for '-o': 'none' is not a directory"),
    ],
)
def test_what_is_wrong_is_told(run: Run, words: list[str], message: str) -> None:
    code, out, err = run("design", *words)
    assert (code, out) == (2, "")
    assert message in err
    assert listed() == []


def test_a_link_is_an_expression_of_every_command(run: Run) -> None:
    assert run("table", LINK, "--steps", "3").out == run("table", COSINE, "--steps", "3").out
