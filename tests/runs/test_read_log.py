"""What `read_log` makes of a file whatever its format: runs, resumes, columns, directories, pipes; and its result."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest

import lrkit

TWO_RUNS = "step,lr\n10,0.1\n20,0.2\n30,0.3\n10,0.5\n20,0.6\n"
RESUMED = "step,lr\n10,0.1\n20,0.2\n30,0.3\n40,0.4\n30,0.31\n40,0.41\n50,0.5\n"


def read(text: str, column: str | None = None) -> lrkit.LoggedRates:
    return lrkit.read_log(io.StringIO(text), column=column)


def test_runs_that_follow_one_another_are_told_apart() -> None:
    log = read(TWO_RUNS)
    assert [(series.run, series.x.tolist()) for series in log] == [(0, [10, 20, 30]), (1, [10, 20])]
    assert log["lr", 1].rates.tolist() == [0.5, 0.6]
    assert "2 runs in one file" in str(log)
    with pytest.raises(KeyError, match="'lr' is in 2 runs"):
        log["lr"]


def test_a_resumed_run_is_one_and_its_later_rows_count() -> None:
    (series,) = log = read(RESUMED)
    assert series.x.tolist() == [10, 20, 30, 40, 50]
    assert series.rates.tolist() == [0.1, 0.2, 0.31, 0.41, 0.5]
    assert log.notes == ("lr: 2 rows that were written again after a resume are read once, as written last",)


def test_the_same_row_twice_is_one() -> None:
    assert read("step,lr\n10,0.1\n10,0.1\n20,0.2\n")["lr"].x.tolist() == [10, 20]


def test_a_count_that_stands_still_does_not_count() -> None:
    log = read("epoch,lr\n" + "".join(f"{k // 10},{0.1 / (1 + k)}\n" for k in range(30)))
    assert log["lr"].unit == "row"
    assert log["lr"].x.tolist() == list(range(1, 31))
    assert "the rows are counted from 1" in log.notes[0]


def test_samples_that_were_consumed_count_first() -> None:
    text = "iteration,consumed_samples,learning_rate\n1,1024,1.875E-05\n2,2048,3.750E-05\n"
    series = read(text)["learning_rate"]
    assert {unit: x.tolist() for unit, x in series.clocks.items()} == {"sample": [1024, 2048], "step": [1, 2]}
    assert series.unit == "sample"


def test_blanks_nan_and_infinity_are_no_rates() -> None:
    assert read("step,lr\n1,0.1\n2,\n3,nan\n4,inf\n5,NA\n6,0.2\n")["lr"].x.tolist() == [1, 6]


def test_a_convention_that_asks_for_a_step_before_the_first_is_left_out() -> None:
    assert read("step,lr\n0,0.1\n1,0.2\n")["lr"].offsets == (0, 1)
    assert read("step,lr\n1,0.1\n2,0.2\n")["lr"].offsets == (0, -1, 1)


@pytest.mark.parametrize(
    "name",
    ["loss", "lr_scale", "base_lr", "min_lr", "blr", "clr", "flr_x", "val_learning_rate", "lr_scheduler"],
)
def test_names_that_are_no_rates(name: str) -> None:
    with pytest.raises(ValueError, match=rf"no learning rate in it; the columns are 'n', '{name}'"):
        read(f"n,{name}\n0,0.1\n1,0.2\n")


@pytest.mark.parametrize(
    "name",
    [
        "lr", "LR", "learning_rate", "learning-rate", "learning rate", "learningRate", "lr0", "x/lr0", "train/lr",
        "train.lr", "train_lr", "epoch_learning_rate", "lr-AdamW", "lr-Adam-1/pg2", "lr/pg1", "Train/Samples/lr",
        "learning-rate vs samples", "current_lr",
    ],
)  # fmt: skip
def test_names_that_are_rates(name: str) -> None:
    assert read(f"step,{name}\n0,0.1\n1,0.2\n").names == (name,)


def test_the_columns_of_momentum_and_weight_decay_are_series_of_their_own() -> None:
    log = read("step,weight_decay,lr,momentum\n0,0.01,0.1,0.9\n1,0.02,0.2,0.8\n")
    assert [(series.name, series.parameter) for series in log] == [
        ("lr", "lr"),
        ("momentum", "momentum"),
        ("weight_decay", "weight_decay"),
    ]
    assert [series.name for series in log.rates] == ["lr"]


def test_a_column_is_chosen() -> None:
    assert read("step,alpha\n0,0.1\n1,0.2\n", "alpha")["alpha"].rates.tolist() == [0.1, 0.2]
    assert read("step,lr,other/lr\n0,0.1,1\n1,0.2,2\n", "other/lr").names == ("other/lr",)
    assert read('{"step": 1, "a": {"b": 0.5}}\n{"step": 2, "a": {"b": 0.25}}\n', "a/b")["a/b"].x.tolist() == [1, 2]


def test_a_last_row_that_has_no_end_is_left_out_with_a_note() -> None:
    log = read("step,lr\n1,0.1\n2,0.2\n3,0.30")
    assert log["lr"].x.tolist() == [1, 2]
    assert log.notes == ("the last line has no end: its last value, which may be half written, is left out",)
    assert read("lr,loss,step\n0.1,9,1\n0.2,8,2\n0.3,7,3").notes  # the count may be half written too
    assert read("step,lr,loss\n1,0.1,9\n2,0.2,8\n3,0.30,7")["lr"].x.tolist() == [1, 2, 3]


def test_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(RESUMED))
    log = lrkit.read_log("-")
    assert log.source == "standard input"
    assert len(log["lr"]) == 5


def test_a_directory_is_read_by_the_last_checkpoint(tmp_path: Path) -> None:
    for step in (20, 100):
        folder = tmp_path / f"checkpoint-{step}"
        folder.mkdir()
        rows = [{"step": k, "learning_rate": 1 / k} for k in range(10, step + 1, 10)]
        (folder / "trainer_state.json").write_text(json.dumps({"log_history": rows, "max_steps": 200}))
    (tmp_path / "config.json").write_text("{}")
    (tmp_path / "other.csv").write_text(TWO_RUNS)
    log = lrkit.read_log(tmp_path)
    assert log.source == str(tmp_path / "checkpoint-100" / "trainer_state.json")
    assert log["learning_rate"].x.tolist() == list(range(10, 101, 10))
    assert log.notes == ("also in this directory, and not read: other.csv, config.json",)


def test_a_directory_of_one_metric_in_each_file(tmp_path: Path) -> None:
    metrics = tmp_path / "mlruns" / "0" / "1a2b" / "metrics"
    metrics.mkdir(parents=True)
    for name in ("epoch", "learning_rate", "loss"):
        (metrics / name).write_text("1700000000000 0.5 0\n1700000001000 0.25 1\n")
    assert lrkit.read_log(tmp_path).names == ("learning_rate",)


def test_what_a_log_is() -> None:
    log = read("step,lr/a,lr/b,momentum\n1,0.10,1e-3,0.9\n2,0.05,5e-4,0.9\n")
    assert len(log) == 3
    assert log[1] is log["lr/b"] is list(log)[1]
    assert repr(log) == "<LoggedRates: table, 'lr/a': 2 rows, 'lr/b': 2 rows, 'momentum': 2 rows>"
    assert repr(log[0]) == "<LoggedSeries 'lr/a': 2 rows, step 1 to 2>"
    assert str(log).splitlines() == [
        "open file: table",
        "  lr/a: 2 rows, step 1 to 2, 0.05 to 0.1, 2 decimals",
        "  lr/b: 2 rows, step 1 to 2, 0.0005 to 0.001, float64",
        "  momentum (momentum): 2 rows, step 1 to 2, 0.9 throughout, float64",
    ]
    document = json.loads(json.dumps(log.to_dict()))
    assert document["series"][0]["clocks"] == {"step": [1, 2]}
    assert document["series"][0]["rates"] == [0.1, 0.05]
    with pytest.raises(KeyError, match="there is no series 'c'; there are 'lr/a', 'lr/b', 'momentum'"):
        log["c"]


@pytest.mark.parametrize("given", [None, 3, [0.1, 0.2], {"step": 1}], ids=repr)
def test_what_is_no_path(given: object) -> None:
    with pytest.raises(TypeError, match="read_log: path must be a path, '-' or an open file, got "):
        lrkit.read_log(given)
    with pytest.raises(TypeError, match="read_log: column must be a text, got 3"):
        lrkit.read_log(io.StringIO(""), column=3)  # type: ignore[arg-type]
