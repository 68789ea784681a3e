"""A config is an EXPR of the command and a thing to draw: plot, table, diff, lint, source."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from command import Run

import lrkit
from lrkit.chart import make_chart

SCHEDULER = {"type": "WarmupDecayLR", "params": {"total_num_steps": 40, "warmup_num_steps": 10, "warmup_max_lr": 0.1}}


@pytest.fixture
def config(tmp_path: Path) -> str:
    """A DeepSpeed config in a file."""
    path = tmp_path / "ds_config.json"
    path.write_text(json.dumps({"scheduler": SCHEDULER}), encoding="utf-8")
    return str(path)


def test_a_config_is_drawn_compared_and_written(run: Run, config: str) -> None:
    """And what is to be known of it is told."""
    code, out, err = run("table", config, "--steps", "3")
    assert code == 0
    assert "both use the first rate" in err
    assert "2,0.0301" in out
    assert run("plot", config).code == 0
    twin = "LogWarmUpLR(0.1, 10).then(linear(0.1, 0, 30), 10).shift(1)"
    assert run("diff", config, twin).code == 0
    assert run("diff", config, "linear(0.1, 0, 30).warmup(10)").code == 1
    assert "WarmupDecayLR" in run("source", config, "deepspeed").out
    assert "start/zero-update" in run("lint", config).out


def test_what_is_told_of_a_config_is_told_once_in_each_command(run: Run, config: str) -> None:
    for _ in range(2):
        assert run("compare", f"{config}", f"{config}:lr").err.count("both use the first rate") == 1


def test_standard_input_and_the_budget(run: Run, tmp_path: Path) -> None:
    """YAML, flags, a group by its name; a number that is missing is asked for by the field of the budget."""
    text = "lr_scheduler_type: linear\nlearning_rate: 0.1\nnum_train_epochs: 2\nper_device_train_batch_size: 10\n"
    path = tmp_path / "args.yaml"
    path.write_text(text, encoding="utf-8")
    refused = run("table", str(path))
    assert refused.code != 0
    assert "give --budget" in refused.err
    assert "samples=" in refused.err
    assert run("table", str(path), "--budget", "samples=50", "--steps", "11").out.endswith("10,0.0\n")
    assert run("table", str(path), "--budget", "samples=50").out.splitlines()[-1].startswith("9,")  # 2 epochs of 5
    assert "9,0.0" in run("table", "-", "--budget", "samples=50", "--steps", "11", stdin=text).out
    flags = "--lr 0.1 --train-iters 10 --weight-decay 0.3"
    assert "0,0.1" in run("table", "-", "--steps", "2", stdin=flags).out
    (tmp_path / "flags.txt").write_text(flags, encoding="utf-8")
    assert "0,0.3" in run("table", f"{tmp_path / 'flags.txt'}:weight_decay", "--steps", "2").out
    assert "there is no group 'bias'" in run("table", f"{path}:bias", "--budget", "samples=50").err


def test_a_picture_has_the_rates_alone() -> None:
    """Not momentum and weight decay, on an axis of rates; groups that differ have names."""
    rates = {"weights": lrkit.ConstantLR(0.1), "bias": lrkit.ConstantLR(0.2), "momentum": lrkit.ConstantLR(0.9)}
    configured = lrkit.Configured("ultralytics", "it says so", rates, lrkit.Budget(updates=50))
    chart = make_chart([configured])
    assert [curve.label for curve in chart.curves] == ["ultralytics, weights", "ultralytics, bias"]
    assert chart.last == 49
    same = lrkit.Configured("x", "y", {"a": lrkit.ConstantLR(0.1), "b": lrkit.ConstantLR(0.1)})
    assert [curve.label for curve in make_chart([same]).curves] == ["x"]
    assert lrkit.diff(same, lrkit.ConstantLR(0.1), 10).same
