"""The value that `lint` returns, its forms, and what it refuses."""

from __future__ import annotations

import json
import pickle
import subprocess
import sys
from dataclasses import FrozenInstanceError
from typing import Any

import pytest

import lrkit
from lrkit.chart import make_chart
from lrkit.linting import CODES

LATE = lrkit.CosineDecayLR(0, 1e-3, 75)


def test_findings_are_a_sequence_and_a_value() -> None:
    found = lrkit.lint(LATE, 85)
    assert len(found) == 1
    assert found[0] in found
    assert list(found) == [found[0]]
    assert bool(found)
    assert found == lrkit.lint(LATE, lrkit.Budget(updates=85)) != lrkit.lint(LATE, 75)
    assert pickle.loads(pickle.dumps(found)) == found
    assert hash(found) == hash(lrkit.lint(LATE, 85))
    with pytest.raises(FrozenInstanceError):
        found.items = ()  # type: ignore[misc]
    assert not lrkit.lint(LATE, 75)
    assert str(lrkit.lint(LATE, 75)) == "nothing found"


def test_the_text_is_aligned() -> None:
    lines = str(lrkit.lint(lrkit.linear(0.1, -0.02, 100).shift(1), 200)).splitlines()
    assert max(map(len, [line for line in lines if "fix: " not in line])) <= 100
    heads = [line for line in lines if not line.startswith(" ")]
    starts = {line.index(line.split(None, 2)[2]) for line in heads}
    assert len(starts) == 1
    assert all(line[: starts.copy().pop()].isspace() for line in lines if line not in heads)


def test_marks_are_what_plot_takes() -> None:
    found = lrkit.lint(lrkit.CosineDecayLR(0, 1e-3, 2000), 1000)
    assert found.marks == {"horizon/long": 999}
    text = lrkit.plot(lrkit.CosineDecayLR(0, 1e-3, 2000), steps=1000, marks=found.marks, backend="text")
    assert "horizon/long" in text
    assert "horizon/long" in found._repr_html_()
    assert "<svg" in found._repr_html_()
    assert "nothing found" in lrkit.lint(LATE)._repr_html_()


def test_the_gravest_is_first_and_codes_can_be_ignored() -> None:
    wave = lrkit.linear(0.1, -0.02, 100)
    found = lrkit.lint(wave.warmup(100), 200)
    assert found.codes == ("rate/negative", "warmup/too-long")
    assert found.errors == found[:1]
    assert lrkit.lint(wave.warmup(100), 200, ["rate"]).codes == ("warmup/too-long",)
    assert not lrkit.lint(wave.warmup(100), 200, ignore=("rate/negative", "warmup/too-long"))


def test_sarif_has_what_the_standard_requires() -> None:
    # OASIS SARIF 2.1.0: 3.13 log, 3.14 run, 3.18 tool, 3.19 toolComponent, 3.27 result, 3.49 reportingDescriptor
    log = json.loads(json.dumps(lrkit.lint(lrkit.linear(0.1, -0.02, 100).warmup(100), 200).to_sarif("plan.json")))
    assert log["version"] == "2.1.0"
    assert log["$schema"].endswith("sarif-2.1.0.json")
    (run,) = log["runs"]
    driver = run["tool"]["driver"]
    assert driver["name"] == "lrkit"
    assert isinstance(driver["version"], str)
    assert len({rule["id"] for rule in driver["rules"]}) == len(driver["rules"]) == 2
    for rule in driver["rules"]:
        assert rule["id"] in CODES
        assert rule["shortDescription"]["text"]
        assert rule["defaultConfiguration"]["level"] in ("none", "note", "warning", "error")
    for result in run["results"]:
        assert driver["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["message"]["text"]
        assert result["level"] in ("none", "note", "warning", "error")
        (location,) = result["locations"]
        assert location["physicalLocation"]["artifactLocation"]["uri"] == "plan.json"
        assert location["physicalLocation"]["region"]["startLine"] >= 1
    assert lrkit.lint(LATE).to_sarif()["runs"][0]["results"] == []
    (result,) = lrkit.lint(LATE, 85).to_sarif("CosineDecayLR(0, 1e-3, 75)")["runs"][0]["results"]
    assert result["locations"][0]["logicalLocations"][0]["fullyQualifiedName"] == "CosineDecayLR(0, 1e-3, 75)"


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ((3,), TypeError, "lint: cannot read 3"),
        (("CosineDecayLR(0, 1, 5)",), TypeError, "lint: cannot read"),
        ((LATE, 0), ValueError, "lint: budget must be an integer >= 1"),
        ((LATE, "85"), TypeError, "lint: budget must be a Budget or a number of updates, got '85'"),
        ((LATE, True), TypeError, "lint: budget must be a Budget or a number of updates, got True"),
        ((LATE, 85, ["floor/late"]), ValueError, "lint: ignore must be codes, of .*, got 'floor/late'"),
        ((LATE, 85, 3), TypeError, "lint: ignore must be a list of codes, got 3"),
    ],
)
def test_bad_input_is_named(arguments: tuple[Any, ...], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        lrkit.lint(*arguments)


def test_rates_that_are_no_numbers_are_a_finding() -> None:
    (found,) = lrkit.lint(lrkit.ExponentialDecayLR(1e300, 1e10, 1), 100)
    assert found.code == "rate/huge"
    assert "no number" in found.sentence


def test_the_function_is_not_hidden_by_a_package_of_its_name() -> None:
    """Importing a package sets it as an attribute of the one above: it must have another name than the function."""
    script = "import lrkit.linting, lrkit.budget, lrkit.planning; assert not lrkit.lint(lrkit.ConstantLR(0.1), 5)"
    subprocess.run([sys.executable, "-c", script], check=True, timeout=60)


def test_marks_are_on_the_curve_that_they_are_about() -> None:
    """A plan and its fix in one picture: only the plan has the finding. A curve of neither takes all of them."""
    plan = lrkit.CosineDecayLR(0, 1e-3, 75)
    found = lrkit.lint(plan, budget=85)
    marks = make_chart([{"fix": found[0].fix, "plan": plan}], steps=85, marks=found).marks
    assert [(mark.curve, mark.step) for mark in marks] == [(1, 75)]
    assert len(make_chart([plan.to_list(85)], marks=found).marks) == 1


def test_each_group_has_the_marks_of_its_own_findings() -> None:
    torch = pytest.importorskip("torch")
    groups = [{"params": [torch.nn.Parameter(torch.zeros(1))], "lr": 1.0} for _ in range(2)]
    early, late = lrkit.CosineDecayLR(0, 0.1, 50), lrkit.CosineDecayLR(0, 0.2, 200)
    scheduler = lrkit.to_torch([early, late], torch.optim.SGD(groups))
    found = lrkit.lint(scheduler, budget=100)
    assert found.marks_of(early).keys() == {"horizon/short"}
    assert found.marks_of(late).keys() == {"horizon/long"}
    marks = make_chart([scheduler], steps=100, marks=found).marks
    assert [(mark.curve, mark.text.split()[0]) for mark in marks] == [(0, "horizon/short"), (1, "horizon/long")]


def test_a_short_fall_in_a_long_run_is_seen() -> None:
    """Of 90 steps in 450 000 there are few samples."""
    found = lrkit.lint(lrkit.CosineDecayLR(0, 0.1, 90), 450_000, ignore=["unit"])
    assert found.codes == ("horizon/short",)


def test_short_cycles_cut_off_by_a_bound_are_looked_at_near_both_ends() -> None:
    """Every crossing of 10**11 cycles would be a million bisections."""
    clipped = lrkit.cosine_wave(0, 1.0, 7).clip(max_lr=0.5)
    assert clipped.knots(3 * 10**11).size <= 2_000_000 + 4 * 2**16  # two to a cycle, and the crossings
    assert lrkit.lint(clipped, 3 * 10**11).codes == ("restarts/many",)
