"""``lrkit identify``: the schedule of a log, from a shell."""

from __future__ import annotations

import json
from pathlib import Path

from command import Run

ROWS = [(10 * k, 0.001 * (1 - (10 * k - 20) / 80) if k > 2 else 0.0005 * k) for k in range(1, 10)]
LOG = "step,lr\n" + "".join(f"{step},{rate!r}\n" for step, rate in ROWS)
FORMULA = "linear(start_lr=0.001, end_lr=0.0, decay_steps=80).warmup(20)"


def test_the_schedule_is_told_as_an_expression_that_other_commands_take(run: Run) -> None:
    Path("log.csv").write_text(LOG)
    done = run("identify", "log.csv")
    assert (done.code, done.err) == (0, "")
    lines = done.out.splitlines()
    assert lines[0] == "log.csv: table"
    assert f"  {FORMULA}" in lines
    assert "    agreement   exact, at all 9 rows" in lines
    assert run("diff", FORMULA, "log.csv").code == 0


def test_as_json(run: Run) -> None:
    Path("log.csv").write_text(LOG)
    document = json.loads(run("identify", "log.csv", "--json").out)
    assert document["log"]["source"] == "log.csv"
    assert document["matches"][0]["expression"] == FORMULA
    assert document["matches"][0]["exactness"] == "exact"
    assert document["tried"] == []


def test_standard_input_and_a_column(run: Run) -> None:
    done = run("identify", "-", "--column", "alpha", stdin=LOG.replace("lr", "alpha"))
    assert done.code == 0
    assert FORMULA in done.out


def test_what_nothing_explains_ends_in_one(run: Run) -> None:
    rates = [0.3, 0.7, 0.11, 0.9, 0.21, 0.55, 0.13, 0.97, 0.31, 0.71, 0.05, 0.83]
    Path("log.csv").write_text("step,lr\n" + "".join(f"{k},{rate / 7!r}\n" for k, rate in enumerate(rates)))
    done = run("identify", "log.csv")
    assert done.code == 1
    assert "no known schedule explains these rows" in done.out


def test_what_is_no_log(run: Run) -> None:
    assert run("identify", "nothing.csv").err == "lrkit: Invalid value for 'PATH': Path 'nothing.csv' does not exist.\n"
    Path("log.csv").write_text("step,loss\n1,0.5\n")
    done = run("identify", "log.csv")
    assert done.code == 2
    assert done.err.startswith("lrkit: read_log: log.csv: no learning rate in it; the columns are 'step', 'loss'")
