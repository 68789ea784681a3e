"""What a file may be, and what is refused: tags, bombs of anchors, code, values of the wrong kind."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

import lrkit
from lrkit.configs._load import load, load_text

TITAN = """
[optimizer]
lr = 8e-4
[lr_scheduler]
warmup_steps = 10
decay_ratio = 0.2
[training]
steps = 100
"""
NANO = "learning_rate = 6e-4  # the peak\nmin_lr = learning_rate / 10\nwarmup_iters = 5 * 8\n"
NANO += "lr_decay_iters = max_iters = 600\n"
BOMB = "a: &a [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join(['*' + before] * 10)}]\n" for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)
MERGES = "a: &a {x: 1}\n" + "".join(
    f"{name}: &{name}\n  <<: [{', '.join(['*' + before] * 50)}]\n"
    for before, name in zip("abcde", "bcdef", strict=True)
)


@pytest.mark.parametrize(
    ("name", "text", "system"),
    [
        ("ds.json", '{"scheduler": {"type": "LRRangeTest", "params": {}}}', "deepspeed"),
        ("args.yaml", "learning_rate: 3e-4\nlr_scheduler_type: constant\n", "trainer"),
        ("titan.toml", TITAN, "torchtitan"),
        ("train.py", NANO, "nanogpt"),
        ("flags", "--lr 3e-4 --train-iters 100 --lr-warmup-iters=10", "megatron"),
        ("run.sh", "torchrun pretrain_gpt.py \\\n  --lr 3e-4 \\\n  --train-iters 100 \\\n", "megatron"),
        (
            "log",
            "  lr ........... 0.0003\n  train_iters ........... 100\n  lr_decay_style ........ linear\n",
            "megatron",
        ),
        ("dump", "Namespace(lr=0.0003, train_iters=100)", "megatron"),
    ],
)
def test_the_format_and_the_system_are_told_from_the_content(tmp_path: Path, name: str, text: str, system: str) -> None:
    """A path as a str and as a `Path`; the mapping of the same data gives the same."""
    (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("lrkit.configs._reading.warnings.warn", lambda *_, **__: None)
        found = lrkit.from_config(tmp_path / name)
        assert found.system == system
        assert found == lrkit.from_config(str(tmp_path / name))
        assert found == lrkit.from_config(load(tmp_path / name).data)


@pytest.mark.parametrize(
    ("text", "suffix", "message"),
    [
        ("a: !!python/object/apply:os.system ['true']\n", ".yaml", r"line 1: the tag .* is refused"),
        ("a: !include b.yaml\n", ".yaml", r"the tag '!include' is refused"),
        (BOMB, ".yaml", r"with its aliases the file has more than 1,000,000 values"),
        (MERGES, ".yaml", r"more than 1,000,000 values"),
        ("a: &a [*a]\n", ".yaml", r"\*a names nothing before it that is complete"),
        ("[" * 5000, ".yaml", r"maximum nesting depth|more than 100 deep"),
        ("a: 1\nb: [1, 2\nc: 3\n", ".yaml", r"line \d+: "),
        ("a: 1\n---\nb: 2\n", ".yaml", r"line 2: a second document"),
        ("{" * 3 + "1", ".json", r"line 1, column 2: "),
        ("[" * 100_000, ".json", r"nested too deeply"),
        ('{"a": ' * 150 + "1" + "}" * 150, ".json", r"more than 100 deep"),
        ("a = [", ".toml", r"Invalid value"),
        ("import os\nos.system('true')\n", ".py", r"line 2: .*is no literal: .*never run"),
        ("lr = 1\nif lr:\n    lr = 2\n", ".py", r"line 2: "),
        ("(" * 300 + ")" * 300, ".py", r"line 1: too many nested parentheses"),
        ("- 1\n- 2\n", ".yaml", r"a config is a mapping of names to values"),
        ("a: ${b}\nb: ${a}\n", ".yaml", r"leads to itself"),
        ("   \n", ".yaml", r"there is nothing in it"),
    ],
)
def test_what_is_broken_or_hostile_is_refused_by_its_place(text: str, suffix: str, message: str) -> None:
    """Within a second or so, without running anything."""
    begun = time.process_time()
    with pytest.raises(ValueError, match=message):
        load_text(text, "file", suffix)
    assert time.process_time() - begun < 20


def test_numbers_and_interpolations_of_yaml() -> None:
    """YAML 1.2's ``3e-4`` is a number, and a path of OmegaConf leads to another key; a date is a text."""
    text = "optim: {lr: 3e-4, on: yes}\nrate: ${optim.lr}\nfar: ${oc.env:HOME}\nday: 2024-01-01\nbig: 1_000\nno: 1:30\n"
    data = load_text(text, "file", ".yaml").data
    assert data["rate"] == 3e-4
    assert data["optim"] == {"lr": 3e-4, "True": True}
    assert data["far"] == "${oc.env:HOME}"
    assert (data["day"], data["big"]) == ("2024-01-01", 1000)


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ({"lr_scheduler_type": "linear", "learning_rate": "fast", "max_steps": 9},
         r"transformers' Trainer: learning_rate must be a number >= 0, got 'fast'"),
        ({"lr_scheduler_type": "wave", "max_steps": 9}, r"lr_scheduler_type must be one of linear, .* got 'wave'"),
        ({"lr_scheduler_type": "linear", "learning_rate": "${env:LR}", "max_steps": 9}, r"an interpolation"),
        ({"lr": 1e-4, "train_iters": 1.5}, r"Megatron-LM: train_iters must be a whole number >= 1, got 1.5"),
        ({"lr": 1e-4, "train_iters": 10, "lr_warmup_iters": 10}, r"the warm-up must be shorter than"),
        ({"scheduler": {"type": "WarmupDecayLR", "params": {"warmup_num_steps": 5}}},
         r"DeepSpeed decays until the end of the run, .*give budget='updates="),
        ({"scheduler": {"type": "WarmupLR", "params": {"warmup_max_lr": float("nan")}}},
         r"scheduler.params.warmup_max_lr"),
        ({"hello": 1}, r"nothing in it says of which system it is; its keys are 'hello'"),
        ({}, r"its keys are none"),
    ],
)  # fmt: skip
def test_a_value_outside_its_domain_is_named(config: dict[str, object], message: str) -> None:
    """System, key, domain and value."""
    with pytest.raises(ValueError, match=message):
        lrkit.from_config(config)


def test_arguments_of_the_wrong_kind() -> None:
    """No path, no system, no budget."""
    with pytest.raises(TypeError, match=r"from_config: config must be a path, a mapping or a text, got 3"):
        lrkit.from_config(3)
    with pytest.raises(ValueError, match=r"system must be one that is known, got 'deepsped'; did you mean 'deepspeed'"):
        lrkit.from_config({}, system="deepsped")
    with pytest.raises(TypeError, match=r"budget must be a Budget"):
        lrkit.from_config({}, budget=3)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"from_config: .*nowhere.yaml: No such file"):
        lrkit.from_config("nowhere.yaml")


def test_a_large_file_is_refused(tmp_path: Path) -> None:
    """17 MiB of JSON."""
    path = tmp_path / "large.json"
    path.write_text(json.dumps({"a": "x" * (17 * 2**20)}), encoding="utf-8")
    with pytest.raises(ValueError, match=r"large.json: it has more than 16,777,216 bytes"):
        lrkit.from_config(path)
