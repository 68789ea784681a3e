"""What a word of the command may be: files of rates, code that is called, and what is meant by a wrong one."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest
from command import COSINE, Result, Run
from processes import shell

import lrkit
from lrkit._recipes import recipes


def rates(done: Result) -> list[float]:
    assert (done.code, done.err) == (0, "")
    return [float(row.partition(",")[2]) for row in done.out.splitlines()[1:]]


# Files of rates -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", "step,learning_rate\n0,0.1\n1,0.05\n2,-1e-3\n"),
        ("a.csv", "\ufeffStep;LR\r\n0;0.1\r\n1;0.05\r\n\r\n2;-1e-3\r\n"),
        ("a.tsv", "loss\ttrain/lr\n1\t0.1\n1\t 0.05\n1\t-1e-3"),
        ("a.csv", "0.1\n0.05\n-1e-3\n"),
        ("a.csv", "x\n0.1\n0.05\n-1e-3\n"),
        ("a.csv", ',x\n0,"0.1"\n1,"0.05"\n2,-1e-3\n'),
        ("rates", "lr\n0.1\n0.05\n-1e-3\n"),
        ("a.json", "[0.1, 0.05, -0.001]"),
        ("a.json", '{"learning_rate": [0.1, 0.05, -0.001], "loss": [1, 2]}'),
        ("a.json", '[{"step": 0, "lr": 0.1}, {"step": 1, "lr": 0.05}, {"step": 2, "lr": -0.001}]'),
        ("rates", " [0.1, 0.05, -0.001]\n"),
    ],
)
def test_a_file_of_rates_is_a_table(run: Run, name: str, content: str) -> None:
    Path(name).write_text(content, encoding="utf-8", newline="")
    expected = [0.1, 0.05, -0.001]
    assert rates(run("table", name, "--steps", "3")) == expected
    assert run("json", name).out == lrkit.TableLR(expected).to_json() + "\n"
    assert run("diff", name, "TableLR([0.1, 0.05, -0.001])").code == 0
    if name != "rates":
        assert run("json", "-", stdin=content).out == run("json", name).out


def test_a_column_is_chosen_by_name_or_number(run: Run) -> None:
    Path("log.csv").write_text("step,head,body\n0,1,3\n1,2,4\n")
    assert rates(run("table", "log.csv:body", "--steps", "2")) == [3, 4]
    Path("plain.csv").write_text("1,3\n2,4\n")
    assert rates(run("table", "plain.csv:2", "--steps", "2")) == [3, 4]
    Path("log.json").write_text('{"head": [1, 2], "body": [3, 4]}')
    assert rates(run("table", "log.json:body", "--steps", "2")) == [3, 4]
    Path("rows.json").write_text('[{"head": 1, "body": 3}, {"head": 2, "body": 4}]')
    assert rates(run("table", "rows.json:body", "--steps", "2")) == [3, 4]
    piped = shell("lrkit table /dev/stdin:head --steps 2 < log.csv; lrkit table <(cat log.csv):head --steps 2", Path())
    assert piped.stdout.splitlines() == ["step,learning_rate", "0,1.0", "1,2.0"] * 2
    drawn = run("plot", "log.csv:head", "log.csv:body").out.splitlines()
    assert {"log.csv:head", "log.csv:body"} <= set(drawn)


def test_what_the_command_prints_it_reads(run: Run) -> None:
    expression = "ExponentialDecayLR(0.1, 0.97, 3)"
    for form in ("csv", "json"):
        Path(f"a.{form}").write_text(run("table", expression, "--steps", "500", "--format", form).out)
        read = rates(run("table", f"a.{form}", "--steps", "500"))
        assert [rate.hex() for rate in read] == [rate.hex() for rate in lrkit.parse(expression).to_list(500)]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.csv", "lr\n0.1\nfast\n", "'a.csv': line 3: lr must be a finite number, got 'fast'"),
        ("a.csv", "0.1\nnan\n", "line 2: a rate must be a finite number, got 'nan'"),
        ("a.csv", "lr\n0.1\n1e999\n", "line 3: lr must be a finite number, got '1e999'"),
        ("a.csv", "lr,loss\n0.1,1\n\n0.1,\n,2\n", "line 5: lr must be a finite number, got ''"),
        ("a.csv", "lr,loss\n0.1,1\n0.1\n", "line 3: there are 2 columns, and here 1 values"),
        ("a.csv", "step,lr\n0,0.1\n10,0.2\n", "a.csv is the log of a run (table), which has rates at some steps only"),
        ("a.csv", "step,lr\n1,0.1\n", "a.csv is the log of a run (table), which has rates at some steps only"),
        ("a.csv", "step,lr\n0,0.1\n1,x\n", "line 3: lr must be a finite number, got 'x'"),
        ("a.csv", "head,body\n1,2\n", "which column holds the rates? Write FILE:COLUMN; there are 'head', 'body'"),
        ("a.csv", "lr,x/lr\n1,2\n", "which column holds the rates? Write FILE:COLUMN; there are 'lr', 'x/lr'"),
        ("a.csv", "lr\n", "there is no rate"),
        ("a.csv", ",,\n", "there is no line with rates"),
        ("a.csv", "  \n", "the file is empty"),
        ("a.csv:loss", "lr\n0.1\n", "there is no column 'loss'; there are 'lr'"),
        ("a.csv", '"' + "1" * 200_000 + '"\n', "line 1: field larger than field limit"),
        ("a.json", "[0.1, null]", "'a.json': [1]: a rate must be a finite number, got None"),
        ("a.json", "[0.1, true]", "[1]: a rate must be a finite number, got True"),
        ("a.json", "[0.1, [1]]", "[1]: a rate must be a finite number, got [1]"),
        ("a.json", "[NaN]", "from_json: NaN is not a number"),
        ("a.json", "[1" + "0" * 400 + "]", "[0]: a rate must be a finite number"),
        ("a.json", "[]", "there is no rate"),
        ("a.json", "3", "rates are a list of numbers, got 3"),
        ("a.json", '{"a": 1}', "the object has no list of rates, and is no schedule that `lrkit json` writes"),
        ("a.json", '{"lr": [1], "lr": [2]}', "the field 'lr' stands twice"),
        ("a.json", '[{"lr": 1}, {"loss": 1}]', "[1]: there is no 'lr' in {'loss': 1}"),
        ("a.json", '[{"lr": 1, "step": 5}]', "a.json is the log of a run (JSON), which has rates at some steps only"),
        ("a.json:lr", "[1, 2]", "a list of numbers has no 'lr'"),
        ("a.json", "[" * 100_000, "from_json: the text is nested too deeply"),
    ],
)
def test_a_bad_file_is_told_by_line_and_value(run: Run, name: str, content: str, message: str) -> None:
    Path(name.partition(":")[0]).write_text(content)
    done = run("table", name)
    assert (done.code, done.out) == (2, "")
    assert message in done.err
    assert done.err.count("\n") == 1


def test_a_file_without_an_end_is_read_up_to_a_limit(tmp_path: Path) -> None:
    for word in ("/dev/zero", "- < /dev/zero"):
        done = shell(f"ulimit -v 8000000; lrkit plot {word}", folder=tmp_path)
        assert done.returncode == 2
        assert "there are more than 67108864 characters" in done.stderr


def test_too_many_rates_are_refused(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lrkit.cli._rate_files.MAX_RATES", 3)
    Path("a.csv").write_text("1\n2\n3\n")
    assert run("json", "a.csv").code == 0
    Path("a.csv").write_text("1\n2\n3\n4\n")
    assert "line 4: at most 3 rates are read" in run("json", "a.csv").err


# Code -----------------------------------------------------------------------------------------------------------

BUILD = """
import lrkit
class Optimizer:
    param_groups = [{"lr": 0.5}, {"lr": 0.1}]
class Config:
    rate = lrkit.ConstantLR(0.25)
def build():
    print("building")
    return "model", Optimizer(), lrkit.StepLR(Optimizer(), step_size=3, gamma=0.5)
def rates():
    return [0.1, 0.05]
def needs(x):
    return x
def fails():
    return {}["x"]
def wild(step):
    return {}["y"]
config = Config()
"""


def test_a_function_of_a_script_is_called(run: Run) -> None:
    Path("train.py").write_text(BUILD)
    done = run("table", "train.py:build()[2][1]", "--steps", "4")
    assert (done.code, done.err) == (0, "building\n")
    assert done.out.splitlines()[1:] == ["0,0.1", "1,0.1", "2,0.1", "3,0.05"]
    assert run("table", "train.py:build()[-1][0]", "--steps", "1").out.splitlines()[1:] == ["0,0.5"]
    Path("a_module_of_builds.py").write_text(BUILD)
    assert run("table", "a_module_of_builds:build()[2][0]", "--steps", "1").out.splitlines()[1:] == ["0,0.5"]
    assert run("json", "train.py:rates()").out == lrkit.TableLR([0.1, 0.05]).to_json() + "\n"
    assert run("json", "train.py:config.rate").out == lrkit.ConstantLR(0.25).to_json() + "\n"
    Path("pkg").mkdir()
    Path("pkg/__init__.py").write_text("")
    Path("pkg/module.py").write_text(BUILD)
    assert run("json", "pkg.module:config.rate").out == lrkit.ConstantLR(0.25).to_json() + "\n"


@pytest.mark.parametrize(
    ("word", "message"),
    [
        ("train.py:build()[3]", r"train.py:build\(\) has 3 elements, and no \[3\]"),
        ("train.py:build()[2]", "has 2 different schedules"),
        ("train.py:build()[2][2]", "there is no group 2"),
        ("train.py:build()[2][0][0]", "a group of a scheduler is the last that can be named"),
        ("train.py:build()[0]", "cannot read 'model'"),
        ("train.py:config()", "train.py:config is .*, which cannot be called: leave out the \\(\\)"),
        ("train.py:config.rat", "train.py:config has no 'rat'; did you mean 'rate'"),
        ("train.py:needs()", r"train.py: TypeError: needs\(\) missing 1 required positional argument: 'x'"),
        ("train.py:fails()", "train.py: line 15: KeyError: 'x'"),
        ("train.py:biuld()", "train.py has no 'biuld'; did you mean 'build'"),
        ("train.py:wild", "lrkit: record: wild failed at step 0: KeyError: 'y'"),
    ],
)
def test_what_goes_wrong_in_a_script_is_one_line(run: Run, word: str, message: str) -> None:
    Path("train.py").write_text(BUILD)
    done = run("table", word, "--steps", "2")
    assert (done.code, done.out) == (2, "")
    last = done.err.splitlines()[-1]
    assert last.startswith("lrkit: ")
    assert re.search(message, last)


# What is meant --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("cosine", "CosineDecayLR(min_lr, max_lr, decay_steps)"),
        ("CosineAnnealingLR", "CosineDecayLR(min_lr, max_lr, decay_steps)"),
        ("CosineDecayLR", "CosineDecayLR(min_lr, max_lr, decay_steps)"),
        ("wsd", "warmup_stable_decay("),
        *((name, f"recipe:{name}") for name in recipes() if name not in ("t5", "sgdr")),
        ("llama-7b", "recipe:llama_7b"),
        ("LLaMA_7B", "recipe:llama_7b"),
        ("rates.cvs", "rates.csv"),
        ("rtes.csv", "rates.csv"),
        ("train.csv", ""),
        ("nonsense", ""),
    ],
)
def test_a_word_that_stands_for_nothing_is_told_what_is_meant(run: Run, word: str, meant: str) -> None:
    Path("rates.csv").write_text("lr\n1\n")
    done = run("plot", word)
    assert done.code == 2
    assert (f"; did you mean {meant}" in done.err) if meant else ("did you mean" not in done.err)


def test_show_is_told_what_is_meant(run: Run) -> None:
    for word, meant in (("cosine", "CosineDecayLR"), ("CosineAnnealingLR", "CosineDecayLR"), ("gpt3", "recipe:gpt3")):
        assert f"did you mean {meant}?" in run("show", word).err
    assert "; `lrkit list` names them all" in run("show", "nonsense").err


HINTS = [
    (["table", "train.py:tenth"], "give --steps"),
    (["plot", "WarmUpLR(0.1, 3*epoch)"], "give --steps-per-epoch"),
    (["plot", COSINE, "--steps", "3*epoch"], "give --steps-per-epoch"),
    (["plot", COSINE, "--label", "a", "--label", "b"], "--label is given once for each curve"),
    (["diff", COSINE, COSINE, "--label", "a"], "--label is given once for each curve, 2 in all"),
    (["plot", "ConstantLR(0)", "--log"], "--log needs a rate above 0"),
    (["diff", COSINE, "HoldLR(WarmUpLR(0.1, 9), 9007199254740992)"], "give --steps, the length of the run"),
    (["diff", COSINE, COSINE, "--log"], "--log, --title and --theme are for a picture: give -o or --format"),
    (["json", "train.py:torch_like"], "--steps N takes its rates"),
]


@pytest.mark.parametrize(("arguments", "hint"), HINTS, ids=[hint for _, hint in HINTS])
def test_a_hint_names_options_and_no_arguments_of_python(run: Run, arguments: list[str], hint: str) -> None:
    Path("train.py").write_text(
        "import lrkit\n"
        "def tenth(step):\n    return 0.1\n"
        "class Mine(lrkit.StepLR):\n    def get_lr(self):\n        return [0.5]\n"
        "class Optimizer:\n    param_groups = [{'lr': 0.5}]\n"
        "torch_like = Mine(Optimizer(), 3)\n"
    )
    done = run(*arguments)
    assert done.code == 2
    assert hint in done.err
    assert not re.search(r"steps=|give steps|steps_per_epoch|yscale|names=|labels must|lrkit\.record", done.err)


def test_numbers_of_options_are_arithmetic(run: Run) -> None:
    assert (
        run("table", COSINE, "--steps", "3*epoch", "--steps-per-epoch", "2e0").out
        == run("table", COSINE, "--steps", "6").out
    )
    assert run("table", "--steps-per-epoch", "3", "WarmUpLR(0.1, 2*epoch)").out == run("table", "WarmUpLR(0.1, 6)").out
    assert (
        run("json", "WarmUpLR(0.1, epoch)", "--steps-per-epoch", "30").out == lrkit.WarmUpLR(0.1, 30).to_json() + "\n"
    )
    assert (
        run("source", "WarmUpLR(0.1, epoch)", "lrkit", "--steps-per-epoch", "30").out
        == run("source", "WarmUpLR(0.1, 30)", "lrkit").out
    )
    assert run("diff", "WarmUpLR(0.1, 2*epoch)", "WarmUpLR(0.1, 60)", "--steps-per-epoch", "30").code == 0
    assert run("diff", COSINE, "CosineDecayLR(0, 0.1, 101)", "--tolerance", "1/2").code == 0
    drawn = run("plot", "WarmUpLR(0.1, 2*epoch)", "--steps-per-epoch", "30").out.splitlines()
    assert drawn[-1].split()[0] == "epoch"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("7/2", "'7/2': must be an integer >= 1, got 3.5"),
        ("-5", "'-5': must be an integer >= 1, got -5"),
        ("9**9**9", "'9**9**9': column 4: numbers are added"),
        ("2*", "'2*': column 1: invalid syntax"),
        ("1/0", "'1/0': column 1: 1 divided by 0"),
        ("ConstantLR(1)", "expected a number, got ConstantLR"),
    ],
)
def test_a_bad_number_of_an_option_is_named(run: Run, text: str, message: str) -> None:
    done = run("table", COSINE, "--steps", text)
    assert done.code == 2
    assert message in done.err


def test_a_name_with_a_colon(run: Run) -> None:
    """A file whose own name holds a colon is that file."""
    Path("a:b.csv").write_text("lr\n0.5\n")
    assert run("json", "a:b.csv").out == lrkit.TableLR([0.5]).to_json() + "\n"
    assert json.loads(run("json", "a:b.csv:lr").out)["schedule"]["rates"] == [0.5]
    assert os.listdir() == ["a:b.csv"]  # noqa: PTH208
