"""``lrkit extend``: a run that goes on, told and drawn."""

from __future__ import annotations

import json
from pathlib import Path

import matplotlib as mpl
import pytest
from command import Run

mpl.use("Agg")


import lrkit

PLAN = "CosineDecayLR(0, 0.1, 100)"
OLD = lrkit.CosineDecayLR(0.0, 0.1, 100)


def test_the_schedule_and_the_jump_are_told(run: Run) -> None:
    done = run("extend", PLAN, "--at", "75", "--to", "3*50", "--how", "restart")
    assert (done.code, done.err) == (0, "")
    old, new, jump, last = done.out.splitlines()
    assert lrkit.parse(old.removeprefix("old: ")) == OLD
    assert lrkit.parse(new.removeprefix("new: ")) == lrkit.extend(OLD, at=75, to=150, how="restart")
    assert jump == "at 75: 0.0146 → 0.1, × 6.83"
    assert last.startswith("last of 150 steps: ")


def test_the_options_of_a_way(run: Run) -> None:
    told = run(
        "extend", PLAN, "--at", "75", "--to", "150", "--how", "cooldown", "--decay-steps", "50", "--shape", "linear",
        "--min-lr", "1e-3", "--json",
    )  # fmt: skip
    found = json.loads(told.out)
    expected = lrkit.extend(OLD, at=75, to=150, how="cooldown", decay_steps=50, shape="linear", min_lr=1e-3)
    assert lrkit.parse(found["schedule"]) == expected
    assert found["jump"] == {"old": OLD(75), "new": OLD(75), "ratio": 1.0}
    of_recipe = json.loads(run("extend", "recipe:deit", "--at", "200", "--to", "400", "--json").out)
    assert (of_recipe["steps"], of_recipe["unit"]) == (300, "epoch")


def test_it_is_drawn_to_a_file_or_in_the_terminal(run: Run, tmp_path: Path) -> None:
    done = run("extend", PLAN, "--at", "75", "--to", "150", "-o", str(tmp_path / "longer.svg"))
    assert "at 75: " in done.out
    assert "stroke-dasharray" in (tmp_path / "longer.svg").read_text(encoding="utf-8")
    sketch = run("extend", PLAN, "--at", "75", "--to", "150", "--format", "text")
    assert "● at 75: 0.0146 → 0.05, × 3.41" in sketch.out
    assert sketch.err.startswith("old: ")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--at", "75"], "Missing option '--to'"),
        (["--at", "0", "--to", "150"], "'--at': '0': must be an integer >= 1"),
        (["--at", "75", "--to", "50", "--how", "hold"], "--to must be above at, the updates that are done, got 50 and"),
        (["--at", "75", "--to", "150", "--shape", "linear"], "--how rescale has no option shape"),
        (["--at", "100", "--to", "150", "--how", "to_zero"], "--how rewarm or --how restart"),
        (["--at", "75", "--to", "150", "--how", "cooldown", "--decay-steps", "80"], "--decay-steps must be at most"),
        (["--at", "75", "--to", "150", "--theme", "dark"], "--log, --title and --theme are for a picture"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_in_one_line(run: Run, words: list[str], message: str) -> None:
    done = run("extend", PLAN, *words)
    assert (done.code, done.out) == (2, "")
    assert message in done.err
    assert done.err.count("\n") == 1


def test_a_repeating_schedule_asks_for_its_length(run: Run) -> None:
    assert "--steps must be given" in run("extend", "cosine_wave(0, 0.1, 9)", "--at", "5", "--to", "50").err
    assert run("extend", "cosine_wave(0, 0.1, 9)", "--at", "5", "--to", "54", "--steps", "27").code == 0


def test_a_budget_tells_the_length_of_the_old_run(run: Run) -> None:
    sized = ["--budget", "samples=1000 batch=10 epochs=3"]
    done = run("extend", "linear(0.1, 0, total).hold(total)", *sized, "--at", "2*epoch", "--to", "total + 2*epoch")
    assert (done.code, done.err) == (0, "")
    assert "at 200: 0.0333 → 0.06, × 1.8" in done.out.splitlines()
    assert "last of 500 steps" in done.out
