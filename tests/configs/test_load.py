"""What a file may be, and what is refused: tags, bombs of anchors, code, values of the wrong kind."""

from __future__ import annotations

import json
import os
import random
import time
from pathlib import Path

import pytest
from fuzz_configs import BASES, mutated, wrong

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
        ("[" * 100_000, "", r"nested parentheses"),
        ("x = " + "-" * 100_000 + "1", ".py", r"nested too deeply"),
        ("\n" * 2**17 + "a", "", r"line 131073: .a. is no literal"),
        (" \n" * 2**17 + "a", "", r"line 131073: .a. is no literal"),
        ("a .... " + " " * 2**20 + "b", "", r"a Python file of 1,048,584 characters is too long"),
        ('{"a": ' + "9" * 9999 + "}", ".json", r"a whole number has more digits than are read"),
        ("a = " + "9" * 9999, ".toml", r"a whole number has more digits than are read"),
        ("a = " + "9" * 9999, ".py", r"line 1: a whole number has more digits than are read"),
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
        ({"SOLVER": {"BASE_LR": 0.1, "MAX_ITER": 9, "LR_SCHEDULER_NAME": "WarmupStepWithFixedGammaLR",
                     "NUM_DECAYS": 2**52}}, r"SOLVER.NUM_DECAYS must be a whole number >= 1 and <= 10000"),
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


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"\0\1\2", r"it is no YAML: unacceptable character"),
        (b"\x89PNG\r\n", r"it is no text: byte 0 is no UTF-8"),
        ("a: b".encode("utf-16"), r"it is no text: byte 0 is no UTF-8"),
        (b"", r"there is nothing in it"),
    ],
)
def test_a_file_that_is_no_text_is_refused(content: bytes, message: str, tmp_path: Path) -> None:
    (tmp_path / "c.yaml").write_bytes(content)
    with pytest.raises(ValueError, match=rf"from_config: c.yaml: {message}"):
        lrkit.from_config(tmp_path / "c.yaml")


def test_what_is_no_file_is_refused_and_a_link_is_followed(tmp_path: Path) -> None:
    """A byte order mark is passed over; a pipe that nobody writes to is not waited for."""
    (tmp_path / "c.yaml").write_bytes(b"\xef\xbb\xbflr_scheduler_type: constant\nlearning_rate: 1e-4\n")
    (tmp_path / "link").symlink_to(tmp_path / "c.yaml")
    assert lrkit.from_config(tmp_path / "link").schedule == lrkit.ConstantLR(1e-4)
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    for name, message in {"pipe": "is a pipe", "loop": "symbolic links", "": "is a directory"}.items():
        with pytest.raises(ValueError, match=rf"from_config: .*{message}"):
            lrkit.from_config(tmp_path / name)


def test_mappings_that_hold_themselves_or_have_odd_keys() -> None:
    """Keys are taken as texts, and depth is bounded."""
    itself: dict[str, object] = {}
    itself["a"] = itself
    with pytest.raises(ValueError, match="more than 100 deep"):
        lrkit.from_config(itself)
    odd = {1: 2, None: 3, (1, 2): 4, "lr_scheduler_type": "constant", "learning_rate": 1e-4}
    assert lrkit.from_config(odd).schedule == lrkit.ConstantLR(1e-4)


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_values_of_any_kind_give_a_schedule_or_a_plain_refusal() -> None:
    """Random replacements in a config of each system; ``tests/tools/fuzz_configs.py`` has thousands of them."""
    r = random.Random(23)
    for base, budget in BASES:
        for _ in range(12):
            broken = mutated(base, r)
            assert not wrong(broken, None, budget), broken
