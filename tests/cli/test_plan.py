"""``lrkit plan``, and ``--budget`` in the commands that take an EXPR."""

from __future__ import annotations

import json

import pytest
from command import Run

import lrkit

IMAGENET = "samples=1.28e6 batch=32 processes=8 epochs=90"
BUDGET = lrkit.Budget.parse(IMAGENET)


def test_plan_prints_the_sentence_and_a_table(run: Run) -> None:
    done = run("plan", "--budget", f"{IMAGENET} rounding=hf sequence=10 updates_per_second=2.5")
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith("90 epochs of 1,280,000 samples in batches of 32 on 8 processes")
    lines = {" ".join(line.split()[:2]): line.split() for line in done.out.splitlines() if line}
    assert lines["the run"][2:] == ["450,000", "90.00", "115,200,000", "1,152,000,000", "50.00"]
    assert lines["5 epochs"][2:] == ["25,000", "5.00", "6,400,000", "64,000,000", "2.78"]
    assert lines["3% 13,500"][1:3] == ["13,500", "2.70"]
    assert "Trainer.set_initial_training_values" in done.out


def test_plan_as_json_is_the_budget(run: Run) -> None:
    told = json.loads(run("plan", "--json", "--budget", IMAGENET).out)
    assert lrkit.Budget.parse(told["budget"]) == BUDGET
    assert (told["total"], told["epoch"], told["batch_size"]) == (450_000, 5_000, 256)
    assert told["rows"][0] == {
        "length": "the run", "updates": 450_000, "epochs": 90.0, "samples": 115_200_000, "tokens": None, "hours": None,
    }  # fmt: skip
    assert [row["updates"] for row in told["rows"]] == [450_000, 5_000, 25_000, 50_000, 4_500, 13_500, 22_500, 45_000]


def test_plan_of_a_length_alone(run: Run) -> None:
    done = run("plan", "--budget", "updates=1000 batch=8")
    assert "epochs" not in done.out
    assert json.loads(run("plan", "--json", "--budget", "updates=1000").out)["epoch"] is None


@pytest.mark.parametrize("command", ["json", "table", "source"])
def test_an_expression_uses_the_numbers(run: Run, command: str) -> None:
    language = ["lrkit"] if command == "source" else []
    text = "CosineDecayLR(0, .1, total - 5*epoch).warmup(5*epoch)"
    small = "samples=70 batch=10 epochs=9"
    done = run(command, text, *language, "--budget", small)
    assert done.code == 0
    assert done.out == run(command, "CosineDecayLR(0, .1, 28).warmup(35)", *language).out


def test_steps_are_numbers_of_the_budget_too(run: Run) -> None:
    done = run("table", "ConstantLR(.1)", "--steps", "total", "--budget", "samples=6 batch=2 epochs=2")
    assert done.out.splitlines()[-1] == "5,0.1"
    assert len(done.out.splitlines()) == 7


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["plan"], "Missing option '--budget'"),
        (["plan", "--budget", "samples=1e6 batchs=3"], "Budget: there is no field 'batchs'; did you mean batches?"),
        (["json", "WarmUpLR(.1, total)"], "'total' has no number: give --budget"),
        (["json", "WarmUpLR(.1, epoch)"], "'epoch' has no number: give --steps-per-epoch or --budget"),
        (["json", "WarmUpLR(.1, epoch)", "--budget", "updates=5"], "'epoch' has no number"),
        (
            ["json", "WarmUpLR(.1, epoch)", "--budget", "samples=50 batch=5", "--steps-per-epoch", "7"],
            "--steps-per-epoch 7 contradicts --budget, by which an epoch has 10 updates",
        ),
    ],
)
def test_refused(run: Run, arguments: list[str], message: str) -> None:
    done = run(*arguments)
    assert (done.code, done.out) == (2, "")
    assert message in done.err


def test_fields_are_completed() -> None:
    from lrkit.cli._options import Size

    found = Size().shell_complete(None, None, "samples=10 ba")  # type: ignore[arg-type]
    assert [item.value for item in found] == ["samples=10 batches=", "samples=10 batch="]
