"""Logs of runs as words of the command."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from command import Run
from processes import shell

import lrkit

PLAN = "linear(1e-3, 0, 900).warmup(100)"
SCHEDULE = lrkit.parse(PLAN)


def log(factor: float = 1.0) -> str:
    rows = "".join(f"{step},{factor * SCHEDULE(step)!r}\n" for step in range(10, 1001, 10))
    return f"step,learning_rate\n{rows}"


def trainer_state(offset: int) -> str:
    """As transformers writes it: the rates among other entries."""
    history = [{"step": step, "loss": 1.0, "learning_rate": SCHEDULE(step + offset)} for step in range(10, 1001, 10)]
    return json.dumps({"log_history": [*history, {"step": 1000, "train_runtime": 1.0}], "max_steps": 1000}, indent=1)


@pytest.fixture
def files(run: Run) -> Run:  # in the directory of `run`
    Path("metrics.csv").write_text(log())
    Path("wrong.csv").write_text(log(8))
    Path("trainer_state.json").write_text(trainer_state(0))
    Path("folder/checkpoint-1000").mkdir(parents=True)
    Path("folder/checkpoint-1000/trainer_state.json").write_text(trainer_state(0))
    groups = "".join(f"{epoch},{0.15 * 0.5**epoch:.5g},{0.2 * 0.5**epoch:.5g}\n" for epoch in range(5))
    Path("results.csv").write_text(f"epoch,lr/pg0,lr/pg1\n{groups}")
    Path("out.txt").write_text("".join(f"step {k}: loss 1.0, lr: {SCHEDULE(k):.4e}\n" for k in range(0, 1000, 50)))
    return run


@pytest.mark.parametrize("word", ["metrics.csv", "trainer_state.json", "folder", "metrics.csv:learning_rate", "-"])
def test_a_check_of_a_pipeline(files: Run, word: str) -> None:
    """The exit code is 0 if plan and log agree, and 1 if not; in either order."""
    stdin = log() if word == "-" else ""
    for words in ((PLAN, word), (word, PLAN)):
        done = files("diff", *words, stdin=stdin)
        assert (done.code, done.err) == (0, "")
        assert "agree at all 100 rows" in done.out
    done = files("diff", "linear(1e-3, 0, 800).warmup(100)", word, stdin=stdin)
    assert done.code == 1
    assert "it looks as if: the log was written with 1,000 steps in place of the plan's 900" in done.out


def test_a_report_as_data(files: Run) -> None:
    done = files("diff", PLAN, "wrong.csv", "--json")
    assert done.code == 1
    found = json.loads(done.out)
    assert (found["same"], found["causes"][0]["kind"], found["causes"][0]["number"]) == (False, "factor", 8)


@pytest.mark.parametrize("form", ["svg", "txt", "html"])
def test_pictures_of_logs(files: Run, form: str) -> None:
    assert files("plot", PLAN, "metrics.csv", "folder", "-o", f"a.{form}").code == 0
    assert files("diff", PLAN, "wrong.csv", "-o", f"b.{form}").code == 1
    assert Path(f"a.{form}").stat().st_size > 500
    assert Path(f"b.{form}").stat().st_size > 500


def test_a_column_is_one_series(files: Run) -> None:
    assert files("diff", "ExponentialDecayLR(0.2, 0.5, 1)", "results.csv:lr/pg1").code == 0
    assert files("diff", "ExponentialDecayLR(0.2, 0.5, 1)", "results.csv:lr/pg0").code == 1
    done = files("diff", "ExponentialDecayLR(0.35, 0.5, 1)", "results.csv")
    assert done.code == 2
    assert (
        "the log has 2 series (lr/pg0, lr/pg1), and none of them agrees with the plan: give one, as in FILE:lr/pg0"
        in (done.err)
    )


def test_lines_of_a_console(files: Run) -> None:
    done = files("diff", PLAN, "out.txt")
    assert done.code == 0, done.out + done.err


def test_a_table_of_every_step_stays_a_schedule(files: Run) -> None:
    Path("table.csv").write_text(files("table", PLAN).out)
    done = files("diff", PLAN, "table.csv")
    assert done.out.startswith("a: ")
    assert files("table", "table.csv").code == 0
    assert files("table", "metrics.csv").err.startswith(
        "lrkit: metrics.csv is the log of a run (table), which has rates"
    )


def test_what_a_trainer_writes_once_an_epoch_is_a_log(files: Run) -> None:
    """From epoch 0 on it has a row for each whole number, as a table has; its rows are epochs, not steps."""
    Path("summary.csv").write_text("epoch,train_loss,eval_loss,lr\n0,1,1,0.1\n1,1,1,0.05\n2,1,1,0.025\n")
    done = files("diff", "ExponentialDecayLR(0.1, 0.5, 1)", "summary.csv")
    assert done.code == 0
    assert "3 rows, epoch 0 to 2" in done.out


def test_a_log_comes_through_a_pipe_of_the_shell(tmp_path: Path) -> None:
    """A pipe can be read only once: what was read to see whether it is a table is read as a log then."""
    (tmp_path / "log.csv").write_text("step,lr\n10,0.02\n20,0.04\n30,0.06\n40,0.08\n")
    plan = "WarmUpLR(0.1, 50)"
    done = shell(f"lrkit diff '{plan}' <(cat log.csv); lrkit diff '{plan}' log.csv", folder=tmp_path)
    assert done.returncode == 0
    assert done.stdout.count("agree at all 4 rows") == 2
