"""``lrkit lint``."""

from __future__ import annotations

import json

from lrkit.linting import CODES
from tests.tools.command import Run


def test_findings_as_text_and_the_exit_code(run: Run) -> None:
    done = run("lint", "CosineDecayLR(0, 0.1, 90)", "--steps", "112600")
    assert (done.code, done.err) == (1, "")
    assert done.out.startswith("error    unit/epochs-as-steps  The decay ends at")
    done = run("lint", "CosineDecayLR(0, 1e-3, 75)", "--steps", "85")
    assert done.code == 0
    assert done.out.startswith("warning  floor/early")
    assert run("lint", "recipe:gpt3").out == "nothing found\n"


def test_a_budget_and_its_epoch(run: Run) -> None:
    budget = "samples=1.2e6 batch=32 processes=8 epochs=3"
    assert run("lint", "linear(1e-4, 0, 3*epoch)", "--budget", budget).out == "nothing found\n"
    done = run("lint", "linear(1e-4, 0, 8*3*epoch)", "--budget", budget)
    assert done.code == 1
    assert "scale/processes" in done.out
    assert run("lint", "linear(1e-4, 0, total)", "--budget", "updates=9").out == "nothing found\n"


def test_json_and_sarif(run: Run) -> None:
    expression = "CosineDecayLR(0, 1e-3, 75)"
    (found,) = json.loads(run("lint", expression, "--steps", "85", "--json").out)["findings"]
    assert (found["code"], found["step"], found["fix"][:13]) == ("floor/early", 75, "CosineDecayLR")
    log = json.loads(run("lint", expression, "--steps", "85", "--sarif").out)
    assert log["runs"][0]["results"][0]["ruleId"] == "floor/early"


def test_codes_are_listed_and_ignored(run: Run) -> None:
    assert len(run("lint", "--codes").out.splitlines()) == len(CODES)
    assert run("lint", "CosineDecayLR(0, 1e-3, 75)", "--steps", "85", "--ignore", "floor").out == "nothing found\n"


def test_what_is_wrong_is_one_line(run: Run) -> None:
    for words, text in (
        (("--steps", "85", "--budget", "updates=85"), "--budget and --steps cannot be given together"),
        (("--json", "--sarif"), "--json and --sarif cannot be given together"),
        (("--ignore", "floor/late"), "got 'floor/late'"),
        (("--budget", "sample=3"), "Invalid value for '--budget'"),
    ):
        done = run("lint", "CosineDecayLR(0, 1e-3, 75)", *words)
        assert done.code == 2
        assert text in done.err
        assert done.err.count("\n") == 1
